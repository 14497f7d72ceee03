"""Tables of grading. Outside of this app nobody imports them: writes go through `api`, reads through `selectors`."""

from __future__ import annotations

from digiskills_grading.models.attempts import Attempt, AttemptRequest, Trace
from digiskills_grading.models.counting import Counter, CounterBook, CounterCheckpoint
from digiskills_grading.models.courses import CourseSnapshot
from digiskills_grading.models.dimensions import Context, RegulationVersion, SkillCode, TaskVersion
from digiskills_grading.models.households import Household, HouseholdCoverage, HouseholdMember, MemberStanding
from digiskills_grading.models.imports import ImportBatch, ImportedResult, ImportUpload, LearnerReference
from digiskills_grading.models.inbox import BlockMapping, BlockScore, Inbox
from digiskills_grading.models.operations import HeldCertificate, SwitchChange, WorkerRun
from digiskills_grading.models.outcomes import Decision, Evidence, EvidenceNote, Mastery, Track
from digiskills_grading.models.people import AdminUnit, ClassSession, Learner, Membership, Organisation, Person
from digiskills_grading.models.regulations import RegulationReview
from digiskills_grading.models.rest import ApiRequest, DecisionSequence
from digiskills_grading.models.work import CounterDelta, IssueTodo

__all__ = [
    "AdminUnit",
    "ApiRequest",
    "Attempt",
    "AttemptRequest",
    "BlockMapping",
    "BlockScore",
    "ClassSession",
    "Context",
    "Counter",
    "CounterBook",
    "CounterCheckpoint",
    "CounterDelta",
    "CourseSnapshot",
    "Decision",
    "DecisionSequence",
    "Evidence",
    "EvidenceNote",
    "HeldCertificate",
    "Household",
    "HouseholdCoverage",
    "HouseholdMember",
    "ImportBatch",
    "ImportUpload",
    "ImportedResult",
    "Inbox",
    "IssueTodo",
    "Learner",
    "LearnerReference",
    "Mastery",
    "MemberStanding",
    "Membership",
    "Organisation",
    "Person",
    "RegulationReview",
    "RegulationVersion",
    "SkillCode",
    "SwitchChange",
    "TaskVersion",
    "Trace",
    "Track",
    "WorkerRun",
]
