"""What attempts amount to: mastery, decisions, and what is issued about them."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from digiskills_grading.scoring.types import DecisionStatus, MasteryStatus, Reason


@frozen(kw_only=True)
class DecisionData:
    """One decision about a learner under a regulation as an audience; ``n`` counts from 1 within these."""

    learner_public_id: str
    regulation: str
    audience: str
    n: int
    status: DecisionStatus
    reasons: tuple[Reason, ...]
    evidence_upto: int
    digest: str
    decided_at: datetime


@frozen(kw_only=True)
class SkillMastery:
    """The state of one skill of one learner under one regulation as one audience.

    Attributes:
        value_milli: the least of the skill's facets, None when a facet was never assessed.
        since: when it was mastered.
    """

    skill: str
    state: MasteryStatus
    value_milli: int | None
    since: datetime | None
    expires_at: datetime | None


@frozen(kw_only=True)
class ConfirmationSummary:
    """What a learner's page shows of an issued confirmation."""

    number: str
    status: str
    issued_at: datetime
    verify_url: str


@frozen(kw_only=True)
class TrackOverview:
    """A learner's way under one regulation as one audience; ``decision`` is None before the first counted attempt."""

    regulation: str
    audience: str
    school_level: str | None
    skills: tuple[SkillMastery, ...]
    decision: DecisionData | None


@frozen(kw_only=True)
class HolderData:
    """For whom a confirmation is issued. The name is personal data: it does not show in a repr."""

    learner_public_id: str
    user_id: int | None
    name: str | None = field(repr=False)


@frozen(kw_only=True)
class IssueTodo:
    """A confirmation that is to be issued, not earlier than ``not_before``."""

    id: int
    learner_public_id: str
    decision_n: int
    regulation: str
    audience: str
    created_at: datetime
    not_before: datetime


@frozen(kw_only=True)
class RecordCase:
    """All that a record about a learner is made of: read under the learner lock, so that it cannot change meanwhile.

    Attributes:
        decision: the one that the record rests on.
        school_level: of the learner when it was made, for students.
    """

    decision: DecisionData
    mastery: tuple[SkillMastery, ...]
    holder: HolderData
    school_level: str | None = None


@frozen(kw_only=True)
class IssueCase(RecordCase):
    """What is to be issued, with the request for it."""

    todo: IssueTodo


@frozen(kw_only=True)
class Difference:
    """A stored mastery or decision that does not follow from the evidence; ``what`` names it, the values are as text."""

    learner_public_id: str
    what: str
    stored: str
    expected: str


@frozen(kw_only=True)
class RecomputeReport:
    """What a recomputation looked at, and where stored state and evidence differ; ``differences`` names the first of them."""

    learners: int
    masteries: int
    decisions: int
    difference_count: int
    differences: tuple[Difference, ...]

    def summary(self) -> str:
        """``2 learners, 4 masteries, 3 decisions, 0 differences``"""
        return f"{self.learners} learners, {self.masteries} masteries, {self.decisions} decisions, {self.difference_count} differences"
