"""Reviews and adoptions by several processes at once, and after one was killed, on MariaDB."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from digiskills_grading import api
from digiskills_grading.data import LearnerRef
from digiskills_grading.models import Decision, Learner, Track
from tests.grading.helpers import AUDIENCE, NOW, account, observe
from tests.grading.regulations.rulebook import NEW, OLD, write
from tests.services.test_grading_races import DEADLINE_SECONDS, children, race

__all__ = ["children"]
A1 = {"skill": "A1"}
A1_AND_S3 = {"all": [{"skill": "A1"}, {"skill": "S3"}]}
END = NOW + timedelta(days=365)
MANY = 40


@pytest.fixture
def rulebook(tmp_path: Path, settings: Settings) -> Path:
    settings.DIGISKILLS_DATA_DIRS = [str(tmp_path)]
    return tmp_path


def completed(name: str) -> LearnerRef:
    learner = account(name)
    api.ensure_track(learner, regulation=OLD, audience=AUDIENCE)
    observe(learner)
    return learner


def test_two_workers_review_a_learner_once(rulebook: Path, children: Any) -> None:
    write(rulebook, 1, A1, validity_days=365, raise_only=False)
    learner = completed("man")
    order = {"directory": str(rulebook), "now": END.isoformat()}
    answers = race(learner, children("review", **order), children("review", **order))
    assert sorted(answer["reviewed"] for answer in answers) == [0, 1]
    assert list(Decision.objects.order_by("n").values_list("status", flat=True))[-2:] == ["completed", "withdrawn"]


def test_two_operators_at_once_move_a_learner_once(rulebook: Path, children: Any) -> None:
    write(rulebook, 1, A1)
    learner = completed("man")
    write(rulebook, 2, A1_AND_S3)
    order = {"directory": str(rulebook), "regulation": NEW}
    answers = race(learner, children("adopt", **order), children("adopt", **order))
    assert sorted(answer["moved"] for answer in answers) == [0, 1]
    assert api.verify_counters(now=END).difference_count == 0


def test_an_adoption_that_was_killed_is_finished_by_another(rulebook: Path, children: Any) -> None:
    write(rulebook, 1, A1)
    for number in range(MANY):
        completed(f"learner-{number}")
    write(rulebook, 2, A1_AND_S3)
    child = children("adopt", directory=str(rulebook), regulation=NEW)
    child.go()
    end = time.monotonic() + DEADLINE_SECONDS
    while not Track.objects.exclude(successor=None).exists():
        assert time.monotonic() < end, "nobody was moved"
    child.end()
    moved = Track.objects.exclude(successor=None).count()
    report = api.adopt_regulation(NEW, now=NOW + timedelta(days=1))
    assert moved < MANY
    assert report.moved == Track.objects.exclude(successor=None).count() - moved
    assert Track.objects.filter(regulation__key=NEW, successor=None).count() == MANY == Learner.objects.count()
    assert api.verify_counters(now=NOW + timedelta(days=2)).difference_count == 0
    assert api.recompute(check=True, now=NOW + timedelta(days=2)).difference_count == 0
