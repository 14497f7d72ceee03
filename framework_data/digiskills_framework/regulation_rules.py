"""The frozen types of a regulation's rules: each with its value, basis and source, and all of them as typed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from digiskills_framework.requirement_tree import Assurance

RuleValue = int | str | bool | tuple[str, ...] | None


class CountedAttempts(StrEnum):
    """Which counted attempts count for a skill."""

    BEST = "best"
    LATEST = "latest"
    M_OF_N = "m_of_n"
    """At least ``counted_m`` of the last ``counted_n`` reach the threshold; the value is the m-th highest of them."""


class Role(StrEnum):
    """Who may record what was observed, or exempt from a skill. The list is closed: a site maps its people to these."""

    COURSE_TEAM = "course_team"
    """Staff of the course in which the learner is enrolled."""
    ASSESSOR = "assessor"
    """Somebody appointed to assess, for instance of a community digital technology team."""
    TEACHER = "teacher"
    """Whoever teaches the learner's class."""
    OFFICIAL = "official"
    """An official of the administrative unit that answers for the learner."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One number or choice of a regulation, with where it comes from.

    Attributes:
        value: a list in the file is a tuple here.
        basis: on what authority, e.g. ``operator-configurable default``.
        source: where it is written, e.g. ``own assumption``.
        stated: False where the file does not give the rule, so that it has the value that changes nothing.
    """

    name: str
    value: RuleValue
    basis: str
    source: str
    stated: bool = True


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

_NOT_STATED = "not stated"

_DEFAULTS: Mapping[str, RuleValue] = {
    "counted_m": 1,
    "counted_n": 1,
    "hazard_veto_days": 0,
    "renewal_notice_days": 0,
    "observers": (),
    "exempters": (),
}


def default_rule(name: str, min_assurance: Assurance) -> Rule:
    """An optional rule where the file does not give it.

    Args:
        min_assurance: in force where the rule is asked for; every assurance from it on is accepted.

    Raises:
        KeyError: there is no such optional rule.
    """
    value = accepted_from(min_assurance) if name == "accepted_assurance" else _DEFAULTS[name]
    return Rule(name=name, value=value, basis=_NOT_STATED, source=_NOT_STATED, stated=False)


def accepted_from(minimum: Assurance) -> tuple[Assurance, ...]:
    """Every assurance of at least this rank, weakest first."""
    return tuple(one for one in Assurance if one.rank >= minimum.rank)


def typed_values(found: Mapping[str, RuleValue]) -> RuleValues:
    """All rules by name as typed values.

    Raises:
        TypeError, ValueError: a value is not of its rule's type; checked files have none such.
    """
    counted = CountedAttempts(str(found["counted_attempts"]))
    of_n = counted is CountedAttempts.M_OF_N
    return RuleValues(
        mastery_threshold_milli=_whole(found["mastery_threshold_milli"]),
        counted_attempts=counted,
        min_assurance=Assurance(str(found["min_assurance"])),
        hazard_blocks_mastery=bool(found["hazard_blocks_mastery"]),
        raise_only=bool(found["raise_only"]),
        retest_delay_days=_whole(found["retest_delay_days"]),
        validity_days=None if found["validity_days"] is None else _whole(found["validity_days"]),
        settling_seconds=_whole(found["settling_seconds"]),
        trace_retention_days=_whole(found["trace_retention_days"]),
        counted_m=_whole(found["counted_m"]) if of_n else 1,
        counted_n=_whole(found["counted_n"]) if of_n else 1,
        accepted_assurance=frozenset(Assurance(name) for name in _names(found["accepted_assurance"])),
        hazard_veto_days=_whole(found["hazard_veto_days"]),
        renewal_notice_days=_whole(found["renewal_notice_days"]),
        observers=_names(found["observers"]),
        exempters=_names(found["exempters"]),
    )


def _whole(value: RuleValue) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"a whole number was expected, not {value!r}")
    return value


def _names(value: RuleValue) -> tuple[str, ...]:
    if not isinstance(value, tuple):
        raise TypeError(f"a list of names was expected, not {value!r}")
    return value
