"""The review: what time alone ends is found, decided and handed to the issuing side, and comes back with new evidence."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from digiskills_grading import api, switches
from digiskills_grading.data import LearnerRef
from digiskills_grading.models import Decision, IssueTodo, Learner, RegulationVersion, Track
from tests.grading.helpers import AUDIENCE, NOW, account, observe
from tests.grading.regulations.rulebook import OLD, write

pytestmark = pytest.mark.django_db
A1 = {"skill": "A1"}
VALID = timedelta(days=365)
END = NOW + VALID


def completed(name: str) -> LearnerRef:
    learner = account(name)
    api.ensure_track(learner, regulation=OLD, audience=AUDIENCE)
    observe(learner)
    return learner


def statuses() -> list[str]:
    return list(Decision.objects.order_by("id").values_list("status", flat=True))


def test_expiry_withdraws_and_renewal_reinstates(rulebook: Path) -> None:
    write(rulebook, 1, A1, validity_days=365, raise_only=False)
    learner = completed("man")
    public_id = Learner.objects.get().public_id
    IssueTodo.objects.all().delete()
    with api.record_transaction(public_id):
        api.record_fact(public_id, AUDIENCE, OLD, amount=1)
    assert api.review_due(now=END - timedelta(microseconds=1), limit=10) == 0
    assert api.review_due(now=END, limit=10) == 1
    assert statuses()[-1] == "withdrawn"
    assert IssueTodo.objects.get().not_before == END
    assert api.review_due(now=END, limit=10) == 0
    observe(learner, now=END + timedelta(days=3))
    assert statuses()[-1] == "completed"
    assert Track.objects.get().next_review_at == END + timedelta(days=3) + VALID
    assert api.recompute(check=True, now=END + timedelta(days=4)).difference_count == 0
    assert api.verify_counters(now=END + timedelta(days=4)).difference_count == 0


def test_the_limit_is_kept_and_the_rest_comes_next(rulebook: Path) -> None:
    write(rulebook, 1, A1, validity_days=365, raise_only=False)
    for name in ("man", "duoc", "buoi"):
        completed(name)
    assert [api.review_due(now=END, limit=2) for _ in range(3)] == [2, 1, 0]


def test_nobody_is_reviewed_while_recording_is_stopped(rulebook: Path) -> None:
    write(rulebook, 1, A1, validity_days=365, raise_only=False)
    completed("man")
    switches.turn("recording", on=False, reason="test", actor_id=None, now=NOW)
    assert api.review_due(now=END, limit=10) == 0
    assert statuses()[-1] == "completed"


def test_who_cannot_be_assessed_keeps_nobody_else_waiting(rulebook: Path) -> None:
    write(rulebook, 1, A1, validity_days=365, raise_only=False)
    write(rulebook, 1, A1, name="broken", validity_days=365, raise_only=False)
    stuck = account("duoc")
    api.ensure_track(stuck, regulation="broken/1", audience=AUDIENCE)
    observe(stuck)
    completed("man")
    RegulationVersion.objects.filter(key="broken/1").update(digest="0" * 64)
    assert api.review_due(now=END, limit=10) == 1
    assert Track.objects.filter(next_review_at__lte=END).get().regulation.key == "broken/1"
