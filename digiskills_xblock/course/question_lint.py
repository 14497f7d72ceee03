"""What the questions about a skill promise; checked here, file by file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from digiskills_framework.content_types import Question
from digiskills_framework.lessons import YOUNG_GRADES
from digiskills_simulator.lint.problem import Problem
from digiskills_xblock.course.content_promises import ContentFile, plain_words

LIMITS = {"questions[].ask": 60, "questions[].choices[].because": 35, "questions[].why": 50}
"""Most words of a text by its place."""
FEWEST = {"check": 4, "final": 2}
FEWEST_YOUNG = 4
ENOUGH_TO_JUDGE = 4
"""From so many questions on, where the right answers stand and how long they are shows a habit."""

_LAZY = re.compile(
    r"\b(?:all|none|both) of the above\b|tất cả (?:các )?(?:đáp án|ý|câu)\b|cả (?:hai|ba|bốn) (?:đáp án|ý|câu)\b", re.IGNORECASE
)


def lint_questions(questions: tuple[Question, ...], file: ContentFile) -> list[Problem]:
    """Every promise that a file of questions breaks; empty if it keeps them all."""
    return [
        *plain_words(file, LIMITS),
        *_enough(questions),
        *_enough_young(questions, file),
        *_facets(questions, file),
        *_fair(questions),
        *_habits([question for question in questions if not question.several]),
    ]


def _enough(questions: tuple[Question, ...]) -> Iterator[Problem]:
    """Enough for everybody, at least half of them about judgement, one with several right answers."""
    general = [question for question in questions if not question.audiences and not question.levels]
    for use, fewest in FEWEST.items():
        found = sum(question.use == use for question in general)
        if found < fewest:
            yield Problem("enough", f"{found} questions of use {use} for everybody", f"At least {fewest}", "questions")
    judging = sum(question.about == "judgement" for question in general)
    if judging * 2 < len(general):
        yield Problem("judgement", f"{judging} of {len(general)} are about judgement", "At least half", "questions")
    if not any(question.several for question in general):
        yield Problem("several", "no question has several right answers", "Write one of kind: several", "questions")


def _enough_young(questions: tuple[Question, ...], file: ContentFile) -> Iterator[Problem]:
    """Questions in their own words for each school level whose pupils read the lesson in their own words."""
    young = [level.code for level in file.pack.school_levels if level.grades and max(level.grades) <= YOUNG_GRADES]
    reads = {cell.level for cell in file.bundle.profile.present() if cell.skill == file.skill}
    for level in (code for code in young if code in reads):
        found = sum(question.use == "check" and level in question.levels for question in questions)
        if found < FEWEST_YOUNG:
            yield Problem("enough", f"{found} questions of use check for level {level}", f"At least {FEWEST_YOUNG}", "questions")
    for index, question in enumerate(questions):
        for level in question.levels:
            if level not in young:
                yield Problem(
                    "levels", f"names {level}", f"Only the youngest have questions of their own: {', '.join(young)}", f"questions[{index}]"
                )


def _facets(questions: tuple[Question, ...], file: ContentFile) -> Iterator[Problem]:
    codes = file.bundle.framework.skill(file.skill).facet_codes
    for index, question in enumerate(questions):
        if question.facet is not None and question.facet not in codes:
            remedy = f"Use one of: {', '.join(codes)}" if codes else "Remove it: the skill is assessed as a whole"
            yield Problem("facet", f"the skill has no facet {question.facet!r}", remedy, f"questions[{index}].facet")


def _fair(questions: tuple[Question, ...]) -> Iterator[Problem]:
    """No choice is about the other choices."""
    for index, question in enumerate(questions):
        for at, choice in enumerate(question.choices):
            if _LAZY.search(choice.text.vi) or _LAZY.search(choice.text.en):
                yield Problem("fair", "is about the other choices", "Write a choice of its own", f"questions[{index}].choices[{at}]")


def _habits(questions: Sequence[Question]) -> Iterator[Problem]:
    """Where the right answer stands, and how long it is, must not give it away."""
    if len(questions) < ENOUGH_TO_JUDGE:
        return
    places = Counter(_right(question) for question in questions)
    place, times = max(sorted(places.items()), key=lambda item: item[1])
    if times * 10 > len(questions) * 6:
        yield Problem("place", f"{times} of {len(questions)} right answers stand at place {place + 1}", "Move some", "questions")
    for language in ("vi", "en"):
        longest = sum(_right_is_longest(question, language) for question in questions)
        if longest * 2 > len(questions):
            message = f"{longest} of {len(questions)} right answers are the longest ({language})"
            yield Problem("longest", message, "Shorten right ones, or let the wrong ones give their reasons", "questions")


def _right(question: Question) -> int:
    return next(index for index, choice in enumerate(question.choices) if choice.right)


def _right_is_longest(question: Question, language: str) -> bool:
    lengths = [len(choice.text.text(language)) for choice in question.choices]
    right = lengths.pop(_right(question))
    return right > max(lengths)
