"""How far somebody is: completion, points, and a grade by the course's policy."""

from __future__ import annotations

from typing import Any

import pytest

from demo.outline import Outline, Unit, usage_key
from demo.standing import Standing
from digiskills_xblock.course.model import PRACTICE, Block

KIND = {"format": "Skill", "graded": "true"}


def course() -> Outline:
    """Two graded skills (a run of 5 points and a question; a question), a page before them, and a chapter for the team."""
    read = Block("sequential", "s0", {}, (Block("vertical", "u0", {}, (Block("html", "page", {}),)),))
    run = Block(PRACTICE, "run", {"task_id": "S3-01", "weight": "5.0", "runs": "counted"})
    one = Block("sequential", "s1", KIND, (Block("vertical", "u1", {}, (run,)), Block("vertical", "u2", {}, (Block("problem", "q1", {}),))))
    two = Block("sequential", "s2", KIND, (Block("vertical", "u3", {}, (Block("problem", "q2", {}),)),))
    team = Block("sequential", "s3", {}, (Block("vertical", "u4", {}, (Block("html", "papers", {}),)),))
    chapters = (Block("chapter", "c1", {}, (read, one, two)), Block("chapter", "c2", {"visible_to_staff_only": "true"}, (team,)))
    units = {
        unit.name: Unit(unit, sequence, chapter, number, chapter.name == "c2")
        for chapter in chapters
        for sequence in chapter.children
        for number, unit in enumerate(sequence.children, start=1)
    }
    grading = {"GRADER": [{"type": "Skill", "weight": 1.0, "drop_count": 0}], "GRADE_CUTOFFS": {"Pass": 0.7}}
    return Outline("Course", chapters, units, {}, grading, {})


def standing(**done: dict[str, Any]) -> Standing:
    types = {"page": "html", "run": PRACTICE, "q1": "problem", "q2": "problem"}
    return Standing(course(), {usage_key((types[name], name)): state for name, state in done.items()})


DONE = {"demo_completion": 1.0}
RUN = {**DONE, "last_score_milli": 800}
RIGHT = {**DONE, "tries": 1, "earned": 1.0}
WRONG = {**DONE, "tries": 1, "earned": 0.0}


def test_nothing_done_is_no_score_and_a_grade_of_nothing() -> None:
    sequence = course().chapters[0].children[1]
    assert standing().points(sequence).percent is None
    assert (standing().grade().total, standing().grade().passed) == (0.0, False)


def test_a_wrong_answer_is_a_score_of_nothing() -> None:
    assert standing(q2=WRONG).points(course().chapters[0].children[2]).percent == 0


@pytest.mark.parametrize(
    "done, percent, passed",
    [
        ({"run": RUN}, 33, False),
        ({"run": RUN, "q1": RIGHT}, 41, False),
        ({"run": RUN, "q2": RIGHT}, 83, True),
        ({"run": {**DONE, "last_score_milli": 400}, "q2": RIGHT}, 66, False),
        ({"run": {**DONE, "last_score_milli": 1000}, "q1": RIGHT, "q2": RIGHT}, 100, True),
    ],
)
def test_the_grade_is_the_average_of_the_skills(done: dict[str, dict[str, Any]], percent: int, passed: bool) -> None:
    grade = standing(**done).grade()
    assert (grade.total_percent, grade.passed) == (percent, passed)


@pytest.mark.parametrize(
    "done, last, following",
    [
        ({}, "", "u0"),
        ({"page": DONE}, "u0", "u1"),
        ({"q1": RIGHT}, "", "u1"),
        ({"q1": RIGHT}, "u2", "u3"),
        ({"q2": RIGHT}, "u3", "u0"),
        ({"page": DONE, "run": RUN, "q1": RIGHT, "q2": WRONG}, "u3", None),
    ],
)
def test_going_on_finds_what_is_not_done(done: dict[str, dict[str, Any]], last: str, following: str | None) -> None:
    found = standing(**done).next_after(last)
    assert (found and found.name) == following
