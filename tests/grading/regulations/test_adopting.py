"""A new version in place of an old one: who is moved, what becomes of completion, and that the figures stay exact."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from digiskills_grading import api
from digiskills_grading.data import LearnerRef
from digiskills_grading.errors import RegulationRefused
from digiskills_grading.models import Decision, IssueTodo, Learner, RegulationReview, RegulationVersion, Track
from digiskills_grading.scoring import reasons_from_json
from digiskills_grading.succession import track_in_force
from tests.grading.helpers import AUDIENCE, account, attempt, block, later, observe, trace_of
from tests.grading.regulations.rulebook import NEW, OLD, write

pytestmark = pytest.mark.django_db
A1 = {"skill": "A1"}
A1_AND_S3 = {"all": [{"skill": "A1"}, {"skill": "S3"}]}


def on_the_way(name: str, *facets: str, regulation: str = OLD) -> LearnerRef:
    """A learner under a regulation; with facets of A1 shown, ``all`` for all of them."""
    learner = account(name)
    api.ensure_track(learner, regulation=regulation, audience=AUDIENCE)
    if facets:
        observe(learner, *(() if facets == ("all",) else facets))
    return learner


def statuses(regulation: str) -> Counter[str]:
    return Counter(Track.objects.filter(regulation__key=regulation, successor=None).values_list("status", flat=True))


def three_people() -> None:
    """Nobody decided about one, one not yet, one completed."""
    on_the_way("man")
    on_the_way("duoc", "recover")
    on_the_way("buoi", "all")


EVERY_POLICY = {
    ("new", "keep"): ({"undecided": 1, "not_yet": 1, "completed": 1}, {}),
    ("undecided", "keep"): ({"not_yet": 1, "completed": 1}, {"undecided": 1}),
    ("not_completed", "keep"): ({"completed": 1}, {"undecided": 1, "not_yet": 1}),
    ("all", "keep"): ({"completed": 1}, {"undecided": 1, "not_yet": 1}),
    ("all", "review"): ({"completed": 1}, {"undecided": 1, "not_yet": 1}),
    ("all", "withdraw"): ({}, {"undecided": 1, "not_yet": 2}),
}


@pytest.mark.parametrize("who, completed", list(EVERY_POLICY))
def test_a_change_policy_does_what_it_says_and_the_figures_stay_exact(rulebook: Path, who: str, completed: str) -> None:
    write(rulebook, 1, A1)
    three_people()
    write(rulebook, 2, A1_AND_S3, who=who, completed=completed)
    report = api.adopt_regulation(NEW, now=later(1))
    old, new = EVERY_POLICY[who, completed]
    assert (statuses(OLD), statuses(NEW)) == (old, new)
    assert (report.learners, report.moved) == (3, sum(new.values()))
    assert report.review == (1 if completed == "review" else 0)
    assert api.verify_counters(now=later(2)).difference_count == 0
    assert api.recompute(check=True, now=later(2)).difference_count == 0


def test_adopting_again_changes_nothing(rulebook: Path) -> None:
    write(rulebook, 1, A1)
    three_people()
    write(rulebook, 2, A1_AND_S3, completed="review")
    first = api.adopt_regulation(NEW, now=later(1))
    before = list(Track.objects.values()), list(Decision.objects.values()), list(RegulationReview.objects.values())
    again = api.adopt_regulation(NEW, now=later(2))
    assert (list(Track.objects.values()), list(Decision.objects.values()), list(RegulationReview.objects.values())) == before
    assert (first.moved, again.moved, again.review) == (2, 0, 1)


def test_the_last_decision_names_the_new_version_and_the_confirmation_is_to_be_withdrawn(rulebook: Path) -> None:
    write(rulebook, 1, A1)
    on_the_way("man", "all")
    IssueTodo.objects.all().delete()
    public_id = Learner.objects.get().public_id
    with api.record_transaction(public_id):
        api.record_fact(public_id, AUDIENCE, OLD, amount=1)
    write(rulebook, 2, A1_AND_S3)
    api.adopt_regulation(NEW, now=later(1))
    ended = Decision.objects.filter(track__regulation__key=OLD).latest("n")
    (reason,) = reasons_from_json(ended.reasons)
    assert (ended.status, reason.code, reason.params) == ("withdrawn", "superseded", {"regulation": NEW})
    (todo,) = IssueTodo.objects.all()
    assert (todo.track_id, todo.decision_n) == (ended.track_id, ended.n)
    assert [track.regulation for track in api.track_overviews(LearnerRef(public_id=public_id))] == [NEW]


def test_who_begins_afterwards_comes_under_the_new_version_though_the_block_names_the_old_one(rulebook: Path) -> None:
    write(rulebook, 1, A1)
    on_the_way("man", "all")
    write(rulebook, 2, A1_AND_S3, who="new", completed="keep")
    api.adopt_regulation(NEW, now=later(1))
    attempt(account("duoc"), block(regulation=OLD), now=later(2))
    attempt(account("man"), block(regulation=OLD), now=later(3))
    assert (statuses(OLD), statuses(NEW)) == ({"completed": 1}, {"not_yet": 1})
    assert api.verify_counters(now=later(4)).difference_count == 0


def test_an_attempt_begun_before_the_move_counts_after_it(rulebook: Path) -> None:
    write(rulebook, 1, A1)
    learner = account("man")
    started = api.start_attempt(learner, block(regulation=OLD), run_kind="counted", now=later(0))
    write(rulebook, 2, A1_AND_S3)
    api.adopt_regulation(NEW, now=later(1))
    result = api.submit_attempt(learner, started.public_id, trace_of(started), now=later(2))
    assert result.decision is not None
    assert result.decision.regulation == NEW
    assert Track.objects.get(regulation__key=NEW).tried_at == later(2)
    assert Track.objects.get(regulation__key=OLD).tried_at is None
    assert api.verify_counters(now=later(3)).difference_count == 0


def test_a_person_settles_what_is_in_question_once(rulebook: Path) -> None:
    write(rulebook, 1, A1)
    kept, ended = on_the_way("man", "all"), on_the_way("duoc", "all")
    write(rulebook, 2, A1_AND_S3, completed="review")
    api.adopt_regulation(NEW, now=later(1))
    assert [one.missing[0].code for one in api.open_reviews(NEW)] == ["not_assessed", "not_assessed"]
    with pytest.raises(RegulationRefused, match="reason"):
        api.settle_review(kept, NEW, audience=AUDIENCE, keep=True, reason=" ", now=later(2))
    api.settle_review(kept, NEW, audience=AUDIENCE, keep=True, reason="Đã kiểm tra lại", now=later(2))
    api.settle_review(ended, NEW, audience=AUDIENCE, keep=False, reason="Không đạt", now=later(2))
    assert api.open_reviews(NEW) == []
    assert api.adopt_regulation(NEW, now=later(3)).moved == 0
    assert (statuses(OLD), statuses(NEW)) == ({"completed": 1}, {"not_yet": 1})
    with pytest.raises(RegulationRefused, match="nothing is to be decided"):
        api.settle_review(kept, NEW, audience=AUDIENCE, keep=False, reason="x", now=later(4))
    api.retire_learner(kept)
    assert RegulationReview.objects.filter(reason=None).count() == 1


def test_who_meets_the_new_version_meanwhile_is_moved_by_the_next_run(rulebook: Path) -> None:
    write(rulebook, 1, A1)
    learner = on_the_way("man", "all")
    write(rulebook, 2, A1_AND_S3, completed="review")
    api.adopt_regulation(NEW, now=later(1))
    attempt(learner, block(regulation=OLD), now=later(2))
    assert api.adopt_regulation(NEW, now=later(3)).moved == 1
    assert RegulationReview.objects.get().state == "met"
    assert statuses(NEW) == {"completed": 1}


def test_a_track_that_is_there_already_takes_over(rulebook: Path) -> None:
    write(rulebook, 1, A1)
    write(rulebook, 2, A1_AND_S3)
    on_the_way("man", "all")
    on_the_way("man", regulation=NEW)
    api.adopt_regulation(NEW, now=later(1))
    assert statuses(NEW) == {"not_yet": 1}
    assert api.verify_counters(now=later(2)).difference_count == 0
    assert api.recompute(check=True, now=later(2)).difference_count == 0


def test_one_version_takes_the_place_of_one(rulebook: Path) -> None:
    write(rulebook, 1, A1)
    write(rulebook, 2, A1_AND_S3)
    api.adopt_regulation(NEW, now=later(1))
    third = write(rulebook, 3, A1)
    api.adopt_regulation(third, now=later(2))
    on_the_way("man")
    assert statuses(third) == {"undecided": 1}
    with pytest.raises(RegulationRefused, match="supersedes no other version"):
        api.adopt_regulation(OLD, now=later(3))
    RegulationVersion.objects.filter(key=OLD).update(successor=RegulationVersion.objects.get(key=third))
    with pytest.raises(RegulationRefused, match="adopted in place"):
        api.adopt_regulation(NEW, now=later(4))


POLICIES = st.sampled_from([*EVERY_POLICY])
DEMANDS = st.sampled_from([A1, A1_AND_S3, {"skill": "A1", "facet": "recover"}])
FACETS = st.sets(st.sampled_from(["recognise", "refuse_and_check", "recover"]))
PEOPLE = st.lists(st.tuples(FACETS, st.booleans()), max_size=4)
NAMES = (f"mine-{number}" for number in itertools.count())


@examples(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(POLICIES, DEMANDS, DEMANDS, PEOPLE)
@pytest.mark.property
def test_adopting_does_what_the_simulation_says(
    rulebook: Path, policy: tuple[str, str], before: object, after: object, people: list[tuple[set[str], bool]]
) -> None:
    name = next(NAMES)
    old = write(rulebook, 1, before, name=name)
    new = write(rulebook, 2, after, name=name, who=policy[0], completed=policy[1])
    for facets, is_there_already in people:
        learner = LearnerRef(public_id=api.create_learner())
        for regulation in (old, new) if is_there_already else (old,):
            api.ensure_track(learner, regulation=regulation, audience=AUDIENCE)
        if facets:
            observe(learner, *facets)
    before_that = {track.pk: track.status == "completed" for track in Track.objects.filter(regulation__key=old)}
    plan = api.simulate_regulation(new, now=later(1), protect=False)
    done = api.adopt_regulation(new, now=later(1))
    after_that = {pk: track_in_force(Track.objects.get(pk=pk)).status == "completed" for pk in before_that}
    both = [(before_that[pk], after_that[pk]) for pk in before_that]
    planned = [
        (row.learners, row.moved, row.completed_before, row.completed_after, row.gained, row.lost, row.review) for row in plan.totals
    ]
    happened = (
        done.learners,
        done.moved,
        sum(before_that.values()),
        sum(after_that.values()),
        both.count((False, True)),
        both.count((True, False)),
        done.review,
    )
    assert planned == ([happened] if people else [])
    assert api.recompute(check=True, now=later(2)).difference_count == 0
    assert api.verify_counters(now=later(2)).difference_count == 0
