"""Every mastery and decision from the evidence again."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digiskills_grading import api
from digiskills_grading.data import LearnerRef
from digiskills_grading.errors import LearnerNotFound
from digiskills_grading.models import Decision, Evidence, Learner, Mastery, Track
from tests.grading.helpers import A1_FACETS, AUDIENCE, REGULATION, account, attempt, block, later, observe

pytestmark = pytest.mark.django_db


def history(name: str) -> LearnerRef:
    """A learner who completed, lost it by a reset, and is on the way again."""
    learner = account(name)
    api.ensure_track(learner, regulation=REGULATION, audience=AUDIENCE)
    attempt(learner, block(), witness="pay_stranger")
    attempt(learner, block("second"), now=later(1))
    observe(learner, now=later(2))
    context = block("second")
    api.request_reset(learner, course_key=context.course_key, usage_key=context.usage_key, actor=None)
    api.process_requests(now=later(3))
    return learner


def command(*args: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("digiskills_recompute", *args, stdout=out, stderr=io.StringIO())
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_an_untouched_history_follows_from_its_evidence() -> None:
    history("man")
    history("duoc")
    code, text = command("--check")
    assert code == 0
    assert text.splitlines()[-1] == f"2 learners, 4 masteries, {Decision.objects.count()} decisions, 0 differences"
    assert Decision.objects.filter(status="withdrawn").count() == 2


TAMPERINGS: dict[str, Callable[[], object]] = {
    "mastery raised": lambda: Mastery.objects.filter(skill__code="S3").update(state="mastered", value_milli=1000),
    "mastery deleted": lambda: Mastery.objects.filter(skill__code="A1").delete(),
    "decision turned": lambda: Decision.objects.filter(n=1).update(status="completed"),
    "reasons' digest": lambda: Decision.objects.filter(n=2).update(digest="0" * 64),
    "evidence raised": lambda: Evidence.objects.filter(skill__code="S3", kind="hazard").update(kind="score", value_milli=1000),
    "last decision deleted": lambda: Decision.objects.latest("n").delete(),
}


@pytest.mark.parametrize("tamper", TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_tampering_is_found_and_a_check_changes_nothing(tamper: Callable[[], object]) -> None:
    history("man")
    tamper()
    before = list(Mastery.objects.values()), list(Decision.objects.values())
    code, text = command("--check")
    assert code == 1
    assert "0 differences" not in text
    assert (list(Mastery.objects.values()), list(Decision.objects.values())) == before


def test_without_check_mastery_is_corrected_and_then_nothing_differs() -> None:
    history("man")
    Mastery.objects.update(state="mastered", value_milli=1)
    assert command()[0] == 1
    assert command("--check")[0] == 0


def test_a_lost_decision_is_made_again_as_a_new_one() -> None:
    history("man")
    Evidence.objects.filter(kind="retraction").delete()
    made = Decision.objects.count()
    api.recompute(check=False)
    assert Decision.objects.latest("n").status == "completed"
    assert Decision.objects.count() == made + 1


def test_one_learner_can_be_checked_alone() -> None:
    learner = history("man")
    history("duoc")
    Mastery.objects.update(value_milli=1)
    public_id = Learner.objects.get(user_id=learner.user_id).public_id
    report = json.loads(command("--check", "--json", "--learner", public_id)[1])
    assert (report["learners"], {item["learner_public_id"] for item in report["differences"]}) == (1, {public_id})
    with pytest.raises(CommandError, match="no learner"):
        call_command("digiskills_recompute", "--learner", "0" * 26)
    with pytest.raises(LearnerNotFound):
        api.recompute(learner=LearnerRef(public_id="0" * 26), check=True)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(A1_FACETS), st.integers(0, 1000)), max_size=8), st.integers(0, 3))
@pytest.mark.property
def test_step_by_step_and_all_at_once_end_in_the_same_state(steps: list[tuple[str, int]], joined_after: int) -> None:
    """A learner whose evidence came one by one, and one who joined the track later, stand where a recomputation puts them."""
    learner = LearnerRef(public_id=api.create_learner())
    for index, (facet, value) in enumerate(steps):
        if index == joined_after:
            api.ensure_track(learner, regulation=REGULATION, audience=AUDIENCE)
        observe(learner, facet, value=value, now=later(index))
    api.ensure_track(learner, regulation=REGULATION, audience=AUDIENCE)
    assert api.recompute(learner=learner, check=True).differences == ()


def test_the_school_level_of_a_decision_is_that_of_its_day() -> None:
    learner = account("buoi")
    api.ensure_track(learner, regulation="vn-default/1", audience="student", school_level="TC1")
    observe(learner)
    api.ensure_track(learner, regulation="vn-default/1", audience="student", school_level="NC1")
    assert Track.objects.get().school_level == "NC1"
    assert api.recompute(check=True).differences == ()
