"""What is recorded of learners. Nothing here names a person."""

from __future__ import annotations

from typing import Any, ClassVar

from attrs import evolve
from rest_framework.request import Request
from rest_framework.response import Response

from digiskills_grading import access, listings, sequencing
from digiskills_grading.access import Resource, Subject
from digiskills_grading.days import day_of
from digiskills_grading.errors import LearnerNotFound
from digiskills_grading.rest_api.v1.base import ApiView, now
from digiskills_grading.rest_api.v1.operations import PUBLIC_ID, Operation, PathPart
from digiskills_grading.rest_api.v1.permissions import InScope, IsSignedIn, MayReadAllDecisions, caller_of
from digiskills_grading.rest_api.v1.queries import DecisionQuery, EvidenceQuery, NoQuery, PageQuery
from digiskills_grading.rest_api.v1.record_shapes import (
    DecisionPageSerializer,
    EvidencePageSerializer,
    LearnerSerializer,
    TrackPageSerializer,
)

TAG = "learners"
LEARNER_ID = PathPart(name="learner_id", about="outward id of the learner", pattern=PUBLIC_ID)
_WHO = "The learner's own account, an account that may view this of everybody, and assessors for their learners; for others 404."
# At most so many decisions get their place while one page is read; the next page goes on.
_PLACED_AT_ONCE = 1000


class _Records(ApiView):
    """Something of one learner: the one in the address, or the one who asks."""

    resource: ClassVar[Resource]

    def subject(self, request: Request, learner_id: str | None) -> Subject:
        """Whose records these are.

        Raises:
            LearnerNotFound: nobody's, or nobody's that the caller may read.
        """
        caller = caller_of(request)
        if learner_id is None:
            return access.own_learner(caller.user_id)
        return access.readable_learner(caller, learner_id, self.resource, today=day_of(now()))


class LearnerDetail(_Records):
    """One learner."""

    resource = "learner"
    permission_classes = (IsSignedIn, InScope)
    operations: ClassVar = {
        "get": Operation(
            id="getLearner", tag=TAG, summary="A learner", about=_WHO, gives=LearnerSerializer, query=NoQuery, path=(LEARNER_ID,)
        )
    }

    def get(self, request: Request, learner_id: str | None = None) -> Response:
        return Response(LearnerSerializer(self.subject(request, learner_id).entry).data)


class EvidenceList(_Records):
    """The evidence of one learner."""

    resource = "evidence"
    permission_classes = (IsSignedIn, InScope)
    operations: ClassVar = {
        "get": Operation(
            id="listEvidence",
            tag=TAG,
            summary="Evidence of a learner, as it was recorded, oldest first",
            about=f"{_WHO} The team of a course reads what was left in its blocks, if it names the course.",
            gives=EvidencePageSerializer,
            query=EvidenceQuery,
            path=(LEARNER_ID,),
        )
    }

    def get(self, request: Request, learner_id: str | None = None) -> Response:
        skill, course = self.query.get("skill"), self.query.get("course")
        subject = self.subject(request, learner_id)
        name = f"evidence:{subject.entry.id}:{skill or ''}:{course or ''}"
        after = self.page_position(name)
        return self.page(name, listings.evidence_of(subject, after=after, limit=self.query["limit"], skill=skill, course_key=course))

    def subject(self, request: Request, learner_id: str | None) -> Subject:
        try:
            return super().subject(request, learner_id)
        except LearnerNotFound:
            course = self.query.get("course")
            if learner_id is None or course is None:
                raise
            return access.learner_of_course(caller_of(request), learner_id, course)


class MasteryList(_Records):
    """The tracks of one learner, with the state of their skills."""

    resource = "mastery"
    permission_classes = (IsSignedIn, InScope)
    operations: ClassVar = {
        "get": Operation(
            id="listMastery",
            tag=TAG,
            summary="Tracks of a learner with the state of every skill, oldest first",
            about=_WHO,
            gives=TrackPageSerializer,
            query=PageQuery,
            path=(LEARNER_ID,),
        )
    }

    def get(self, request: Request, learner_id: str | None = None) -> Response:
        subject = self.subject(request, learner_id)
        name = f"mastery:{subject.entry.id}"
        return self.page(name, listings.tracks_of(subject, after=self.page_position(name), limit=self.query["limit"]))


class LearnerDecisions(_Records):
    """The decisions about one learner."""

    resource = "decision"
    permission_classes = (IsSignedIn, InScope)
    operations: ClassVar = {
        "get": Operation(
            id="listLearnerDecisions",
            tag=TAG,
            summary="Decisions about a learner, oldest first",
            about=_WHO,
            gives=DecisionPageSerializer,
            query=PageQuery,
            path=(LEARNER_ID,),
        )
    }

    def get(self, request: Request, learner_id: str | None = None) -> Response:
        subject = self.subject(request, learner_id)
        name = f"decisions:{subject.entry.id}"
        return self.page(name, listings.decisions_of(subject, after=self.page_position(name), limit=self.query["limit"]))


def _own(operation: Operation, operation_id: str, summary: str) -> dict[str, Operation]:
    """The same of whoever asks, under an address without an id."""
    about = "404 until the account has begun."
    return {"get": evolve(operation, id=operation_id, tag="me", summary=summary, about=about, path=())}


class OwnLearner(LearnerDetail):
    """The learner who asks."""

    permission_classes = (IsSignedIn, InScope)
    operations: ClassVar = _own(LearnerDetail.operations["get"], "getMe", "The learner who is signed in")


class OwnEvidence(EvidenceList):
    """Their evidence."""

    permission_classes = (IsSignedIn, InScope)
    operations: ClassVar = _own(EvidenceList.operations["get"], "listMyEvidence", "One's own evidence, oldest first")


class OwnMastery(MasteryList):
    """Their tracks."""

    permission_classes = (IsSignedIn, InScope)
    operations: ClassVar = _own(MasteryList.operations["get"], "listMyMastery", "One's own tracks and skills")


class OwnDecisions(LearnerDecisions):
    """The decisions about them."""

    permission_classes = (IsSignedIn, InScope)
    operations: ClassVar = _own(LearnerDecisions.operations["get"], "listMyDecisions", "Decisions about oneself, oldest first")


class DecisionFeed(ApiView):
    """The decisions about everybody, for those who keep a copy."""

    permission_classes = (IsSignedIn, InScope, MayReadAllDecisions)
    operations: ClassVar = {
        "get": Operation(
            id="listDecisions",
            tag="decisions",
            summary="Decisions about all learners, in a sequence that misses none",
            about="For accounts that may view the decisions of everybody. Keep `next` and come again with it: every decision appears "
            "exactly once, after those that had appeared before, however late it was committed.",
            gives=DecisionPageSerializer,
            query=DecisionQuery,
        )
    }

    def get(self, request: Request, **_: Any) -> Response:
        regulation = self.query.get("regulation")
        name = f"all-decisions:{regulation or ''}"
        after = self.page_position(name)
        sequencing.place_decisions(limit=_PLACED_AT_ONCE)
        return self.page(name, listings.decisions_after(after, limit=self.query["limit"], regulation=regulation))
