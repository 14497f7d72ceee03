"""Frozen values that cross the boundary of grading. Times are aware UTC; scores are thousandths, 0 … 1000."""

from __future__ import annotations

from digiskills_grading.data.attempts import (
    AttemptContext,
    AttemptResult,
    ContextState,
    GradedAttempt,
    GradeState,
    GradeToPublish,
    LearnerRef,
    RunKind,
    StartedAttempt,
    TeamAttempt,
    TeamRun,
)
from digiskills_grading.data.counting import CounterDifference, CounterReport, FoldReport
from digiskills_grading.data.courses import CourseLearner, CourseReport, ItemFigures, LearnerGroup, TaskFigures
from digiskills_grading.data.households import CoverageState
from digiskills_grading.data.imports import DateForm, ImportOptions, ImportReport, RowError, ValueScale
from digiskills_grading.data.inbox import BlockFacts, InboxReport, StoredScore
from digiskills_grading.data.listings import (
    DecisionEntry,
    EvidenceEntry,
    ImportEntry,
    LearnerEntry,
    Page,
    TrackEntry,
)
from digiskills_grading.data.operations import Finding, Level, StoryLine, StorySubject, SwitchState
from digiskills_grading.data.outcomes import (
    ConfirmationSummary,
    DecisionData,
    Difference,
    HolderData,
    IssueCase,
    IssueTodo,
    RecomputeReport,
    RecordCase,
    SkillMastery,
    TrackOverview,
)
from digiskills_grading.data.progress import HistoryEntry, NextTask, Place, TrackProgress
from digiskills_grading.data.regulations import AdoptionReport, Blame, ChangeRow, OpenReview, SimulationReport
from digiskills_grading.data.reports import (
    HouseholdReport,
    HouseholdRow,
    LearnerUnit,
    UnitReport,
    UnitRow,
)
from digiskills_grading.scoring.types import Reason

__all__ = [
    "AdoptionReport",
    "AttemptContext",
    "AttemptResult",
    "Blame",
    "BlockFacts",
    "ChangeRow",
    "ConfirmationSummary",
    "ContextState",
    "CounterDifference",
    "CounterReport",
    "CourseLearner",
    "CourseReport",
    "CoverageState",
    "DateForm",
    "DecisionData",
    "DecisionEntry",
    "Difference",
    "EvidenceEntry",
    "Finding",
    "FoldReport",
    "GradeState",
    "GradeToPublish",
    "GradedAttempt",
    "HistoryEntry",
    "HolderData",
    "HouseholdReport",
    "HouseholdRow",
    "ImportEntry",
    "ImportOptions",
    "ImportReport",
    "InboxReport",
    "IssueCase",
    "IssueTodo",
    "ItemFigures",
    "LearnerEntry",
    "LearnerGroup",
    "LearnerRef",
    "LearnerUnit",
    "Level",
    "NextTask",
    "OpenReview",
    "Page",
    "Place",
    "Reason",
    "RecomputeReport",
    "RecordCase",
    "RowError",
    "RunKind",
    "SimulationReport",
    "SkillMastery",
    "StartedAttempt",
    "StoredScore",
    "StoryLine",
    "StorySubject",
    "SwitchState",
    "TaskFigures",
    "TeamAttempt",
    "TeamRun",
    "TrackEntry",
    "TrackOverview",
    "TrackProgress",
    "UnitReport",
    "UnitRow",
    "ValueScale",
]
