"""What is told to learning analytics: by name and field on a closed list, once, and nothing by which a run could be solved."""

from __future__ import annotations

from typing import Any

import pytest

from digiskills_xblock import analytics
from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import Page

pytestmark = pytest.mark.django_db
PREFIX = "digiskills.practice."


def told(tab: Page) -> list[tuple[str, dict[str, Any]]]:
    """The events so far, by the rest of their names."""
    return [(name.removeprefix(PREFIX), data) for name, data in tab.runtime.published if name.startswith(PREFIX)]


def test_a_run_is_told_from_its_start_to_its_shown_solution(page: PageMaker) -> None:
    tab = page()
    started = tab.start()
    attempt = started.body["attempt"]
    tab.submit(started, tab.trace(started))
    tab.call("helped", {"attempt": attempt, "helped": True})
    tab.call("solution", {"attempt": attempt})
    events = dict(told(tab))
    assert list(events) == ["started", "submitted", "help_told", "solution_shown"]
    assert {data["attempt"] for data in events.values()} == {attempt}
    assert events["submitted"]["score_milli"] == 1000
    assert events["submitted"]["goals"] == events["submitted"]["goals_met"] > 0


def test_every_field_is_on_the_list_and_is_a_plain_value(page: PageMaker) -> None:
    tab = page()
    tab.play()
    for name, data in told(tab):
        assert set(data) == set(analytics.EVENTS[PREFIX + name])
        assert {type(value) for value in data.values()} <= {str, int, bool}
        assert {"seed", "trace", "token"}.isdisjoint(data)


def test_what_is_sent_again_is_told_once(page: PageMaker) -> None:
    tab = page()
    started = tab.start()
    trace = {"schema": "trace/1", "actions": [{"a": "end"}]}
    tab.submit(started, trace)
    tab.submit(started, trace)
    assert [name for name, _data in told(tab)] == ["started", "submitted"]


@pytest.mark.parametrize("fields", [{}, {"attempt": "a", "helped": True, "full_name": "Mận"}])
def test_a_field_that_is_not_on_the_list_is_a_mistake(page: PageMaker, fields: dict[str, Any]) -> None:
    block = page().block
    with pytest.raises(ValueError, match="no event of ours"):
        analytics.announce(block, "digiskills.practice.help_told", **fields)
