"""An author tries the block in Studio: it plays and is scored, and nothing is stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from django.urls import reverse

from digiskills_grading.models import Attempt, Evidence, Learner
from tests.platform.people import NOTHING_DONE, Answer, Person, Response, answer, refusal
from tests.platform.places import Course, raw_grade

pytestmark = pytest.mark.django_db(databases="__all__")


def call(author: Person, course: Course, handler: str, body: Answer) -> Response:
    """openedx/edx-platform: cms/urls.py (``preview_handler``), cms/djangoapps/contentstore/views/preview.py::preview_handler"""
    url = reverse("preview_handler", kwargs={"usage_key_string": str(course.pay), "handler": handler})
    return author.client.post(url, json.dumps(body), content_type="application/json")


def test_a_run_in_the_preview_is_scored_and_forgotten(course: Course, teacher: Person) -> None:
    """``runtime.is_author_mode`` is set there: openedx/edx-platform:
    cms/djangoapps/contentstore/views/preview.py::_prepare_runtime_for_preview."""
    started = answer(call(teacher, course, "start", {"run_kind": "counted"}))
    assert (started["attempt"], started["stored"]) == (None, False)
    done = answer(call(teacher, course, "submit", {"token": started["token"], "trace": NOTHING_DONE}))
    assert done["feedback"]["stored"] is False
    assert done["feedback"]["hidden"] is False
    assert not Learner.objects.exists()
    assert not Attempt.objects.exists()
    assert not Evidence.objects.exists()
    assert raw_grade(teacher.user, course.pay) is None


def test_an_attempt_id_means_nothing_in_the_preview(course: Course, teacher: Person) -> None:
    body = {"attempt": "0" * 26, "trace": NOTHING_DONE}
    assert refusal(call(teacher, course, "submit", body)) == (404, "attempt_not_found")


def test_the_author_sees_what_the_block_is_about(course: Course, store: Any, teacher: Person) -> None:
    """openedx/edx-platform: cms/djangoapps/contentstore/views/preview.py::get_preview_fragment renders ``author_view``; an exception in
    it would be shown as an error page."""
    from cms.djangoapps.contentstore.views.preview import get_preview_fragment

    request = RequestFactory().get("/")
    request.user = teacher.user
    request.session = SessionStore()
    fragment = get_preview_fragment(request, store.get_item(course.pay), {"reorderable_items": set(), "read_only": True})
    assert "S3-01" in fragment.content
    assert "demo-s3-a1/1" in fragment.content


def test_settings_that_cannot_work_are_refused(course: Course, teacher: Person) -> None:
    """openedx/XBlock: xblock/utils/studio_editable.py::StudioEditableXBlockMixin.submit_studio_edits, reached by
    openedx/edx-platform: cms/djangoapps/contentstore/views/component.py::component_handler."""
    url = reverse("component_handler", kwargs={"usage_key_string": str(course.pay), "handler": "submit_studio_edits"})
    body = {"values": {"task_id": "no-such-task"}, "defaults": []}
    response = teacher.client.post(url, json.dumps(body), content_type="application/json")
    assert response.status_code == 400
