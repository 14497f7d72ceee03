"""Which rows of a mapping apply to a block of a course. Pure: keys and rows in, targets out.

Of all rows that match a block and are in force at the moment, those with the most specific selector apply, together; the others do not.
A selector names a block by its usage key, its id, its upstream (the block of a library that it was made from), its type, or not at all,
in this order of specificity; then the longer block pattern is more specific, then the longer course pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

WILDCARD = "*"
OWN_TYPES = "digiskills_"
_LIBRARIES = ("lib:", "library-v1:", "lb:", "lib-block-v1:")
_BLOCK = re.compile(r"\+type@(?P<type>[^+@]+)\+block@(?P<id>[^+@]+)$")
_OLD_BLOCK = re.compile(r"^i4x://[^/]+/[^/]+/(?P<type>[^/]+)/(?P<id>[^/@]+)")
_CCX = re.compile(r"^ccx-(?P<rest>(?:block-)?v1:.+?)\+ccx@\d+(?P<tail>\+type@.+)?$")
_MAX_REMEMBERED = 10_000


class Select(StrEnum):
    """By what a row names blocks, the most general first."""

    ANY = "any"
    TYPE = "type"
    UPSTREAM = "upstream"
    ID = "id"
    USAGE = "usage"

    @property
    def rank(self) -> int:
        """Higher is more specific."""
        return list(Select).index(self)


@frozen
class BlockRef:
    """A block as the platform names it.

    Attributes:
        course_key: of the run in which it was answered; of a custom course (CCX) its own key.
        upstream: key of the library's block it was made from; empty where there is none or nobody asked.
    """

    course_key: str
    usage_key: str
    upstream: str = ""

    @property
    def in_course(self) -> bool:
        """Whether it was answered in a run of a course, and not in a library."""
        return bool(self.course_key) and not self.course_key.startswith(_LIBRARIES) and not self.usage_key.startswith(_LIBRARIES)

    @property
    def is_own(self) -> bool:
        """Whether it is a block of this product, which records its attempts itself."""
        return self.block_type.startswith(OWN_TYPES)

    @property
    def block_type(self) -> str:
        """``problem``; empty for a key of an unknown form."""
        return self._part("type")

    @property
    def block_id(self) -> str:
        """The last part of the key, which a rerun of the course keeps; empty for a key of an unknown form."""
        return self._part("id")

    @property
    def course_keys(self) -> tuple[str, ...]:
        """The keys a course pattern may match: its own, and of a CCX also that of the course it was made from."""
        return tuple(dict.fromkeys((self.course_key, without_ccx(self.course_key))))

    @property
    def usage_keys(self) -> tuple[str, ...]:
        """The same of the block."""
        return tuple(dict.fromkeys((self.usage_key, without_ccx(self.usage_key))))

    def _part(self, name: str) -> str:
        found = _BLOCK.search(self.usage_key) or _OLD_BLOCK.match(self.usage_key)
        return found.group(name) if found else ""


def without_ccx(key: str) -> str:
    """Key of the course or block that a custom course (CCX) was made from; any other key as it is."""
    found = _CCX.match(key)
    if found is None:
        return key
    rest = found.group("rest")
    return f"{rest if rest.startswith('block-') else f'course-{rest}'}{found.group('tail') or ''}"


@frozen(kw_only=True)
class Target:
    """What a score of a block says.

    Attributes:
        skill: code of the skill.
        facet: empty for a skill that is assessed as a whole.
        level: school level it was assessed at; None for none.
        practical: whether the learner did it; False: answered questions about it (knowledge).
        assurance: as of `digiskills_framework.api.Assurance`.
        regulation, audience: the track to join; both empty for none.
    """

    skill: str
    facet: str = ""
    level: str | None = None
    practical: bool = False
    assurance: str = "self"
    regulation: str = ""
    audience: str = ""


@frozen(kw_only=True)
class Selector:
    """Which blocks of which courses. ``*`` in a pattern stands for any text, everything else for itself, case included."""

    course_pattern: str
    select: Select
    block_pattern: str = WILDCARD

    @property
    def precedence(self) -> tuple[int, int, int, str, str]:
        """Sorts the more specific first; never equal for two different selectors of one kind."""
        return -self.select.rank, -_literal(self.block_pattern), -_literal(self.course_pattern), self.block_pattern, self.course_pattern

    def matches(self, block: BlockRef) -> bool:
        return self.matches_course(block.course_key) and any(name and glob_matches(self.block_pattern, name) for name in self._names(block))

    def matches_course(self, course_key: str) -> bool:
        """Whether it names blocks of this course; of a CCX also by the key of the course it was made from."""
        return any(glob_matches(self.course_pattern, key) for key in BlockRef(course_key, "").course_keys)

    def _names(self, block: BlockRef) -> tuple[str, ...]:
        names = {
            Select.ANY: block.usage_keys,
            Select.TYPE: (block.block_type,),
            Select.UPSTREAM: (block.upstream,),
            Select.ID: (block.block_id,),
            Select.USAGE: block.usage_keys,
        }
        return names[self.select]


@frozen(kw_only=True)
class MappingRule:
    """One row: scores that were made from ``active_from`` on and before ``active_to`` say something of the target."""

    key: int
    selector: Selector
    target: Target
    active_from: datetime | None = None
    active_to: datetime | None = None

    def in_force(self, at: datetime) -> bool:
        return (self.active_from is None or self.active_from <= at) and (self.active_to is None or at < self.active_to)

    def contradicts(self, other: MappingRule) -> bool:
        """Whether two rows say the same blocks' scores twice about the same skill or facet, at some moment."""
        same = self.selector == other.selector and self.target.skill == other.target.skill and self.target.facet == other.target.facet
        apart = (self.active_to is not None and other.active_from is not None and self.active_to <= other.active_from) or (
            other.active_to is not None and self.active_from is not None and other.active_to <= self.active_from
        )
        return same and not apart


