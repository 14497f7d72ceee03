"""Reset and rescore, asked for by staff inside the platform's transactions."""

from __future__ import annotations

import pytest
from django.db import transaction

from digiskills_grading import api
from digiskills_grading.data import LearnerRef
from digiskills_grading.errors import AttemptNotFound, TaskChanged, TraceGone
from digiskills_grading.models import Attempt, AttemptRequest, CounterDelta, Decision, Evidence, IssueTodo, Mastery, TaskVersion, Trace
from tests.grading.helpers import AUDIENCE, NOW, REGULATION, account, attempt, block, later, observe, trace_of

pytestmark = pytest.mark.django_db
STAFF = 77


@pytest.fixture
def man() -> LearnerRef:
    learner = account("man")
    api.ensure_track(learner, regulation=REGULATION, audience=AUDIENCE)
    return learner


def ask_reset(learner: LearnerRef) -> None:
    context = block()
    api.request_reset(learner, course_key=context.course_key, usage_key=context.usage_key, actor=STAFF)


def completed(fact: str = "completed") -> int:
    return sum(CounterDelta.objects.filter(fact=fact).values_list("amount", flat=True))


def test_a_reset_withdraws_what_rested_on_the_attempt(man: LearnerRef) -> None:
    observe(man)
    attempt(man, block())
    assert (completed(), IssueTodo.objects.count()) == (1, 1)
    ask_reset(man)
    assert api.process_requests(now=later(1)) == 1
    last = Decision.objects.latest("n")
    assert (last.status, last.actor_id) == ("withdrawn", STAFF)
    assert (completed(), IssueTodo.objects.count(), AttemptRequest.objects.count()) == (0, 0, 0)
    assert Mastery.objects.get(skill__code="S3").state == "not_assessed"
    assert list(Evidence.objects.filter(skill__code="S3").order_by("id").values_list("kind", flat=True)) == ["score", "retraction"]
    assert Attempt.objects.get().state == "void"


def test_the_learner_begins_anew_at_once_even_before_the_reset_was_processed(man: LearnerRef) -> None:
    context = block(max_attempts=1)
    attempt(man, context)
    ask_reset(man)
    seen = api.context_state(man, context, now=later(1))
    assert (seen.counted_used, seen.best_score_milli, seen.limit_reached) == (0, None, False)
    again = api.start_attempt(man, context, run_kind="counted", now=later(1))
    assert (again.n, again.counted_used, AttemptRequest.objects.count()) == (2, 1, 0)
    assert api.submit_attempt(man, again.public_id, trace_of(again), now=later(2)).score_milli == 1000
    assert Mastery.objects.get(skill__code="S3").state == "mastered"


def test_a_reset_reaches_neither_other_blocks_nor_other_learners(man: LearnerRef) -> None:
    other = account("duoc")
    for learner, name in ((man, "pay"), (man, "elsewhere"), (other, "pay")):
        attempt(learner, block(name))
    ask_reset(man)
    api.process_requests(now=later(1))
    assert Attempt.objects.filter(state="void").count() == 1
    assert Mastery.objects.filter(skill__code="S3", state="mastered").count() == 2


def test_requests_of_one_learner_can_be_processed_alone_and_twice_does_nothing(man: LearnerRef) -> None:
    other = account("duoc")
    for learner in (man, other):
        attempt(learner, block())
        ask_reset(learner)
    assert api.process_requests(now=later(1), learner=man) == 1
    assert api.process_requests(now=later(1), learner=man) == 0
    assert api.process_requests(now=later(1), learner=account("newcomer")) == 0
    assert AttemptRequest.objects.count() == 1


def test_a_reset_of_somebody_who_was_never_there_asks_for_nothing(man: LearnerRef) -> None:
    ask_reset(man)
    ask_reset(account("newcomer"))
    assert not AttemptRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_asking_is_legal_inside_the_platforms_transaction_and_goes_with_it() -> None:
    learner = account("man")
    result = attempt(learner, block())
    with transaction.atomic():
        ask_reset(learner)
        api.request_rescore(result.public_id, STAFF)
        transaction.set_rollback(True)
    assert not AttemptRequest.objects.exists()
    with transaction.atomic():
        ask_reset(learner)
    assert AttemptRequest.objects.count() == 1


def test_a_rescore_with_the_same_outcome_writes_nothing(man: LearnerRef) -> None:
    result = attempt(man, block())
    before = Evidence.objects.count()
    api.request_rescore(result.public_id, STAFF)
    assert api.process_requests(now=later(1)) == 1
    assert (Evidence.objects.count(), Attempt.objects.get().revision) == (before, 0)


def test_a_rescore_puts_right_what_was_stored_wrong(man: LearnerRef) -> None:
    result = attempt(man, block())
    api.mark_grade_published(result.public_id)
    Attempt.objects.update(score_milli=100, result="{}")
    Evidence.objects.update(value_milli=100)
    assert api.rescored(result.public_id).score_milli == 1000
    api.request_rescore(result.public_id, STAFF)
    api.process_requests(now=later(1))
    stored = Attempt.objects.get()
    assert (stored.score_milli, stored.revision, stored.grade_state) == (1000, 1, "pending")
    assert list(Evidence.objects.order_by("id").values_list("kind", "value_milli")) == [("score", 100), ("retraction", 0), ("score", 1000)]
    # What was stored wrong had misled the decision of that day; it stays on record and is told.
    assert [difference.what for difference in api.recompute(check=True).differences] == [f"decision 1 under {REGULATION} as {AUDIENCE}"]


def test_a_trace_that_is_gone_cannot_be_scored_again(man: LearnerRef, caplog: pytest.LogCaptureFixture) -> None:
    result = attempt(man, block())
    Trace.objects.all().delete()
    with pytest.raises(TraceGone):
        api.rescored(result.public_id)
    api.request_rescore(result.public_id, STAFF)
    assert api.process_requests(now=later(1)) == 1
    assert "no longer stored" in caplog.text
    assert Attempt.objects.get().score_milli == 1000


def test_an_attempt_that_was_not_scored_cannot_be_rescored(man: LearnerRef) -> None:
    started = api.start_attempt(man, block(), run_kind="counted", now=NOW)
    for attempt_id in (started.public_id, "0" * 26):
        with pytest.raises(AttemptNotFound):
            api.request_rescore(attempt_id, STAFF)
        with pytest.raises(AttemptNotFound):
            api.rescored(attempt_id)


def test_a_rescore_leaves_the_score_alone_when_the_task_was_replaced(man: LearnerRef, caplog: pytest.LogCaptureFixture) -> None:
    result = attempt(man, block())
    TaskVersion.objects.update(digest="0" * 64)
    api.request_rescore(result.public_id, actor=STAFF)
    assert api.process_requests(now=later(1)) == 1
    assert Attempt.objects.get().score_milli == result.score_milli
    assert "the score stands" in caplog.text
    with pytest.raises(TaskChanged):
        api.rescored(result.public_id)
