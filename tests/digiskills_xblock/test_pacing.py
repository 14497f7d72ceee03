"""Whoever sends too much is asked to wait, kindly; others are not, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import override_settings
from webob import Request

from digiskills_grading.models import Attempt
from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import Page

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 22, 8, 0, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _three_a_minute() -> Iterator[None]:
    cache.clear()
    with override_settings(DIGISKILLS_REQUESTS_A_MINUTE=3):
        yield
    cache.clear()


def test_the_fourth_request_in_a_minute_is_told_when_to_come_back(page: PageMaker) -> None:
    tab = page()
    with time_machine.travel(START, tick=False):
        assert [tab.call("state", {}).status for _ in range(3)] == [200, 200, 200]
        response = tab.block.handle("state", Request.blank("/", method="POST", body=b"{}"))
    assert (response.status_int, response.headers["Retry-After"]) == (429, "50")
    assert response.json["error"]["code"] == "too_many_requests"
    assert "wait a minute" in response.json["error"]["message"]


def test_the_next_minute_is_a_new_one_and_the_work_is_handed_in(page: PageMaker) -> None:
    tab = page()
    with time_machine.travel(START, tick=False) as clock:
        started = tab.start()
        trace = tab.trace(started)
        for _ in range(2):
            tab.call("state", {})
        assert tab.submit(started, trace).code == "too_many_requests"
        assert Attempt.objects.get().state == "open"
        clock.shift(50)
        assert tab.submit(started, trace).body["feedback"]["score_milli"] == 1000


def test_a_neighbour_is_not_kept_waiting(page: PageMaker, seen_by: Callable[..., Page], other: User) -> None:
    tab = page()
    with time_machine.travel(START, tick=False):
        for _ in range(4):
            tab.call("state", {})
        assert seen_by(tab, other).call("state", {}).status == 200


def test_zero_means_no_limit(page: PageMaker) -> None:
    tab = page()
    with override_settings(DIGISKILLS_REQUESTS_A_MINUTE=0):
        assert {tab.call("state", {}).status for _ in range(20)} == {200}
