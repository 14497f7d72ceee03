"""A lesson as pages for the platform's HTML blocks: plain semantic tags that Studio's editor keeps, no script, no style."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from digiskills_framework.content_types import Lesson, Mistake, Step, Term, YoungLesson
from digiskills_framework.types import LANGUAGES, LocalizedText
from digiskills_xblock.course.collation import vietnamese_key
from digiskills_xblock.course.markup import Element, el, html, labelled
from digiskills_xblock.course.page_words import day, seen, word
from digiskills_xblock.course.pictures import picture_names

Elements = Iterator[Element]

_SHORT = 2
"""Letters of a word that tells no language."""


@dataclass(frozen=True, slots=True)
class Page:
    """One HTML block.

    Attributes:
        slug: what the page is, whatever its title: ``about``, ``steps``, ``recap``, ``glossary``. Part of the block's identity.
    """

    slug: str
    title: str
    html: str


def lesson_pages(lesson: Lesson, locale: str, audience: str, level: str | None = None) -> list[Page]:
    """The pages of one lesson in reading order: what and why, the steps with pictures, mistakes and summary.

    Args:
        locale: ``vi`` or ``en``.
        audience: whose example is told, with the steps, mistakes and closing lines that are for them.
        level: of a student; the youngest get fewer pages in their own words.
    """
    young = lesson.young_for(level)
    about = _young_about(lesson, young.what, locale) if young else _about(lesson, locale, audience)
    recap = _summary(young.summary, locale) if young else _recap(lesson, locale, audience)
    names = picture_names(lesson, audience, level)
    return [
        Page("about", lesson.title_for(level).text(locale), html(about)),
        Page("steps", word("steps", locale), html(_steps(lesson.steps_for(audience, level), names, locale))),
        Page("recap", word("summary" if young else "recap", locale), html(recap)),
    ]


def glossary_page(lessons: Iterable[Lesson], locale: str, level: str | None = None) -> Page | None:
    """The words of all lessons in the order of a dictionary, each with every meaning that lessons give it; None if there are none.

    Args:
        level: of a student. Lessons were written with words for adults; the youngest get those of them that they read, in both languages,
            so that a course explains the same words in each.
    """
    terms: dict[str, str] = {}
    meanings: dict[str, list[str]] = {}
    for term in _terms_read(list(lessons), level):
        name, means = term.term.text(locale), term.means.text(locale)
        terms.setdefault(name.lower(), name)
        known = meanings.setdefault(name.lower(), [])
        if means not in known:
            known.append(means)
    if not terms:
        return None
    ordered = sorted(terms, key=vietnamese_key)
    parts = (part for name in ordered for part in (el("dt", terms[name]), *(el("dd", means) for means in meanings[name])))
    return Page("glossary", word("glossary", locale), html([el("dl", *parts)]))


def _terms_read(lessons: list[Lesson], level: str | None) -> Iterator[Term]:
    young = [variant for lesson in lessons if (variant := lesson.young_for(level))]
    said = {locale: "\n".join(text.text(locale) for one in young for text in _said(one)) for locale in LANGUAGES}
    for lesson in lessons:
        read_whole = lesson.young_for(level) is None
        yield from (
            term for term in lesson.glossary if read_whole or all(_has(said[locale], term.term.text(locale)) for locale in LANGUAGES)
        )


def _said(young: YoungLesson) -> Iterator[LocalizedText]:
    yield from (young.title, young.what, *young.summary)
    for step in young.steps:
        yield from (step.do, step.how)


def _has(said: str, term: str) -> bool:
    """Whether a word stands in a text as a word of its own, however its letters are cased."""
    return re.search(rf"(?<!\w){re.escape(term)}(?!\w)", said, re.IGNORECASE) is not None


def _about(lesson: Lesson, locale: str, audience: str) -> Elements:
    yield el("p", el("em", word("reading_time", locale, lesson.minutes)))
    yield el("h3", word("what", locale))
    yield from _paragraphs(lesson.what, locale)
    yield el("h3", word("why", locale))
    yield from _paragraphs(lesson.why, locale)
    example = lesson.example(audience)
    if example is not None:
        yield el("h3", word("example", locale))
        yield el("blockquote", *_paragraphs([example], locale))
    yield el("h3", word("new_words", locale))
    yield _terms(lesson.glossary, locale)


def _young_about(lesson: Lesson, what: LocalizedText, locale: str) -> Elements:
    yield el("h3", word("what_young", locale))
    yield from _paragraphs([what], locale)


def _steps(steps: tuple[Step, ...], names: tuple[str | None, ...], locale: str) -> Elements:
    for number, (step, name) in enumerate(zip(steps, names, strict=True), start=1):
        yield el("h3", f"{word('step', locale, number)}. {step.do.text(locale)}")
        yield el("p", labelled(step.how.text(locale)))
        if step.picture is not None and name is not None:
            yield el("figure", el("img", src=f"/static/{name}", alt=step.picture.alt.text(locale)))


def _recap(lesson: Lesson, locale: str, audience: str) -> Elements:
    yield el("h3", word("mistakes", locale))
    yield el("ul", *(_mistake(mistake, locale) for mistake in lesson.mistakes_for(audience)))
    yield from _summary(lesson.summary, locale)
    lines = lesson.real_life_for(audience)
    if lines:
        yield el("h3", word("real_life", locale))
        for line in lines:
            yield el("p", line.text.text(locale), " ", el("em", word("checked_on", locale, day(line.checked_on, locale))))
    if lesson.claims:
        # Folded: who wants to know where a statement comes from opens it, who is learning to tap is not held up by it.
        claims = el("ul", *(_claim(claim.statement, claim.source, claim.seen_on, locale) for claim in lesson.claims))
        yield el("details", el("summary", word("sources", locale)), claims)


def _summary(lines: Iterable[LocalizedText], locale: str) -> Elements:
    yield el("h3", word("summary", locale))
    yield el("ul", *(el("li", labelled(line.text(locale))) for line in lines))


def _mistake(mistake: Mistake, locale: str) -> Element:
    wrong = el("p", el("strong", word("wrong", locale), ":"), " ", *labelled(mistake.wrong.text(locale)))
    return el("li", wrong, el("p", el("strong", word("better", locale), ":"), " ", *labelled(mistake.better.text(locale))))


def _claim(statement: LocalizedText, source: str, seen_on: str, locale: str) -> Element:
    cited = el("span", source, **_foreign(source, locale))
    return el("li", statement.text(locale), " ", el("small", cited, f" ({seen(seen_on, locale)})"))


def _foreign(source: str, locale: str) -> dict[str, str]:
    """The language of a source's name where it is not the page's, so that it is read aloud rightly; an address is in none.

    Small letters with marks are Vietnamese; the Đ of a number such as 557/BKHCN-CĐSQG is no sign of a language.
    """
    if any(letter.islower() and not letter.isascii() for letter in source):
        language = "vi"
    elif any(len(word_) > _SHORT and word_.isalpha() for word_ in (part.strip(",;:()") for part in source.split())):
        language = "en"
    else:
        return {}
    return {} if language == locale else {"lang": language}


def _terms(terms: Iterable[Term], locale: str) -> Element:
    pairs = ((el("dt", term.term.text(locale)), el("dd", term.means.text(locale))) for term in terms)
    return el("dl", *(part for pair in pairs for part in pair))


def _paragraphs(texts: Iterable[LocalizedText], locale: str) -> Elements:
    for text in texts:
        yield el("p", labelled(text.text(locale)))
