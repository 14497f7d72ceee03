"""Starting and submitting attempts, as the learner, as another learner and as staff."""

from __future__ import annotations

import json
import zlib
from datetime import timedelta

import pytest
from attrs import evolve

from digiskills_grading import api
from digiskills_grading.data import AttemptContext, LearnerRef
from digiskills_grading.errors import (
    AttemptClosed,
    AttemptLimitReached,
    AttemptNotFound,
    LearnerNotFound,
    PastDue,
    TaskChanged,
    TraceInvalid,
    UnknownContext,
)
from digiskills_grading.models import Attempt, CounterDelta, Decision, Evidence, IssueTodo, Mastery, TaskVersion, Trace, Track
from tests.grading.helpers import AUDIENCE, NOW, REGULATION, account, attempt, block, later, observe, trace_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def man() -> LearnerRef:
    """Bà Mận, the learner."""
    return account("man")


@pytest.fixture
def duoc() -> LearnerRef:
    """Ông Đước, another learner of the same course."""
    return account("duoc")


def facts(fact: str) -> int:
    return sum(CounterDelta.objects.filter(fact=fact).values_list("amount", flat=True))


def test_a_full_score_becomes_evidence_mastery_a_decision_and_a_grade(man: LearnerRef) -> None:
    result = attempt(man, block())
    evidence = Evidence.objects.get()
    assert (result.score_milli, result.repeated) == (1000, False)
    assert (evidence.kind, evidence.value_milli, evidence.assurance, evidence.excluded_reason) == ("score", 1000, "self", None)
    assert Mastery.objects.get().state == "mastered"
    assert result.decision is not None
    assert (result.decision.status, result.decision.n) == ("not_yet", 1)
    assert [dict(reason.params) for reason in result.decision.reasons] == [{"skill": "A1"}]
    assert result.grade is not None
    assert (result.grade.earned, result.grade.user_id, result.grade_state) == (1.0, man.user_id, "pending")


def test_the_last_missing_skill_completes_and_asks_for_a_confirmation_once(man: LearnerRef) -> None:
    api.ensure_track(man, regulation=REGULATION, audience=AUDIENCE)
    observe(man)
    result = attempt(man, block())
    assert result.decision is not None
    assert (result.decision.status, result.decision.n) == ("completed", 2)
    assert [(todo.decision_n, todo.learner_id) for todo in IssueTodo.objects.all()] == [(2, Attempt.objects.get().learner_id)]
    again = attempt(man, block(), now=later(1))
    assert again.decision is None
    assert (Decision.objects.count(), IssueTodo.objects.count()) == (2, 1)
    assert [facts(fact) for fact in ("learner", "tried", "completed", "confirmed")] == [1, 1, 1, 0]


def test_the_three_tasks_of_the_demo_regulation_complete_it(man: LearnerRef) -> None:
    statuses = []
    for minute, task in enumerate(("S3-01", "A1-03", "A1-10")):
        result = attempt(man, block(task, task=task), now=later(minute))
        assert result.score_milli == 1000
        statuses.append(result.decision and result.decision.status)
    assert statuses[0] == "not_yet"
    assert statuses[-1] == "completed"
    assert {row.facet for row in Evidence.objects.filter(skill__code="A1")} == {"recognise", "refuse_and_check", "recover"}
    assert api.recompute(check=True).summary() == f"1 learners, 2 masteries, {Decision.objects.count()} decisions, 0 differences"


def test_a_hazard_that_is_not_put_right_is_told_in_the_reasons(man: LearnerRef) -> None:
    observe(man)
    result = attempt(man, block(), witness="pay_stranger")
    assert result.score_milli <= 300
    assert Evidence.objects.get(skill__code="S3").kind == "hazard"
    assert result.decision is None or result.decision.status == "not_yet"
    assert Mastery.objects.get(skill__code="S3").state == "not_yet"


