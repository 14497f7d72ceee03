"""How far a learner is, what comes next, and what happened so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from attrs import frozen

from digiskills_grading.data.outcomes import DecisionData
from digiskills_grading.scoring.placement import Recommendation
from digiskills_grading.scoring.shortest import Way
from digiskills_grading.scoring.types import DecisionStatus, Reason, SkillState

HistoryKind = Literal["attempt", "evidence", "correction", "exemption", "decision"]


@frozen(kw_only=True)
class Place:
    """A block in a course; ``url`` is empty where the platform has no address for it."""

    course_key: str
    usage_key: str
    url: str = ""


@frozen(kw_only=True)
class NextTask:
    """One thing to do next: the recommendation, and where it can be done.

    Attributes:
        place: None where no course of the learner is known to have the task.
    """

    recommendation: Recommendation
    place: Place | None


@frozen(kw_only=True)
class TrackProgress:
    """How far a learner is on a track at one moment; everything follows from the evidence as of that moment.

    Attributes:
        skills: by skill code, every skill with evidence that counts.
        missing: reasons why the requirements are not met; empty when they are.
        decision: the last one, None before the first.
        way: the fewest further pieces; None where none that counts could ever suffice.
        next_tasks: in the order in which they are best done: what the way asks for, and what expires soon.
        assurance: how many pieces of evidence stand, by the way in which they were gained.
        expiring: day on which mastery ends, by skill, where it ends soon.
    """

    regulation: str
    audience: str
    school_level: str | None
    skills: tuple[SkillState, ...]
    missing: tuple[Reason, ...]
    decision: DecisionData | None
    way: Way | None
    next_tasks: tuple[NextTask, ...]
    assurance: Mapping[str, int]
    expiring: Mapping[str, datetime]


@frozen(kw_only=True)
class HistoryEntry:
    """Something that happened to a learner's record.

    Attributes:
        kind: a counted attempt; a result from elsewhere; a result that was taken back or replaced; an exemption; a decision.
        source: of evidence, as `Evidence.Source`; empty for attempts and decisions.
        task: id of the attempt's task; empty for everything else.
        skills: codes, in alphabetical order; empty for decisions.
        value_milli: of an attempt or a single result, 0 … 1000; None where there is none.
        status: of a decision.
        regulation: of a decision, ``id/version``; empty for everything else.
    """

    kind: HistoryKind
    at: datetime
    source: str = ""
    task: str = ""
    skills: tuple[str, ...] = ()
    value_milli: int | None = None
    assurance: str = ""
    status: DecisionStatus | None = None
    regulation: str = ""
