"""From a country pack's folder ``registries/`` to registry profiles, routing rules and the identity scheme.

Layout, below ``packs/<code>/``::

    registries/routing.yaml, identity.yaml
    registries/<profile>/README.md
    registries/<profile>/<version>/mapping.yaml, openapi.yaml, record.schema.json, golden/<case>.json
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from digiskills_framework.contradictions import Contradictions, Raw, localized
from digiskills_framework.errors import FrameworkDataError, UnknownDataError, UnreadableFileError
from digiskills_framework.identity_scheme import CenturySex, IdentityScheme, NumberStructure
from digiskills_framework.library import Entry, find, list_entries
from digiskills_framework.registry import (
    EVENT_TYPES,
    FACTS,
    SKILL_FACTS,
    AnswerForm,
    Batch,
    FieldRule,
    LegalBasis,
    RegistryProfile,
    Routing,
    RoutingRule,
)
from digiskills_framework.shapes import check_shape
from digiskills_framework.strict_yaml import DataPath, Source, read_yaml
from digiskills_framework.types import Audience

FOLDER = "registries"
MAPPING, SCHEMA, CONTRACT = "mapping.yaml", "record.schema.json", "openapi.yaml"


def list_registry_profiles(extra: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """Keys of the registry profiles there are: ``vn/vneid/1``; by pack, code and version."""
    return tuple(key for entry in list_entries("packs", extra) for key in _keys(entry))


@cache
def load_registry_profile(key: str, extra: tuple[Path, ...] = ()) -> RegistryProfile:
    """Read one registry profile with its contract's schema.

    Args:
        key: ``vn/vneid/1``.

    Raises:
        FrameworkDataError: unknown, unreadable or contradictory; see its subclasses.
    """
    known = list_registry_profiles(extra)
    if key not in known:
        remedy = f"Known here: {', '.join(known) or 'none'}"
        raise UnknownDataError.single(file="registry profiles", value=key, message="is not known", remedy=remedy)
    pack, code, version = key.split("/")
    entry = find("packs", pack, extra)
    directory = entry.path / FOLDER / code / version
    source = _read(entry, directory / MAPPING)
    raw = check_shape(source, "registry-profile-1")
    notes = Contradictions()
    for name, wanted in (("pack", pack), ("code", code), ("version", int(version))):
        notes.equal(source, (name,), raw[name], wanted)
    _check_mapping(source, raw, notes)
    notes.check()
    return _profile(raw, _record_schema(entry, directory / SCHEMA), directory)


@cache
def load_routing(pack: str, extra: tuple[Path, ...] = ()) -> Routing:
    """Read the routing rules of a country pack.

    Raises:
        FrameworkDataError: the pack or its routing is unknown, unreadable or contradictory.
    """
    entry = find("packs", pack, extra)
    source = _read(entry, entry.path / FOLDER / "routing.yaml")
    raw = check_shape(source, "registry-routing-1")
    bases = [basis["code"] for basis in raw["legal_bases"]]
    registries = {key.split("/")[1] for key in _keys(entry)}
    notes = Contradictions()
    notes.equal(source, ("pack",), raw["pack"], pack)
    notes.unique(source, ((("legal_bases", index, "code"), code) for index, code in enumerate(bases)))
    for index, rule in enumerate(raw["rules"]):
        notes.known(source, ("rules", index, "registry"), rule["registry"], registries, "registry")
        for place, code in enumerate(rule["legal_bases"]):
            notes.known(source, ("rules", index, "legal_bases", place), code, bases, "legal basis")
    notes.check()
    return Routing(
        pack=pack,
        legal_bases=tuple(LegalBasis(item["code"], localized(item["title"]), item["source"]) for item in raw["legal_bases"]),
        rules=tuple(_routing_rule(rule) for rule in raw["rules"]),
    )


@cache
def load_identity_scheme(pack: str, extra: tuple[Path, ...] = ()) -> IdentityScheme:
    """Read the identity scheme of a country pack.

    Raises:
        FrameworkDataError: the pack has none, or it is unreadable or contradictory.
    """
    entry = find("packs", pack, extra)
    source = _read(entry, entry.path / FOLDER / "identity.yaml")
    raw = check_shape(source, "identity-scheme-1")
    structure = raw["structure"]
    notes = Contradictions()
    notes.equal(source, ("pack",), raw["pack"], pack)
    if structure is not None:
        for index, code in enumerate(structure["places"]):
            if len(code) != structure["place_digits"]:
                remedy = f"Give {structure['place_digits']} digits"
                notes.add(source, ("structure", "places", index), code, "has another length than place_digits", remedy)
        notes.unique(source, ((("structure", "places", index), code) for index, code in enumerate(structure["places"])))
    notes.check()
    return IdentityScheme(
        pack=pack,
        code=raw["code"],
        name=localized(raw["name"]),
        digits=raw["digits"],
        test_prefix=raw["test_prefix"],
        structure=None if structure is None else _structure(structure),
        source=raw["source"],
    )


def check_registries(pack: str, extra: tuple[Path, ...] = ()) -> None:
    """Read everything in the pack's folder ``registries/``; a pack without that folder has no registries.

    Raises:
        FrameworkDataError: something in it is unreadable or contradictory.
    """
    entry = find("packs", pack, extra)
    if not (entry.path / FOLDER).is_dir():
        return
    for key in _keys(entry):
        load_registry_profile(key, extra)
    load_routing(pack, extra)
    load_identity_scheme(pack, extra)


def _keys(entry: Entry) -> Iterator[str]:
    found = (path.parent for path in (entry.path / FOLDER).glob(f"*/*/{MAPPING}"))
    for directory in sorted(found, key=lambda path: (path.parent.name, int(path.name) if path.name.isdecimal() else 0)):
        yield f"{entry.key}/{directory.parent.name}/{directory.name}"


def _read(entry: Entry, file: Path) -> Source:
    return read_yaml(file, name=file.relative_to(entry.directory).as_posix())


def _record_schema(entry: Entry, file: Path) -> dict[str, Any]:
    name = file.relative_to(entry.directory).as_posix()
    try:
        schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
    except (OSError, ValueError, SchemaError) as error:
        raise _bad_schema(name, error) from error
    return schema


def _bad_schema(name: str, error: Exception) -> FrameworkDataError:
    reason = error.message if isinstance(error, SchemaError) else str(error)
    return UnreadableFileError.single(
        file=name, message=f"is no JSON Schema: {reason}", remedy="Write the contract of one record as JSON Schema, draft 2020-12"
    )


def _check_mapping(source: Source, raw: Raw, notes: Contradictions) -> None:
    notes.unique(source, _targets(raw["record"]))
    for path, fact, known in _named_facts(raw["record"]):
        if not any(_fits(fact, pattern) for pattern in known):
            notes.add(source, path, fact, "is not a fact", f"Use one of: {', '.join(known)}")
    for path, words in _event_words(raw["record"]):
        for event in raw["events"]:
            notes.known(source, path, event, words, "word for this event")
    if (raw["batch"] is None) != (raw["answer"]["results"] is None):
        notes.add(source, ("answer", "results"), raw["answer"]["results"], "does not fit `batch`", "Give both, or null for both")


def _targets(rules: list[dict[str, Any]]) -> Iterator[tuple[DataPath, str]]:
    for index, rule in enumerate(rules):
        yield ("record", index, "to"), rule["to"]


def _named_facts(rules: list[dict[str, Any]]) -> Iterator[tuple[DataPath, str, tuple[str, ...]]]:
    for index, rule in enumerate(rules):
        if "from" in rule:
            yield ("record", index, "from"), rule["from"], FACTS
        elif "each" in rule:
            yield ("record", index, "each"), rule["each"], ("record.skills",)
            for place, inner in enumerate(rule["fields"]):
                if "from" in inner:
                    yield ("record", index, "fields", place, "from"), inner["from"], SKILL_FACTS


def _event_words(rules: list[dict[str, Any]]) -> Iterator[tuple[DataPath, list[str]]]:
    """Where the types of events are translated: every event that the registry takes needs a word."""
    for index, rule in enumerate(rules):
        if rule.get("from") == "event.type" and "values" in rule:
            yield ("record", index, "values"), list(rule["values"])


def _fits(fact: str, pattern: str) -> bool:
    parts, wanted = fact.split("."), pattern.split(".")
    return len(parts) == len(wanted) and all(want in ("*", part) for part, want in zip(parts, wanted, strict=True))


def _profile(raw: Raw, schema: dict[str, Any], directory: Path) -> RegistryProfile:
    answer, batch = raw["answer"], raw["batch"]
    return RegistryProfile(
        pack=raw["pack"],
        code=raw["code"],
        version=raw["version"],
        title=localized(raw["title"]),
        notice=localized(raw["notice"]),
        events=tuple(event for event in EVENT_TYPES if event in raw["events"]),
        needs=tuple(raw["needs"]),
        auth=tuple(raw["auth"]),
        idempotency_header=raw["idempotency_header"],
        utc_offset_minutes=raw["utc_offset_minutes"],
        record=tuple(_field(rule) for rule in raw["record"]),
        batch=None if batch is None else Batch(**batch),
        answer=AnswerForm(
            key=answer["key"],
            results=answer["results"] or "",
            status=answer["status"],
            accepted=tuple(answer["accepted"]),
            rejected=tuple(answer["rejected"]),
            again=tuple(answer["again"]),
            reference=answer["reference"],
            reason=answer["reason"],
        ),
        schema=schema,
        directory=directory,
    )


def _field(raw: Raw) -> FieldRule:
    return FieldRule(
        to=tuple(raw["to"].split(".")),
        fact=_path(raw.get("from")),
        const=raw.get("const"),
        each=_path(raw.get("each")),
        fields=tuple(_field(inner) for inner in raw.get("fields", ())),
        required=raw.get("required", False),
        format=raw.get("format", "text"),
        values=tuple(raw.get("values", {}).items()),
    )


def _path(text: str | None) -> tuple[str, ...]:
    return () if text is None else tuple(text.split("."))


def _routing_rule(raw: Raw) -> RoutingRule:
    return RoutingRule(
        registry=raw["registry"],
        records=tuple(raw["records"]),
        audiences=tuple(Audience(code) for code in raw["audiences"]),
        within=raw["within"],
        units=tuple(raw.get("units", ())),
        legal_bases=tuple(raw["legal_bases"]),
    )


def _structure(raw: Raw) -> NumberStructure:
    return NumberStructure(
        place_digits=raw["place_digits"],
        places=tuple(raw["places"]),
        centuries=tuple(CenturySex(**item) for item in raw["centuries"]),
    )
