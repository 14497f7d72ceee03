"""The strict gate: a document is of one closed shape, term for term, or it is refused; what passes is written as canonical N-Quads.

JSON-LD readers drop terms that they do not know and IRIs that they cannot read, in silence, so that something would be shown that is not
signed. Here nothing is dropped. This way to the canonical form shares no code with the template that is signed from.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials.shapes import ACHIEVEMENT, Document, Shape, Term
from digiskills_integrations.credentials.texts import check_iri, check_text, parse_vc_time
from digiskills_integrations.errors import CredentialError

_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_ENCODER = json.JSONEncoder(ensure_ascii=False)
# While a document is walked, its blank nodes are numbered; RDFC-1.0 gives them their names afterwards.
_BLANK = re.compile(r"_:b\d+(?= )")


def quads(document: JsonObject, kind: Document) -> list[str]:
    """The canonical N-Quads (RDFC-1.0) of ``document``, without line ends, sorted by code point.

    Args:
        document: an unsigned document, as read from JSON.
        kind: what it must be.

    Raises:
        CredentialError: ``unknown_context``, ``undefined_term``, ``missing_term``, ``wrong_type``, ``bad_value``, ``not_nfc``,
            ``control_character``, ``bad_iri``, ``bad_time``; the message names the path.
    """
    if document.get("@context") != list(kind.context):
        raise CredentialError("unknown_context", "@context: expected exactly the contexts of this kind of record, in their order")
    content = {name: value for name, value in document.items() if name != "@context"}
    return sorted(set(_node(content, kind.root, "$")[1]))


def _node(node: object, shape: Shape, path: str, *, blank: str = "") -> tuple[str, list[str]]:
    """The name of a node and all quads below it; a node without an ``id`` is called ``blank``."""
    if not isinstance(node, dict):
        raise CredentialError("bad_value", f"{path}: expected an object, found {type(node).__name__}")
    if shape is not ACHIEVEMENT:
        return _walk(node, shape, path, blank=blank)
    # The same for everybody who completes a regulation, and most of a badge.
    name, lines = _achievement(_ENCODER.encode(node), path)
    return name, list(lines)


@functools.lru_cache(maxsize=256)
def _achievement(text: str, path: str) -> tuple[str, tuple[str, ...]]:
    name, lines = _walk(json.loads(text), ACHIEVEMENT, path, blank="")
    return name, tuple(_with_canonical_names(lines))


def _walk(node: JsonObject, shape: Shape, path: str, *, blank: str) -> tuple[str, list[str]]:
    name = _name(node, shape, path, blank)
    _check_terms(node, shape, path)
    lines = [f"{name} {_TYPE} <{iri}> ." for iri in shape.type_iris]
    for term_name, value in node.items():
        term = shape.terms.get(term_name)
        if term is None:
            continue  # id and type, judged above
        place = f"{path}.{term_name}"
        if not term.many:
            _append(lines, name, term, value, place)
            continue
        for position, member in enumerate(_members(value, place)):
            _append(lines, name, term, member, f"{place}[{position}]")
    return name, lines


def _append(lines: list[str], name: str, term: Term, value: object, path: str) -> None:
    """Append the quad of one value, and those below it."""
    if term.shape is None:
        lines.append(f"{name} <{term.iri}> {_leaf(value, term, path)} .")
        return
    # How many lines there are is a number that no other node of this walk has.
    written, below = _node(value, term.shape, path, blank=f"_:b{len(lines)}")
    lines.append(f"{name} <{term.iri}> {written} .")
    lines.extend(below)


def _name(node: JsonObject, shape: Shape, path: str, blank: str) -> str:
    if not shape.named:
        return blank
    iri = _text(node.get("id"), f"{path}.id")
    check_iri(iri, f"{path}.id")
    return f"<{iri}>"


def _check_terms(node: JsonObject, shape: Shape, path: str) -> None:
    if node.get("type") != shape.type_value:
        raise CredentialError("wrong_type", f"{path}.type: expected {shape.type_value!r}, found {node.get('type')!r}")
    for name in node.keys() - shape.terms.keys():
        known = (name == "id" and shape.named) or (name == "type" and shape.type_value is not None)
        if not known:
            raise CredentialError("undefined_term", f"{path}: the term {name!r} is not defined here; it would not be signed")
    missing = shape.required - node.keys()
    if missing:
        raise CredentialError("missing_term", f"{path}: the terms {sorted(missing)} are missing")


def _members(value: object, path: str) -> list[object]:
    if not isinstance(value, list) or not value:
        raise CredentialError("bad_value", f"{path}: expected a list that is not empty")
    # RDF has sets: of two equal members one would vanish.
    if any(value[position] in value[:position] for position in range(1, len(value))):
        raise CredentialError("bad_value", f"{path}: the same member comes twice")
    return value


def _leaf(value: object, term: Term, path: str) -> str:
    """A value as the object of a quad."""
    if term.kind == "true":
        if value is not True:
            raise CredentialError("bad_value", f"{path}: only true is meaningful here; leave the term out otherwise")
        return f'"true"^^<{term.datatype}>'
    text = _text(value, path)
    if term.pattern is not None and term.pattern.fullmatch(text) is None:
        raise CredentialError("bad_value", f"{path}: {text!r} does not have the form {term.pattern.pattern}")
    if term.kind == "iri":
        check_iri(text, path)
        return f"<{text}>"
    if term.kind == "iri_text":
        check_iri(text, path)
    elif term.kind == "time":
        parse_vc_time(text, path)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"^^<{term.datatype}>' if term.datatype else f'"{escaped}"'


def _text(value: object, path: str) -> str:
    if not isinstance(value, str) or not value:
        raise CredentialError("bad_value", f"{path}: expected a text that is not empty, found {value!r}")
    check_text(value, path)
    return value


def _with_canonical_names(lines: list[str]) -> list[str]:
    """The lines with the names that RDFC-1.0 gives to blank nodes: in the order of the hashes of the quads around each.

    No line of our shapes holds two blank nodes, and no two blank nodes are alike (see :func:`_values`), so the first-degree hashes of
    RDFC-1.0, section 4.6, tell them apart.
    """
    around: dict[str, list[str]] = {}
    for line in lines:
        found = _BLANK.search(_without_literal(line))
        if found is not None:
            around.setdefault(found.group(), []).append(line)
    hashes = {blank: _first_degree_hash(blank, own) for blank, own in around.items()}
    names = {blank: f"_:c14n{n}" for n, blank in enumerate(sorted(hashes, key=hashes.__getitem__))}
    return [_renamed(line, names) for line in lines]


def _first_degree_hash(blank: str, lines: list[str]) -> str:
    text = "".join(sorted(_renamed(line, {blank: "_:a"}) + "\n" for line in lines))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _renamed(line: str, names: dict[str, str]) -> str:
    found = _BLANK.search(_without_literal(line))
    if found is None:
        return line
    return line[: found.start()] + names[found.group()] + line[found.end() :]


def _without_literal(line: str) -> str:
    """The part of a line before its literal, where a blank node may stand (a literal may look like one)."""
    return line.partition('"')[0]
