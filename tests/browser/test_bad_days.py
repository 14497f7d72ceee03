"""Bad lines, impatient fingers, two tabs, a shared phone: before the real server an attempt counts once, for its owner."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Request, Route, expect

from demo.people import PEOPLE
from tests.browser.conftest import Console, LearnerMaker
from tests.browser.hands import switch_off
from tests.browser.playing import Learner, is_handler

pytestmark = pytest.mark.browser

TASK = "S3-01"
SUBMIT = "**/submit/**"
LOST_LINE = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED")


def sent(page: Page, name: str) -> list[Request]:
    """The requests to a handler, from now on."""
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request) if is_handler(name)(request) else None)
    return requests


def change_person(learner: Learner, username: str) -> Learner:
    """Another person takes the same device over, as they do in the demo."""
    learner.page.goto(f"{learner.demo.url}/")
    learner.page.get_by_role("button", name="Đổi người").tap()
    expect(learner.page.get_by_role("heading", name="Bạn muốn thử với vai ai?")).to_be_visible()
    other = Learner(learner.demo, learner.page, learner.hands, learner.language, username)
    name = next(person.name for person in PEOPLE if person.username == username)
    learner.page.get_by_role("button", name=name).tap()
    expect(learner.page.get_by_text(name)).to_be_visible()
    return other


def test_two_presses_start_one_attempt_and_count_it_once(new_learner: LearnerMaker) -> None:
    learner = new_learner()
    page, words, before = learner.page, learner.words, len(learner.demo.attempts(learner.username))
    learner.open_task(TASK)
    starts, submits = sent(page, "start"), sent(page, "submit")
    page.get_by_role("button", name=words["start_counted"]).dblclick()
    page.get_by_role("button", name=words["finish"], exact=True).click()
    page.get_by_role("button", name=words["finish_yes"], exact=True).dblclick()
    learner.see_result()
    [attempt] = learner.demo.attempts(learner.username)[before:]
    assert (attempt.state, len(starts), len(submits)) == ("scored", 1, 1)


def test_two_tabs_of_a_task_are_one_attempt_with_one_result(new_learner: LearnerMaker) -> None:
    first = new_learner()
    before = len(first.demo.attempts(first.username))
    first.open_task(TASK)
    second = new_learner(device=first.page.context)
    second.open_task(TASK)
    begun, again = first.start("counted"), second.start("counted")
    assert begun.answer["attempt"] == again.answer["attempt"]
    first.page.bring_to_front()
    counted = first.play(begun)
    second.page.bring_to_front()
    again.phone.finish()
    second.see_result()
    expect(second.page.get_by_text(f"100 {second.words['score_of']}")).to_be_visible()
    assert counted.score_milli == 1000
    assert first.demo.attempts(first.username)[before:] == [counted]


def test_a_run_finished_without_network_is_sent_at_the_next_visit(new_learner: LearnerMaker, console: Console) -> None:
    console.expected.extend(LOST_LINE)
    learner = new_learner()
    learner.open_task(TASK)
    started = learner.start("counted")
    device = learner.page.context
    device.set_offline(True)
    started.phone.finish()
    expect(learner.page.get_by_text(learner.words["unsent"])).to_be_visible()
    assert learner.demo.attempt(started.answer["attempt"]).state == "open"
    switch_off(learner.page)
    device.set_offline(False)
    later = new_learner(device=device)
    submits = sent(later.page, "submit")
    later.page.goto(f"{later.demo.url}/tasks/{TASK}/")
    later.see_result()
    assert later.demo.attempt(started.answer["attempt"]).state == "scored"
    later.open_task(TASK)
    expect(later.page.get_by_role("button", name=later.words["start_counted"])).to_be_visible()
    assert len(submits) == 1


def test_an_answer_that_gets_lost_is_asked_for_again_and_counts_once(new_learner: LearnerMaker, console: Console) -> None:
    console.expected.extend(LOST_LINE)
    learner = new_learner()
    learner.open_task(TASK)
    started = learner.start("counted")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("failed")

    learner.page.route(SUBMIT, lose, times=1)
    for action in started.actions[:-1]:
        started.phone.do(action)
        started.phone.see()
    started.phone.finish()
    expect(learner.page.get_by_role("alert")).to_be_visible()
    counted = learner.demo.attempt(started.answer["attempt"])
    assert counted.state == "scored"
    learner.hands.press(learner.page.get_by_role("button", name=learner.words["send_again"]))
    learner.see_result()
    expect(learner.page.get_by_text(f"100 {learner.words['score_of']}")).to_be_visible()
    assert learner.demo.attempt(started.answer["attempt"]) == counted


def test_a_reload_leads_back_to_the_same_screen_and_text(new_learner: LearnerMaker) -> None:
    learner = new_learner()
    learner.open_task(TASK)
    started = learner.start("counted")
    typed = next(i for i, action in enumerate(started.actions) if action["a"] == "type") + 1
    for action in started.actions[:typed]:
        started.phone.do(action)
        started.phone.see()
    learner.page.reload()  # with the caret still in the field
    learner.hands.press(learner.page.get_by_role("button", name=learner.words["resume"]))
    for action in started.actions[typed:]:
        started.phone.see()
        started.phone.do(action)
    learner.see_result()
    assert learner.demo.attempt(started.answer["attempt"]).score_milli == 1000


@pytest.mark.parametrize("finished", [False, True])
def test_the_next_person_neither_sees_nor_sends_a_kept_run(new_learner: LearnerMaker, console: Console, finished: bool) -> None:
    console.expected.extend(LOST_LINE)
    learner = new_learner("man")
    learner.open_task(TASK)
    started = learner.start("counted")
    learner.page.route(SUBMIT, lambda route: route.abort("failed"))
    if finished:
        started.phone.finish()
        expect(learner.page.get_by_text(learner.words["unsent"])).to_be_visible()
    other = change_person(learner, "gao")
    other.page.unroute_all()
    before, submits = other.demo.attempts("gao"), sent(other.page, "submit")
    other.open_task(TASK)
    expect(other.page.get_by_role("button", name=other.words["start_counted"])).to_be_visible()
    expect(other.page.get_by_role("button", name=other.words["resume"])).to_have_count(0)
    assert (submits, other.demo.attempts("gao")) == ([], before)
    assert other.page.evaluate("JSON.stringify(localStorage)").find(started.answer["attempt"]) == -1
    assert other.demo.attempt(started.answer["attempt"]).state == "open"
