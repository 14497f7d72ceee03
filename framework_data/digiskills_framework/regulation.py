"""The frozen types of a regulation: what an audience must master, and the rules by which that is assessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from digiskills_framework.types import Audience, LocalizedText


@dataclass(frozen=True, slots=True)
class SkillRequired:
    """A leaf: the skill is mastered; with ``facet``, only that facet of it is asked for."""

    skill: str
    facet: str | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every branch.

    Attributes:
        named: ``group:S`` or ``set:five-basic`` where the file names a group or a set and the loader put its skills in; None else.
    """

    of: tuple[RequirementTree, ...]
    named: str | None = None


@dataclass(frozen=True, slots=True)
class AnyOf:
    of: tuple[RequirementTree, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``n`` of the branches, 1 ≤ n ≤ len(of)."""

    n: int
    of: tuple[RequirementTree, ...]


@dataclass(frozen=True, slots=True)
class Weighted:
    """Branches that are met add their weights, and the sum is at least ``needed``.

    Attributes:
        needed: 1 … sum of the weights.
        weights: one for each branch, each ≥ 1.
    """

    needed: int
    weights: tuple[int, ...]
    of: tuple[RequirementTree, ...]


@dataclass(frozen=True, slots=True)
class EvidenceRequired:
    """At least ``n`` counted pieces of evidence on any of the skills that reach the threshold and were gained in a given way.

    "At least one supervised piece a group" is one of these for each group.

    Attributes:
        n: ≥ 1.
        skills: codes; one piece counts once, whatever its skill.
        assurance: a piece of any of these counts.
        practical: True asks for practice, False for knowledge (questions), None for either.
        named: as in `AllOf`.
    """

    n: int
    skills: tuple[str, ...]
    assurance: frozenset[Assurance]
    practical: bool | None = None
    named: str | None = None


RequirementTree = AllOf | AnyOf | AtLeast | Weighted | EvidenceRequired | SkillRequired


def leaves(tree: RequirementTree) -> Iterator[SkillRequired]:
    """Every skill that must be mastered, in the order written; a skill named twice comes twice, `EvidenceRequired` names none."""
    if isinstance(tree, SkillRequired):
        yield tree
    elif not isinstance(tree, EvidenceRequired):
        for branch in tree.of:
            yield from leaves(branch)


class Assurance(StrEnum):
    """How sure one may be of who did it, weakest first; see `rank`."""

    SELF = "self"
    IMPORTED = "imported"
    ASSISTED = "assisted"
    SUPERVISED = "supervised"
    OBSERVED = "observed"

    @property
    def rank(self) -> int:
        """0 for the weakest; evidence satisfies a minimum when its rank is at least that of the minimum."""
        return list(Assurance).index(self)


class RecordType(StrEnum):
    """What is issued about a learner."""

    CONFIRMATION = "confirmation"
    """That the learner has completed; issued once the decision says so, and withdrawn when it no longer holds."""
    RESULT = "result"
    """What was found for each skill, whatever the decision; a later decision gives it a new version."""


class CountedAttempts(StrEnum):
    """Which counted attempts count for a skill."""

    BEST = "best"
    LATEST = "latest"
    M_OF_N = "m_of_n"
    """At least ``counted_m`` of the last ``counted_n`` reach the threshold; the value is the m-th highest of them."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One number or choice of a regulation, with where it comes from.

    Attributes:
        basis: on what authority, e.g. ``operator-configurable default``.
        source: where it is written, e.g. ``own assumption``.
    """

    name: str
    value: int | str | bool | None
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class RuleValues:
    """The values in force for one audience and school level, typed.

    Attributes:
        mastery_threshold_milli: a skill (or facet) is mastered from this value on, 0 … 1000.
        counted_attempts: which counted attempts count.
        min_assurance: evidence below this assurance does not count.
        hazard_blocks_mastery: evidence whose attempt fired an unrecovered hazard does not count as mastered.
        raise_only: later, weaker evidence never takes mastery away.
        retest_delay_days: days between two counted attempts of a task, ≥ 0.
        validity_days: mastery expires after so many days; None: never.
        settling_seconds: seconds between a decision and issuing the confirmation, ≥ 0.
        trace_retention_days: days after which a stored trace is reduced to its result, ≥ 1.
        counted_m, counted_n: of the choice ``m_of_n``, 1 ≤ m ≤ n; 1 and 1 else.
        accepted_assurance: evidence of any other assurance does not count; follows from ``min_assurance`` where the file names none.
        hazard_veto_days: for so many days after an unrecovered hazard a skill (or facet) cannot become mastered, and, unless
            ``raise_only``, is not; 0: no veto.
        renewal_notice_days: a learner is told so many days before mastery expires, ≥ 0.
        observers: roles that may record what they observed; empty: nobody.
        exempters: roles that may exempt a learner from a skill, with a reason; empty: no exemption.
    """

    mastery_threshold_milli: int
    counted_attempts: CountedAttempts
    min_assurance: Assurance
    hazard_blocks_mastery: bool
    raise_only: bool
    retest_delay_days: int
    validity_days: int | None
    settling_seconds: int
    trace_retention_days: int
    counted_m: int = 1
    counted_n: int = 1
    accepted_assurance: frozenset[Assurance] = frozenset(Assurance)
    hazard_veto_days: int = 0
    renewal_notice_days: int = 0
    observers: tuple[str, ...] = ()
    exempters: tuple[str, ...] = ()


# Every regulation gives these; the others have a value that changes nothing.
REQUIRED_RULES = (
    "mastery_threshold_milli",
    "counted_attempts",
    "min_assurance",
    "hazard_blocks_mastery",
    "raise_only",
    "retest_delay_days",
    "validity_days",
    "settling_seconds",
    "trace_retention_days",
)
RULE_NAMES = tuple(RuleValues.__slots__)


@dataclass(frozen=True, slots=True)
class AudienceRules:
    """What one audience must master, at one school level or (``level`` None) where no level of its own is given."""

    audience: Audience
    level: str | None
    requires: RequirementTree
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Regulation:
    """One version of the rules of assessment.

    Attributes:
        framework: key of the framework whose skills it names.
        status: ``demo`` (never for real confirmations), ``default`` (ours, configurable) or ``official``.
        rules: every rule once, in force unless an audience or level overrides it.
        record_fields: what a record contains, in this order.
        record_types: which records are issued.
        record_caps: at most so many records of a type are signed for one learner within 365 days; no cap for a type without an entry.
    """

    id: str
    version: int
    label: LocalizedText
    framework: str
    status: Literal["demo", "default", "official"]
    notice: LocalizedText
    audiences: tuple[AudienceRules, ...]
    rules: tuple[Rule, ...]
    record_fields: tuple[str, ...]
    record_types: tuple[RecordType, ...]
    record_caps: Mapping[RecordType, int]

    @property
    def key(self) -> str:
        """``demo-s3-a1/1``"""
        return f"{self.id}/{self.version}"

    def audience_codes(self) -> tuple[Audience, ...]:
        return tuple(dict.fromkeys(entry.audience for entry in self.audiences))

    def entry(self, audience: str, level: str | None = None) -> AudienceRules:
        """The rules for an audience at a school level; without an entry for the level, those of the audience as a whole.

        Raises:
            KeyError: the regulation says nothing of this audience.
        """
        for wanted in (level, None):
            for entry in self.audiences:
                if (entry.audience, entry.level) == (audience, wanted):
                    return entry
        known = ", ".join(self.audience_codes())
        raise KeyError(f"regulation {self.key} has no audience {audience!r}; it has {known}")

    def requires(self, audience: str, level: str | None = None) -> RequirementTree:
        """What the audience must master; see `entry` for the fallback and errors."""
        return self.entry(audience, level).requires

    def rule(self, name: str, audience: str | None = None, level: str | None = None) -> Rule:
        """The rule in force, with its basis and source: that of the level, else of the audience, else of the regulation.

        Raises:
            KeyError: no such rule, or no such audience.
        """
        layers = [self.rules]
        if audience is not None:
            layers = [self.entry(audience, level).rules, self.entry(audience).rules, self.rules]
        for rules in layers:
            for rule in rules:
                if rule.name == name:
                    return rule
        raise KeyError(f"regulation {self.key} has no rule {name!r}; rules: {', '.join(RULE_NAMES)}")

    def values(self, audience: str, level: str | None = None) -> RuleValues:
        """All rules in force for an audience and level, as typed values; see `rule`."""
        found = {name: self.rule(name, audience, level).value for name in REQUIRED_RULES}
        return RuleValues(
            mastery_threshold_milli=_whole(found["mastery_threshold_milli"]),
            counted_attempts=CountedAttempts(str(found["counted_attempts"])),
            min_assurance=Assurance(str(found["min_assurance"])),
            hazard_blocks_mastery=bool(found["hazard_blocks_mastery"]),
            raise_only=bool(found["raise_only"]),
            retest_delay_days=_whole(found["retest_delay_days"]),
            validity_days=None if found["validity_days"] is None else _whole(found["validity_days"]),
            settling_seconds=_whole(found["settling_seconds"]),
            trace_retention_days=_whole(found["trace_retention_days"]),
        )


def _whole(value: int | str | bool | None) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"a whole number was expected, not {value!r}")
    return value
