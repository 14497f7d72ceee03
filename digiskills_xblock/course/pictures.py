"""The pictures of a lesson as SVG: screens of our simulated apps, the same bytes on every run."""

from __future__ import annotations

from digiskills_framework.content_types import Lesson, Picture, TaskPicture
from digiskills_framework.tasks import DEFAULT_PACK, load_task
from digiskills_xblock.course.moments import moment
from digiskills_xblock.course.picture_look import draw
from digiskills_xblock.course.shown import ShownScreen, sketched


def picture_names(lesson: Lesson, level: str | None = None) -> tuple[str | None, ...]:
    """The file of each step's picture, None for a step without one; the youngest pupils' steps have files of their own."""
    kind = "young" if lesson.young_for(level) else "step"
    steps = lesson.steps_for(level)
    return tuple(
        f"{lesson.framework}-{lesson.skill}-{kind}-{number}.svg" if step.picture else None for number, step in enumerate(steps, start=1)
    )


def pictures_of(lesson: Lesson, locale: str, audience: str, level: str | None = None, pack: str = DEFAULT_PACK) -> dict[str, bytes]:
    """The pictures that `lesson_pages` refers to, by file name, in the order of the steps.

    Args:
        locale: ``vi`` or ``en``.
        audience, level: a task's screen is shown with the overlay that these learners get.
        pack: the country pack whose names the tasks carry.

    Raises:
        MomentError: a task cannot give a picture.
        FrameworkDataError: a task cannot be read.
    """
    named = zip(picture_names(lesson, level), lesson.steps_for(level), strict=True)
    return {
        name: draw(_screen(step.picture, locale, audience, level, pack), locale, number)
        for number, (name, step) in enumerate(named, start=1)
        if name is not None and step.picture is not None
    }


def _screen(picture: Picture, locale: str, audience: str, level: str | None, pack: str) -> ShownScreen:
    if not isinstance(picture, TaskPicture):
        return sketched(picture, locale)
    task = load_task(picture.task, pack=pack)
    return moment(task.wearing(task.overlay_for(audience, level)), picture, locale)
