"""Two imports of the same file at once, and an import that is killed, on MariaDB with real processes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from attrs import evolve

from digiskills_grading import api
from digiskills_grading.models import Evidence, ImportBatch, ImportedResult, Learner, Track
from tests.grading.helpers import AUDIENCE, REGULATION, later
from tests.grading.imports.helpers import OPTIONS, csv_file, row
from tests.services.test_grading_races import WAITING_FOR_THE_LOCK, children, holding, wait_until_waiting

__all__ = ["children"]  # a fixture
LEARNERS = 4
JOINING = {"regulation": REGULATION, "audience": AUDIENCE}
BOTH_WAYS = pytest.mark.parametrize("all_or_nothing", [False, True])


@pytest.fixture
def learners(transactional_db: None) -> list[str]:
    return [api.create_learner() for _ in range(LEARNERS)]


def results(learners: list[str]) -> str:
    """Two results of every learner."""
    rows = [row(who, skill, ref=f"{who}/{skill}") for who in learners for skill in ("S3", "K1")]
    return csv_file(rows).decode()


def first_of(learners: list[str]) -> int:
    return min(Learner.objects.filter(public_id__in=learners).values_list("pk", flat=True))


@BOTH_WAYS
def test_two_imports_of_the_same_file_at_once_write_each_row_once(learners: list[str], children: Any, all_or_nothing: bool) -> None:
    order = {"content": results(learners), "options": {**JOINING, "all_or_nothing": all_or_nothing}}
    clerks = [children("import_file", **order) for _ in range(2)]
    with holding(first_of(learners)):
        for clerk in clerks:
            clerk.go()
        wait_until_waiting(WAITING_FOR_THE_LOCK, len(clerks))
    answers = [clerk.answer() for clerk in clerks]
    assert sorted((answer["added"], answer["unchanged"]) for answer in answers) == [(0, 2 * LEARNERS), (2 * LEARNERS, 0)]
    assert (Evidence.objects.count(), ImportedResult.objects.count(), Track.objects.count()) == (2 * LEARNERS, 2 * LEARNERS, LEARNERS)
    assert set(ImportBatch.objects.values_list("state", flat=True)) == {"finished"}
    assert api.recompute(check=True).differences == ()


@BOTH_WAYS
def test_killed_in_the_middle_it_leaves_nothing_half_and_can_be_run_again(learners: list[str], children: Any, all_or_nothing: bool) -> None:
    content, options = results(learners), {**JOINING, "all_or_nothing": all_or_nothing}
    clerk = children("import_file", content=content, options=options)
    with holding(first_of(learners)):
        clerk.go()
        wait_until_waiting(WAITING_FOR_THE_LOCK, 1)
        clerk.end()
    assert (Evidence.objects.count(), ImportBatch.objects.get().state) == (0, "running")
    again = evolve(OPTIONS, framework=None, **options)
    report = api.import_evidence(BytesIO(content.encode()), filename="results.csv", options=again, now=later(9), actor_id=None)
    assert (report.added, report.written, Evidence.objects.count()) == (2 * LEARNERS, True, 2 * LEARNERS)
