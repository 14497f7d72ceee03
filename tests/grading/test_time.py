"""What time alone changes: mastery that expires, vetoes that end, and a recomputation that comes before or after the review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from digiskills_grading import api, assessment, dimensions, learners
from digiskills_grading.data import LearnerRef
from digiskills_grading.ids import new_public_id
from digiskills_grading.models import Decision, Evidence, Mastery, Track
from digiskills_grading.scoring import reasons_from_json, retraction_key, source_key
from digiskills_grading.transactions import run_locked
from tests.grading.helpers import NOW, account, attempt, block

pytestmark = pytest.mark.django_db
REGULATION = "demo-assured/1"  # two of the last three, valid for 730 days, a veto of 30 days, mastery can fall
VALID = timedelta(days=730)
VETO = timedelta(days=30)


def day(number: float) -> datetime:
    return NOW + timedelta(days=number)


@pytest.fixture
def learner() -> LearnerRef:
    person = account("man")
    api.ensure_track(person, regulation=REGULATION, audience="citizen")
    return person


def write(
    learner: LearnerRef,
    skills: Sequence[str] = ("D1",),
    *,
    on: datetime,
    kind: str = "score",
    assurance: str = "supervised",
    retracts: str | None = None,
) -> list[str]:
    """Evidence of one piece, and what follows from it at its moment."""
    person = learners.resolve(learner)
    source_id = new_public_id(on)
    keys = [source_key("observation", source_id, skill=skill, facet="", revision=0) for skill in skills]
    if retracts is not None:
        keys = [retraction_key(retracts)]

    def work() -> None:
        Evidence.objects.bulk_create(
            Evidence(
                learner_id=person.pk,
                skill_id=dimensions.skill_id(skill),
                source="observation",
                source_key=key,
                retracts=retracts,
                kind=kind,
                value_milli=900 if kind in ("score", "hazard") else 0,
                assurance=assurance,
                occurred_at=on,
                recorded_at=on,
            )
            for skill, key in zip(skills, keys, strict=True)
        )
        assessment.assess(person.pk, now=on)

    run_locked(person.pk, work)
    return keys


def review(learner: LearnerRef, *, on: datetime) -> None:
    person = learners.resolve(learner)
    run_locked(person.pk, lambda: assessment.assess(person.pk, now=on))


def stored(skill: str = "D1") -> tuple[str, int | None, datetime | None, datetime | None]:
    return assessment.stored_values(Mastery.objects.select_related("skill").get(skill__code=skill))


def differences(on: datetime) -> list[str]:
    return [difference.what for difference in api.recompute(check=True, now=on).differences]


def test_mastery_expires_at_the_review_and_the_decision_says_so(learner: LearnerRef) -> None:
    for number in (0, 1):
        write(learner, on=day(number))
    end = day(1) + VALID
    assert stored() == ("mastered", 900, day(1), end)
    assert Track.objects.get().next_review_at == end
    review(learner, on=end)
    assert stored() == ("expired", 900, None, end)
    assert Track.objects.get().next_review_at is None


def test_the_decision_tells_what_has_expired_and_stands_for_its_own_day() -> None:
    pupil = account("buoi")
    api.ensure_track(pupil, regulation=REGULATION, audience="student", school_level="CB1")
    for number in (0, 1):
        write(pupil, on=day(number))
    end = day(1) + VALID
    review(pupil, on=end)
    before, after = ([reason.code for reason in reasons_from_json(row.reasons)] for row in list(Decision.objects.order_by("n"))[-2:])
    assert (before.count("expired"), after.count("expired")) == (0, 1)
    assert differences(end) == []


def test_a_recomputation_finds_nothing_before_at_and_after_an_overdue_review(learner: LearnerRef) -> None:
    for number in (0, 1, 400):
        write(learner, ("D1", "S3"), on=day(number))
    overdue = day(400) + VALID + timedelta(days=5)
    assert differences(day(401)) == differences(overdue) == []
    review(learner, on=overdue)
    assert differences(overdue) == differences(overdue + timedelta(days=900)) == []


def test_a_veto_ends_by_itself(learner: LearnerRef) -> None:
    write(learner, on=day(0))
    write(learner, on=day(1), kind="hazard")
    write(learner, on=day(2))
    end = day(1) + VETO
    assert (stored()[0], Track.objects.get().next_review_at) == ("not_yet", end)
    assert differences(end + VETO) == []
    review(learner, on=end)
    assert stored() == ("mastered", 900, end, day(2) + VALID)
    assert differences(end) == []


def test_an_exemption_is_stored_without_a_value_until_it_ends(learner: LearnerRef) -> None:
    write(learner, on=day(0))
    (key,) = write(learner, on=day(1), kind="exemption", assurance="observed")
    assert stored() == ("exempt", None, day(1), None)
    assert api.track_overviews(learner)[0].skills[0].state == "exempt"
    assert differences(day(2)) == []
    write(learner, on=day(3), kind="retraction", retracts=key)
    assert stored() == ("not_yet", None, None, None)
    assert differences(day(4)) == []


def test_a_review_that_was_moved_is_found_and_put_right(learner: LearnerRef) -> None:
    for number in (0, 1):
        write(learner, on=day(number))
    Track.objects.update(next_review_at=day(20))
    assert differences(day(5)) == ["next review under demo-assured/1 as citizen"]
    api.recompute(check=False, now=day(5))
    assert differences(day(5)) == []


def test_what_one_attempt_shows_is_one_piece_and_so_is_what_one_moment_shows(learner: LearnerRef) -> None:
    attempt(learner, block())
    write(learner, ("D1", "S3"), on=day(1))
    write(learner, on=day(2))
    log = assessment.read_evidence(learners.resolve(learner).pk)
    pieces = [item.piece for item in log.observations]
    assert len(set(pieces)) == 3
    assert pieces[-2] == pieces[-3] != pieces[-1]
