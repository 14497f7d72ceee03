"""Which lessons, tasks and questions teach a skill: its own, or those that its framework borrows (``content.yaml``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from digiskills_framework.contradictions import Contradictions, Raw
from digiskills_framework.lessons import KIND as LESSONS
from digiskills_framework.lessons import content_skills
from digiskills_framework.library import find, read_entry
from digiskills_framework.loader import load_bundle
from digiskills_framework.questions import KIND as QUESTIONS
from digiskills_framework.shapes import check_shape
from digiskills_framework.strict_yaml import Source
from digiskills_framework.tasks import load_task, task_ids

FILE = "content"
TASKS_FRAMEWORK = "digiskills-vn"
"""The framework whose codes tasks name under ``skills``."""

SkillKey = tuple[str, str]
"""Framework id without version, and the skill's code in it: where a lesson or a file of questions lies."""


@dataclass(frozen=True, slots=True)
class Content:
    """What teaches one skill.

    Attributes:
        lessons, questions: arguments of `load_lesson` and `load_questions`; empty where nothing is written yet.
        tasks: ids, those that are named after the skill first.
    """

    lessons: tuple[SkillKey, ...]
    tasks: tuple[str, ...]
    questions: tuple[SkillKey, ...]


def content_of(framework: str, skill: str, extra: tuple[Path, ...] = ()) -> Content:
    """What teaches a skill of a framework.

    Args:
        framework: its key, ``tt02-vn/2025``.
        skill: code in that framework.

    Raises:
        FrameworkDataError: an unknown framework, or a ``content.yaml`` that names what there is not.
        KeyError: the framework has no such skill.
    """
    return contents_of(framework, (skill,), extra)[skill]


def contents_of(framework: str, skills: Iterable[str], extra: tuple[Path, ...] = ()) -> dict[str, Content]:
    """What teaches each of several skills, by its code; the folders are read once for all. See `content_of`."""
    known = load_bundle(framework, extra).framework
    borrowed = _borrowed(framework, extra)
    lessons, questions = (frozenset(content_skills(kind, known.id, extra)) for kind in (LESSONS, QUESTIONS))

    def own(code: str) -> Content:
        key = (known.id, code)
        return Content(
            lessons=(key,) if code in lessons else (),
            tasks=_tasks_naming(code, extra) if known.id == TASKS_FRAMEWORK else (),
            questions=(key,) if code in questions else (),
        )

    codes = [known.skill(skill).code for skill in skills]
    return {code: borrowed[code] if code in borrowed else own(code) for code in codes}


@cache
def _borrowed(framework: str, extra: tuple[Path, ...]) -> dict[str, Content]:
    source = read_entry(find("frameworks", framework, extra)).get(FILE)
    if source is None:
        return {}
    raw = check_shape(source, "content-1")
    notes = Contradictions()
    notes.equal(source, ("framework",), raw["framework"], framework)
    codes = load_bundle(framework, extra).framework.codes
    for code, body in raw["skills"].items():
        notes.known(source, ("skills", code), code, codes, "skill")
        _check(source, code, body, notes, extra)
    notes.check()
    return {code: _content(body) for code, body in raw["skills"].items()}


def _check(source: Source, code: str, body: Raw, notes: Contradictions, extra: tuple[Path, ...]) -> None:
    tasks = task_ids(extra=extra)
    for index, task in enumerate(body.get("tasks", ())):
        notes.known(source, ("skills", code, "tasks", index), task, tasks, "task")
    for kind in (LESSONS, QUESTIONS):
        for index, key in enumerate(body.get(kind, ())):
            framework_id, _slash, skill = key.partition("/")
            there = [f"{framework_id}/{other}" for other in content_skills(kind, framework_id, extra)]
            if f"{framework_id}/{skill}" not in there:
                notes.known(source, ("skills", code, kind, index), key, there, f"file of {kind}")


def _content(body: Raw) -> Content:
    return Content(
        lessons=tuple(_skill_key(key) for key in body.get("lessons", ())),
        tasks=tuple(body.get("tasks", ())),
        questions=tuple(_skill_key(key) for key in body.get("questions", ())),
    )


def _skill_key(key: str) -> SkillKey:
    framework_id, _slash, skill = key.partition("/")
    return framework_id, skill


@cache
def _tasks_naming(skill: str, extra: tuple[Path, ...]) -> tuple[str, ...]:
    """The newest versions that name the skill; those that are named after it come first."""
    naming = [task_id for task_id in task_ids(extra=extra) if skill in load_task(task_id, extra=extra).skills]
    return tuple(sorted(naming, key=lambda task_id: (not task_id.startswith(f"{skill}-"), task_id)))
