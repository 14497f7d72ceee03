"""Who is not recorded: members of the team who look at the course as a learner, and requests that nobody authenticated."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from digiskills_grading.models import Attempt, Evidence, Learner
from tests.platform.people import NOTHING_DONE, Person, answer, refusal
from tests.platform.places import Course, raw_grade, user_state

pytestmark = pytest.mark.django_db(databases="__all__")


def masquerade(teacher: Person, course: Course, **choice: Any) -> None:
    """What the teacher picks in the "View this course as" menu.

    openedx/edx-platform: lms/djangoapps/courseware/masquerade.py::MasqueradeView.post
    """
    url = reverse("masquerade_update", kwargs={"course_key_string": str(course.key)})
    body = {"role": "student", "group_id": None, "user_name": None, "user_partition_id": None} | choice
    response = teacher.client.post(url, json.dumps(body), content_type="application/json")
    assert answer(response)["success"]


def stateless_run(person: Person, course: Course, *, view: str = "xblock_handler") -> None:
    """Starts and submits; both must work, by a token."""
    started = answer(person.call(course.pay, "start", {"run_kind": "counted"}, view=view))
    assert started["attempt"] is None
    assert started["stored"] is False
    done = answer(person.call(course.pay, "submit", {"token": started["token"], "trace": NOTHING_DONE}, view=view))
    assert done["feedback"]["stored"] is False


def nothing_recorded() -> bool:
    return not (Learner.objects.exists() or Attempt.objects.exists() or Evidence.objects.exists())


def test_as_a_certain_learner(course: Course, teacher: Person, learner: Person) -> None:
    """The handler is then bound to the learner's account: lms/djangoapps/courseware/masquerade.py::setup_masquerade returns it as the
    user, and block_render.py::get_block_by_usage_id prepares the block for it (openedx/edx-platform)."""
    masquerade(teacher, course, user_name=learner.user.username)
    stateless_run(teacher, course)
    assert nothing_recorded()
    assert raw_grade(learner.user, course.pay) is None
    assert user_state(learner.user, course.pay) == {}


def test_as_a_certain_learner_with_an_attempt_of_theirs(course: Course, teacher: Person, learner: Person) -> None:
    attempt_id = str(learner.start(course.pay)["attempt"])
    masquerade(teacher, course, user_name=learner.user.username)
    body = {"attempt": attempt_id, "trace": NOTHING_DONE}
    assert refusal(teacher.call(course.pay, "submit", body)) == (404, "attempt_not_found")
    assert Attempt.objects.get(public_id=attempt_id).state == Attempt.State.OPEN


def test_the_page_of_a_certain_learner(course: Course, teacher: Person, learner: Person) -> None:
    """Here even ``request.user`` becomes the learner: openedx/edx-platform:
    lms/djangoapps/courseware/views/views.py::render_xblock assigns what setup_masquerade returns."""
    masquerade(teacher, course, user_name=learner.user.username)
    response = teacher.client.get(reverse("render_xblock", kwargs={"usage_key_string": str(course.unit)}))
    assert response.status_code == 200
    assert nothing_recorded()


def test_as_any_learner(course: Course, teacher: Person) -> None:
    """openedx/edx-platform: lms/djangoapps/courseware/masquerade.py::get_masquerade_role"""
    masquerade(teacher, course)
    stateless_run(teacher, course)
    assert nothing_recorded()


def test_back_as_staff_the_team_is_recorded_and_excluded(course: Course, teacher: Person) -> None:
    """openedx/edx-platform: lms/djangoapps/courseware/block_render.py::prepare_runtime_for_user gives ``user_is_staff`` to the user
    service; the menu's entry "Staff" leaves settings with the role "staff" in the session."""
    masquerade(teacher, course, role="staff")
    teacher.play(course.pay)
    assert Evidence.objects.exists()
    assert not Evidence.objects.filter(excluded_reason__isnull=True).exists()


def test_without_authentication_nothing_changes(course: Course, learner: Person) -> None:
    """The address without CSRF protection still carries the session's user: openedx/edx-platform:
    lms/djangoapps/courseware/block_render.py::handle_xblock_callback_noauth."""
    stateless_run(learner, course, view="xblock_handler_noauth")
    assert nothing_recorded()


def test_without_a_session_the_handler_is_forbidden(course: Course) -> None:
    """openedx/edx-platform: lms/djangoapps/courseware/block_render.py::handle_xblock_callback"""
    stranger = Person(user=None, client=Client())
    assert stranger.call(course.pay, "start", {"run_kind": "counted"}).status_code == 403
    assert nothing_recorded()
