"""A task that another framework borrows counts for the skills of that framework, where the course is of that framework."""

from __future__ import annotations

import pytest

from digiskills_framework.api import list_frameworks, load_borrowed
from digiskills_framework.tasks import task_ids
from digiskills_grading import api
from digiskills_grading.data import LearnerRef
from digiskills_grading.models import Attempt, Evidence, Mastery
from tests.grading.helpers import account, attempt, block, later

TASK = "A2-02"  # component 4.1 borrows it
LEARNERS = {"task": TASK, "regulation": "tt02-default/1", "audience": "student", "school_level": "TC1"}


@pytest.fixture
def buoi() -> LearnerRef:
    learner = account("buoi")
    api.ensure_track(learner, regulation="tt02-default/1", audience="student", school_level="TC1")
    return learner


def said(learner: LearnerRef) -> dict[str, tuple[int, str]]:
    rows = Evidence.objects.filter(learner__user_id=learner.user_id or 0).select_related("skill")
    return {row.skill.code: (row.value_milli, row.kind) for row in rows}


@pytest.mark.django_db
def test_in_a_course_of_the_framework_that_borrows_the_task_counts_for_its_skill(buoi: LearnerRef) -> None:
    attempt(buoi, block(**LEARNERS))
    assert said(buoi) == {"A2": (1000, "score"), "4.1": (1000, "score")}
    assert Mastery.objects.get(skill__code="4.1").state == "mastered"


@pytest.mark.django_db
def test_elsewhere_it_counts_for_its_own_skill_alone() -> None:
    learner = account("que")
    attempt(learner, block(task=TASK, regulation="vn-default/2", audience="student", school_level="NC1"))
    assert set(said(learner)) == {"A2"}


@pytest.mark.django_db
def test_a_guided_run_counts_for_nothing(buoi: LearnerRef) -> None:
    attempt(buoi, block(**LEARNERS), run_kind="guided")
    assert said(buoi) == {}


@pytest.mark.django_db
def test_a_hazard_is_one_for_the_skill_that_borrows_too(buoi: LearnerRef) -> None:
    attempt(buoi, block(**LEARNERS), witness="share_the_codes")
    found = said(buoi)
    assert {kind for _value, kind in found.values()} == {"hazard"}
    assert found["4.1"][0] < 700


@pytest.mark.django_db
def test_a_rescore_writes_what_the_attempt_said_before_for_the_same_skills(buoi: LearnerRef) -> None:
    result = attempt(buoi, block(**LEARNERS))
    Attempt.objects.filter(public_id=result.public_id).update(score_milli=1, result="{}")
    api.request_rescore(result.public_id, None)
    assert api.process_requests(now=later(1)) == 1
    kinds = list(Evidence.objects.order_by("id").values_list("skill__code", "kind"))
    assert sorted(kinds[:2]) == sorted(kinds[4:]) == [("4.1", "score"), ("A2", "score")]
    assert sorted(kinds[2:4]) == [("4.1", "retraction"), ("A2", "retraction")]
    assert Mastery.objects.get(skill__code="4.1").state == "mastered"


def test_what_is_borrowed_are_tasks_and_skills_that_there_are() -> None:
    borrowed = {key: load_borrowed(key) for key in list_frameworks()}
    assert borrowed["digiskills-vn/1.0"] == {}
    assert borrowed["community-helpers/1.0"] == {"S1-04": ("H1",), "A3-03": ("H4",)}
    assert borrowed["tt02-vn/2025"]["A1-10"] == ("4.3",)
    assert {task for tasks in borrowed.values() for task in tasks} <= set(task_ids())


@pytest.mark.django_db
def test_what_comes_next_knows_the_tasks_that_are_borrowed(buoi: LearnerRef) -> None:
    (before,) = api.track_progress(buoi, now=later(0))
    offered = {item.recommendation.skills[0]: item.recommendation.task for item in before.next_tasks}
    assert offered["4.1"] == TASK
    assert offered["4.3"] in {"A1-05", "A1-10"}  # those of the four that suit TC1
    assert offered["1.1"] is None  # the library has no task for it yet
    attempt(buoi, block(**LEARNERS))
    (after,) = api.track_progress(buoi, now=later(1))
    assert "4.1" not in {skill for item in after.next_tasks for skill in item.recommendation.skills}
    assert before.way is not None
    assert after.way is not None
    assert len(after.way.steps) == len(before.way.steps) - 1


@pytest.mark.django_db
def test_elsewhere_a_borrowed_task_is_offered_for_its_own_skill_alone() -> None:
    learner = account("que")
    api.ensure_track(learner, regulation="vn-default/2", audience="student", school_level="NC1")
    (progress,) = api.track_progress(learner, now=later(0))
    steps = [] if progress.way is None else progress.way.steps
    assert {skill for step in steps if TASK in step.offers for skill in step.skills} == {"A2"}
