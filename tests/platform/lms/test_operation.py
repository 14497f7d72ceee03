"""What operators have in hand, in a real LMS."""

from __future__ import annotations

import io
import json

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from digiskills_grading import doctor, switches
from tests.platform.people import Person, refusal, trace_of
from tests.platform.places import Course

pytestmark = pytest.mark.django_db(databases="__all__")


def levels() -> dict[str, str]:
    return {finding.check: finding.level for finding in doctor.examine(now=timezone.now())}


def test_the_doctor_finds_us_loaded_and_nothing_broken() -> None:
    """No migrations run under the platform's tests, and nothing is collected: those two are asked elsewhere."""
    found = levels()
    assert {check: found[check] for check in ("apps", "blocks", "grade_sink", "pii_keys", "broker")} == dict.fromkeys(
        ("apps", "blocks", "grade_sink", "pii_keys", "broker"), "ok"
    )
    assert [check for check, level in found.items() if level == "fail" and check != "static"] == []


def test_the_browsers_files_are_offered_to_collectstatic() -> None:
    """openedx/edx-platform: openedx/core/lib/xblock_pipeline/finder.py::XBlockPipelineFinder.list"""
    assert levels()["static"] in ("ok", "warn")


def test_the_switch_of_completion_is_read() -> None:
    """openedx/completion: completion/waffle.py::ENABLE_COMPLETION_TRACKING_SWITCH"""
    from tests.platform.places import completion_tracked

    assert levels()["completion"] == "warn"
    with completion_tracked():
        assert levels()["completion"] == "ok"


def test_beat_starts_our_tasks() -> None:
    """openedx/edx-platform: lms/envs/common.py::CELERYBEAT_SCHEDULE"""
    tasks = {entry["task"] for entry in settings.CELERYBEAT_SCHEDULE.values()}
    assert {"digiskills_grading.tasks.sweep", "digiskills_integrations.tasks.issue"} <= tasks


def test_celery_knows_our_tasks() -> None:
    """openedx/edx-platform: openedx/core/lib/celery/__init__.py (``autodiscover_tasks``)"""
    from lms.celery import APP

    APP.loader.import_default_modules()
    assert "digiskills_grading.tasks.process_inbox" in APP.tasks
    assert "digiskills_integrations.tasks.deliver" in APP.tasks


def test_recording_can_be_stopped_and_the_browser_is_told_to_try_again(course: Course, learner: Person) -> None:
    """A 5xx is what the player takes for "keep the trace and send it again"."""
    attempt_id = str(learner.start(course.pay)["attempt"])
    switches.turn("recording", on=False, reason="a test", actor_id=None, now=timezone.now())
    try:
        answer = learner.call(course.pay, "submit", {"attempt": attempt_id, "trace": trace_of(attempt_id), "language": "vi"})
        assert refusal(answer) == (503, "recording_stopped")
        assert learner.start(course.pay, "guided")["attempt"]
    finally:
        switches.turn("recording", on=True, reason="a test", actor_id=None, now=timezone.now())
    learner.submit(course.pay, attempt_id, trace_of(attempt_id))


def test_the_story_of_an_attempt_is_told(course: Course, learner: Person) -> None:
    attempt_id = learner.play(course.pay)
    out = io.StringIO()
    call_command("digiskills_story", attempt_id, json=True, stdout=out)
    assert [line["kind"] for line in json.loads(out.getvalue())["lines"] if line["about"] == attempt_id] == [
        "attempt.started",
        "attempt.scored",
        "evidence.score",
    ]
    assert learner.user.username not in out.getvalue()
