"""Where the tests take place, and what the platform keeps of a learner there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from attrs import frozen

REGULATION = "demo-s3-a1/1"
WEIGHT = 2.0


@frozen
class Course:
    """Keys of a course and its parts. ``tasks`` gives the block of each task."""

    key: Any
    section: Any
    unit: Any
    tasks: Mapping[str, Any]

    @property
    def pay(self) -> Any:
        """The block that most tests use."""
        return self.tasks["S3-01"]


def raw_grade(user: Any, usage_key: Any) -> tuple[float | None, float | None] | None:
    """Points earned and possible, before the weight; None without a record.

    openedx/edx-platform: lms/djangoapps/courseware/models.py::StudentModule
    """
    row = _student_module(user, usage_key)
    return None if row is None else (row.grade, row.max_grade)


def user_state(user: Any, usage_key: Any) -> dict[str, Any]:
    """The block's fields of scope ``user_state``; empty without a record."""
    row = _student_module(user, usage_key)
    state: dict[str, Any] = {} if row is None else json.loads(row.state or "{}")
    return state


def section_points(user: Any, section: Any) -> float:
    """Weighted points that the grade book holds for a subsection.

    openedx/edx-platform: lms/djangoapps/grades/models.py::PersistentSubsectionGrade.read_grade
    """
    from lms.djangoapps.grades.models import PersistentSubsectionGrade

    return float(PersistentSubsectionGrade.read_grade(user.id, section).earned_all)


@contextmanager
def completion_tracked() -> Iterator[None]:
    """With the switch on without which nothing is ever completed. openedx/completion: completion/waffle.py"""
    from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH
    from edx_toggles.toggles.testutils import override_waffle_switch  # type: ignore[import-not-found]  # the platform's alone

    with override_waffle_switch(ENABLE_COMPLETION_TRACKING_SWITCH, True):
        yield


def completion_of(user: Any, usage_key: Any) -> float | None:
    """0.0 … 1.0, None without a record. openedx/completion: completion/models.py::BlockCompletion"""
    from completion.models import BlockCompletion

    row = BlockCompletion.objects.filter(user=user, block_key=usage_key).first()
    return None if row is None else float(row.completion)


def _student_module(user: Any, usage_key: Any) -> Any:
    from lms.djangoapps.courseware.models import StudentModule

    return StudentModule.objects.filter(student=user, module_state_key=usage_key).first()


BUILDER_ANSWERS = {
    "kind": "course",
    "framework": "digiskills-vn/1.0",
    "audience": "citizen",
    "scope": "only",
    "only": "S3",
    "locale": "vi",
    "org": "Truong",
    "course": "KNS",
    "run": "2026",
}
"""What a teacher answers to the course builder: one skill of the citizens' course."""
