"""A skill is taught by what is written for it, or by what its framework borrows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from digiskills_framework.content import content_of
from digiskills_framework.errors import InconsistentDataError
from digiskills_framework.tasks import load_task
from tests.framework_data.builders import KEY, write, write_framework
from tests.framework_data.lesson_builders import lesson, questions


def borrow(directory: Path, skills: dict[str, Any]) -> tuple[Path, ...]:
    write_framework(directory)
    write(directory, f"frameworks/{KEY}/content", {"schema": "content/1", "framework": KEY, "skills": skills})
    return (directory,)


def test_a_skill_of_its_own_framework_has_its_lesson_its_questions_and_the_tasks_that_name_it() -> None:
    content = content_of("digiskills-vn/1.0", "S1")
    assert content.lessons == content.questions == (("digiskills-vn", "S1"),)
    assert content.tasks[0] == "S1-01"
    assert all("S1" in load_task(task_id).skills for task_id in content.tasks)
    named_after = [task_id.startswith("S1-") for task_id in content.tasks]
    assert named_after == sorted(named_after, reverse=True)


def test_a_framework_of_an_operator_has_its_own_files_and_no_tasks_by_accident(tmp_path: Path) -> None:
    write_framework(tmp_path)
    write(tmp_path, "lessons/sample/X1", lesson("X1"))
    write(tmp_path, "questions/sample/X1", questions("X1"))
    content = content_of(KEY, "X1", (tmp_path,))
    assert (content.lessons, content.tasks, content.questions) == ((("sample", "X1"),), (), (("sample", "X1"),))
    nothing = content_of(KEY, "X2", (tmp_path,))
    assert (nothing.lessons, nothing.tasks, nothing.questions) == ((), (), ())


def test_what_is_borrowed_stands_in_place_of_what_would_be_its_own(tmp_path: Path) -> None:
    extra = borrow(tmp_path, {"X1": {"lessons": ["digiskills-vn/S1"], "tasks": ["S1-01"]}})
    content = content_of(KEY, "X1", extra)
    assert (content.lessons, content.tasks, content.questions) == ((("digiskills-vn", "S1"),), ("S1-01",), ())
    assert content_of(KEY, "X2", extra).tasks == ()


@pytest.mark.parametrize(
    "skills, path",
    [
        ({"X9": {"tasks": []}}, "skills.X9"),
        ({"X1": {"tasks": ["S1-99"]}}, "skills.X1.tasks[0]"),
        ({"X1": {"lessons": ["digiskills-vn/S1", "digiskills-vn/S9"]}}, "skills.X1.lessons[1]"),
        ({"X1": {"questions": ["nowhere/S1"]}}, "skills.X1.questions[0]"),
    ],
)
def test_what_there_is_not_cannot_be_borrowed(tmp_path: Path, skills: dict[str, Any], path: str) -> None:
    with pytest.raises(InconsistentDataError) as caught:
        content_of(KEY, "X1", borrow(tmp_path, skills))
    assert path in [finding.path for finding in caught.value.findings]


def test_an_unknown_skill_is_the_callers_mistake() -> None:
    with pytest.raises(KeyError, match="Z1"):
        content_of("digiskills-vn/1.0", "Z1")
