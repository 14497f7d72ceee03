"""Something raises after our commit: our tables hold the truth, and the grade still arrives, once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from django.utils import timezone

from digiskills_grading import api as grading
from digiskills_grading.models import Attempt, Evidence
from tests.platform.people import Person, trace_of
from tests.platform.places import WEIGHT, Course, raw_grade, section_points

pytestmark = pytest.mark.django_db(databases="__all__")


class BrokenReceiver(RuntimeError):
    """What a receiver of somebody else's plugin raises."""


@contextmanager
def broken_receiver(signal: Any) -> Iterator[None]:
    """A receiver that raises. The platform sends its signals of grades by `send`: the exception reaches whoever published.

    openedx/edx-platform: lms/djangoapps/grades/signals/handlers.py::score_published_handler
    """

    def raises(**_: Any) -> None:
        raise BrokenReceiver

    signal.connect(raises, weak=False, dispatch_uid="tests.platform.broken")
    try:
        yield
    finally:
        signal.disconnect(dispatch_uid="tests.platform.broken")


@pytest.fixture
def broken_attempt(course: Course, learner: Person) -> Attempt:
    """A submission whose request died while the grade was being published."""
    from lms.djangoapps.grades.signals.signals import PROBLEM_WEIGHTED_SCORE_CHANGED

    attempt_id = str(learner.start(course.pay)["attempt"])
    body = {"attempt": attempt_id, "trace": trace_of(attempt_id)}
    with broken_receiver(PROBLEM_WEIGHTED_SCORE_CHANGED), pytest.raises(BrokenReceiver):
        learner.call(course.pay, "submit", body)
    return Attempt.objects.get(public_id=attempt_id)


def test_our_record_is_complete(broken_attempt: Attempt) -> None:
    assert broken_attempt.state == Attempt.State.SCORED
    assert broken_attempt.score_milli == 1000
    assert Evidence.objects.exists()


def test_the_grade_is_known_to_be_missing(broken_attempt: Attempt) -> None:
    assert broken_attempt.grade_state == Attempt.Grade.PENDING


def test_the_browser_sends_again_and_the_grade_arrives(broken_attempt: Attempt, course: Course, learner: Person) -> None:
    evidence = Evidence.objects.count()
    learner.submit(course.pay, broken_attempt.public_id, trace_of(broken_attempt.public_id))
    broken_attempt.refresh_from_db()
    assert broken_attempt.grade_state == Attempt.Grade.PUBLISHED
    assert section_points(learner.user, course.section) == WEIGHT
    assert Evidence.objects.count() == evidence


def test_the_sweeper_brings_the_grade_when_the_browser_never_returns(broken_attempt: Attempt, course: Course, learner: Person) -> None:
    """Ours does what score_published_handler does, for a named user: openedx/edx-platform:
    lms/djangoapps/courseware/model_data.py::set_score and lms/djangoapps/grades/signals/signals.py::PROBLEM_RAW_SCORE_CHANGED."""
    later = timezone.now() + timedelta(minutes=5)
    assert grading.sweep_grades(grading.configured_sink(), now=later, limit=10) == 1
    assert raw_grade(learner.user, course.pay) == (1.0, 1.0)
    assert section_points(learner.user, course.section) == WEIGHT
    assert grading.sweep_grades(grading.configured_sink(), now=later, limit=10) == 0


def test_a_swept_grade_can_be_rescored(broken_attempt: Attempt, course: Course, learner: Person) -> None:
    """The fields of the block were never saved: openedx/XBlock xblock/core.py::XBlock.handle saves after the handler has returned. So
    what the platform's rescoring asks (``has_submitted_answer``, in lms/djangoapps/instructor_task/tasks_helper/module_state.py::
    rescore_problem_module_state) must be answered from our tables."""
    from lms.djangoapps.courseware.block_render import load_single_xblock

    request = RequestFactory().get("/")
    request.user = learner.user
    request.session = SessionStore()
    block = load_single_xblock(request, learner.user.id, str(course.key), str(course.pay))
    assert block.has_submitted_answer()
    assert block.get_score().raw_earned == 1.0
