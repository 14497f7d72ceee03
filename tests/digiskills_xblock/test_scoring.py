"""What the platform's grade book and staff tools do with the block."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from xblock.completable import XBlockCompletionMode
from xblock.scorable import Score

from digiskills_grading import api as grading
from digiskills_grading.models import Attempt, Evidence, Trace
from digiskills_xblock.practice import DigiskillsPracticeXBlock
from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import COURSE_KEY, Page

pytestmark = pytest.mark.django_db
EMPTY = {"schema": "trace/1", "actions": []}


def published_scores(page: Page) -> list[dict[str, object]]:
    return [data for kind, data in page.runtime.published if kind == "grade"]


def test_raw_points_leave_the_weight_to_the_platform(page: PageMaker) -> None:
    block = page(weight="5").block
    assert block.has_score
    assert (block.max_score(), block.weight) == (1.0, 5.0)


def test_the_score_completes_the_block() -> None:
    assert XBlockCompletionMode.get_mode(DigiskillsPracticeXBlock) == XBlockCompletionMode.COMPLETABLE
    assert not getattr(DigiskillsPracticeXBlock, "has_custom_completion", False)


def test_before_the_first_submission_there_is_nothing_to_rescore(page: PageMaker) -> None:
    tab = page()
    tab.start()
    assert not tab.block.has_submitted_answer()
    assert tab.block.get_score() == Score(0.0, 1.0)
    with pytest.raises(ValueError, match="nothing was submitted"):
        tab.block.rescore(only_if_higher=False)


@pytest.mark.parametrize("only_if_higher", [True, False])
def test_rescore_publishes_the_replayed_score_and_asks_for_new_evidence(page: PageMaker, only_if_higher: bool) -> None:
    tab = page()
    tab.play()
    Attempt.objects.update(score_milli=300, result="{}")
    tab.block.rescore(only_if_higher=only_if_higher)
    assert published_scores(tab)[-1] == {"value": 1.0, "max_value": 1.0, "only_if_higher": only_if_higher}
    assert Attempt.objects.get().score_milli == 300
    grading.process_requests(now=timezone.now())
    assert Attempt.objects.get().score_milli == 1000
    assert Evidence.objects.filter(kind="retraction").count() == 1


def test_calculating_changes_nothing(page: PageMaker) -> None:
    tab = page()
    tab.play()
    before = (Attempt.objects.values().get(), Evidence.objects.count(), len(tab.runtime.published))
    assert tab.block.calculate_score() == Score(1.0, 1.0)
    assert (Attempt.objects.values().get(), Evidence.objects.count(), len(tab.runtime.published)) == before


def test_a_trace_that_is_gone_leaves_the_score_alone(page: PageMaker) -> None:
    tab = page()
    tab.play()
    Trace.objects.all().delete()
    tab.block.rescore(only_if_higher=False)
    assert len(published_scores(tab)) == 1
    assert tab.block.get_score().raw_earned == 1.0


def test_staff_overrides_a_score(page: PageMaker) -> None:
    tab = page(weight="5")
    tab.play()
    block = tab.block
    # As override_score_module_state does (lms/djangoapps/instructor_task/tasks_helper/module_state.py): earned and possible are
    # both divided by the weight.
    block.set_score(Score(raw_earned=0.4 / 5, raw_possible=block.max_score() / 5))
    assert len(published_scores(tab)) == 1, "set_score is called back on every publish and must not publish"
    block.publish_grade()
    assert published_scores(tab)[-1]["value"] == pytest.approx(0.4)


def test_deleting_a_learners_state_voids_the_attempts(page: PageMaker, learner: User, staff: User) -> None:
    tab = page(max_attempts="1")
    tab.play()
    tab.block.clear_student_state(user_id=str(learner.pk), course_id=COURSE_KEY, item_id=tab.usage_id, requesting_user_id=str(staff.pk))
    assert tab.call("state", {}).body["state"]["counted_used"] == 0
    assert tab.start().status == 200
    assert set(Attempt.objects.values_list("state", flat=True)) == {"void", "open"}


def test_deleting_the_state_of_somebody_unknown_does_nothing(page: PageMaker, seen_by: Callable[..., Page], staff: User) -> None:
    tab = page()
    tab.play()
    tab.block.clear_student_state(user_id="nobody", course_id=COURSE_KEY, item_id=tab.usage_id, requesting_user_id=str(staff.pk))
    assert Attempt.objects.get().state == "scored"
    assert tab.call("state", {}).body["state"]["counted_used"] == 1


def test_an_attempt_open_at_a_reset_takes_no_submission(page: PageMaker, learner: User, staff: User) -> None:
    tab = page()
    started = tab.start()
    trace = tab.trace(started)
    tab.block.clear_student_state(user_id=str(learner.pk), course_id=COURSE_KEY, item_id=tab.usage_id, requesting_user_id=str(staff.pk))
    grading.process_requests(now=timezone.now())
    answer = tab.submit(started, trace)
    assert (answer.status, answer.code) == (409, "attempt_closed")
    assert not Evidence.objects.exists()


def test_an_attempt_open_at_a_reset_takes_no_submission_even_before_the_reset_was_processed(
    page: PageMaker, learner: User, staff: User
) -> None:
    tab = page()
    started = tab.start()
    tab.block.clear_student_state(user_id=str(learner.pk), course_id=COURSE_KEY, item_id=tab.usage_id, requesting_user_id=str(staff.pk))
    answer = tab.submit(started, tab.trace(started))
    assert (answer.status, answer.code) == (409, "attempt_closed")
    assert not published_scores(tab)


def test_deleting_a_learners_state_takes_the_grade_away_after_the_transaction(
    page: PageMaker, learner: User, staff: User, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[object]]]
) -> None:
    tab = page()
    tab.play()
    block = tab.block
    with django_capture_on_commit_callbacks(execute=True):
        block.clear_student_state(user_id=str(learner.pk), course_id=COURSE_KEY, item_id=tab.usage_id, requesting_user_id=str(staff.pk))
        assert "score_deleted" not in dict(tab.runtime.published)
    assert tab.runtime.published[-1] == ("score_deleted", {"user_id": learner.pk, "course_key": COURSE_KEY, "usage_key": tab.usage_id})


def test_a_grade_whose_request_died_can_be_rescored(page: PageMaker) -> None:
    tab = page()
    started = tab.start()

    def die(kind: str, _data: dict[str, object]) -> None:
        raise SystemExit(kind)

    tab.runtime.before_publish = die
    with pytest.raises(SystemExit):
        tab.submit(started, tab.trace(started))
    tab.runtime.before_publish = None
    assert tab.block.has_submitted_answer()
    assert tab.block.get_score() == Score(1.0, 1.0)
    tab.block.rescore(only_if_higher=False)
    assert published_scores(tab)[-1]["value"] == 1.0


def test_rescoring_upwards_only_never_lowers_score_or_evidence(page: PageMaker) -> None:
    tab = page()
    tab.submit(tab.start(), EMPTY)
    Attempt.objects.update(score_milli=900, result="{}")
    evidence = Evidence.objects.count()
    tab.block.rescore(only_if_higher=True)
    grading.process_requests(now=timezone.now())
    assert (Attempt.objects.get().score_milli, Evidence.objects.count()) == (900, evidence)
    tab.block.rescore(only_if_higher=False)
    grading.process_requests(now=timezone.now())
    assert Attempt.objects.get().score_milli == 0


def test_a_slow_request_does_not_put_a_lower_grade_over_a_higher_one(page: PageMaker) -> None:
    tab = page()
    tab.runtime.held = 0.9
    tab.submit(tab.start(), EMPTY)
    assert published_scores(tab) == [{"value": 0.0, "max_value": 1.0, "only_if_higher": True}]
    assert tab.runtime.held == 0.9


def test_a_first_grade_is_compared_with_nothing(page: PageMaker) -> None:
    tab = page()
    assert tab.play().status == 200
    assert published_scores(tab) == [{"value": 1.0, "max_value": 1.0, "only_if_higher": False}]


def test_a_grade_that_never_arrived_can_be_rescored_upwards(page: PageMaker) -> None:
    tab = page()
    tab.play()
    tab.runtime.held = None
    tab.block.rescore(only_if_higher=True)
    assert published_scores(tab)[-1] == {"value": 1.0, "max_value": 1.0, "only_if_higher": False}
