"""The blocks of the demo in the workbench's runtime: who is bound to them, where their grades go, and the adapter that vouches for it."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any

from attrs import frozen
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from lxml import etree
from workbench.runtime import ScenarioIdManager, WorkbenchRuntime
from xblock.core import XBlock
from xblock.exceptions import NoSuchUsage
from xblock.fields import ScopeIds
from xblock.runtime import Mixologist
from xblock.scorable import Score

from demo import storage
from demo.blocks import BLOCKS, CompletionMixin, VisibilityMixin
from demo.generated import AUDIENCE, COURSE_KEY, REGULATION
from demo.outline import outline, place_of, runs_of, task_ids, usage_key
from demo.texts import language
from digiskills_grading.data import GradeToPublish
from digiskills_grading.handlers import score_changed
from digiskills_xblock.course.model import PRACTICE
from digiskills_xblock.course.olx import element_of
from digiskills_xblock.recording import Learner, Refused

__all__ = ["AUDIENCE", "COURSE_KEY", "REGULATION", "TASK_IDS", "TEACHER", "DemoRuntime", "Placed", "load_block", "placed_tasks"]

TEACHER = "canbo"
TASK_IDS = ("S3-01", "A1-03", "A1-10")
"""Tasks of the course that together meet the regulation."""
_loading = Lock()


class CourseIds(ScenarioIdManager):  # type: ignore[misc]  # the workbench ships no types
    """A block's usage key is its id here too: the same in every process and in both languages."""

    def get_definition_id(self, usage_id: str) -> str:
        if place_of(usage_id) not in outline("vi").unit_of:
            raise NoSuchUsage(repr(usage_id))
        return usage_id

    def get_block_type(self, def_id: str) -> str:
        return place_of(def_id)[0]


class DemoRuntime(WorkbenchRuntime):  # type: ignore[misc]  # the workbench ships no types
    """The workbench's runtime, bound to a Django account, or to nobody (``account`` None)."""

    def __init__(self, account: Any | None) -> None:
        super().__init__("anonymous" if account is None else str(account.pk))
        self.account = account
        self.id_reader = self.id_generator = CourseIds()
        self.mixologist = Mixologist((CompletionMixin, VisibilityMixin))
        self._services["field-data"] = storage.field_data()

    def load_block_type(self, block_type: str) -> type[Any]:
        """Stand-ins for the platform's blocks; ours by their entry points."""
        found: type[Any] = BLOCKS.get(block_type) or super().load_block_type(block_type)
        return found

    def handler_url(self, block: XBlock, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False) -> str:
        """Address of a handler: the demo takes the account from the session, not from the query."""
        del suffix, query, thirdparty
        return reverse("handler", args=[str(block.scope_ids.usage_id), handler_name])

    def publish(self, block: XBlock, event_type: str, event_data: dict[str, Any]) -> None:
        """Does what the LMS does: keeps a grade in the block and tells it to whoever listens, notes completion; else only logs."""
        super().publish(block, event_type, event_data)
        if event_type == "grade":
            if isinstance(block, tuple(BLOCKS.values())):
                self._tell_score(block, event_data)
            else:
                block.set_score(Score(raw_earned=event_data["value"], raw_possible=event_data["max_value"]))
        if event_type in ("grade", "completion"):
            block.demo_completion = event_data.get("completion", 1.0)

    def _tell_score(self, block: XBlock, event_data: dict[str, Any]) -> None:
        """The arguments of the platform's signal PROBLEM_WEIGHTED_SCORE_CHANGED, brought to the receiver that the plugin registers."""
        score_changed(
            user_id=self.account and self.account.pk,
            course_id=COURSE_KEY,
            usage_id=str(block.scope_ids.usage_id),
            weighted_earned=event_data["value"],
            weighted_possible=event_data["max_value"],
            modified=timezone.now(),
        )

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

    def holds_grade(self, block: Any) -> bool:
        """Nothing to compare with: the demo keeps the grade that came last."""
        return False

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
        block.runtime.publish(block, "grade", {"value": grade.earned, "max_value": grade.possible})
        block.save()


def is_course_team(user_id: int, course_key: str) -> bool:
    """The official teaches the demo's one course."""
    return course_key == COURSE_KEY and get_user_model().objects.filter(pk=user_id, username=TEACHER).exists()


class DemoCourseLinks:
    """Where the demo's tasks are; see `digiskills_grading.course_links.CourseLinks`."""

    def block_url(self, course_key: str, usage_key: str) -> str:
        """The page of the unit with the block; a task's own address for the run that stands with its lesson."""
        place = place_of(usage_key)
        short = next((placed.task_id for placed in placed_tasks() if placed.usage_id == usage_key), None)
        if short is not None:
            return reverse("task", args=[short])
        unit = outline("vi").unit_of.get(place)
        return "" if unit is None else reverse("unit", args=[unit])

    def course_url(self, course_key: str) -> str:
        """The outline."""
        return reverse("index")

    def course_name(self, course_key: str) -> str:
        """The course's title in the language of the page."""
        return outline(language()).title

    def tasks(self, course_key: str) -> dict[str, str]:
        """Every task that the course offers for a score."""
        return {placed.task_id: placed.usage_id for placed in placed_tasks()}


@frozen
class Placed:
    """A task of the course and the usage key of the block in which it is first done for a score."""

    task_id: str
    usage_id: str


def placed_tasks() -> tuple[Placed, ...]:
    """Every task of the course."""
    return tuple(Placed(task_id, usage_key(runs_of(task_id)["counted"])) for task_id in task_ids())


def load_block(usage_id: str, account: Any | None) -> XBlock:
    """A block of the demo, bound to an account.

    Raises:
        xblock.exceptions.NoSuchUsage: the course has no such block.
    """
    with _loading:
        _read_settings()
    return DemoRuntime(account).get_block(usage_id)


@cache
def _read_settings() -> None:
    """Lets our blocks read their OLX, as a platform's import does, once a process."""
    runtime = DemoRuntime(None)
    for leaf in outline("vi").leaves():
        if leaf.type == PRACTICE:
            key = usage_key(leaf.ref)
            element: etree._Element = element_of(leaf)
            block_class = runtime.mixologist.mix(runtime.load_block_type(PRACTICE))
            block_class.parse_xml(element, runtime, ScopeIds(None, PRACTICE, key, key)).save()
