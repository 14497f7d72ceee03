"""What a block says of skills: by the table of mapped blocks, else by the block's own field, else by its tags.

Field and tags are written by course teams; they count only in the courses that the operator names in the settings.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from attrs import define, field, frozen
from django.conf import settings
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from digiskills_grading.block_matching import BlockRef, MappingRule, Matcher, Select, Selector, Target, declared_targets, glob_matches
from digiskills_grading.data import BlockFacts
from digiskills_grading.models import BlockMapping
from digiskills_grading.score_sources import ScoreSource
from digiskills_grading.site_data import list_frameworks, load_framework

log = logging.getLogger(__name__)

FACTS_AGE = timedelta(minutes=10)
_MAX_FACTS = 10_000
Version = tuple[object, ...]


@lru_cache(maxsize=1)
def known_skills() -> Mapping[str, frozenset[str]]:
    """The facets of every skill of every installed framework; a code that several have, has all their facets."""
    facets: dict[str, set[str]] = {}
    for key in list_frameworks():
        for skill in load_framework(key).skills:
            facets.setdefault(skill.code, set()).update(skill.facet_codes)
    return {code: frozenset(names) for code, names in facets.items()}


def cell_problem(skill: str, facet: str) -> tuple[str, str] | None:
    """What is wrong with a skill and facet: the field (``skill`` or ``facet``) and a sentence; None when they can be assessed."""
    facets = known_skills().get(skill)
    if facets is None:
        return "skill", _("no installed framework has a skill “%(skill)s”: see digiskills framework show") % {"skill": skill}
    if not facets and facet:
        return "facet", _("skill %(skill)s is assessed as a whole: leave the facet out") % {"skill": skill}
    if facets and facet not in facets:
        names = ", ".join(sorted(facets))
        return "facet", _("skill %(skill)s is assessed by its facets: name one of %(facets)s") % {"skill": skill, "facets": names}
    return None


def rule_of(row: BlockMapping) -> MappingRule:
    """A row of the table as the matcher takes it."""
    return MappingRule(
        key=row.pk or 0,
        selector=Selector(course_pattern=row.course_pattern, select=Select(row.select), block_pattern=row.block_pattern),
        target=Target(
            skill=row.skill,
            facet=row.facet,
            level=row.level,
            practical=row.practical,
            assurance=row.assurance,
            regulation=row.regulation,
            audience=row.audience,
        ),
        active_from=row.active_from,
        active_to=row.active_to,
    )


@frozen
class Declarations:
    """Where what course teams write at their blocks counts; patterns over the course key as in the table.

    Attributes:
        taxonomy: export id of the taxonomy that the framework was imported as.
    """

    field_courses: tuple[str, ...] = ()
    tag_courses: tuple[str, ...] = ()
    taxonomy: str = ""

    @classmethod
    def configured(cls) -> Declarations:
        """By the settings ``DIGISKILLS_SKILLS_FIELD_COURSES``, ``DIGISKILLS_TAG_COURSES`` and ``DIGISKILLS_TAXONOMY``."""
        return cls(
            field_courses=tuple(getattr(settings, "DIGISKILLS_SKILLS_FIELD_COURSES", ())),
            tag_courses=tuple(getattr(settings, "DIGISKILLS_TAG_COURSES", ())),
            taxonomy=getattr(settings, "DIGISKILLS_TAXONOMY", ""),
        )

    def field_counts(self, block: BlockRef) -> bool:
        return _any_matches(self.field_courses, block)

    def tags_count(self, block: BlockRef) -> bool:
        return self.taxonomy != "" and _any_matches(self.tag_courses, block)


@define
class _FactsMemo:
    """Facts of blocks, remembered by the process for `FACTS_AGE`, since each costs reads of the course."""

    _known: dict[BlockRef, tuple[datetime, BlockFacts]] = field(factory=dict)

    def get(self, block: BlockRef, source: ScoreSource, taxonomy: str, now: datetime) -> BlockFacts:
        found = self._known.get(block)
        if found is not None and found[0] <= now < found[0] + FACTS_AGE:
            return found[1]
        if len(self._known) >= _MAX_FACTS:
            self._known.clear()
        facts = source.facts(block, taxonomy=taxonomy)
        self._known[block] = now, facts
        return facts

    def clear(self) -> None:
        self._known.clear()


_facts = _FactsMemo()
_compiled: dict[Version, Matcher] = {}


def forget() -> None:
    """Forgets what the process remembers of the table and of blocks; for tests, which empty both."""
    _facts.clear()
    _compiled.clear()


@frozen
class Mapper:
    """The mapping as it is at one moment."""

    matcher: Matcher
    source: ScoreSource
    declarations: Declarations
    now: datetime

    def targets(self, block: BlockRef, at: datetime) -> tuple[Target, ...]:
        """What a score that a block gave at a moment says; empty for nothing."""
        facts = self._facts(block)
        named = BlockRef(block.course_key, block.usage_key, upstream=facts.upstream)
        return self.matcher.targets(named, at) or self._declared(block, facts)

    def knows(self, block: BlockRef) -> bool:
        """Whether a score of the block may say something, now or at another moment."""
        facts = self._facts(block)
        named = BlockRef(block.course_key, block.usage_key, upstream=facts.upstream)
        return bool(self.matcher.candidates(named) or self._declared(block, facts))

    def _facts(self, block: BlockRef) -> BlockFacts:
        taxonomy = self.declarations.taxonomy if self.declarations.tags_count(block) else ""
        if not (self.matcher.needs_upstream or taxonomy or self.declarations.field_counts(block)):
            return BlockFacts()
        return _facts.get(block, self.source, taxonomy, self.now)

    def _declared(self, block: BlockRef, facts: BlockFacts) -> tuple[Target, ...]:
        by_field = _assessable(block, declared_targets(facts.declared)) if self.declarations.field_counts(block) else ()
        if by_field or not self.declarations.tags_count(block):
            return by_field
        return _assessable(block, declared_targets(" ".join(facts.tags)))


def current(source: ScoreSource, *, now: datetime) -> Mapper:
    """The mapping in force. One query; the table is read and compiled again only when that says that it changed."""
    seen = BlockMapping.objects.aggregate(count=Count("pk"), last=Max("pk"), changed=Max("changed_at"))
    version = tuple(seen.values())
    matcher = _compiled.get(version)
    if matcher is None:
        matcher = Matcher(rule_of(row) for row in BlockMapping.objects.order_by("pk"))
        _compiled.clear()
        _compiled[version] = matcher
    return Mapper(matcher=matcher, source=source, declarations=Declarations.configured(), now=now)


def _any_matches(patterns: Iterable[str], block: BlockRef) -> bool:
    return any(glob_matches(pattern, key) for pattern in patterns for key in block.course_keys)


def _assessable(block: BlockRef, targets: Iterable[Target]) -> tuple[Target, ...]:
    """What a course team declared, without what cannot be assessed: that is said in the log, and the rest counts."""
    sound = []
    for target in targets:
        problem = cell_problem(target.skill, target.facet)
        if problem is None:
            sound.append(target)
        else:
            log.warning("block %s declares what cannot be assessed: %s", block.usage_key, problem[1])
    return tuple(sound)
