"""Whatever the order in which files arrive, and however often: the same state at the end."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from digiskills_grading import api
from digiskills_grading.data import ImportOptions
from digiskills_grading.models import Decision, Evidence, ImportedResult, Learner, Mastery, Track
from tests.grading.helpers import AUDIENCE, REGULATION
from tests.grading.imports.helpers import csv_file, load, row

pytestmark = pytest.mark.property
JOINING = ImportOptions(source="school-system", scale="percent", regulation=REGULATION, audience=AUDIENCE)
PEOPLE = 2

# What a sender knows of a result at one moment: whose it is follows from the reference, and later revisions say other things.
versions = st.builds(
    lambda ref, revision, value, withdrawn: {"ref": ref, "revision": revision, "value": value, "withdrawn": withdrawn},
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from([40, 69, 70, 90]),
    st.sampled_from(["no", "no", "no", "yes"]),
)
histories = st.lists(versions, min_size=1, max_size=10, unique_by=lambda version: (version["ref"], version["revision"]))


def content(part: list[dict[str, Any]], learners: list[str]) -> bytes:
    return csv_file(
        row(
            learners[version["ref"] % PEOPLE],
            value=version["value"],
            ref=f"r{version['ref']}",
            revision=version["revision"],
            withdrawn=version["withdrawn"],
        )
        for version in part
    )


def state(learners: list[str]) -> object:
    """All that counts: evidence in force, mastery, and who has completed. That something was once known and withdrawn is no state."""
    rows = list(Evidence.objects.values_list("learner__public_id", "value_milli", "source_key", "retracts", "kind", "occurred_at"))
    gone = {retracts for *_, retracts, _, _ in rows}
    kept = sorted((who, value, when) for who, value, key, _, kind, when in rows if kind != "retraction" and key not in gone)
    known = Mastery.objects.exclude(state="not_assessed")
    mastery = sorted(known.values_list("track__learner__public_id", "skill__code", "state", "value_milli", "since"))
    completed = sorted(Track.objects.filter(status="completed").values_list("learner__public_id"))
    return [[learners.index(item[0]), *item[1:]] for part in (kept, mastery, completed) for item in part]


def empty() -> None:
    for model in (Decision, Mastery, Evidence, ImportedResult, Track):
        model.objects.all().delete()


class AnyOrder(TestCase):  # type: ignore[misc]  # hypothesis ships no types for its Django part
    """Each example runs in a transaction of its own, in which imports by learner may open theirs."""

    @settings(max_examples=25, deadline=None)
    @given(histories, st.randoms(use_true_random=False))
    def test_reordered_repeated_and_split_files_end_in_the_state_of_the_last_revisions(
        self, history: list[dict[str, Any]], shuffle: random.Random
    ) -> None:
        learners = [api.create_learner() for _ in range(PEOPLE)]
        newest = {version["ref"]: version for version in sorted(history, key=lambda version: version["revision"])}
        load(content(list(newest.values()), learners), JOINING)
        expected = state(learners)
        empty()
        mixed = [*history, *history[: len(history) // 2]]
        shuffle.shuffle(mixed)
        while mixed:
            size = shuffle.randint(1, len(mixed))
            part, mixed = mixed[:size], mixed[size:]
            report = load(content(part, learners), JOINING)
            assert report.error_count == 0
        assert state(learners) == expected
        assert Learner.objects.count() == PEOPLE
