"""Tables of grading. Outside of this app nobody imports them: writes go through `api`, reads through `selectors`."""

from __future__ import annotations

from digiskills_grading.models.attempts import Attempt, AttemptRequest, Trace
from digiskills_grading.models.dimensions import Context, RegulationVersion, SkillCode, TaskVersion
from digiskills_grading.models.outcomes import Decision, Evidence, EvidenceNote, Mastery, Track
from digiskills_grading.models.people import AdminUnit, ClassSession, Learner, Membership, Organisation, Person
from digiskills_grading.models.work import CounterDelta, IssueTodo

__all__ = [
    "AdminUnit",
    "Attempt",
    "AttemptRequest",
    "ClassSession",
    "Context",
    "CounterDelta",
    "Decision",
    "Evidence",
    "EvidenceNote",
    "IssueTodo",
    "Learner",
    "Mastery",
    "Membership",
    "Organisation",
    "Person",
    "RegulationVersion",
    "SkillCode",
    "TaskVersion",
    "Trace",
    "Track",
]