def test_a_guided_run_is_scored_and_leaves_nothing_but_the_attempt(man: LearnerRef) -> None:
    result = attempt(man, block(), run_kind="guided")
    assert (result.score_milli, result.grade, result.grade_state, result.decision) == (1000, None, "none", None)
    assert not Evidence.objects.exists()
    assert not Mastery.objects.exists()
    assert not Decision.objects.exists()
    assert facts("tried") == 0


def test_a_guided_run_uses_no_attempt_and_is_never_limited_or_due(man: LearnerRef) -> None:
    context = block(max_attempts=1, due=later(-5))
    for minute in range(3):
        attempt(man, context, run_kind="guided", now=later(minute))
    assert api.context_state(man, context, now=NOW).counted_used == 0


def test_staff_of_the_course_try_their_block_and_count_nowhere(man: LearnerRef) -> None:
    result = attempt(man, block(is_staff=True))
    assert result.score_milli == 1000
    assert Evidence.objects.get().excluded_reason == "course_staff"
    assert not Mastery.objects.exists()
    assert not Decision.objects.exists()
    assert not CounterDelta.objects.exists()
    attempt(man, block("other"))
    assert [facts(fact) for fact in ("learner", "tried")] == [1, 1]


def test_two_starts_are_one_attempt_and_run_kinds_are_apart(man: LearnerRef) -> None:
    first, second = (api.start_attempt(man, block(), run_kind="counted", now=later(minute)) for minute in (0, 1))
    guided = api.start_attempt(man, block(), run_kind="guided", now=later(2))
    assert (first.public_id, first.seed) == (second.public_id, second.seed)
    assert (first.resumed, second.resumed) == (False, True)
    assert (second.counted_used, second.n) == (1, 1)
    assert (guided.resumed, guided.n, guided.counted_used) == (False, 2, 1)
    assert guided.seed != first.seed


def test_the_seed_comes_from_the_caller_and_does_not_show(man: LearnerRef) -> None:
    started = api.start_attempt(man, block(), run_kind="counted", now=NOW, new_seed=lambda: 2**63 - 1)
    assert started.seed == Attempt.objects.get().seed == 2**63 - 1
    assert str(started.seed) not in repr(started)


def test_two_learners_have_attempts_of_their_own(man: LearnerRef, duoc: LearnerRef) -> None:
    first, other = (api.start_attempt(person, block(), run_kind="counted", now=NOW) for person in (man, duoc))
    assert first.public_id != other.public_id


def test_a_resend_gives_the_stored_result_and_changes_nothing(man: LearnerRef) -> None:
    started = api.start_attempt(man, block(), run_kind="counted", now=NOW)
    first = api.submit_attempt(man, started.public_id, trace_of(started), now=later(1))
    again = api.submit_attempt(man, started.public_id, {"schema": "trace/1", "actions": []}, now=later(2))
    assert evolve(again, repeated=False, decision=first.decision) == first
    assert again.repeated
    assert (Evidence.objects.count(), Trace.objects.count(), Decision.objects.count()) == (1, 1, 1)


def test_a_resend_repeats_the_grade_until_it_is_marked(man: LearnerRef) -> None:
    result = attempt(man, block())
    resend = {"schema": "trace/1", "actions": []}
    assert api.submit_attempt(man, result.public_id, resend, now=NOW).grade == result.grade
    api.mark_grade_published(result.public_id)
    marked = api.submit_attempt(man, result.public_id, resend, now=NOW)
    assert (marked.grade, marked.grade_state) == (None, "published")


def test_the_grade_is_the_best_counted_attempt(man: LearnerRef) -> None:
    attempt(man, block())
    weaker = attempt(man, block(), witness="pay_stranger", now=later(1))
    assert weaker.score_milli < 1000
    assert weaker.grade is not None
    assert weaker.grade.earned == 1.0


