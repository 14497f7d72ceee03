"""Celery's ways in, run eagerly, and what the plugin adds to a platform's schedule."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import celery
import pytest
from django.test import override_settings

from digiskills_grading import tasks, worker_runs
from digiskills_grading.models import Attempt, Counter, CounterDelta, Track
from digiskills_grading.settings import common, production
from digiskills_grading.settings.beat import beat_schedule
from tests.grading.helpers import account, attempt, block, later

NAMES = {f"digiskills_grading.tasks.{name}" for name in ("process_inbox", "sweep", "fold_counters", "review_due", "refresh_courses")}


@pytest.fixture
def app() -> Iterator[celery.Celery]:
    """An application that runs tasks at once, in this process."""
    app = celery.Celery("tests", set_as_current=True)
    app.conf.update(task_always_eager=True, task_eager_propagates=True, beat_schedule=beat_schedule())
    yield app
    app.close()


def test_the_names_are_fixed_for_ever(app: celery.Celery) -> None:
    app.finalize()
    assert {name for name in app.tasks if name.startswith("digiskills_grading.")} == NAMES
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} == NAMES
    noted = {worker_runs.PROCESS_INBOX, worker_runs.SWEEP, worker_runs.FOLD_COUNTERS, worker_runs.REVIEW_DUE, worker_runs.REFRESH_COURSES}
    assert noted == NAMES


@pytest.mark.django_db(transaction=True)
def test_every_task_does_its_work_and_leaves_a_trace_of_having_run(app: celery.Celery) -> None:
    attempt(account("man"), block())
    with override_settings(DIGISKILLS_GRADE_SINK="tests.grading.test_grades.Gradebook"):
        assert tasks.sweep.delay().get()["grades"] == 1
        assert tasks.sweep.delay().get()["grades"] == 0
    assert Attempt.objects.get().grade_state == Attempt.Grade.PUBLISHED
    tasks.fold_counters.delay()
    assert Counter.objects.exists()
    assert not CounterDelta.objects.exists()
    assert tasks.process_inbox.delay().get()["processed"] == 0
    Track.objects.update(next_review_at=later(0))
    assert tasks.review_due.delay().get() == 1
    assert tasks.review_due.delay().get() == 0
    assert tasks.refresh_courses.delay().get() == 1
    assert tasks.refresh_courses.delay().get() == 0
    assert worker_runs.last().keys() == NAMES


def test_the_schedule_is_added_where_there_is_one_and_the_operator_wins() -> None:
    own = {"digiskills-grading-sweep": {"task": "own"}, "other": {"task": "x"}}
    lms = SimpleNamespace(CELERYBEAT_SCHEDULE=own)
    common.plugin_settings(lms)
    assert beat_schedule() | own == lms.CELERYBEAT_SCHEDULE
    studio = SimpleNamespace()
    common.plugin_settings(studio)
    assert not hasattr(studio, "CELERYBEAT_SCHEDULE")


def test_the_operators_file_takes_our_entries_out_again() -> None:
    """The defaults are laid before the operator's file is read."""
    own = {"digiskills-grading-sweep": {"task": "own"}}
    lms = SimpleNamespace(CELERYBEAT_SCHEDULE=dict(own))
    common.plugin_settings(lms)
    lms.ENV_TOKENS = {"DIGISKILLS_CELERY_BEAT": False}
    production.plugin_settings(lms)
    assert own == lms.CELERYBEAT_SCHEDULE
