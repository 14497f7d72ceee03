"""The grade as an effect: published after the commit, repeated until it is marked."""

from __future__ import annotations

import pytest
from django.test import override_settings

from digiskills_grading import api
from digiskills_grading.data import GradeToPublish
from digiskills_grading.errors import ConfigurationError, GradeNotTaken
from digiskills_grading.models import Attempt
from tests.grading.helpers import NOW, account, attempt, block, later

pytestmark = pytest.mark.django_db


class Gradebook:
    """A platform that holds one grade for each learner and block, and may refuse some learners."""

    def __init__(self, *, refuses: int | None = None) -> None:
        self.grades: dict[tuple[int, str], float] = {}
        self.calls = 0
        self.refuses = refuses

    def publish(self, grade: GradeToPublish) -> None:
        self.calls += 1
        if grade.user_id == self.refuses:
            raise GradeNotTaken("the block is gone")
        self.grades[grade.user_id, grade.usage_key] = grade.earned


def test_a_sweep_publishes_what_was_never_marked_and_then_has_nothing_to_do() -> None:
    result = attempt(account("man"), block())
    book = Gradebook()
    assert api.sweep_grades(book, now=later(2), limit=10) == 1
    assert list(book.grades.values()) == [1.0]
    assert api.sweep_grades(book, now=later(3), limit=10) == 0
    assert Attempt.objects.get(public_id=result.public_id).grade_state == "published"


def test_a_sweep_leaves_alone_what_its_own_request_is_still_publishing() -> None:
    attempt(account("man"), block())
    assert api.sweep_grades(Gradebook(), now=later(0.5), limit=10) == 0


def test_an_attempt_left_unmarked_publishes_the_grade_of_now_not_its_own() -> None:
    learner = account("man")
    first = attempt(learner, block(), now=NOW)
    Attempt.objects.filter(public_id=first.public_id).update(score_milli=300)
    api.mark_grade_published(attempt(learner, block(), now=later(1)).public_id)
    api.mark_grade_published("0" * 26)
    assert list(Attempt.objects.order_by("n").values_list("grade_state", flat=True)) == ["pending", "published"]
    (grade,) = api.pending_grades(10, later(5))
    assert (grade.attempt_public_id, grade.earned, grade.only_if_higher) == (first.public_id, 1.0, True)


def test_a_rescored_attempt_may_lower_the_grade() -> None:
    learner = account("man")
    result = attempt(learner, block())
    api.mark_grade_published(result.public_id)
    Attempt.objects.update(score_milli=300, result="{}")
    api.request_rescore(result.public_id, actor=None)
    api.process_requests(now=later(1))
    (grade,) = api.pending_grades(10, later(5))
    assert (grade.earned, grade.only_if_higher) == (1.0, False)


def test_a_grade_that_is_refused_stays_pending_and_does_not_hold_up_the_others() -> None:
    refused, taken = account("man"), account("duoc")
    for learner in (refused, taken):
        attempt(learner, block())
    book = Gradebook(refuses=refused.user_id)
    assert api.sweep_grades(book, now=later(2), limit=10) == 1
    assert api.sweep_grades(Gradebook(), now=later(2), limit=10) == 1
    assert book.calls == 2


def test_a_sweep_publishes_the_best_of_all_and_at_most_so_many() -> None:
    learner = account("man")
    attempt(learner, block())
    attempt(learner, block(), witness="pay_stranger", now=later(1))
    book = Gradebook()
    assert api.sweep_grades(book, now=later(5), limit=1) == 1
    assert list(book.grades.values()) == [1.0]


def test_guided_runs_have_no_grade() -> None:
    attempt(account("man"), block(), run_kind="guided")
    assert list(api.pending_grades(10, later(60))) == []


def test_the_sink_is_named_in_the_settings() -> None:
    with override_settings(DIGISKILLS_GRADE_SINK=f"{__name__}.Gradebook"):
        assert isinstance(api.configured_sink(), Gradebook)
    with override_settings(DIGISKILLS_GRADE_SINK="no.such.module"), pytest.raises(ConfigurationError, match="DIGISKILLS_GRADE_SINK"):
        api.configured_sink()


def test_grades_are_between_nothing_and_all() -> None:
    values = {"attempt_public_id": "0" * 26, "user_id": 1, "course_key": "c", "usage_key": "u"}
    for earned in (-0.001, 1.001):
        with pytest.raises(ValueError, match="earned"):
            GradeToPublish(earned=earned, **values)
    assert GradeToPublish(earned=0.0, **values).possible == 1.0