def test_somebody_elses_attempt_does_not_exist(man: LearnerRef, duoc: LearnerRef) -> None:
    started = api.start_attempt(man, block(), run_kind="counted", now=NOW)
    for stranger in (duoc, account("staff of another commune"), LearnerRef(public_id="0" * 26)):
        with pytest.raises(AttemptNotFound):
            api.submit_attempt(stranger, started.public_id, trace_of(started), now=NOW)
        with pytest.raises(AttemptNotFound):
            api.attempt_result(stranger, started.public_id)
    assert Attempt.objects.get().state == "open"


@pytest.mark.parametrize("attempt_id", ["", "nothing", "0" * 26, "ậ" * 26, "\ud800", "?" * 26, "x" * 5000])
def test_an_unknown_attempt_is_not_found(man: LearnerRef, attempt_id: str) -> None:
    with pytest.raises(AttemptNotFound):
        api.submit_attempt(man, attempt_id, {"schema": "trace/1", "actions": []}, now=NOW)


@pytest.mark.parametrize("raw", [None, [], "trace", {"schema": "trace/1"}, {"schema": "trace/1", "actions": [{"a": "fly"}]}])
def test_what_is_not_a_trace_is_refused_and_the_attempt_stays_open(man: LearnerRef, raw: object) -> None:
    started = api.start_attempt(man, block(), run_kind="counted", now=NOW)
    with pytest.raises(TraceInvalid) as caught:
        api.submit_attempt(man, started.public_id, raw, now=NOW)
    assert caught.value.reason
    assert Attempt.objects.get().state == "open"
    assert not Trace.objects.exists()


def test_after_the_last_counted_attempt_only_an_open_one_goes_on(man: LearnerRef) -> None:
    context = block(max_attempts=2)
    attempt(man, context)
    started = api.start_attempt(man, context, run_kind="counted", now=later(1))
    assert api.start_attempt(man, context, run_kind="counted", now=later(2)).public_id == started.public_id
    api.submit_attempt(man, started.public_id, trace_of(started), now=later(3))
    with pytest.raises(AttemptLimitReached) as caught:
        api.start_attempt(man, context, run_kind="counted", now=later(4))
    assert (caught.value.used, caught.value.allowed) == (2, 2)


def test_an_open_attempt_at_another_version_of_the_task_does_not_use_up_the_new_one(man: LearnerRef) -> None:
    old = api.start_attempt(man, block(max_attempts=1, task_digest="0" * 64), run_kind="counted", now=NOW)
    new = api.start_attempt(man, block(max_attempts=1), run_kind="counted", now=later(1))
    assert (new.public_id != old.public_id, new.counted_used) == (True, 1)


def test_after_the_due_date_counted_attempts_are_neither_started_nor_submitted(man: LearnerRef) -> None:
    due = later(10)
    started = api.start_attempt(man, block(due=due), run_kind="counted", now=later(10))
    with pytest.raises(PastDue):
        api.submit_attempt(man, started.public_id, trace_of(started), now=later(10.1))
    with pytest.raises(PastDue):
        api.start_attempt(man, block("second", due=due), run_kind="counted", now=later(10.1))
    assert api.context_state(man, block(due=due), now=later(10.1)).past_due


def test_an_extension_reaches_an_attempt_that_is_open_already(man: LearnerRef) -> None:
    started = api.start_attempt(man, block(due=later(10)), run_kind="counted", now=NOW)
    api.start_attempt(man, block(due=later(60)), run_kind="counted", now=later(20))
    assert api.submit_attempt(man, started.public_id, trace_of(started), now=later(30)).score_milli == 1000


@pytest.mark.parametrize(
    "change", [{"regulation": "nothing/1"}, {"regulation": "demo-s3-a1/99"}, {"audience": "student"}, {"audience": ""}]
)
def test_a_block_with_an_unknown_regulation_or_audience_starts_nothing(man: LearnerRef, change: dict[str, str]) -> None:
    with pytest.raises(UnknownContext):
        api.start_attempt(man, evolve(block(), **change), run_kind="counted", now=NOW)
    assert not Attempt.objects.exists()


