"""Tasks that a lesson plan names and that the course's own learners do not get: teachers show them to the class.

A lesson plan is written for groups of every kind, so it may let officials do one task and farmers another. A course has the tasks of its
audience alone; the others stand as guided runs among the teachers' papers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from digiskills_framework.api import Regulation
from digiskills_framework.content_types import Lesson, PlanPart
from digiskills_framework.tasks import TaskDefinition
from digiskills_framework.types import Audience

_QUOTES = str.maketrans("", "", "“”‘’")


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A task in the clothes of an audience that it is for.

    Attributes:
        audience: one that task and regulation know; never students, who also need a school level.
    """

    task: TaskDefinition
    audience: str


def tasks_to_show(
    tasks: Iterable[TaskDefinition], lessons: Iterable[Lesson], regulation: Regulation, level: str | None = None
) -> tuple[ShownTask, ...]:
    """Those of the tasks that a lesson's plan calls by their title.

    Args:
        tasks: of the skill, without those that the course has.
        level: school level of the course; the youngest have plans of their own.
    """
    parts = [part for lesson in lessons for part in lesson.plan_for(level).parts]
    known = [str(code) for code in regulation.audience_codes() if code != Audience.STUDENT]
    shown = []
    for task in tasks:
        audience = next((code for code in known if code in task.audiences), None)
        if audience is not None and any(named(task, part) for part in parts):
            shown.append(ShownTask(task.wearing(task.overlay_for(audience)), audience))
    return tuple(shown)


def named(task: TaskDefinition, part: PlanPart) -> bool:
    """Whether a part of a lesson plan calls the task by its title, whatever quotes the title has."""
    return task.title.vi.translate(_QUOTES) in f"{part.title.vi} {part.do.vi}".translate(_QUOTES)
