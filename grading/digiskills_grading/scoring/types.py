"""Values of the rules of mastery and decision. Nothing here knows a database, a clock or a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Literal

from attrs import frozen

from digiskills_framework.api import RequirementTree, RuleValues
from digiskills_grading.scoring.layout import Layout, layout_of
from digiskills_grading.scoring.reasons import PolicyReasons, Reason, policy_reasons

__all__ = [
    "CellState",
    "DecisionStatus",
    "Evaluation",
    "EvidenceKind",
    "MasteryStatus",
    "Observation",
    "Policy",
    "Reason",
    "SkillState",
    "Verdict",
]

EvidenceKind = Literal["score", "hazard", "retraction", "exemption"]
MasteryStatus = Literal["not_assessed", "not_yet", "mastered", "expired", "exempt"]
DecisionStatus = Literal["not_yet", "completed", "withdrawn"]


@frozen(kw_only=True)
class Observation:
    """One row of evidence as the rules see it.

    Attributes:
        key: unique within a learner.
        facet: empty where the skill is assessed as a whole.
        kind: ``hazard`` is a score whose attempt did the harmful act and did not recover; ``retraction`` takes back the
            observation whose key is ``retracts``; ``exemption`` says that the skill is not asked of this learner.
        value_milli: 0 … 1000.
        practical: practice, and not knowledge (questions).
        piece: what the observations of one attempt (or one observed lesson, one exam) have in common; empty: this one stands alone.
        excluded: kept, and counted nowhere (course staff trying their own block).
    """

    key: str
    skill: str
    facet: str
    kind: EvidenceKind
    value_milli: int
    assurance: str
    occurred_at: datetime
    excluded: bool = False
    retracts: str = ""
    practical: bool = True
    piece: str = ""


@frozen(kw_only=True)
class Policy:
    """A regulation as it applies to one audience (and school level).

    Attributes:
        regulation: ``id/version``.
        facets: of every skill of the framework; empty for a skill assessed as a whole.
        records_results: whether every decision is to be recorded, not only completion.
    """

    regulation: str
    audience: str
    school_level: str | None
    values: RuleValues
    requires: RequirementTree
    facets: Mapping[str, tuple[str, ...]]
    records_results: bool = False

    @cached_property
    def layout(self) -> Layout:
        """The same as numbers."""
        return layout_of(self.values, self.facets, self.requires)

    @cached_property
    def reasons(self) -> PolicyReasons:
        """What can be missing."""
        return policy_reasons(self.layout)


@frozen(kw_only=True)
class CellState:
    """State of one facet, or of a whole skill that has none (facet is empty then).

    Attributes:
        value_milli: best, latest or m-th highest counted value, as the regulation says; None before there is one, and for an exempt
            skill.
        hazard: only the harm done in the counted attempts keeps the value from counting as mastered; another attempt is needed.
        since: when the mastery (or exemption) in force began.
        expires_at: when a mastery ends, or has ended.
        vetoed_until: the proof is there, and counts from this moment on: a harmful act is not long enough ago.
    """

    facet: str
    state: MasteryStatus
    value_milli: int | None = None
    hazard: bool = False
    since: datetime | None = None
    expires_at: datetime | None = None
    vetoed_until: datetime | None = None


@frozen(kw_only=True)
class SkillState:
    """State of one skill, made of its cells.

    Mastered when all are; expired when all are mastered or expired; exempt as a whole.

    Attributes:
        value_milli: the least of the cells', None where one has none.
        since: when the last cell was mastered, or the exemption began; None in any other state.
        expires_at: when the first cell's mastery ends, or has ended; None where the skill is neither mastered nor expired.
    """

    skill: str
    state: MasteryStatus
    value_milli: int | None
    since: datetime | None
    expires_at: datetime | None
    cells: tuple[CellState, ...]


@frozen(kw_only=True)
class Evaluation:
    """What a learner's evidence amounts to under a policy at one moment.

    Attributes:
        missing: empty exactly when all requirements are met.
        pieces: how many pieces each different demand for evidence has, in the order of the tree, and at most what it needs.
        next_review_at: the earliest later moment at which the same evidence amounts to something else; None: never.
    """

    skills: tuple[SkillState, ...]
    missing: tuple[Reason, ...]
    pieces: tuple[int, ...] = ()
    next_review_at: datetime | None = None

    @property
    def assessed(self) -> bool:
        """Whether any evidence counted at all."""
        return any(cell.state != "not_assessed" for skill in self.skills for cell in skill.cells)


@frozen(kw_only=True)
class Verdict:
    """Status and reasons; equal digests mean that nothing changed."""

    status: DecisionStatus
    reasons: tuple[Reason, ...]
    digest: str