def _most_specific_first(rules: Iterable[MappingRule]) -> tuple[MappingRule, ...]:
    return tuple(sorted(rules, key=lambda rule: (*rule.selector.precedence, rule.target.skill, rule.target.facet, rule.key)))


@frozen
class Matcher:
    """A whole mapping, ready to be asked many times. Remembers the blocks it was asked about."""

    rules: tuple[MappingRule, ...] = field(converter=_most_specific_first)
    _seen: dict[BlockRef, tuple[MappingRule, ...]] = field(factory=dict, init=False, eq=False, repr=False)

    @property
    def needs_upstream(self) -> bool:
        """Whether a row names blocks by their upstream, so that a `BlockRef` without it could miss a match."""
        return any(rule.selector.select is Select.UPSTREAM for rule in self.rules)

    def candidates(self, block: BlockRef) -> tuple[MappingRule, ...]:
        """The rows that match a block at any time, most specific first."""
        found = self._seen.get(block)
        if found is None:
            if len(self._seen) >= _MAX_REMEMBERED:
                self._seen.clear()
            found = self._seen[block] = tuple(rule for rule in self.rules if rule.selector.matches(block))
        return found

    def targets(self, block: BlockRef, at: datetime) -> tuple[Target, ...]:
        """What a score that a block gave at a moment says: nothing, or one target for each skill or facet."""
        active = [rule for rule in self.candidates(block) if rule.in_force(at)]
        return _one_a_cell(rule.target for rule in active if rule.selector == active[0].selector)


def glob_matches(pattern: str, text: str) -> bool:
    """Whether a text has the form of a pattern, in linear time. ``*`` is any text, also none."""
    first, *rest = pattern.split(WILDCARD)
    if not rest:
        return pattern == text
    *middle, last = rest
    position, end = len(first), len(text) - len(last)
    if end < position or not text.startswith(first) or not text.endswith(last):
        return False
    for part in middle:
        found = text.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True


def declared_targets(text: str) -> tuple[Target, ...]:
    """What an author wrote at a block: codes of skills, with a facet after a slash, between spaces or commas: ``S3 A1/recognise``."""
    words = (word.partition("/") for word in text.replace(",", " ").split())
    return _one_a_cell(Target(skill=skill, facet=facet) for skill, _, facet in words)


def _one_a_cell(targets: Iterable[Target]) -> tuple[Target, ...]:
    cells: dict[tuple[str, str], Target] = {}
    for target in targets:
        cells.setdefault((target.skill, target.facet), target)
    return tuple(cells.values())


def _literal(pattern: str) -> int:
    """Letters that a pattern fixes; a pattern without a wildcard fixes more than any with one."""
    return len(pattern) - pattern.count(WILDCARD) + (0 if WILDCARD in pattern else 1_000)
