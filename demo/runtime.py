"""The blocks of the demo in the workbench's runtime: who is bound to them, where their grades go, and the adapter that vouches for it."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Any

from attrs import frozen
from django.contrib.auth import get_user_model
from django.urls import reverse
from lxml import etree
from workbench.runtime import WorkbenchRuntime
from xblock.core import XBlock
from xblock.scorable import Score

from demo.texts import texts
from digiskills_grading.data import GradeToPublish
from digiskills_xblock.recording import Learner, Refused

COURSE_KEY = "course-v1:DemoX+DIGI+2026"
REGULATION = "demo-s3-a1/1"
AUDIENCE = "citizen"
TEACHER = "canbo"
TASK_IDS = ("S3-01", "A1-03", "A1-10")
_loading = Lock()


class DemoRuntime(WorkbenchRuntime):  # type: ignore[misc]  # the workbench ships no types
    """The workbench's runtime, bound to a Django account, or to nobody (``account`` None)."""

    def __init__(self, account: Any | None) -> None:
        super().__init__("anonymous" if account is None else str(account.pk))
        self.account = account

    def handler_url(self, block: XBlock, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False) -> str:
        """Address of a handler: the demo takes the account from the session, not from the query."""
        del suffix, query, thirdparty
        return reverse("handler", args=[str(block.scope_ids.usage_id), handler_name])

    def publish(self, block: XBlock, event_type: str, event_data: dict[str, Any]) -> None:
        """Keeps a grade in the block, as the LMS does by calling `set_score` on every publish; other events are only logged."""
        super().publish(block, event_type, event_data)
        if event_type == "grade":
            block.set_score(Score(raw_earned=event_data["value"], raw_possible=event_data["max_value"]))

    def _patch_xblock(self, block: XBlock) -> None:
        """The workbench gives every block a due date of now, for the sake of old blocks; ours means its due date."""


class DemoAdapter:
    """Admits the accounts of the demo; see `digiskills_xblock.recording.RuntimeAdapter`."""

    def recognises(self, block: Any) -> bool:
        """Whether the block runs in the demo."""
        return isinstance(block.runtime, DemoRuntime)

    def context(self, block: Any) -> Learner | Refused:
        """The account that the page is shown to."""
        account = block.runtime.account
        if account is None:
            return Refused("not_signed_in")
        return Learner(user_id=account.pk, course_key=COURSE_KEY, usage_key=str(block.scope_ids.usage_id), is_staff=account.is_staff)

    def bound_learner(self, block: Any) -> Learner | None:
        """The person of the session: nobody else loads a block here."""
        found = self.context(block)
        return found if isinstance(found, Learner) else None

    def announce_deleted_score(self, block: Any, user_id: int, course_key: str, usage_key: str) -> None:
        """The demo has no grade book that could still hold the score."""

    def account(self, outward_id: str) -> int | None:
        """The demo names people by the id of their account."""
        return int(outward_id) if outward_id.isdigit() else None


class DemoGradeSink:
    """Where the sweeper brings grades that were not published in their own request."""

    def publish(self, grade: GradeToPublish) -> None:
        """Keeps the grade in the block of the learner."""
        block = load_block(grade.usage_key, get_user_model().objects.get(pk=grade.user_id))
        block.set_score(Score(raw_earned=grade.earned, raw_possible=grade.possible))
        block.save()


def is_course_team(user_id: int, course_key: str) -> bool:
    """The official teaches the demo's one course."""
    return course_key == COURSE_KEY and get_user_model().objects.filter(pk=user_id, username=TEACHER).exists()


class DemoCourseLinks:
    """Where the demo's tasks are; see `digiskills_grading.course_links.CourseLinks`."""

    def block_url(self, course_key: str, usage_key: str) -> str:
        """The page of the block's task."""
        return next((reverse("task", args=[placed.task_id]) for placed in placed_tasks() if placed.usage_id == usage_key), "")

    def course_url(self, course_key: str) -> str:
        """The list of tasks."""
        return reverse("index")

    def course_name(self, course_key: str) -> str:
        """What the demo calls its list of tasks."""
        return texts()["tasks_title"]

    def tasks(self, course_key: str) -> dict[str, str]:
        """Every task of the demo."""
        return {placed.task_id: placed.usage_id for placed in placed_tasks()}


@frozen
class Placed:
    """A task of the demo and the usage id of its block."""

    task_id: str
    usage_id: str


@lru_cache(maxsize=1)
def _place_all() -> tuple[Placed, ...]:
    return tuple(_place(task_id) for task_id in TASK_IDS)


def placed_tasks() -> tuple[Placed, ...]:
    """The demo's blocks, made from OLX once a process; the workbench gives them the same ids each time."""
    with _loading:
        return _place_all()


def load_block(usage_id: str, account: Any | None) -> XBlock:
    """A block of the demo, bound to an account.

    Raises:
        xblock.exceptions.NoSuchUsage: the demo has no such block.
    """
    placed_tasks()
    return DemoRuntime(account).get_block(usage_id)


def _place(task_id: str) -> Placed:
    olx = etree.Element(
        "digiskills_practice",
        {"task_id": task_id, "regulation": REGULATION, "audience": AUDIENCE, "display_name": task_id, "weight": "10"},
    )
    runtime = DemoRuntime(None)
    runtime.id_generator.set_scenario(task_id.lower())
    return Placed(task_id, runtime.parse_xml_string(etree.tostring(olx, encoding="unicode")))
