"""What machines and people read of learners, in pages."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar

from attrs import frozen

from digiskills_grading.data.outcomes import DecisionData, SkillMastery

Entry = TypeVar("Entry")


@frozen
class Page(Generic[Entry]):
    """Some entries of a list.

    Attributes:
        last: the position of the last entry, after which the next page begins; None for an empty page.
        more: whether there are entries after it.
    """

    entries: tuple[Entry, ...]
    last: int | None
    more: bool


@frozen(kw_only=True)
class LearnerEntry:
    """A learner without a name: ``admin_unit`` is a code."""

    id: str
    admin_unit: str | None
    has_account: bool
    created_at: datetime


@frozen(kw_only=True)
class EvidenceEntry:
    """One piece of evidence.

    Attributes:
        id: its source key; unique, and what ``retracts`` of a later piece may name.
        facet: None for the skill as a whole.
        value_milli: 0 … 1000.
        practical: practice; False for knowledge.
        excluded_reason: set: the piece counts nowhere.
        attempt, session: outward ids.
    """

    id: str
    learner: str
    skill: str
    facet: str | None
    kind: str
    source: str
    value_milli: int
    level: str | None
    practical: bool
    assurance: str
    retracts: str | None
    excluded_reason: str | None
    course_key: str | None
    usage_key: str | None
    attempt: str | None
    session: str | None
    occurred_at: datetime
    recorded_at: datetime


@frozen(kw_only=True)
class TrackEntry:
    """A learner's way under a regulation as an audience, with the state of every skill that was ever assessed."""

    learner: str
    regulation: str
    audience: str
    school_level: str | None
    status: str
    decision_n: int
    next_review_at: datetime | None
    skills: tuple[SkillMastery, ...]


@frozen(kw_only=True)
class DecisionEntry:
    """A decision with the school level at which it was made."""

    decision: DecisionData
    school_level: str | None


@frozen(kw_only=True)
class ImportEntry:
    """An import that was to write; the figures are None until it is finished."""

    id: str
    source: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    rows: int | None
    added: int | None
    corrected: int | None
    unchanged: int | None
    rejected: int | None
