"""What a block asks for, read from its settings: the task, the regulation it counts under, dates and limits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from digiskills_framework.api import FrameworkDataError
from digiskills_framework.tasks import TaskDefinition, load_task
from digiskills_grading.api import country_pack, data_dirs
from digiskills_grading.data import AttemptContext
from digiskills_xblock.json_http import RequestRefused
from digiskills_xblock.recording import Learner

NEWEST = 0


def task_of(block: Any) -> TaskDefinition:
    """The task version that new attempts of the block get.

    Raises:
        RequestRefused: ``task_unavailable``: no such task or version, or its file cannot be used.
    """
    return find_task(block.task_id, block.task_version or None)


def find_task(task_id: str, version: int | None, overlay: str = "") -> TaskDefinition:
    """A task version, by default the newest, with an overlay on; raises as `task_of`."""
    try:
        return load_task(task_id, version, pack=country_pack(), extra=data_dirs()).wearing(overlay)
    except (FrameworkDataError, KeyError) as error:  # KeyError: the version has no such overlay any more
        raise RequestRefused("task_unavailable") from error


def dressed(block: Any, task: TaskDefinition, variant: str | None = None) -> TaskDefinition:
    """The task as it is for the block's audience and school level, in an equal other way if one is asked for and given."""
    return task.wearing(task.overlay_for(block.audience, block.school_level or None, variant=variant))


def close_date(block: Any) -> datetime | None:
    """When counted attempts end: the due date and the grace period after it. None for no end.

    A due date relative to the start of the course (XBlock allows a timedelta) has no meaning to us and is no end.
    """
    due = block.due
    if not isinstance(due, datetime):
        return None
    grace = getattr(block, "graceperiod", None)
    return due + grace if isinstance(grace, timedelta) else due


def attempt_context(block: Any, learner: Learner, task: TaskDefinition, *, overlay_wanted: bool = False) -> AttemptContext:
    """Where and under which rules an attempt of the learner takes place; a new one wears the task's overlay."""
    return AttemptContext(
        course_key=learner.course_key,
        usage_key=learner.usage_key,
        task_id=task.id,
        task_version=task.version,
        task_digest=task.digest,
        regulation=block.regulation,
        audience=block.audience,
        school_level=block.school_level or None,
        max_attempts=block.max_attempts,
        due=close_date(block),
        is_staff=learner.is_staff,
        overlay=task.overlay,
        overlay_wanted=overlay_wanted,
    )
