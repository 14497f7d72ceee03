"""The golden file of score signals is what a real LMS sends, and each of them becomes the evidence that the file says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from digiskills_grading import api as grading
from digiskills_grading import evidence, mapping
from digiskills_grading.models import BlockMapping, Evidence, Inbox
from tests.platform.people import Person
from tests.platform.places import Course
from tests.platform.problems import NAME, RIGHT, WRONG, add_problem, answer_problem, change_key
from tests.platform.staff import delete_state, override, rescore, reset_attempts

pytestmark = pytest.mark.django_db(databases="__all__")

GOLDEN = json.loads((Path(__file__).parents[1] / "golden/score_signals.json").read_text(encoding="utf-8"))


@pytest.fixture
def problem(course: Course) -> Iterator[Any]:
    """A problem that says something of skill S3, in any run of the course."""
    mapping.forget()
    BlockMapping.objects.create(course_pattern="course-v1:MayTrang+KNS1+*", select="id", block_pattern=NAME, skill="S3")
    yield add_problem(course)
    mapping.forget()


@pytest.fixture
def sent() -> Iterator[list[dict[str, Any]]]:
    """Every signal of a weighted score from now on."""
    from lms.djangoapps.grades.signals.signals import PROBLEM_WEIGHTED_SCORE_CHANGED

    seen: list[dict[str, Any]] = []

    def note(sender: Any, signal: Any, **kwargs: Any) -> None:
        seen.append(kwargs)

    PROBLEM_WEIGHTED_SCORE_CHANGED.connect(note)
    yield seen
    PROBLEM_WEIGHTED_SCORE_CHANGED.disconnect(note)


def as_golden(event: dict[str, Any], learner: Person, block: Any) -> dict[str, Any]:
    """With the placeholders of the golden file in place of what differs from run to run."""
    names = {learner.user.id: "<user>", str(block.course_key): "<course>", str(block): "<block>"}
    shown: dict[str, Any] = {}
    for name, value in event.items():
        if isinstance(value, datetime):
            shown[name] = "<time>" if value.tzinfo is not None else "<naive time>"
        elif name in {"user_id", "course_id", "usage_id"}:
            shown[name] = names.get(value, value)
        else:
            shown[name] = value
    return shown


def standing_values(person: Person) -> list[tuple[int, str | None]]:
    """Value and reason of exclusion of all evidence from blocks that stands."""
    rows = Evidence.objects.filter(learner__user_id=person.user.id, source=Evidence.Source.BLOCK)
    return [(row.value_milli, row.excluded_reason) for row in evidence.standing(rows)]


def override_section(course: Course, learner: Person) -> None:
    """openedx/edx-platform: lms/djangoapps/grades/api.py::override_subsection_grade"""
    from lms.djangoapps.grades.api import override_subsection_grade

    override_subsection_grade(learner.user.id, course.key, course.section, earned_all=1.0, earned_graded=1.0)


def test_the_platform_sends_what_the_golden_file_says_and_evidence_follows(
    course: Course, problem: Any, teacher: Person, learner: Person, sent: list[dict[str, Any]]
) -> None:
    def with_key(second_answer: str, *, only_if_higher: bool) -> None:
        change_key(problem, second_answer)
        rescore(teacher, problem, learner, only_if_higher=only_if_higher)

    actions: dict[str, Callable[[], None]] = {
        "submit": lambda: answer_problem(learner, problem, RIGHT, WRONG),
        "rescore": lambda: with_key(WRONG, only_if_higher=False),
        "rescore_if_higher_not_higher": lambda: with_key(RIGHT, only_if_higher=True),
        "override": lambda: override(teacher, problem, learner, 0.5),
        "rescore_if_higher": lambda: with_key(WRONG, only_if_higher=True),
        "reset_attempts": lambda: reset_attempts(teacher, problem, learner),
        "subsection_override": lambda: override_section(course, learner),
        "delete_state": lambda: delete_state(teacher, problem, learner),
    }
    assert list(actions) == [entry["name"] for entry in GOLDEN["actions"]]
    for entry in GOLDEN["actions"]:
        del sent[:]
        actions[entry["name"]]()
        assert [as_golden(event, learner, problem) for event in sent] == entry["signals"], entry["name"]
        grading.process_inbox(now=timezone.now(), limit=100)
        assert standing_values(learner) == ([] if entry["then"] is None else [(entry["then"], None)]), entry["name"]


def test_the_submissions_app_is_heard_too(
    course: Course, problem: Any, learner: Person, other_learner: Person, sent: list[dict[str, Any]]
) -> None:
    """openedx/edx-submissions: submissions/api.py::set_score and ::reset_score send ``score_set`` and ``score_reset``."""
    from common.djangoapps.student.models import anonymous_id_for_user
    from submissions import api as submissions

    anonymous = anonymous_id_for_user(learner.user, course.key)
    item = {"student_id": anonymous, "course_id": str(course.key), "item_id": str(problem), "item_type": "openassessment"}
    for entry in GOLDEN["submissions"]:
        del sent[:]
        if entry["name"] == "submissions_set":
            submissions.set_score(submissions.create_submission(item, "an answer")["uuid"], 6, 8)
        else:
            submissions.reset_score(anonymous, str(course.key), str(problem))
        shown = [as_golden(event, learner, problem) for event in sent]
        assert [event | {"anonymous_user_id": "<anonymous>"} for event in shown] == entry["signals"]
        grading.process_inbox(now=timezone.now(), limit=100)
        assert standing_values(learner) == ([] if entry["then"] is None else [(entry["then"], None)])
    assert standing_values(other_learner) == []


def test_our_own_blocks_are_not_noted(course: Course, learner: Person) -> None:
    learner.play(course.pay)
    assert not Inbox.objects.exists()


def test_the_course_teams_own_answers_are_excluded(problem: Any, teacher: Person) -> None:
    answer_problem(teacher, problem, RIGHT, RIGHT)
    grading.process_inbox(now=timezone.now(), limit=100)
    assert standing_values(teacher) == [(1000, "course_staff")]


def test_a_retired_account_is_nobody(problem: Any, learner: Person) -> None:
    """openedx/edx-platform: common/djangoapps/student/models/user.py::get_retired_username_by_username"""
    from common.djangoapps.student.models import get_retired_username_by_username

    answer_problem(learner, problem, RIGHT, RIGHT)
    learner.user.username = get_retired_username_by_username(learner.user.username)
    learner.user.save()
    assert grading.process_inbox(now=timezone.now(), limit=100).dropped == 1


def test_scores_from_before_the_mapping_are_read_from_the_platform(problem: Any, learner: Person) -> None:
    """openedx/edx-platform: lms/djangoapps/courseware/models.py::StudentModule"""
    answer_problem(learner, problem, RIGHT, WRONG)
    Inbox.objects.all().delete()
    assert grading.backfill_scores(str(problem.course_key), now=timezone.now()) == 1
    grading.process_inbox(now=timezone.now(), limit=100)
    assert standing_values(learner) == [(500, None)]


def test_a_rerun_is_matched_by_the_same_row(course: Course, problem: Any, learner: Person, teacher: Person, store: Any) -> None:
    """A rerun keeps the ids of blocks. openedx/edx-platform: xmodule/modulestore/mixed.py::MixedModuleStore.clone_course"""
    from common.djangoapps.student.models import CourseEnrollment
    from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

    rerun = store.make_course_key("MayTrang", "KNS1", "2027")
    store.clone_course(course.key, rerun, teacher.user.id)
    CourseOverview.load_from_module_store(rerun)
    CourseEnrollment.enroll(learner.user, rerun)
    answer_problem(learner, problem.map_into_course(rerun), RIGHT, RIGHT)
    grading.process_inbox(now=timezone.now(), limit=100)
    assert standing_values(learner) == [(1000, None)]


def test_the_field_of_a_block_counts_where_the_operator_says_so(course: Course, learner: Person, settings: Any) -> None:
    """The field is one of every block (settings.XBLOCK_MIXINS, read by xmodule/modulestore/django.py::create_modulestore_instance)."""
    mapping.forget()
    settings.DIGISKILLS_SKILLS_FIELD_COURSES = ["course-v1:MayTrang+*"]
    declared = add_problem(course, skills="S3")
    answer_problem(learner, declared, RIGHT, RIGHT)
    grading.process_inbox(now=timezone.now(), limit=100)
    assert standing_values(learner) == [(1000, None)]


def test_a_tag_of_the_frameworks_taxonomy_counts_where_the_operator_says_so(course: Course, learner: Person, settings: Any) -> None:
    """openedx/openedx-learning: openedx_tagging/core/tagging/api.py"""
    from openedx_tagging.core.tagging import api as tagging

    mapping.forget()
    settings.DIGISKILLS_TAG_COURSES = ["course-v1:MayTrang+*"]
    settings.DIGISKILLS_TAXONOMY = "digiskills-vn"
    tagged = add_problem(course)
    taxonomy = tagging.create_taxonomy("Digital skills", export_id="digiskills-vn")
    tagging.add_tag_to_taxonomy(taxonomy, "Pay by QR", external_id="S3")
    tagging.tag_object(object_id=str(tagged), taxonomy=taxonomy, tags=["Pay by QR"])
    answer_problem(learner, tagged, RIGHT, RIGHT)
    grading.process_inbox(now=timezone.now(), limit=100)
    assert standing_values(learner) == [(1000, None)]
