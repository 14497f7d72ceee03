"""A task wears other clothes for other people: the block's audience chooses, a learner may ask for the equal way without seeing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from digiskills_framework.tasks import load_task
from digiskills_grading import api as grading
from digiskills_grading.models import Attempt, TaskVersion
from digiskills_simulator import api as simulator
from digiskills_xblock import stateless
from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import Answer, Page, trace_of

pytestmark = pytest.mark.django_db
NONVISUAL = {"variant": "nonvisual"}
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def placed_for(page: PageMaker, audience: str) -> Page:
    return page("A1-10", audience=audience, regulation="vn-default/1")


def attempt_of(started: Answer) -> Attempt:
    return Attempt.objects.get(public_id=started.body["attempt"])


@pytest.mark.parametrize(
    "audience, overlay, person",
    [("citizen", "", "ông Đước"), ("public_sector", "clerk", "chị Sim"), ("enterprise_worker", "worker", "chị Gạo")],
)
def test_the_audience_of_the_block_chooses_the_person(page: PageMaker, audience: str, overlay: str, person: str) -> None:
    started = placed_for(page, audience).start()
    assert attempt_of(started).overlay == overlay
    assert person in started.body["payload"]["brief"]


@pytest.mark.parametrize("audience", ["citizen", "public_sector"])
def test_an_attempt_is_replayed_in_the_clothes_that_it_was_started_in(page: PageMaker, audience: str) -> None:
    tab = placed_for(page, audience)
    answer = tab.play()
    assert answer.body["feedback"]["score_milli"] == 1000
    assert grading.rescored(Attempt.objects.get().public_id).score_milli == 1000


def test_an_attempt_from_before_there_were_overlays_is_replayed_as_it_was(page: PageMaker) -> None:
    tab = placed_for(page, "public_sector")
    started = tab.start()
    Attempt.objects.update(overlay="")
    attempt = attempt_of(started)
    assert tab.submit(started, trace_of("A1-10", attempt.seed)).body["feedback"]["score_milli"] == 1000


def test_an_overlay_that_is_no_longer_there_is_a_changed_task(page: PageMaker) -> None:
    tab = placed_for(page, "public_sector")
    started = tab.start()
    trace = tab.trace(started)
    Attempt.objects.update(overlay="taken_out")
    answer = tab.submit(started, trace)
    assert (answer.status, answer.code) == (409, "task_changed")
    assert Attempt.objects.get().state == "open"


def test_whoever_asks_gets_the_way_without_seeing(page: PageMaker) -> None:
    tab = page()
    started = tab.start(**NONVISUAL)
    assert attempt_of(started).overlay == "by_ear"
    assert tab.submit(started, tab.trace(started)).body["feedback"]["score_milli"] == 1000


def test_asking_for_it_closes_what_was_begun_and_costs_no_attempt(page: PageMaker) -> None:
    tab = page(max_attempts="1")
    seen = tab.start()
    trace = tab.trace(seen)
    heard = tab.start(**NONVISUAL)
    assert heard.body["attempt"] != seen.body["attempt"]
    assert heard.body["state"]["counted_used"] == 1
    assert tab.submit(seen, trace).code == "attempt_closed"
    assert tab.submit(heard, tab.trace(heard)).body["feedback"]["score_milli"] == 1000
    assert tab.start().code == "attempt_limit_reached"


def test_whoever_does_not_ask_goes_on_with_what_is_open(page: PageMaker) -> None:
    tab = page()
    heard = tab.start(**NONVISUAL)
    assert tab.start().body["payload"] == heard.body["payload"]
    assert tab.start(**NONVISUAL).body["attempt"] == heard.body["attempt"]
    assert Attempt.objects.count() == 1


def test_a_task_without_another_way_is_played_as_it_is(page: PageMaker) -> None:
    tab = page("A1-03")
    first = tab.start()
    assert tab.start(**NONVISUAL).body["attempt"] == first.body["attempt"]


@pytest.mark.parametrize("variant", [1, True, [], {"a": 1}])
def test_a_variant_that_is_no_word_is_refused(page: PageMaker, variant: Any) -> None:
    answer = page().start(variant=variant)
    assert (answer.status, answer.code) == (400, "body_invalid")
    assert Attempt.objects.count() == 0


def test_a_trial_remembers_its_clothes_in_the_token(page: PageMaker) -> None:
    tab = placed_for(page, "public_sector")
    tab.runtime.refusal = "author_mode"
    started = tab.start()
    assert "chị Sim" in started.body["payload"]["brief"]
    kept = stateless.redeem(started.body["token"], user=str(tab.runtime.account_id), usage=tab.usage_id, now=NOW)
    assert kept.overlay == "clerk"
    trace = trace_of("A1-10", kept.seed, overlay=kept.overlay)
    assert tab.submit(started, trace).body["feedback"]["score_milli"] == 1000


def test_the_version_of_a_task_is_one_for_all_its_clothes(page: PageMaker) -> None:
    for audience in ("citizen", "public_sector"):
        placed_for(page, audience).start()
    assert [row.digest for row in TaskVersion.objects.filter(task_id="A1-10")] == [load_task("A1-10").digest]
    assert simulator.compile_task(load_task("A1-10").wearing("clerk")).digest == load_task("A1-10").digest
