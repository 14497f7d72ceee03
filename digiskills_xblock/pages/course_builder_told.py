"""What readers and checks of courses have found, in the language of the page (see `course.sentences`)."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from digiskills_framework.errors import Finding
from digiskills_xblock.course.lint import Problem
from digiskills_xblock.course.model import Course
from digiskills_xblock.course.sentences import Sentence
from digiskills_xblock.i18n import Language, gettext, gettext_noop

KINDS = {
    "chapter": gettext_noop("section"),
    "sequential": gettext_noop("subsection"),
    "vertical": gettext_noop("unit"),
    "html": gettext_noop("page"),
    "problem": gettext_noop("question"),
    "digiskills_practice": gettext_noop("practice task"),
    "file": gettext_noop("file"),
    "tags": gettext_noop("tags"),
    "order": gettext_noop("order"),
}
SOURCES = {"lesson": gettext_noop("lesson"), "task": gettext_noop("task"), "questions": gettext_noop("questions")}
LEVELS = {
    "error": (gettext_noop("Error: {message}"), gettext_noop("Error in {where}: {message}")),
    "warning": (gettext_noop("Warning: {message}"), gettext_noop("Warning in {where}: {message}")),
}
AT = gettext_noop("{file} at {path}")
WITH_VALUE = gettext_noop("{place}: {message} (value: {value}). {remedy}")


@frozen
class Told:
    """A text of the page.

    Attributes:
        language: that it is in where that is another one than the page's; else empty.
    """

    text: str
    language: str = ""


def said(text: str, language: Language) -> str:
    """A sentence in this language; any other text as it is."""
    if not isinstance(text, Sentence):
        return text
    return gettext(text.pattern, language).format(**{name: said(value, language) for name, value in text.values.items()})


def finding_told(finding: Finding, language: Language) -> Told:
    """What is wrong, where, and what to do. What is said of an operator's files, which no teacher can repair, is English."""
    if not (isinstance(finding.message, Sentence) and isinstance(finding.remedy, Sentence)):
        return Told(str(finding), "en")
    parts = {name: said(getattr(finding, name), language) for name in ("file", "path", "value", "message", "remedy")}
    place = gettext(AT, language).format(**parts) if parts["path"] else parts["file"]
    pattern = gettext(WITH_VALUE, language) if parts["value"] else "{place}: {message}. {remedy}"
    return Told(pattern.format(place=place, **parts))


def problem_told(problem: Problem, course: Course, skills: Mapping[str, str], language: Language) -> str:
    """What the checks say of a course.

    Args:
        skills: what skills are called, by code.
    """
    alone, placed = LEVELS[problem.level]
    pattern = gettext(placed if problem.where else alone, language)
    return pattern.format(where=_place(problem.where, course, skills, language), message=said(problem.message, language))


def _place(where: str, course: Course, skills: Mapping[str, str], language: Language) -> str:
    kind, _slash, name = where.partition("/")
    block = course.blocks().get((kind, name))
    if block is None:
        return skills.get(where, where)
    return f"{gettext(KINDS[kind], language) if kind in KINDS else kind} “{block.title}”"


def source_told(because: str, language: Language) -> str:
    """What has another version now (`updating.Change.because`), with the kind of its source in this language."""
    kind, space, rest = because.partition(" ")
    return f"{gettext(SOURCES[kind], language)}{space}{rest}" if kind in SOURCES else because
