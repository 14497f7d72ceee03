"""N-Quads of a badge from a compiled template: thirty times faster than a JSON-LD processor, and made by one.

A template is the canonical form, by pyoxigraph, of a badge whose personal values are marks; signing fills them in and sorts again. Badges
of one regulation, audience, issuer and set of optional terms share a template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

import attrs

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.errors import CredentialError

# A mark is an absolute IRI, so that it may stand for IRIs and for literals alike.
_PLAIN = re.compile(r"[!#-;=?-\[\]-~]+")  # ASCII without space, quotes, angle brackets and backslash
_MARK = re.compile(r"urn:digiskills-slot:([a-z0-9-]+):")


def mark(slot: str) -> str:
    """What stands for the value of ``slot`` (lower-case letters, digits, hyphens) in the badge that a template is compiled from."""
    return f"urn:digiskills-slot:{slot}:"


@attrs.frozen
class QuadsTemplate:
    """Canonical N-Quads with slots.

    Attributes:
        constant: lines without a slot.
        pattern: lines with slots, as one format string.
        slots: names of all slots.
    """

    constant: tuple[str, ...]
    pattern: str
    slots: frozenset[str]

    def fill(self, values: Mapping[str, str]) -> list[str]:
        """The quads, without line ends, sorted by code point.

        Args:
            values: for each slot a text that needs no escape in N-Quads, neither inside ``<>`` nor inside quotes.

        Raises:
            CredentialError: ``bad_value`` for a value that would need one.
        """
        if _PLAIN.fullmatch("".join(values[slot] for slot in self.slots)) is None:
            raise CredentialError("bad_value", f"a value of {values!r} cannot stand in a template; only codes, IRIs and times can")
        return sorted([*self.constant, *self.pattern.format_map(values).split("\n")])


def compile_template(
    marked: JsonObject, expected_slots: Collection[str], canonicalise: Callable[[JsonObject], Sequence[str]]
) -> QuadsTemplate:
    """The template of a badge whose values are marks.

    Args:
        marked: the badge, with :func:`mark` where a slot is.
        expected_slots: the slots that must be found, all of them and no other.
        canonicalise: document to canonical quads.

    Raises:
        CredentialError: ``not_a_template`` when a slot is lost or strange, or touches a blank node, whose canonical name would then depend
            on the value.
    """
    constant, patterns, slots = [], [], set()
    for line in canonicalise(marked):
        found = _MARK.findall(line)
        if not found:
            constant.append(line)
            continue
        if line.startswith("_:") or " _:" in line.partition('"')[0]:
            raise CredentialError("not_a_template", f"a slot stands beside a blank node: {line}")
        slots.update(found)
        # Braces of the constant parts must survive str.format.
        doubled = line.replace("{", "{{").replace("}", "}}")
        patterns.append(_MARK.sub(r"{\1}", doubled))
    if slots != set(expected_slots):
        raise CredentialError("not_a_template", f"these slots are lost or strange: {sorted(slots ^ set(expected_slots))}")
    return QuadsTemplate(tuple(constant), "\n".join(patterns), frozenset(slots))
