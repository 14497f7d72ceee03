"""Lessons and questions for tests, as the loaders give them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from digiskills_framework.content_filling import fill
from digiskills_framework.content_types import Lesson, Question
from digiskills_framework.lessons import build_lesson
from digiskills_framework.loader import load_bundle
from digiskills_framework.pack_loader import load_pack
from digiskills_framework.questions import build_questions
from digiskills_framework.strict_yaml import Source
from digiskills_simulator.lint.problem import Problem
from digiskills_xblock.course.content_promises import ContentFile, ContentOptions
from digiskills_xblock.course.lesson_lint import lint_lesson
from digiskills_xblock.course.question_lint import lint_questions
from tests.framework_data import lesson_builders

Raw = dict[str, Any]
Change = Callable[[Raw], object]

TODAY = date(2026, 11, 22)
FRAMEWORK = "digiskills-vn"


def made_lesson(*, young: bool = False, change: Change | None = None) -> Lesson:
    raw = lesson_builders.lesson(young=young)
    if change:
        change(raw)
    return build_lesson(Source("lessons/digiskills-vn/S1.yaml", raw), FRAMEWORK, "S1", load_pack("vn"))


def made_questions(raw: Raw | None = None) -> tuple[Question, ...]:
    given = raw or lesson_builders.questions()
    return build_questions(Source("questions/digiskills-vn/S1.yaml", given), FRAMEWORK, given["skill"], load_pack("vn"))


def content_file(raw: Raw, skill: str, name: str, written: str | None = None) -> ContentFile:
    source, pack = Source(name, raw), load_pack("vn")
    said = str(raw) if written is None else written
    return ContentFile(fill(source, pack), said, raw, FRAMEWORK, skill, load_bundle(f"{FRAMEWORK}/1.0"), pack)


def lesson_problems(raw: Raw, *, options: ContentOptions | None = None, written: str | None = None) -> list[Problem]:
    skill = raw["skill"]
    file = content_file(raw, skill, f"lessons/{FRAMEWORK}/{skill}.yaml", written)
    lesson = build_lesson(Source(file.source.name, raw), FRAMEWORK, skill, file.pack)
    return lint_lesson(lesson, file, options or ContentOptions(TODAY))


def question_problems(raw: Raw) -> list[Problem]:
    skill = raw["skill"]
    file = content_file(raw, skill, f"questions/{FRAMEWORK}/{skill}.yaml")
    return lint_questions(build_questions(Source(file.source.name, raw), FRAMEWORK, skill, file.pack), file)


def rules(problems: Iterable[Problem]) -> set[str]:
    return {problem.rule for problem in problems}