def test_a_learner_without_an_account_learns_too_and_has_no_grade() -> None:
    child = LearnerRef(public_id=api.create_learner())
    result = attempt(child, block())
    assert (result.score_milli, result.grade, result.grade_state) == (1000, None, "none")
    assert Track.objects.get().tried_at == NOW
    with pytest.raises(LearnerNotFound):
        api.start_attempt(LearnerRef(public_id="0" * 26), block(), run_kind="counted", now=NOW)


def test_a_reference_names_a_learner_in_exactly_one_way() -> None:
    for both_or_none in ({}, {"user_id": 1, "public_id": "x"}):
        with pytest.raises(ValueError, match="exactly one"):
            LearnerRef(**both_or_none)


def test_the_trace_is_kept_for_as_long_as_the_regulation_says(man: LearnerRef) -> None:
    started = api.start_attempt(man, block(), run_kind="counted", now=NOW)
    raw = trace_of(started)
    api.submit_attempt(man, started.public_id, raw, now=NOW)
    trace = Trace.objects.get()
    assert (trace.codec, trace.purge_after) == ("zlib-json", NOW + timedelta(days=90))
    assert json.loads(zlib.decompress(bytes(trace.body)))["actions"] == raw["actions"]


def test_a_naive_time_is_refused(man: LearnerRef) -> None:
    with pytest.raises(ValueError, match="aware"):
        api.start_attempt(man, block(), run_kind="counted", now=NOW.replace(tzinfo=None))


def test_the_state_of_a_block_follows_its_attempts(man: LearnerRef, duoc: LearnerRef) -> None:
    context = block(max_attempts=2)
    empty = api.context_state(man, context, now=NOW)
    assert (empty.open_attempt, empty.counted_used, empty.best_score_milli) == (None, 0, None)
    assert not Attempt.objects.exists()
    started = api.start_attempt(man, context, run_kind="counted", now=NOW)
    opened = api.context_state(man, context, now=NOW)
    assert opened.open_attempt is not None
    assert (opened.open_attempt.public_id, opened.counted_used) == (started.public_id, 1)
    api.submit_attempt(man, started.public_id, trace_of(started), now=NOW)
    attempt(man, context, witness="pay_stranger", now=later(1))
    done = api.context_state(man, context, now=NOW)
    assert (done.open_attempt, done.best_score_milli, done.limit_reached) == (None, 1000, True)
    assert api.context_state(duoc, context, now=NOW) == empty


def test_a_context_is_told_from_its_like_by_every_letter(man: LearnerRef) -> None:
    for name in ("to", "tổ", "To"):
        context: AttemptContext = block(name)
        assert not api.start_attempt(man, context, run_kind="counted", now=NOW).resumed


def test_attempt_closed_by_a_reset_takes_no_submission(man: LearnerRef) -> None:
    context = block()
    started = api.start_attempt(man, context, run_kind="counted", now=NOW)
    api.request_reset(man, course_key=context.course_key, usage_key=context.usage_key, actor=None)
    api.process_requests(now=later(1))
    with pytest.raises(AttemptClosed):
        api.submit_attempt(man, started.public_id, trace_of(started), now=later(2))


def test_an_attempt_is_never_scored_by_another_edition_of_its_task(man: LearnerRef) -> None:
    context = block()
    started = api.start_attempt(man, context, run_kind="counted", now=NOW)
    TaskVersion.objects.update(digest="0" * 64)
    with pytest.raises(TaskChanged, match="S3-01/1"):
        api.submit_attempt(man, started.public_id, trace_of(started), now=later(1))
    again = api.start_attempt(man, block(max_attempts=1), run_kind="counted", now=later(2))
    assert (again.resumed, again.counted_used) == (False, 1), "the learner starts anew, and the lost attempt is not held against them"
