"""What the course builder shows: the answers, what would be built, what became of a teacher's course."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import frozen

from digiskills_framework.api import load_regulation
from digiskills_xblock.course.archive import pack
from digiskills_xblock.course.building import Built
from digiskills_xblock.course.lint import Report, lint_course
from digiskills_xblock.course.merging import Outcome
from digiskills_xblock.course.model import CONTAINERS, Course
from digiskills_xblock.course.olx import course_files
from digiskills_xblock.course.request import CourseRequest
from digiskills_xblock.course.section import PutIn
from digiskills_xblock.course.texts import AUDIENCES
from digiskills_xblock.course.updating import Change
from digiskills_xblock.i18n import Language, gettext, gettext_noop
from digiskills_xblock.pages.course_builder_questions import LANGUAGE_NAMES, Field, Questions
from digiskills_xblock.pages.course_builder_told import KINDS, problem_told, source_told

OUTCOMES = {
    Outcome.ADDED: gettext_noop("Added"),
    Outcome.UPDATED: gettext_noop("Brought up to date"),
    Outcome.REMOVED: gettext_noop("Taken out, because it is no longer part of the skill"),
    Outcome.KEPT: gettext_noop("Yours, and stays as it is"),
    Outcome.CONFLICT: gettext_noop("Yours, and stays; there is a newer text of ours, so look at it"),
}
MANY = {
    "html": gettext_noop("pages"),
    "digiskills_practice": gettext_noop("practice tasks"),
    "problem": gettext_noop("questions"),
    "file": gettext_noop("pictures and other files"),
}


@frozen
class Answered:
    """One line of the answers: what was asked, what was answered, the page to answer it anew."""

    question: str
    answer: str
    step: str


def answered(questions: Questions) -> list[Answered]:
    """The answers so far, as people read them."""
    lines = []
    for step in questions.steps():
        if not step.errors(questions):
            lines += [Answered(field.label, _answer(field), step.name) for field in step.fields(questions) if _answer(field)]
    return lines


def _answer(field: Field) -> str:
    if field.control == "text":
        return field.value
    return ", ".join(option.text for _heading, options in field.groups for option in options if option.chosen)


def course_shown(built: Built, language: Language, extra: tuple[Path, ...]) -> dict[str, Any]:
    """What a course would hold.

    Returns:
        ``title``, ``key``, ``figures`` (text and number), ``rows`` (skill, pages, tasks, questions), ``no_task`` and ``problems`` (what
        the checks of a finished course say), ``pass_mark``.
    """
    report = lint_course(built.course, built.course.key, extra)
    names = {skill.code: f"{skill.code}. {skill.skill.name.text(language)}" for skill in built.plan.skills}
    request = built.plan.request
    values = built.plan.regulation.values(request.audience, request.school_level)
    return {
        "title": str(built.course.policy["display_name"]),
        "key": built.course.key,
        "figures": _figures(built, report, language),
        "rows": [_row(names[code], there) for code, there in report.skills.items()],
        "no_task": [names[skill.code] for skill in built.plan.skills if not skill.tasks],
        "problems": [problem_told(one, built.course, names, language) for one in report.problems if one.rule != "practised"],
        "pass_mark": f"{values.mastery_threshold_milli / 10:g} %",
        "regulation": built.plan.regulation.label.text(language),
    }


def _figures(built: Built, report: Report, language: Language) -> list[tuple[str, int]]:
    tasks = {task.id for skill in built.plan.skills for task in skill.tasks}
    return [
        (gettext("sections", language), report.figures.get("chapter", 0)),
        (gettext("skills", language), len(built.plan.skills)),
        (gettext("of them required", language), len(built.plan.required)),
        (gettext("practice tasks", language), len(tasks)),
        (gettext("questions", language), report.figures.get("problem", 0)),
    ]


def _row(name: str, there: Any) -> dict[str, Any]:
    return {"name": name, "pages": there["pages"], "tasks": there["guided"], "questions": there["questions"] + there["final questions"]}


@frozen
class Line:
    """Changes of one kind: ``question: Câu hỏi 1``."""

    heading: str
    texts: tuple[str, ...]


def section_shown(result: PutIn, language: Language, extra: tuple[Path, ...]) -> dict[str, Any]:
    """What became of a teacher's course.

    Returns:
        ``title`` of the subsection, ``is_new``, ``lines`` (changes by outcome), ``built_as``, ``unknown_grader``, ``link`` (the course
        itself, as an address that the browser saves), ``file``, ``key``.
    """
    return {
        "title": result.title,
        "is_new": result.is_new,
        "lines": list(_lines(result.changes, language)),
        "built_as": built_as(result.request, language, extra),
        "unknown_grader": result.unknown_grader,
        "link": "data:application/gzip;base64," + base64.b64encode(packed(result.course)).decode(),
        "file": file_name(result.course),
        "key": result.course.key,
    }


def built_as(request: CourseRequest, language: Language, extra: tuple[Path, ...]) -> str:
    """For whom and by which rules: ``Citizens, Tiếng Việt, Default regulation 2``."""
    parts = [AUDIENCES[request.audience].text(language), request.school_level, LANGUAGE_NAMES[request.locale]]
    if request.regulation is not None:
        parts.append(load_regulation(request.regulation, extra).label.text(language))
    return ", ".join(part for part in parts if part)


def _lines(changes: tuple[Change, ...], language: Language) -> Iterator[Line]:
    for outcome, heading in OUTCOMES.items():
        found = [change for change in changes if change.outcome == outcome]
        texts = _in_short(found, language) if outcome is Outcome.ADDED else tuple(_change(change, language) for change in found)
        if texts:
            yield Line(gettext(heading, language), texts)


def _in_short(added: list[Change], language: Language) -> tuple[str, ...]:
    """Sections, subsections and units by name; of what is in them, how many: a unit is called what is in it."""
    named = [_change(change, language) for change in added if _kind(change) in CONTAINERS]
    counted = Counter(_kind(change) for change in added if _kind(change) not in CONTAINERS)
    return (*named, *(f"{gettext(MANY[kind], language)}: {number}" for kind, number in counted.items() if kind in MANY))


def _kind(change: Change) -> str:
    kind, _space, what = change.part.partition(" ")
    return what.partition("/")[0] if kind == "block" else kind


def _change(change: Change, language: Language) -> str:
    kind, _space, what = change.part.partition(" ")
    named = KINDS.get(_kind(change))
    title = what.removeprefix("static/") if kind == "file" else change.title
    because = f" ({source_told(change.because, language)})" if change.because and change.outcome is not Outcome.ADDED else ""
    return f"{gettext(named, language) if named else kind}: {title}{because}"


def packed(course: Course) -> bytes:
    """The course's archive."""
    return pack(course_files(course))


def file_name(course: Course) -> str:
    """``digiskills-vn.citizen-1.tar.gz``"""
    return f"{course.course}-{course.run}.tar.gz"
