"""What is printed: a handout, a lesson plan, a facilitator's guide for each skill; standalone HTML files for A4, without script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from digiskills_framework.content_types import Lesson
from digiskills_framework.pack import CountryPack, HelpNumber
from digiskills_framework.tasks import TaskDefinition
from digiskills_framework.types import LocalizedText
from digiskills_xblock.course.markup import Element, el, labelled
from digiskills_xblock.course.page_words import word

File = tuple[str, bytes]
Elements = Iterator[Element]

_CSS = """
@page { size: A4; margin: 11mm 14mm; }
body { max-width: 180mm; margin: 0 auto; padding: 6mm; color: #14282e; }
body { font: 11.5pt/1.45 Roboto, "Noto Sans", "Segoe UI", Arial, sans-serif; }
header { display: flex; justify-content: space-between; gap: 6mm; padding-bottom: 2mm; }
header { border-bottom: 2px solid #0b665d; color: #0b665d; font-weight: 600; }
h1 { margin: 4mm 0 3mm; font-size: 20pt; line-height: 1.2; }
h2 { margin: 4.5mm 0 1.5mm; font-size: 13pt; color: #0b665d; break-after: avoid; }
p, ul, ol, dl { margin: 0 0 2mm; }
ul, ol { padding-left: 6mm; }
li { margin-bottom: 1mm; break-inside: avoid; }
table { width: 100%; border-collapse: collapse; }
td, th { padding: 1.5mm 2mm; border-bottom: 1px solid #b9c6c9; text-align: left; vertical-align: top; }
tr { break-inside: avoid; }
td:first-child { white-space: nowrap; font-weight: 600; }
.box { border: 1.5px solid #0b665d; border-radius: 3mm; padding: 2mm 4mm; break-inside: avoid; }
.numbers { display: flex; flex-wrap: wrap; gap: 1mm 8mm; }
footer { margin-top: 5mm; border-top: 1px solid #b9c6c9; padding-top: 1.5mm; font-size: 9pt; color: #41545a; }
@media print { body { padding: 0; } }
.box h2 { margin-top: 1mm; }
.tight { font-size: 10.5pt; line-height: 1.36; }
.dense { font-size: 9.7pt; line-height: 1.28; }
.densest { font-size: 9pt; line-height: 1.27; }
.tight h1, .dense h1, .densest h1 { margin: 2.5mm 0 2mm; font-size: 17pt; }
.tight h2, .dense h2, .densest h2 { margin-top: 3mm; font-size: 12pt; }
.tight footer, .dense footer, .densest footer { margin-top: 2mm; }
"""

_CLOSING = "”’»\"')"

CHILD_HELPLINE = "child_helpline"
FOR_CHILDREN = (CHILD_HELPLINE, "police", "fire", "ambulance")
"""Codes of help numbers that a child keeps, in this order."""

_ONE_PAGE = {"roomy": 1700, "tight": 2450, "dense": 3450}
"""Most letters of a handout in this size of letters; more of them are set smaller still, so that one sheet holds them."""


def handout(lesson: Lesson, locale: str, pack: CountryPack, audience: str, level: str | None = None) -> File:
    """One A4 page to keep: summary, steps, mistakes, help numbers.

    Args:
        audience, level: whose steps and mistakes it tells.

    Returns:
        File name and content.
    """
    content = list(_handout(lesson, locale, pack, audience, level))
    letters = sum(len(str(etree.tostring(element, method="text", encoding="unicode"))) for element in content)
    size = next((name for name, most in _ONE_PAGE.items() if letters <= most), "densest")
    return _file("handout", lesson, locale, content, size, level)


def lesson_plan(lesson: Lesson, locale: str, level: str | None = None) -> File:
    """The lesson of 45 minutes, for the youngest of 35; arguments and returns as `handout`."""
    return _file("lesson_plan", lesson, locale, _plan(lesson, locale, level), level=level)


def facilitator_guide(lesson: Lesson, locale: str, tasks: Iterable[TaskDefinition] = (), level: str | None = None) -> File:
    """What to say and what not to do, for the lesson and for each of the skill's practice tasks; arguments and returns as `handout`."""
    return _file("facilitator", lesson, locale, _guide(lesson, locale, tasks, level), level=level)


def _file(kind: str, lesson: Lesson, locale: str, content: Iterable[Element], size: str = "roomy", level: str | None = None) -> File:
    title, heading = lesson.title_for(level).text(locale), word(kind, locale)
    page = el(
        "html",
        el(
            "head",
            el("meta", charset="utf-8"),
            el("meta", name="viewport", content="width=device-width, initial-scale=1"),
            el("title", f"{title} · {heading}"),
            el("style", _CSS),
        ),
        el(
            "body",
            el("header", el("span", heading), el("span", lesson.skill)),
            el("h1", title),
            *content,
            el("footer", word("print_note", locale)),
            class_=size,
        ),
        lang=locale,
    )
    name = f"{kind.replace('_', '-')}-{lesson.framework}-{lesson.skill}.html"
    return name, b"<!DOCTYPE html>\n" + etree.tostring(page, method="html", encoding="utf-8") + b"\n"


def _handout(lesson: Lesson, locale: str, pack: CountryPack, audience: str, level: str | None) -> Elements:
    yield el("div", el("h2", word("summary", locale)), _list("ul", lesson.summary_for(level), locale), class_="box")
    yield el("h2", word("steps", locale))
    steps = lesson.steps_for(audience, level)
    yield el("ol", *(el("li", el("strong", _ended(step.do.text(locale))), " ", *_plain(step.how, locale)) for step in steps))
    if lesson.young_for(level) is None:
        yield el("h2", word("mistakes", locale))
        mistakes = lesson.mistakes_for(audience)
        yield el("ul", *(el("li", mistake.wrong.text(locale), " → ", el("strong", mistake.better.text(locale))) for mistake in mistakes))
    kept = _numbers_to_keep(pack, young=lesson.young_for(level) is not None)
    if kept:
        yield el("h2", word("help_numbers", locale))
        numbers = (el("span", el("strong", number.number), f" {number.purpose.text(locale)}") for number in kept)
        yield el("p", *numbers, class_="numbers")


def _numbers_to_keep(pack: CountryPack, *, young: bool) -> list[HelpNumber]:
    """All of the country's; for children those that are for them, theirs first."""
    if not young:
        return list(pack.help_numbers)
    by_code = {number.code: number for number in pack.help_numbers}
    return [by_code[code] for code in FOR_CHILDREN if code in by_code]


def _plan(lesson: Lesson, locale: str, level: str | None) -> Elements:
    plan = lesson.plan_for(level)
    yield el("div", el("h2", word("goal", locale)), el("p", plan.goal.text(locale)), class_="box")
    yield el("h2", word("bring", locale))
    yield _list("ul", plan.bring, locale)
    yield el("h2", word("course_of_lesson", locale, sum(part.minutes for part in plan.parts)))
    rows = (
        el(
            "tr",
            el("td", word("minutes", locale, part.minutes)),
            el("td", el("strong", part.title.text(locale)), el("br"), *_plain(part.do, locale)),
        )
        for part in plan.parts
    )
    yield el("table", el("tbody", *rows))


def _guide(lesson: Lesson, locale: str, tasks: Iterable[TaskDefinition], level: str | None) -> Elements:
    yield el("h2", word("for_lesson", locale))
    yield _list("ul", lesson.notes_for(level), locale)
    # How few phones serve a group is no matter of a class of children: their plan says what is done with one computer, or none.
    kinds = ("say",) if lesson.young_for(level) is not None else ("say", "groups")
    for task in tasks:
        given = task.raw.get("facilitator", {})
        notes = [LocalizedText(vi=given[kind]["vi"], en=given[kind]["en"]) for kind in kinds if kind in given]
        if notes:
            yield el("h2", word("for_task", locale, _within_quotes(task.title.text(locale))))
            yield _list("ul", notes, locale)


def _ended(text: str) -> str:
    """With a full stop, unless the sentence has its end already, be it inside of closing quotes."""
    return text if text.rstrip(_CLOSING).endswith((".", "?", "!", "…")) else f"{text}."


def _within_quotes(text: str) -> str:
    return text.translate(str.maketrans("“”", "‘’"))


def _list(tag: str, texts: Iterable[LocalizedText], locale: str) -> Element:
    return el(tag, *(el("li", *_plain(text, locale)) for text in texts))


def _plain(text: LocalizedText, locale: str) -> list[str | Element]:
    return labelled(text.text(locale))
