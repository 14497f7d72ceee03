"""A run step by step for the team of its course: by the block's handler and on a page; for nobody else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings

from digiskills_grading import dimensions
from digiskills_grading.models import Attempt, TaskVersion, Trace
from digiskills_simulator.payload_machine import PayloadMachine
from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import COURSE_KEY, Page, RecordingRuntime

pytestmark = pytest.mark.django_db
TEACHER = "luu"


def teaches(user_id: int, course_key: str) -> bool:
    """Cô Lựu teaches the course of these tests."""
    return course_key == COURSE_KEY and User.objects.filter(pk=user_id, username=TEACHER).exists()


@pytest.fixture(autouse=True)
def _team() -> object:
    with override_settings(DIGISKILLS_COURSE_TEAM=f"{__name__}.teaches"):
        yield


@pytest.fixture
def handed_in(page: PageMaker) -> Page:
    tab = page()
    tab.play()
    return tab


def as_staff(tab: Page, account: User, *, refusal: str | None = None) -> Page:
    """The same block as somebody else sees it."""
    return Page(tab.usage_id, RecordingRuntime(account.pk, is_staff=True, refusal=refusal))


def attempt_id() -> str:
    return Attempt.objects.get().public_id


def test_the_team_gets_the_run_as_it_was(handed_in: Page, staff: User) -> None:
    answer = as_staff(handed_in, staff).call("replay", {"attempt": attempt_id(), "language": "vi"})
    assert answer.status == 200
    machine = PayloadMachine(answer.body["payload"])
    assert all(machine.step(action) for action in answer.body["steps"] if action["a"] != "end")
    assert answer.body["steps"][-1] == {"a": "end"}
    assert answer.body["feedback"]["score_milli"] == 1000


def test_neither_learners_nor_strangers_nor_those_who_look_as_a_learner_get_one(
    handed_in: Page, learner: User, other: User, staff: User
) -> None:
    tabs = [
        handed_in,
        Page(handed_in.usage_id, RecordingRuntime(other.pk)),
        as_staff(handed_in, other),
        as_staff(handed_in, staff, refusal="masquerading"),
    ]
    answers = [tab.call("replay", {"attempt": attempt_id()}) for tab in tabs]
    assert {(answer.status, answer.code) for answer in answers} == {(404, "attempt_not_found")}


@pytest.mark.parametrize("wanted", ["0" * 26, "", None, 7, ["x"]])
def test_what_is_no_run_is_not_found(handed_in: Page, staff: User, wanted: object) -> None:
    assert as_staff(handed_in, staff).call("replay", {"attempt": wanted}).code == "attempt_not_found"


def test_an_open_run_is_not_shown(page: PageMaker, staff: User) -> None:
    tab = page()
    tab.start()
    assert as_staff(tab, staff).call("replay", {"attempt": attempt_id()}).code == "attempt_not_found"


def test_a_trace_whose_retention_is_over_is_told(handed_in: Page, staff: User) -> None:
    Trace.objects.all().delete()
    answer = as_staff(handed_in, staff).call("replay", {"attempt": attempt_id()})
    assert (answer.status, answer.code) == (410, "trace_gone")
    client = Client()
    client.force_login(staff)
    assert "no longer kept" in client.get(f"/digiskills/attempts/{attempt_id()}/?lang=en").content.decode()


def test_a_trace_that_should_be_gone_is_not_shown_before_the_sweeper_comes(handed_in: Page, staff: User) -> None:
    Trace.objects.update(purge_after=datetime(2026, 1, 1, tzinfo=UTC))
    assert as_staff(handed_in, staff).call("replay", {"attempt": attempt_id()}).code == "trace_gone"


@pytest.mark.parametrize("changed", [{"digest": "0" * 64}, {"version": 99}])
def test_a_run_of_a_task_that_changed_meanwhile_is_not_shown_wrongly(handed_in: Page, staff: User, changed: dict[str, object]) -> None:
    TaskVersion.objects.update(**changed)
    dimensions.forget()
    answer = as_staff(handed_in, staff).call("replay", {"attempt": attempt_id()})
    assert (answer.status, answer.code) == (410, "run_unreadable")
    client = Client()
    client.force_login(staff)
    assert "another version of the task" in client.get(f"/digiskills/attempts/{attempt_id()}/?lang=en").content.decode()


def test_the_pages_show_runs_without_names_to_the_team_alone(handed_in: Page, learner: User, other: User, staff: User) -> None:
    client = Client()
    urls = [f"/digiskills/course/{COURSE_KEY}/attempts/", f"/digiskills/attempts/{attempt_id()}/"]
    assert [client.get(url).status_code for url in urls] == [302, 302]
    for account in (learner, other):
        client.force_login(account)
        assert [client.get(url).status_code for url in urls] == [404, 404]
        assert client.post(f"{urls[1]}steps").status_code == 404
    client.force_login(staff)
    for url in urls:
        shown = client.get(url).content.decode()
        assert learner.username not in shown
        assert Attempt.objects.get().learner.public_id in shown
    assert client.post(f"{urls[1]}steps").json()["steps"]
    answers = [*(client.get(url) for url in urls), client.post(f"{urls[1]}steps")]
    assert {answer["Cache-Control"] for answer in answers} == {"no-store"}
    assert all("frame-ancestors 'self'" in answer["Content-Security-Policy"] for answer in answers[:2])
    assert Client(enforce_csrf_checks=True).post(f"{urls[1]}steps").status_code == 403


def test_the_list_can_be_of_one_task(handed_in: Page, staff: User) -> None:
    client = Client()
    client.force_login(staff)
    url = f"/digiskills/course/{COURSE_KEY}/attempts/"
    assert attempt_id() in client.get(url, {"task": "S3-01"}).content.decode()
    assert attempt_id() not in client.get(url, {"task": "A1-03"}).content.decode()
