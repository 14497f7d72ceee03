"""Start and submit through the real handlers: counted once, whatever the browser and the line do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from workbench.models import XBlockState

from digiskills_framework.tasks import load_task
from digiskills_grading.models import Attempt, Evidence, Learner, Track
from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import COURSE_KEY, TASK_IDS, Page

pytestmark = pytest.mark.django_db
EMPTY = {"schema": "trace/1", "actions": []}


def grades(page: Page) -> list[float]:
    return [data["value"] / data["max_value"] for kind, data in page.runtime.published if kind == "grade"]


@pytest.mark.parametrize("task_id", TASK_IDS)
def test_a_perfect_run_earns_evidence_and_the_full_grade(page: PageMaker, task_id: str) -> None:
    tab = page(task_id)
    answer = tab.play()
    assert answer.status == 200
    assert answer.body["feedback"]["score_milli"] == 1000
    assert answer.body["feedback"]["stored"] is True
    assert grades(tab) == [1.0]
    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.grade_state) == ("scored", "published")
    assert (attempt.context.course_key, attempt.context.usage_key) == (COURSE_KEY, tab.usage_id)
    assert set(Evidence.objects.values_list("skill__code", flat=True)) == set(load_task(task_id).skills)


def test_doing_nothing_scores_nothing_and_is_graded_so(page: PageMaker) -> None:
    tab = page()
    answer = tab.submit(tab.start(), EMPTY)
    assert answer.body["feedback"]["score_milli"] == 0
    assert grades(tab) == [0.0]


def test_double_click_on_start_is_one_attempt(page: PageMaker) -> None:
    tab = page()
    first, second = tab.start(), tab.start()
    assert first.body["attempt"] == second.body["attempt"]
    assert first.body["payload"] == second.body["payload"]
    assert second.body["state"]["counted_used"] == 1


def test_two_tabs_share_one_attempt_and_it_counts_once(page: PageMaker, seen_by: Callable[..., Page], learner: User) -> None:
    tab = page()
    other_tab = seen_by(tab, learner)
    started, also = tab.start(), other_tab.start()
    trace = tab.trace(started)
    first, second = tab.submit(started, trace), other_tab.submit(also, EMPTY)
    assert first.body["feedback"] == second.body["feedback"]
    assert (Attempt.objects.count(), Evidence.objects.count()) == (1, 1)
    assert grades(tab) + grades(other_tab) == [1.0]


def test_an_answer_that_got_lost_is_given_again(page: PageMaker) -> None:
    tab = page()
    started = tab.start()
    trace = tab.trace(started)
    first, again = tab.submit(started, trace), tab.submit(started, trace)
    assert first.body == again.body
    assert Evidence.objects.count() == 1
    assert grades(tab) == [1.0]


def test_publishing_that_failed_is_done_at_the_next_sending(page: PageMaker) -> None:
    tab = page()
    started = tab.start()
    trace = tab.trace(started)

    def broken(_kind: str, _data: object) -> None:
        raise ConnectionError("the grade book is away")

    tab.runtime.before_publish = broken
    with pytest.raises(ConnectionError):
        tab.submit(started, trace)
    assert Attempt.objects.get().grade_state == "pending"
    tab.runtime.before_publish = None
    assert tab.submit(started, trace).body["feedback"]["score_milli"] == 1000
    assert grades(tab) == [1.0]
    assert Attempt.objects.get().grade_state == "published"
    assert Evidence.objects.count() == 1


def test_an_old_request_replayed_after_a_newer_attempt_changes_nothing(page: PageMaker) -> None:
    tab = page()
    old = tab.start()
    tab.submit(old, EMPTY)
    tab.play()
    replayed = tab.submit(old, EMPTY)
    assert replayed.body["feedback"]["score_milli"] == 0
    assert grades(tab) == [0.0, 1.0]
    assert tab.block.get_score().raw_earned == 1.0


def test_a_strangers_attempt_is_not_found(page: PageMaker, seen_by: Callable[..., Page], other: User) -> None:
    tab = page()
    started = tab.start()
    answer = seen_by(tab, other).submit(started, EMPTY)
    assert (answer.status, answer.code) == (404, "attempt_not_found")
    assert Attempt.objects.get().state == "open"


def test_a_grade_earned_in_another_block_is_left_to_the_sweeper(page: PageMaker, usage: Callable[..., str], learner: User) -> None:
    tab = page()
    started = tab.start()
    elsewhere = Page(usage(), tab.runtime)
    assert elsewhere.submit(started, tab.trace(started)).status == 200
    assert grades(tab) == []
    assert Attempt.objects.get().grade_state == "pending"


def test_a_guided_run_leaves_neither_evidence_nor_grade(page: PageMaker) -> None:
    tab = page(max_attempts="1")
    answer = tab.play(run_kind="guided")
    assert answer.body["feedback"]["score_milli"] == 1000
    assert answer.body["state"]["counted_used"] == 0
    assert not Evidence.objects.exists()
    assert "grade" not in [kind for kind, _data in tab.runtime.published]
    assert tab.block.has_submitted_answer() is False


def test_the_best_counted_attempt_is_the_grade(page: PageMaker) -> None:
    tab = page()
    tab.play()
    tab.submit(tab.start(), EMPTY)
    assert grades(tab) == [1.0, 1.0]
    assert tab.block.get_score().raw_earned == 1.0


def test_course_staff_is_marked_and_excluded(page: PageMaker, seen_by: Callable[..., Page], staff: User) -> None:
    tab = seen_by(page(), staff, is_staff=True)
    assert tab.play().status == 200
    assert set(Evidence.objects.values_list("excluded_reason", flat=True)) == {"course_staff"}


def test_attempts_are_limited_and_guided_runs_are_not(page: PageMaker) -> None:
    tab = page(max_attempts="1")
    answer = tab.play()
    assert answer.body["state"]["limit_reached"] is True
    refused = tab.start()
    assert (refused.status, refused.code) == (403, "attempt_limit_reached")
    assert "guidance" in refused.body["error"]["message"]
    assert tab.start("guided").status == 200


def test_after_the_due_date_and_its_grace_period_nothing_counts(page: PageMaker) -> None:
    due = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with time_machine.travel(due - timedelta(minutes=5), tick=False):
        tab = page(due=due.isoformat())
        started = tab.start()
        trace = tab.trace(started)
        assert tab.call("state", {}).body["state"]["due"] == due.isoformat()
    with time_machine.travel(due + timedelta(minutes=5), tick=False):
        late, guided = tab.start(), tab.start("guided")
        submitted = tab.submit(started, trace)
    assert (late.status, late.code) == (403, "past_due")
    assert (submitted.status, submitted.code) == (403, "past_due")
    assert guided.body["state"]["past_due"] is True


@pytest.mark.parametrize("setting, before, after", [("always", True, True), ("past_due", False, True), ("never", False, False)])
def test_results_are_shown_as_the_setting_says(page: PageMaker, setting: str, before: bool, after: bool) -> None:
    due = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with time_machine.travel(due - timedelta(hours=1), tick=False):
        tab = page(due=due.isoformat(), show_correctness=setting)
        early = tab.play().body
        assert (early["feedback"].get("score_milli") == 1000) is before
        assert (early["state"]["best_score_milli"] == 1000) is before
        assert early["feedback"]["hidden"] is not before
        assert tab.play(run_kind="guided").body["feedback"]["score_milli"] == 1000
    with time_machine.travel(due + timedelta(hours=1), tick=False):
        assert (tab.call("state", {}).body["state"]["best_score_milli"] == 1000) is after


def test_hidden_feedback_holds_no_text_of_goals(page: PageMaker) -> None:
    answer = page(show_correctness="never").play()
    assert answer.body["feedback"] == {"hidden": True, "stored": True}


def test_user_state_stays_small(page: PageMaker, learner: User) -> None:
    tab = page()
    tab.play()
    state = XBlockState.objects.get(scope="usage", user_id=str(learner.pk), scope_id=tab.usage_id).state
    assert len(json.dumps(json.loads(state), separators=(",", ":"))) <= 200


def test_the_answer_speaks_the_language_that_was_asked_for(page: PageMaker) -> None:
    tab = page()
    tab.language = "vi"
    assert tab.start().body["payload"]["title"] == load_task("S3-01").title.vi


def test_a_learner_joins_the_track_of_the_blocks_audience(page: PageMaker, learner: User) -> None:
    page(audience="citizen").start()
    track = Track.objects.get()
    assert (track.learner, track.regulation.key, track.audience) == (Learner.objects.get(user=learner), "demo-s3-a1/1", "citizen")


@pytest.mark.parametrize(
    "fields, code",
    [
        ({"task_version": "99"}, "task_unavailable"),
        ({"audience": "nobody"}, "unknown_context"),
        ({"regulation": "none/1"}, "unknown_context"),
    ],
)
def test_a_block_that_is_set_up_wrongly_says_so(page: PageMaker, fields: dict[str, str], code: str) -> None:
    answer = page(**fields).start()
    assert (answer.status, answer.code) == (409, code)


@pytest.mark.parametrize("run_kind", ["guided", "counted"])
def test_a_result_says_whether_it_counts(page: PageMaker, run_kind: str) -> None:
    assert page().play(run_kind=run_kind).body["feedback"]["counted"] == (run_kind == "counted")
