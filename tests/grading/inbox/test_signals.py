"""What the platform's signals do: the golden file of those it sends, and what the receiver owes to the request it runs in."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from digiskills_grading import api, handlers, inbox
from digiskills_grading.data import LearnerRef
from digiskills_grading.models import Context, Inbox
from tests.grading.helpers import COURSE, NOW, account, later
from tests.grading.inbox.places import PROBLEM, Platform, mapped, signal, standing_evidence

GOLDEN = json.loads((Path(__file__).parents[2] / "platform/golden/score_signals.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.django_db


def filled_in(golden: dict[str, Any], learner: LearnerRef, minutes: int) -> dict[str, Any]:
    """A signal of the golden file with real values for its placeholders."""
    values = {"<user>": learner.user_id, "<anonymous>": "f00", "<course>": COURSE, "<block>": PROBLEM, "<time>": later(minutes)}
    return {name: values.get(value, value) if isinstance(value, str) else value for name, value in golden.items()}


@pytest.mark.parametrize("story", ["actions", "submissions"])
def test_evidence_follows_every_action_that_the_platform_tells_of(story: str, platform: Platform) -> None:
    mapped()
    learner = account("man")
    for minutes, action in enumerate(GOLDEN[story]):
        for golden in action["signals"]:
            inbox.receive(filled_in(golden, learner, minutes), now=later(minutes))
        api.process_inbox(now=later(minutes), limit=100)
        values = [value for _, _, value, _, _ in standing_evidence(learner)]
        assert values == ([] if action["then"] is None else [action["then"]]), action["name"]


def test_the_receiver_takes_what_the_signal_framework_adds() -> None:
    handlers.score_changed(sender=None, signal=object(), **signal(account("man"), 5, at=NOW))
    assert Inbox.objects.get().value_milli == 500


@pytest.mark.parametrize(
    "course, usage",
    [
        (COURSE, "block-v1:MayTrang+KNS1+2026+type@digiskills_practice+block@pay"),
        ("lib:MayTrang:bank", "lb:MayTrang:bank:problem:q"),
        ("library-v1:MayTrang+bank", "lib-block-v1:MayTrang+bank+type@problem+block@q"),
    ],
)
def test_own_blocks_and_libraries_are_not_noted(course: str, usage: str) -> None:
    assert not inbox.receive(signal(account("man"), 5, at=NOW, course_id=course, usage_id=usage), now=NOW)
    assert not Inbox.objects.exists()


def test_nobody_is_not_noted() -> None:
    assert not inbox.receive(signal(LearnerRef(public_id="0" * 26), 5, at=NOW), now=NOW)


def test_a_custom_course_keeps_its_own_key_and_is_mapped_by_that_of_its_master(platform: Platform) -> None:
    mapped()
    ccx = "ccx-v1:MayTrang+KNS1+2026+ccx@7"
    usage = "ccx-block-v1:MayTrang+KNS1+2026+ccx@7+type@problem+block@final"
    learner = account("man")
    inbox.receive(signal(learner, 5, at=NOW, course_id=ccx, usage_id=usage), now=NOW)
    assert api.process_inbox(now=NOW, limit=10).evidence == 1
    assert list(Context.objects.values_list("course_key", "usage_key")) == [(ccx, usage)]


def test_noting_is_one_insert() -> None:
    with CaptureQueriesContext(connection) as queries:
        inbox.receive(signal(account("man"), 5, at=NOW), now=NOW)
    statements = [query["sql"] for query in queries if "savepoint" not in query["sql"].lower() and "auth_user" not in query["sql"]]
    assert len(statements) == 1
    assert statements[0].startswith("INSERT")


@pytest.mark.parametrize("broken", [{"usage_id": None}, {"weighted_earned": "many"}, {"user_id": "somebody"}, {"modified": "today"}])
def test_a_failure_is_logged_without_a_person_and_leaves_the_callers_transaction_whole(
    broken: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    learner = account("man")
    event = signal(learner, 5, at=NOW) | broken
    if event["usage_id"] is None:
        del event["usage_id"]
    with transaction.atomic(), caplog.at_level(logging.ERROR):
        handlers.score_changed(**event)
        assert not Inbox.objects.exists()
    assert "was not noted" in caplog.text
    assert "man" not in caplog.text.replace("many", "")


def test_a_row_that_the_database_refuses_leaves_the_callers_transaction_whole() -> None:
    with transaction.atomic():
        handlers.score_changed(**signal(account("man"), 5, at=NOW, user_id=2**70))
        assert not Inbox.objects.exists()


def test_a_deleted_state_and_a_time_to_come_count_from_now() -> None:
    learner = account("man")
    wrong_zone = NOW + timedelta(hours=7)
    inbox.receive(signal(learner, 0, at=NOW - timedelta(hours=5), score_deleted=True), now=NOW)
    inbox.receive(signal(learner, 5, at=wrong_zone), now=NOW)
    inbox.receive(signal(learner, 5, at=wrong_zone.replace(tzinfo=None)), now=NOW)
    inbox.receive(signal(learner, 5, at=later(-3).replace(tzinfo=None)), now=NOW)
    assert list(Inbox.objects.order_by("id").values_list("modified_at", flat=True)) == [NOW, NOW, NOW, later(-3)]


def test_the_platform_is_told_whom_to_call() -> None:
    from django.apps import apps

    receivers = apps.get_app_config("digiskills_grading").plugin_app["signals_config"]["lms.djangoapp"]["receivers"]  # type: ignore[attr-defined]
    paths = {entry["signal_path"]: getattr(handlers, entry["receiver_func_name"]) for entry in receivers}
    assert paths["lms.djangoapps.grades.signals.signals.PROBLEM_WEIGHTED_SCORE_CHANGED"] is handlers.score_changed
