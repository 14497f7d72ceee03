"""A learner's attempt by the real addresses: page, handlers, grade, completion, evidence."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from digiskills_grading.models import Attempt, Evidence, Learner
from tests.platform.people import NOTHING_DONE, Person, refusal, trace_of
from tests.platform.places import WEIGHT, Course, completion_of, completion_tracked, raw_grade, section_points, user_state

pytestmark = pytest.mark.django_db(databases="__all__")


def test_the_unit_shows_the_block(course: Course, learner: Person) -> None:
    """openedx/edx-platform: lms/djangoapps/courseware/views/views.py::render_xblock (what the learning MFE puts into its frame)"""
    response = learner.client.get(reverse("render_xblock", kwargs={"usage_key_string": str(course.unit)}))
    page = response.content.decode()
    assert response.status_code == 200
    # openedx/edx-platform: openedx/core/lib/xblock_utils/__init__.py::wrap_xblock writes the init function's name.
    assert 'data-init="DigiskillsPractice"' in page
    # openedx/edx-platform: openedx/core/lib/xblock_utils/__init__.py::xblock_local_resource_url
    assert "public/player" in page


def test_looking_at_the_block_records_nothing(course: Course, learner: Person) -> None:
    learner.client.get(reverse("render_xblock", kwargs={"usage_key_string": str(course.unit)}))
    assert not Learner.objects.exists()


def test_a_perfect_counted_run_is_the_full_grade(course: Course, learner: Person) -> None:
    """openedx/edx-platform: lms/djangoapps/grades/signals/handlers.py::score_published_handler, then the subsection's grade by
    lms/djangoapps/grades/tasks.py::recalculate_subsection_grade_v3 (CELERY_ALWAYS_EAGER in lms/envs/test.py)."""
    attempt_id = learner.play(course.pay)
    assert raw_grade(learner.user, course.pay) == (1.0, 1.0)
    assert section_points(learner.user, course.section) == WEIGHT
    assert Attempt.objects.get(public_id=attempt_id).grade_state == Attempt.Grade.PUBLISHED


def test_a_worse_second_run_keeps_the_best_grade(course: Course, learner: Person) -> None:
    learner.play(course.pay)
    learner.play(course.pay, "pay_stranger")
    assert raw_grade(learner.user, course.pay) == (1.0, 1.0)


def test_a_guided_run_is_neither_graded_nor_evidence(course: Course, learner: Person) -> None:
    learner.play(course.pay, run_kind="guided")
    grade = raw_grade(learner.user, course.pay)
    assert grade is None or grade == (None, None)
    assert not Evidence.objects.exists()


def test_a_counted_run_is_evidence_of_the_learner(course: Course, learner: Person) -> None:
    learner.play(course.pay)
    evidence = Evidence.objects.select_related("learner").all()
    assert {row.learner.user_id for row in evidence} == {learner.user.id}
    assert {row.excluded_reason for row in evidence} <= {None, ""}


def test_a_submission_sent_again_counts_once(course: Course, learner: Person) -> None:
    attempt_id = str(learner.start(course.pay)["attempt"])
    trace = trace_of(attempt_id)
    first = learner.submit(course.pay, attempt_id, trace)
    again = learner.submit(course.pay, attempt_id, trace)
    assert again["feedback"] == first["feedback"]
    assert Attempt.objects.count() == 1
    assert again["state"]["counted_used"] == 1


def test_two_tabs_share_one_attempt(course: Course, learner: Person) -> None:
    assert learner.start(course.pay)["attempt"] == learner.start(course.pay)["attempt"]


def test_the_fields_of_the_block_stay_small(course: Course, learner: Person) -> None:
    """openedx/edx-platform: lms/djangoapps/courseware/models.py::StudentModule.state"""
    learner.play(course.pay)
    state = user_state(learner.user, course.pay)
    assert set(state) <= {"current_attempt", "last_score_milli"}
    assert len(json.dumps(state)) <= 200


def test_a_score_completes_the_block(course: Course, learner: Person) -> None:
    """openedx/completion: completion/handlers.py::scorable_block_completion, on PROBLEM_WEIGHTED_SCORE_CHANGED"""
    with completion_tracked():
        learner.play(course.pay)
    assert completion_of(learner.user, course.pay) == 1.0


def test_the_payload_never_holds_the_seed(course: Course, learner: Person) -> None:
    started = learner.start(course.pay)
    seed = Attempt.objects.get(public_id=started["attempt"]).seed
    assert str(seed) not in json.dumps(started)


def test_anothers_attempt_is_unknown(course: Course, learner: Person, other_learner: Person) -> None:
    attempt_id = str(learner.start(course.pay)["attempt"])
    body = {"attempt": attempt_id, "trace": NOTHING_DONE}
    assert refusal(other_learner.call(course.pay, "submit", body)) == (404, "attempt_not_found")
    assert Attempt.objects.get(public_id=attempt_id).state == Attempt.State.OPEN


def test_the_limit_of_the_block_holds(course: Course, learner: Person) -> None:
    for _ in range(3):
        learner.play(course.pay)
    assert refusal(learner.call(course.pay, "start", {"run_kind": "counted"})) == (403, "attempt_limit_reached")
