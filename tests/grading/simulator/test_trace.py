"""Traces from browsers: any JSON ends in a trace or in a defined error, and every trace has a score."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digiskills_simulator.api import (
    Scenario,
    TraceError,
    decode_trace,
    encode_trace,
    parse_trace,
    replay,
    sanitize_trace,
    score,
    trace_digest,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "w", "o", "t", "schema", "actions", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_a_trace_or_a_defined_error(raw: object) -> None:
    with pytest.raises(TraceError) as caught:
        parse_trace(raw)
    assert caught.value.code in {"not_a_trace", "too_long", "unknown_action", "wrong_keys", "wrong_value"}


def well_formed(ids: list[str]) -> st.SearchStrategy[dict[str, object]]:
    some = st.sampled_from(ids) | st.text(max_size=6).filter(lambda text: text.isprintable())
    action = st.one_of(
        st.fixed_dictionaries({"a": st.just("tap"), "w": some}),
        st.fixed_dictionaries({"a": st.just("type"), "w": some, "t": st.text(alphabet="0123456789 abc-ấ", max_size=30)}),
        st.fixed_dictionaries({"a": st.sampled_from(["choose", "scan"]), "w": some, "o": some | st.sampled_from(["on", "off"])}),
        st.fixed_dictionaries({"a": st.just("open"), "p": some}),
        st.fixed_dictionaries({"a": st.just("notice"), "n": some}),
        st.fixed_dictionaries({"a": st.sampled_from(["home", "back", "wait", "undo", "end"])}),
    )
    return st.fixed_dictionaries({"schema": st.just("trace/1"), "actions": st.lists(action, max_size=30)})


@settings(max_examples=200)
@given(st.data())
def test_every_hostile_trace_has_a_defined_score(fake: Scenario, data: st.DataObject) -> None:
    trace = sanitize_trace(fake, parse_trace(data.draw(well_formed(sorted(fake.originals)))))
    scored = score(fake, replay(fake, trace))
    assert 0 <= scored.score_milli <= 1000
    assert scored.steps + scored.ignored == len(trace.actions)
    assert sanitize_trace(fake, trace) == trace
    assert decode_trace(encode_trace(trace)) == trace
    assert score(fake, replay(fake, trace)) == scored


@pytest.mark.parametrize(
    "raw, code, index",
    [
        ([], "not_a_trace", None),
        ({"schema": "trace/2", "actions": []}, "not_a_trace", None),
        ({"schema": "trace/1", "actions": [{"a": "tap", "w": "x"}] * 501}, "too_long", None),
        ({"schema": "trace/1", "actions": [{"a": "wait"}, {"a": "win"}]}, "unknown_action", 1),
        ({"schema": "trace/1", "actions": [{"a": "tap"}]}, "wrong_keys", 0),
        ({"schema": "trace/1", "actions": [{"a": "tap", "w": "x", "score": 1000}]}, "wrong_keys", 0),
        ({"schema": "trace/1", "actions": [{"a": "tap", "w": 7}]}, "wrong_value", 0),
        ({"schema": "trace/1", "actions": [{"a": "type", "w": "x", "t": "a" * 201}]}, "wrong_value", 0),
        ({"schema": "trace/1", "actions": [{"a": "type", "w": "x", "t": "\ud800"}]}, "wrong_value", 0),
    ],
)
def test_what_is_no_trace(raw: object, code: str, index: int | None) -> None:
    with pytest.raises(TraceError) as caught:
        parse_trace(raw)
    assert (caught.value.code, caught.value.index) == (code, index)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]"])
def test_bytes_that_are_no_trace(body: bytes) -> None:
    with pytest.raises(TraceError):
        decode_trace(body)


def test_a_real_number_is_cut_before_the_digest(fake: Scenario) -> None:
    widget = fake.aliases["widget:amount_in"]
    one, other = (
        sanitize_trace(fake, parse_trace({"schema": "trace/1", "actions": [{"a": "type", "w": widget, "t": number}]}))
        for number in ("0912345678", "0987654321")
    )
    assert trace_digest(one) == trace_digest(other)
    assert b"0912345678" not in encode_trace(one)


def test_the_values_of_the_scenario_are_not_cut(fake: Scenario) -> None:
    pin = str(fake.drawn["pin"])
    trace = parse_trace({"schema": "trace/1", "actions": [{"a": "type", "w": fake.aliases["widget:code_in"], "t": pin}]})
    assert sanitize_trace(fake, trace) == trace
