"""Celery's ways in, run eagerly; and what the plugin adds to a platform's schedule."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import celery
import pytest
from pytest_django import Settings

from digiskills_integrations import tasks
from digiskills_integrations.confirmations.models import Confirmation
from digiskills_integrations.outbox.models import Delivery, DeliveryState
from digiskills_integrations.settings.common import beat_schedule, plugin_settings
from tests.integrations.conftest import answer, serving
from tests.integrations.records import completed_learner, registry

NAMES = {"digiskills_integrations.tasks.deliver", "digiskills_integrations.tasks.issue", "digiskills_integrations.tasks.sweep"}


@pytest.fixture
def app() -> Iterator[celery.Celery]:
    """An application that runs tasks at once, in this process."""
    app = celery.Celery("tests", set_as_current=True)
    app.conf.update(task_always_eager=True, task_eager_propagates=True, beat_schedule=beat_schedule())
    yield app
    app.close()


def test_the_names_are_fixed_for_ever(app: celery.Celery) -> None:
    app.finalize()
    assert {name for name in app.tasks if name.startswith("digiskills_integrations.")} == NAMES
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} == NAMES


def test_a_record_goes_the_whole_way(app: celery.Celery, platform: Settings) -> None:
    with serving(answer(200, b'{"status":"accepted","receipt":"R"}')) as script:
        registry(platform, script.url)
        completed_learner()
        assert tasks.issue.delay().get() == 1
        assert tasks.deliver.delay().get() == {"asked": ["sandbox"]}
        assert tasks.deliver.delay().get() == {"asked": []}
    assert Confirmation.objects.count() == 1
    assert Delivery.objects.get().state == DeliveryState.ACKNOWLEDGED
    assert tasks.sweep.delay().get() == {"released": 0, "unblocked": 0, "expired": 0, "renewed": 0}


def test_one_task_serves_one_registry(app: celery.Celery, platform: Settings) -> None:
    with serving(answer(200, b'{"status":"accepted","receipt":"R"}')) as script:
        for code in ("first", "second"):
            registry(platform, script.url, code=code)
        completed_learner()
        tasks.issue.delay()
        assert tasks.deliver.delay("second").get()["acknowledged"] == 1
    assert dict(Delivery.objects.values_list("destination__code", "state")) == {"first": "ready", "second": "acknowledged"}


def test_the_schedule_is_added_where_there_is_one_and_the_operator_wins() -> None:
    own = {"digiskills-issue": {"task": "own"}, "other": {"task": "x"}}
    lms = SimpleNamespace(CELERYBEAT_SCHEDULE=own)
    plugin_settings(lms)
    assert beat_schedule() | own == lms.CELERYBEAT_SCHEDULE
    for site in (SimpleNamespace(), SimpleNamespace(CELERYBEAT_SCHEDULE={}, DIGISKILLS_CELERY_BEAT=False)):
        plugin_settings(site)
        assert not getattr(site, "CELERYBEAT_SCHEDULE", None)
