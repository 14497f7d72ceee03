"""The whole way of one record, from the course's unit to the confirmation that anybody can verify."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from digiskills_grading import api as grading
from digiskills_grading.data import LearnerRef
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.models import Confirmation
from tests.platform.people import Person
from tests.platform.places import Course

pytestmark = pytest.mark.django_db(databases="__all__")


def status_of(person: Person) -> str:
    """The latest decision about a person under the demo regulation."""
    (track,) = grading.track_overviews(LearnerRef(user_id=person.user.id))
    assert track.decision is not None
    return track.decision.status


def test_two_tasks_are_not_enough(course: Course, learner: Person) -> None:
    learner.play(course.tasks["S3-01"])
    learner.play(course.tasks["A1-03"])
    assert status_of(learner) == "not_yet"
    assert issue_pending(now=timezone.now(), limit=10) == 0


def test_all_tasks_lead_to_a_confirmation(course: Course, learner: Person) -> None:
    """The holder's name comes from the account's profile: openedx/edx-platform:
    common/djangoapps/student/models/user.py::UserProfile.name."""
    for usage_key in course.tasks.values():
        learner.play(usage_key)
    assert status_of(learner) == "completed"
    assert issue_pending(now=timezone.now(), limit=10) == 1
    confirmation = Confirmation.objects.get()
    assert confirmation.test_mark
    response = Client().get(reverse("digiskills:verify", args=[confirmation.number]))
    assert response.status_code == 200
    assert learner.user.profile.name not in response.content.decode()


def test_evidence_and_decisions_agree(course: Course, learner: Person) -> None:
    for usage_key in course.tasks.values():
        learner.play(usage_key)
    assert grading.recompute(check=True).differences == ()
