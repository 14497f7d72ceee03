"""A generated course in the real LMS: every block of a skill's sequence renders for a learner, and a scored run reaches the grade book."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from digiskills_xblock.course.building import build_course
from digiskills_xblock.course.model import PRACTICE, Block, Course
from digiskills_xblock.course.request import CourseRequest
from tests.platform.generated import import_course
from tests.platform.people import PASSWORD, Person

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(scope="module")
def generated() -> Course:
    return build_course(CourseRequest(framework="digiskills-vn/1.0", only=("S3", "A1"))).course


@pytest.fixture
def key(generated: Course, store: Any, tmp_path: Path) -> Any:
    """The key of the imported course."""
    from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

    course_key = import_course(generated, store, tmp_path)
    CourseOverview.load_from_module_store(course_key)
    return course_key


@pytest.fixture
def student(key: Any) -> Person:
    """A learner who is enrolled, signed in with a browser of their own."""
    from common.djangoapps.student.models import CourseEnrollment
    from common.djangoapps.student.tests.factories import UserFactory

    user = UserFactory(password=PASSWORD)
    CourseEnrollment.enroll(user, key)
    return Person.signed_in(user)


def units(course: Course) -> list[Block]:
    """Those that learners see."""
    chapters = (chapter for chapter in course.root.children if not chapter.settings.get("visible_to_staff_only"))
    return [block for chapter in chapters for block in chapter.walk() if block.type == "vertical"]


def test_every_unit_renders_for_a_learner(key: Any, student: Person, generated: Course) -> None:
    """openedx/edx-platform: lms/djangoapps/courseware/views/views.py::render_xblock"""
    for unit in units(generated):
        page = student.client.get(reverse("render_xblock", args=[str(key.make_usage_key("vertical", unit.name))]))
        assert page.status_code == 200
        text = page.content.decode()
        assert all(block.name in text for block in unit.children)


def test_learners_do_not_see_what_is_for_teachers(key: Any, student: Person, generated: Course) -> None:
    """Whoever has the address of a block is refused too: the LMS loads the ancestors for that person, and a hidden one is then no parent
    to inherit from (openedx/edx-platform: lms/djangoapps/courseware/block_render.py::get_block_for_descriptor,
    xmodule/modulestore/inheritance.py::InheritingFieldData.default)."""
    hidden = next(chapter for chapter in generated.root.children if chapter.settings.get("visible_to_staff_only"))
    for block in hidden.walk():
        page = student.client.get(reverse("render_xblock", args=[str(key.make_usage_key(block.type, block.name))]))
        assert page.status_code == 404


def test_the_grade_counts_sequences_and_final_by_their_types(key: Any, student: Person, generated: Course, store: Any) -> None:
    """openedx/edx-platform: lms/djangoapps/grades/course_grade_factory.py::CourseGradeFactory.read"""
    from lms.djangoapps.grades.api import CourseGradeFactory

    grade = CourseGradeFactory().read(student.user, store.get_course(key))
    wanted = {grader["type"]: grader["min_count"] for grader in generated.grading["GRADER"]}
    found = {kind: len(subsections) for kind, subsections in grade.graded_subsections_by_format().items()}
    assert found == wanted
    guided = {block.name for block in generated.root.walk() if block.type == PRACTICE and block.settings["runs"] == "guided"}
    for usage, score in grade.problem_scores.items():
        assert (score.possible == 0) is (usage.block_id in guided)
