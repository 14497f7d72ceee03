"""What every lesson promises; checked here, file by file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from digiskills_framework.content_types import Lesson, Picture, Step, TaskPicture
from digiskills_framework.errors import FrameworkDataError
from digiskills_framework.lessons import YOUNG_GRADES
from digiskills_framework.tasks import load_task, task_ids
from digiskills_framework.types import Audience
from digiskills_simulator.lint.problem import Problem
from digiskills_xblock.course.content_promises import ContentFile, ContentOptions, plain_words
from digiskills_xblock.course.moments import MomentError, moment
from digiskills_xblock.course.shown_tasks import named

LIMITS = {
    "what[]": 60,
    "why[]": 60,
    **{f"examples.{audience}": 70 for audience in ("citizen", "student", "public_sector", "enterprise_worker")},
    "steps[].do": 15,
    "steps[].how": 60,
    "mistakes[].wrong": 35,
    "mistakes[].better": 35,
    "summary[]": 20,
    "young.what": 35,
    "young.steps[].do": 15,
    "young.steps[].how": 25,
    "young.summary[]": 20,
    "lesson_plan.parts[].do": 70,
    "young.title": 10,
    "young.lesson_plan.parts[].do": 70,
    "young.facilitator[]": 60,
    "steps[].picture.alt": 40,
    "young.steps[].picture.alt": 40,
}
"""Most words of a text by its place."""
FEWEST_PICTURES = 3
STEPS = (3, 7)
MISTAKES = (3, 5)
"""Fewest and most that each audience reads."""
LONGEST_REVIEW = timedelta(days=366)
LONGEST_REVIEW_OF_SCAMS = timedelta(days=183)
FAST_AGEING = ("A1", "S1")
WARN_BEFORE = timedelta(days=60)


def lint_lesson(lesson: Lesson, file: ContentFile, options: ContentOptions) -> list[Problem]:
    """Every promise that a lesson breaks; empty if it keeps them all."""
    return [
        *plain_words(file, LIMITS),
        *_readers(lesson, file),
        *_enough(lesson, file),
        *_pictures(lesson, file),
        *_tasks_of_the_youngest(lesson, file),
        *_freshness(lesson, options),
    ]


def _readers(lesson: Lesson, file: ContentFile) -> Iterator[Problem]:
    """A scene for each audience that the profile names, and words of their own for the youngest where they learn the skill."""
    cells = [cell for cell in file.bundle.profile.present() if cell.skill == lesson.skill]
    wanted, given = {str(cell.audience) for cell in cells}, {audience for audience, _text in lesson.examples}
    for audience in sorted(wanted - given):
        yield Problem("example", f"there is none for {audience}", "Add a scene: the profile has the skill for them", "examples")
    for audience in sorted(given - wanted):
        yield Problem("example", f"{audience} never reads it", "Remove it: the profile has not this skill for them", f"examples.{audience}")
    young = {level.code for level in file.pack.school_levels if level.grades and max(level.grades) <= YOUNG_GRADES}
    reads = any(cell.level in young for cell in cells)
    if reads and lesson.young is None:
        yield Problem("young", "pupils of grades 1 to 5 have no words of their own", "Add young: the profile has the skill for them")
    if not reads and lesson.young is not None:
        yield Problem("young", "nobody reads it", "Remove it: the profile has not this skill for grades 1 to 5", "young")


def _tasks_of_the_youngest(lesson: Lesson, file: ContentFile) -> Iterator[Problem]:
    """Their plan calls only such tasks by title as all of them get: a class has one lesson, and no task for others is shown to it."""
    if lesson.young is None:
        return
    present = (cell for cell in file.bundle.profile.present() if cell.skill == lesson.skill)
    levels = [cell.level for cell in present if cell.level in lesson.young.levels]
    tasks = [load_task(task_id, pack=file.pack.code) for task_id in task_ids()]
    for index, part in enumerate(lesson.young.lesson_plan.parts):
        for task in tasks:
            if named(task, part) and not all(task.serves(Audience.STUDENT, level) for level in levels):
                where = f"young.lesson_plan.parts[{index}]"
                yield Problem("young", f"names {task.id}, which not all of them get", "Name a task of their school levels", where)


def _enough(lesson: Lesson, file: ContentFile) -> Iterator[Problem]:
    """Whoever reads the lesson has neither too little nor too much of it; nothing is for people who never read it."""
    readers = _audiences(file)
    for audience in readers:
        steps, mistakes = lesson.steps_for(audience), lesson.mistakes_for(audience)
        for what, found, (fewest, most) in (("steps", len(steps), STEPS), ("mistakes", len(mistakes), MISTAKES)):
            if not fewest <= found <= most:
                yield Problem("enough", f"{audience} reads {found} {what}", f"{fewest} to {most} for each audience", what)
        shown = sum(step.picture is not None for step in steps)
        if shown < FEWEST_PICTURES:
            yield Problem("picture", f"{shown} steps for {audience} have a picture", f"At least {FEWEST_PICTURES}", "steps")
    named = {f"steps[{index}]": step.audiences for index, step in enumerate(lesson.steps)}
    named |= {f"mistakes[{index}]": mistake.audiences for index, mistake in enumerate(lesson.mistakes)}
    for where, audiences in named.items():
        for audience in sorted(set(audiences) - set(readers)):
            yield Problem("audiences", f"{audience} never reads it", "Name audiences of the profile", f"{where}.audiences")


def _audiences(file: ContentFile) -> list[str]:
    """Who has the skill in the profile."""
    return sorted({str(cell.audience) for cell in file.bundle.profile.present() if cell.skill == file.skill})


def _pictures(lesson: Lesson, file: ContentFile) -> Iterator[Problem]:
    """Each picture can be drawn for everybody who sees it."""
    yield from _drawn(lesson.steps, "steps", file)
    if lesson.young is None:
        return
    for index, step in enumerate(lesson.young.steps):
        if step.picture is None:
            yield Problem("picture", "a step for young pupils has no picture", "Add one", f"young.steps[{index}]")
    yield from _drawn(lesson.young.steps, "young.steps", file)


def _drawn(steps: tuple[Step, ...], where: str, file: ContentFile) -> Iterator[Problem]:
    for index, step in enumerate(steps):
        if isinstance(step.picture, TaskPicture):
            yield from _met(step, step.picture, f"{where}[{index}].picture", file)
        elif step.picture is not None:
            yield from _one_ring(step.picture, f"{where}[{index}].picture")


def _one_ring(picture: Picture, where: str) -> Iterator[Problem]:
    if not isinstance(picture, TaskPicture) and sum(row.mark for row in picture.rows) > 1:
        yield Problem("picture", "several rows are ringed", "Ring one: the thing that this step is about", where)


def _met(step: Step, picture: TaskPicture, where: str, file: ContentFile) -> Iterator[Problem]:
    """The screen is met on the shown way, whichever overlay a reader of this step is given."""
    try:
        task = load_task(picture.task, pack=file.pack.code)
    except FrameworkDataError as error:
        yield Problem("picture", f"task {picture.task}: {error.message}", error.remedy, where)
        return
    present = (cell for cell in file.bundle.profile.present() if cell.skill == file.skill)
    cells = [cell for cell in present if not step.audiences or cell.audience in step.audiences]
    for overlay in sorted({task.overlay_for(cell.audience, cell.level) for cell in cells}):
        try:
            moment(task.wearing(overlay), picture, "vi")
        except MomentError as error:
            yield Problem("picture", str(error), "Name what the shown way meets", where)
            return


def _freshness(lesson: Lesson, options: ContentOptions) -> Iterator[Problem]:
    """Facts have a date on which to look again."""
    longest = LONGEST_REVIEW_OF_SCAMS if lesson.skill in FAST_AGEING else LONGEST_REVIEW
    if not lesson.reviewed_on < lesson.review_by <= lesson.reviewed_on + longest:
        yield Problem("review", f"review_by is not within {longest.days} days of reviewed_on", "Correct the dates", "review_by")
    if lesson.review_by < options.today:
        yield Problem("review", f"was due on {lesson.review_by}", "Read the claims again", "review_by", severity=options.late)
    elif lesson.review_by - WARN_BEFORE <= options.today:
        yield Problem("review", f"is due on {lesson.review_by}", "Read the claims again", "review_by", severity="warning")
