"""What grading asks of the issuing side, and what it lets that side read and count in a transaction under the learner lock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digiskills_grading import api
from digiskills_grading.data import LearnerRef
from digiskills_grading.errors import LearnerNotFound, NotInTransaction
from digiskills_grading.models import IssueTodo, Learner, Track
from tests.grading.helpers import AUDIENCE, NOW, REGULATION, account, attempt, block, later, observe

pytestmark = pytest.mark.django_db(transaction=True)

LOSABLE = "demo-s3-a1/2"


@pytest.fixture
def man() -> LearnerRef:
    learner = account("man")
    api.ensure_track(learner, regulation=REGULATION, audience=AUDIENCE)
    return learner


def public_id(ref: LearnerRef) -> str:
    return Learner.objects.get(user_id=ref.user_id).public_id


def todos() -> list[int]:
    return list(IssueTodo.objects.order_by("id").values_list("decision_n", flat=True))


def reset(learner: LearnerRef) -> None:
    context = block()
    api.request_reset(learner, course_key=context.course_key, usage_key=context.usage_key, actor=None)
    api.process_requests(now=later(5))


def confirm(learner: LearnerRef) -> None:
    """What the issuing worker does, as far as grading sees it."""
    [todo] = api.pending_issues(10)
    with api.issue_transaction(todo.id):
        api.record_fact(public_id(learner), AUDIENCE, REGULATION, amount=1)


def test_a_decision_that_falls_back_is_told_if_something_was_issued(man: LearnerRef) -> None:
    observe(man)
    attempt(man, block())
    confirm(man)
    assert todos() == []
    reset(man)
    [todo] = api.pending_issues(10, due=later(5))
    with api.issue_transaction(todo.id) as case:
        assert case is not None
        assert case.decision.status == "withdrawn"


def test_nothing_is_told_of_a_decision_that_fell_back_before_anything_was_issued(man: LearnerRef) -> None:
    observe(man)
    attempt(man, block())
    reset(man)
    assert todos() == []


def test_where_results_are_recorded_every_decision_asks_and_the_newest_replaces_the_others(man: LearnerRef) -> None:
    context = block(regulation=LOSABLE)
    api.ensure_track(man, regulation=LOSABLE, audience=AUDIENCE)
    attempt(man, context)
    assert todos() == [1]
    observe(man)
    track = Track.objects.get(regulation__key=LOSABLE)
    assert (track.status, IssueTodo.objects.get(track=track).decision_n) == ("completed", 2)


def test_a_request_can_be_put_off(man: LearnerRef) -> None:
    observe(man)
    attempt(man, block())
    [todo] = api.pending_issues(10)
    with api.issue_transaction(todo.id):
        api.postpone_issue(todo.id, not_before=NOW + timedelta(days=9))
    assert api.pending_issues(10, due=NOW + timedelta(days=8)) == []
    assert [again.id for again in api.pending_issues(10, due=NOW + timedelta(days=9))] == [todo.id]


def test_a_record_is_changed_by_what_is_known_now(man: LearnerRef) -> None:
    observe(man)
    attempt(man, block())
    api.record_person(man, name="Lò Thị Mận")
    before = Learner.objects.get(user_id=man.user_id).rev
    with api.record_transaction(public_id(man)):
        case = api.record_case(public_id(man), regulation=REGULATION, audience=AUDIENCE)
    assert (case.decision.status, case.holder.name, case.school_level) == ("completed", "Lò Thị Mận", None)
    assert {mastery.skill for mastery in case.mastery} == {"A1", "S3"}
    assert Learner.objects.get(user_id=man.user_id).rev == before + 1


def test_nobody_reads_or_counts_outside_of_the_transaction(man: LearnerRef) -> None:
    learner = public_id(man)
    with pytest.raises(NotInTransaction):
        api.record_case(learner, regulation=REGULATION, audience=AUDIENCE)
    with pytest.raises(NotInTransaction):
        api.postpone_issue(1, not_before=NOW)
    with pytest.raises(NotInTransaction):
        api.record_fact(learner, AUDIENCE, REGULATION, amount=1)


@pytest.mark.parametrize("regulation", [REGULATION, "vn-default/1"])
def test_a_learner_without_a_decision_has_no_record(man: LearnerRef, regulation: str) -> None:
    with pytest.raises(LearnerNotFound), api.record_transaction(public_id(man)):
        api.record_case(public_id(man), regulation=regulation, audience=AUDIENCE)
    with pytest.raises(LearnerNotFound), api.record_transaction("0" * 26):
        pytest.fail("there is no such learner")
