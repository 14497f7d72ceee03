"""What a new version of a regulation does to confirmations under the old one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from digiskills_grading import api as grading
from digiskills_grading.data import LearnerRef
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationEvent
from tests.grading.helpers import AUDIENCE, observe
from tests.grading.helpers import NOW as SEEN
from tests.grading.regulations.rulebook import NEW, OLD, write
from tests.integrations.records import NAME

A1 = {"skill": "A1"}
LATER = SEEN + timedelta(days=1)


@pytest.mark.parametrize(
    "demand, standing",
    [(A1, {OLD: "withdrawn", NEW: "valid"}), ({"all": [A1, {"skill": "S3"}]}, {OLD: "withdrawn"})],
    ids=["met", "not met"],
)
def test_who_is_moved_holds_a_confirmation_under_the_new_version_if_any(
    platform: Settings, tmp_path: Path, demand: object, standing: dict[str, str]
) -> None:
    platform.DIGISKILLS_DATA_DIRS = [str(tmp_path)]
    write(tmp_path, 1, A1)
    learner = LearnerRef(public_id=grading.create_learner())
    grading.record_person(learner, name=NAME)
    grading.ensure_track(learner, regulation=OLD, audience=AUDIENCE)
    observe(learner)
    assert issue_pending(now=SEEN, limit=10) == 1
    write(tmp_path, 2, demand)
    grading.adopt_regulation(NEW, now=LATER)
    issue_pending(now=LATER, limit=10)
    assert dict(Confirmation.objects.values_list("regulation", "status")) == standing
    ended = ConfirmationEvent.objects.get(confirmation__regulation=OLD, type="withdrawn")
    assert (ended.reason, ended.confirmation.final) == ("new_decision", True)
    assert grading.verify_counters(now=LATER).difference_count == 0
