"""What the instructor's tools do to an attempt: reset, rescore, override."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from digiskills_grading import api as grading
from digiskills_grading.models import Attempt, Evidence
from tests.platform.people import NOTHING_DONE, Person, refusal, trace_of
from tests.platform.places import WEIGHT, Course, completion_of, completion_tracked, raw_grade, section_points
from tests.platform.staff import delete_state, override, rescore

pytestmark = pytest.mark.django_db(databases="__all__")


def set_grade(learner: Person, course: Course, earned: float) -> None:
    """A wrong grade in the platform's table. openedx/edx-platform: lms/djangoapps/courseware/model_data.py::set_score"""
    from lms.djangoapps.courseware.model_data import set_score

    set_score(learner.user.id, course.pay, earned, 1.0)


def test_reset_is_seen_at_once_and_done_at_the_next_start(
    course: Course, teacher: Person, learner: Person, django_capture_on_commit_callbacks: Any
) -> None:
    """openedx/edx-platform: lms/djangoapps/instructor/enrollment.py::reset_student_attempts calls ``clear_student_state`` of the
    unbound block, with the anonymous ids of both people."""
    old = learner.play(course.pay)
    with django_capture_on_commit_callbacks(execute=True):
        delete_state(teacher, course.pay, learner)
    new = learner.start(course.pay)
    assert new["state"]["counted_used"] == 1
    assert Attempt.objects.get(public_id=old).state == Attempt.State.VOID
    assert Evidence.objects.filter(kind=Evidence.Kind.RETRACTION).exists()


def test_reset_takes_the_grade_and_the_completion_away(
    course: Course, teacher: Person, learner: Person, django_capture_on_commit_callbacks: Any
) -> None:
    """A block that has ``clear_student_state`` must announce the deleted score itself: reset_student_attempts then takes the submission
    for cleared and leaves out ``_fire_score_changed_for_block`` (openedx/edx-platform: lms/djangoapps/instructor/enrollment.py)."""
    with completion_tracked():
        learner.play(course.pay)
        with django_capture_on_commit_callbacks(execute=True):
            delete_state(teacher, course.pay, learner)
    assert raw_grade(learner.user, course.pay) is None
    assert section_points(learner.user, course.section) == 0.0
    assert completion_of(learner.user, course.pay) == 0.0


def test_an_attempt_that_was_open_at_the_reset_is_closed(course: Course, teacher: Person, learner: Person) -> None:
    learner.play(course.pay, "pay_stranger")
    attempt_id = str(learner.start(course.pay)["attempt"])
    trace = trace_of(attempt_id)
    delete_state(teacher, course.pay, learner)
    assert refusal(learner.call(course.pay, "submit", {"attempt": attempt_id, "trace": trace})) == (409, "attempt_closed")
    assert raw_grade(learner.user, course.pay) in (None, (None, None))


def test_reset_leaves_others_alone(course: Course, teacher: Person, learner: Person, other_learner: Person) -> None:
    learner.play(course.pay)
    kept = other_learner.play(course.pay)
    delete_state(teacher, course.pay, learner)
    grading.process_requests(now=timezone.now())
    assert Attempt.objects.get(public_id=kept).state == Attempt.State.SCORED


def test_rescore_repairs_the_grade_from_the_stored_trace(course: Course, teacher: Person, learner: Person) -> None:
    learner.play(course.pay)
    set_grade(learner, course, 0.25)
    rescore(teacher, course.pay, learner)
    assert raw_grade(learner.user, course.pay) == (1.0, 1.0)
    assert section_points(learner.user, course.section) == WEIGHT


def test_rescore_writes_no_evidence_when_nothing_differs(course: Course, teacher: Person, learner: Person) -> None:
    learner.play(course.pay)
    before = Evidence.objects.count()
    rescore(teacher, course.pay, learner)
    grading.process_requests(now=timezone.now())
    assert Evidence.objects.count() == before


def test_rescore_only_if_higher_keeps_the_higher_grade(course: Course, teacher: Person, learner: Person) -> None:
    """openedx/edx-platform: lms/djangoapps/grades/signals/handlers.py::score_published_handler compares with the stored grade."""
    attempt_id = str(learner.start(course.pay)["attempt"])
    learner.submit(course.pay, attempt_id, NOTHING_DONE)
    set_grade(learner, course, 1.0)
    rescore(teacher, course.pay, learner, only_if_higher=True)
    assert raw_grade(learner.user, course.pay) == (1.0, 1.0)


def test_an_override_by_staff_is_published(course: Course, teacher: Person, learner: Person) -> None:
    """openedx/edx-platform: lms/djangoapps/instructor_task/tasks_helper/module_state.py::override_score_module_state divides what staff
    typed and ``max_score()`` by the weight, then calls ``set_score`` and ``publish_grade``."""
    learner.play(course.pay, "pay_stranger")
    override(teacher, course.pay, learner, 0.5)
    assert raw_grade(learner.user, course.pay) == (0.5, 1.0)
    assert section_points(learner.user, course.section) == 0.5 * WEIGHT
