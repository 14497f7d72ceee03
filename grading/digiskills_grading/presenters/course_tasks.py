"""The tasks of a course for those who teach it: which are hard, which mislead, who is harmed, who gives up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import frozen
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digiskills_framework.api import FrameworkDataError
from digiskills_framework.tasks import TaskDefinition
from digiskills_grading.course_links import CourseLinks
from digiskills_grading.data import ItemFigures, TaskFigures
from digiskills_grading.presenters.words import decimal, number, share
from digiskills_grading.site_data import load_task

SIGNS = {
    "negative": gettext_lazy("Those who do well elsewhere do worse here. Does the wording mislead?"),
    "best_miss": gettext_lazy("Fewer than half of the best learners manage it. Is it clear what is asked?"),
    "hard": gettext_lazy("Fewer than one in five learners manage it. Is it taught before?"),
}
SIGNS_OF_TASKS = {
    "negative": gettext_lazy("Those who do well in the other tasks do worse here. Does the task mislead?"),
    "best_miss": gettext_lazy("Even the best get fewer than half of the points. Is it clear what is asked?"),
    "hard": gettext_lazy("Learners get fewer than a fifth of the points. Is it taught before?"),
}
# What is different in every run stands in braces in the texts of a task; so does what a format makes of it.
_OF_ONE_RUN = re.compile(r"\{[^{}]*\}")
_FIRST_SENTENCE = re.compile(r".*?[.!?](?=\s|$)", re.DOTALL)


@frozen(kw_only=True)
class ItemLine:
    """A goal in the table of a task; every figure is empty where there are too few learners to tell.

    Attributes:
        met, best: how many in a hundred meet it: of all, and of the best.
        discrimination: −1,00 … 1,00.
        look: why to look at it; empty for nothing.
    """

    text: str
    met: str
    best: str
    discrimination: str
    look: tuple[str, ...]


@frozen(kw_only=True)
class TaskCard:
    """One version of a task in one block.

    Attributes:
        anchor: of its section in the page.
        url: of the block; empty where there is none any more.
        facts: label and figure, with its denominator.
        hazards: what happened, and to how many learners.
        look: why to look at the task as a whole; ``flagged`` counts its goals in.
    """

    anchor: str
    title: str
    about: str
    url: str
    learners: int
    facts: tuple[tuple[str, str], ...]
    goals: tuple[ItemLine, ...]
    hazards: tuple[tuple[str, str], ...]
    look: tuple[str, ...]
    flagged: int


def task_cards(course_key: str, tasks: Sequence[TaskFigures], links: CourseLinks, language: str) -> tuple[TaskCard, ...]:
    """The tasks, those with most to look at first."""
    cards = [_card(f"task-{place}", links.block_url(course_key, task.usage_key), task, language) for place, task in enumerate(tasks, 1)]
    return tuple(sorted(cards, key=lambda card: -card.flagged))


def _card(anchor: str, url: str, task: TaskFigures, language: str) -> TaskCard:
    definition = _definition(task)
    goals = tuple(_line(_goal_text(definition, goal.id, language), goal, language) for goal in task.goals)
    look = tuple(str(SIGNS_OF_TASKS[sign]) for sign in task.whole.signs)
    return TaskCard(
        anchor=anchor,
        title=task.task_id if definition is None else definition.title.text(language),
        about=_("%(task)s, version %(version)s") % {"task": task.task_id, "version": task.version},
        url=url,
        learners=task.whole.n,
        facts=tuple(_facts(task, language)),
        goals=goals,
        hazards=tuple(
            (_hazard_text(definition, hazard, language), _of(learners, task.whole.n, language)) for hazard, learners in task.hazards
        ),
        look=look,
        flagged=len(look) + sum(len(goal.look) for goal in goals),
    )


def _facts(task: TaskFigures, language: str) -> list[tuple[str, str]]:
    whole = task.whole
    facts = [
        (_("Began a counted run"), number(task.started, language)),
        (_("Never handed one in"), _of(task.dropped, task.started, language)),
        (_("Handed one in"), number(whole.n, language)),
    ]
    if task.median_tries is not None:
        facts.append((_("Counted runs of a learner, median"), decimal(task.median_tries / 1000, 1, language)))
    if whole.difficulty is not None:
        points = decimal(whole.difficulty / 10, 0, language)
        facts.append((_("Points in the first counted run, mean"), _("%(points)s of 100") % {"points": points}))
    if whole.discrimination is not None:
        facts.append((_("Discrimination, against the other tasks"), decimal(whole.discrimination / 1000, 2, language)))
    return facts


def _line(text: str, goal: ItemFigures, language: str) -> ItemLine:
    return ItemLine(
        text=text,
        met="" if goal.difficulty is None else share(goal.difficulty, 1000),
        best="" if goal.upper is None else share(goal.upper, 1000),
        discrimination="" if goal.discrimination is None else decimal(goal.discrimination / 1000, 2, language),
        look=tuple(str(SIGNS[sign]) for sign in goal.signs),
    )


def _of(part: int, whole: int, language: str) -> str:
    """``3 of 40 (8 %)``"""
    values = {"part": number(part, language), "whole": number(whole, language), "share": share(part, whole)}
    return _("%(part)s of %(whole)s (%(share)s)") % values if whole else number(part, language)


def _definition(task: TaskFigures) -> TaskDefinition | None:
    """The task as it was played; None where that version is no longer installed."""
    try:
        return load_task(task.task_id, task.version)
    except FrameworkDataError:
        return None


def _goal_text(definition: TaskDefinition | None, goal: str, language: str) -> str:
    return _text(definition, "goals", goal, "text", language)


def _hazard_text(definition: TaskDefinition | None, hazard: str, language: str) -> str:
    """The first sentence of its story: the rest tells the learner what to do."""
    story = _text(definition, "hazards", hazard, "story", language)
    found = _FIRST_SENTENCE.match(story)
    return story if found is None else found.group()


def _text(definition: TaskDefinition | None, kind: str, name: str, field: str, language: str) -> str:
    """A text of the task without what differs from run to run; the id where the task has no such text."""
    items = () if definition is None else definition.raw[kind]
    text: str = next((item[field][language] for item in items if item["id"] == name), name)
    return _OF_ONE_RUN.sub("…", text)
