"""Whatever reaches a handler ends in an answer with a code, never in a traceback or in something stored."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digiskills_grading.models import Attempt, Evidence
from digiskills_xblock.json_http import MAX_BODY
from digiskills_xblock.messages import CODES
from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import Page

pytestmark = pytest.mark.django_db
HANDLERS = ("start", "submit", "helped", "state", "solution", "replay")

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=12
)
actions = st.fixed_dictionaries(
    {"a": st.sampled_from(["tap", "type", "choose", "scan", "open", "home", "back", "notice", "wait", "undo", "end"]) | scalars},
    optional={"w": scalars, "o": scalars, "t": scalars, "p": scalars, "n": scalars, "x": anything},
)
traces = st.fixed_dictionaries({"schema": st.just("trace/1") | scalars, "actions": st.lists(actions, max_size=6) | anything}) | anything


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"text"', b"[" * 20_000, b'{"run_kind": NaN}'])
def test_a_body_that_is_no_json_object_is_refused(page: PageMaker, handler: str, body: bytes) -> None:
    answer = page().post(handler, body)
    if handler == "state" and body.startswith(b'{"run'):
        assert answer.status == 200
    else:
        assert answer.status in (400, 404)
        assert answer.code in CODES


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_body_above_the_limit_is_refused(page: PageMaker, handler: str) -> None:
    body = json.dumps({"run_kind": "counted", "padding": "x" * MAX_BODY}).encode()
    answer = page().post(handler, body)
    assert (answer.status, answer.code) == (413, "body_too_large")
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_post_is_taken(page: PageMaker, handler: str, method: str) -> None:
    answer = page().post(handler, b'{"run_kind": "counted"}', method=method)
    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert not Attempt.objects.exists()


@pytest.mark.property
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.sampled_from(["run_kind", "language", "attempt", "token", "trace", "score"]), anything | traces, max_size=5))
def test_any_object_is_answered_with_a_known_code(hostile_page: Page, body: dict[str, object]) -> None:
    for handler in HANDLERS:
        answer = hostile_page.call(handler, body)
        assert answer.status == 200 or answer.code in CODES
        assert answer.status < 500


@pytest.mark.property
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trace=traces)
def test_any_trace_is_scored_or_refused(hostile_page: Page, trace: object) -> None:
    started = hostile_page.start()
    answer = hostile_page.submit(started, trace)
    if answer.status == 200:
        assert 0 <= answer.body["feedback"]["score_milli"] < 1000
    else:
        assert (answer.status, answer.code) == (400, "trace_invalid")


def test_a_score_in_the_body_changes_nothing(page: PageMaker) -> None:
    tab = page()
    started = tab.start()
    body = {"attempt": started.body["attempt"], "trace": {"schema": "trace/1", "actions": []}, "score_milli": 1000, "score": 1}
    assert tab.call("submit", body).body["feedback"]["score_milli"] == 0


def test_nothing_is_counted_when_the_trace_is_refused(page: PageMaker) -> None:
    tab = page()
    assert tab.submit(tab.start(), {"schema": "trace/1"}).code == "trace_invalid"
    assert (Attempt.objects.get().state, Evidence.objects.count()) == ("open", 0)


@pytest.fixture
def hostile_page(usage: Callable[..., str], learner: User, page: PageMaker) -> Page:
    return page()
