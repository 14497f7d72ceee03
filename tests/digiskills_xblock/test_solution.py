"""How a task is done is told to the one who handed it in, for the seed that was handed in, and to nobody before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from digiskills_grading.models import Attempt
from digiskills_xblock.messages import CODES
from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import TASK_IDS, Answer, Page

pytestmark = pytest.mark.django_db
EMPTY = {"schema": "trace/1", "actions": []}


def ask(page: Page, started: Answer) -> Answer:
    return page.call("solution", {"attempt": started.body["attempt"], "language": "en"})


@pytest.mark.parametrize("task_id", TASK_IDS)
def test_the_steps_solve_the_attempt_that_was_handed_in(page: PageMaker, task_id: str) -> None:
    tab = page(task_id)
    started = tab.start()
    tab.submit(started, EMPTY)
    answer = ask(tab, started)
    assert answer.status == 200
    assert answer.body["steps"] == tab.trace(started)["actions"]
    assert answer.body["payload"]["run"] == "guided"
    assert set(answer.body["payload"]["screens"]) == set(started.body["payload"]["screens"])


def test_an_open_attempt_keeps_its_solution(page: PageMaker) -> None:
    tab = page()
    answer = ask(tab, tab.start())
    assert (answer.status, answer.code) == (409, "not_handed_in")


def test_an_attempt_that_staff_has_reset_tells_nothing(page: PageMaker) -> None:
    tab = page()
    started = tab.start()
    tab.submit(started, EMPTY)
    Attempt.objects.update(state=Attempt.State.VOID)
    assert ask(tab, started).code == "not_handed_in"


def test_another_learner_does_not_find_it(page: PageMaker, seen_by: Callable[..., Page], other: User) -> None:
    tab = page()
    started = tab.start()
    tab.submit(started, EMPTY)
    assert ask(seen_by(tab, other), started).code == "attempt_not_found"


def test_where_results_are_hidden_so_is_the_solution(page: PageMaker) -> None:
    tab = page(show_correctness="never")
    started = tab.start()
    tab.submit(started, EMPTY)
    assert (ask(tab, started).status, ask(tab, started).code) == (403, "result_hidden")
    guided = tab.start("guided")
    tab.submit(guided, EMPTY)
    assert ask(tab, guided).status == 200


def test_nothing_is_written_by_asking(page: PageMaker) -> None:
    tab = page()
    started = tab.start()
    tab.submit(started, EMPTY)
    before = Attempt.objects.values().get()
    ask(tab, started)
    assert Attempt.objects.values().get() == before


def test_a_trial_is_shown_only_with_the_token_of_what_was_handed_in(page: PageMaker) -> None:
    tab = page()
    tab.runtime.refusal = "masquerade"
    started = tab.start()
    early = tab.call("solution", {"token": started.body["token"]})
    assert early.code == "not_handed_in"
    submitted = tab.submit(started, EMPTY)
    shown = tab.call("solution", {"token": submitted.body["token"], "language": "vi"})
    assert shown.status == 200
    assert set(shown.body["payload"]["screens"]) == set(started.body["payload"]["screens"])
    assert shown.body["steps"][-1] == {"a": "end"}
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("body", [{}, {"attempt": None}, {"attempt": 7}, {"attempt": "x" * 5000}, {"token": "x"}, {"token": ["x"]}])
def test_what_names_no_attempt_is_refused(page: PageMaker, body: dict[str, object]) -> None:
    answer = page().call("solution", body)
    assert answer.status in (400, 404)
    assert answer.code in CODES
