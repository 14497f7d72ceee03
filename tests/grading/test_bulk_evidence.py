"""Evidence of many learners read as columns says the same as that of each alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digiskills_grading import assessment, dimensions
from digiskills_grading.bulk_evidence import Slots, read_batch
from digiskills_grading.ids import new_public_id
from digiskills_grading.models import Evidence, Learner
from digiskills_grading.policies import load_policy
from digiskills_grading.scoring import decide, decide_columns, evaluate, evaluate_columns, retraction_key, source_key
from digiskills_grading.scoring.decision import evaluation_of
from tests.grading.helpers import A1_FACETS, NOW

pytestmark = pytest.mark.django_db
REGULATIONS = ("demo-assured/1", "vn-default/2", "demo-s3-a1/2")
ROW = st.tuples(
    st.sampled_from([("A1", facet) for facet in A1_FACETS] + [("D1", ""), ("S3", "")]),
    st.sampled_from(["score", "score", "hazard", "exemption", "retraction"]),
    st.integers(0, 1000),
    st.sampled_from(["self", "imported", "supervised", "observed"]),
    st.integers(0, 900),
    st.booleans(),
)
LOGS = st.lists(st.lists(ROW, max_size=6), min_size=1, max_size=4)


def write(logs: list[list[tuple[tuple[str, str], str, int, str, int, bool]]]) -> list[int]:
    """The learners' row ids; a retraction takes back the row before it, of the same learner or of the one before."""
    pks, last = [], "0" * 64
    for log in logs:
        learner = Learner.objects.create(public_id=new_public_id(NOW), created_at=NOW)
        pks.append(learner.pk)
        for (skill, facet), kind, value, assurance, day, left_out in log:
            key = source_key("test", new_public_id(NOW), skill=skill, facet=facet, revision=0)
            Evidence.objects.create(
                learner=learner,
                skill_id=dimensions.skill_id(skill),
                facet=facet,
                source="observation",
                source_key=retraction_key(key) if kind == "retraction" else key,
                retracts=last if kind == "retraction" else None,
                kind=kind,
                value_milli=value,
                assurance=assurance,
                practical=day % 2 == 0,
                excluded_reason="staff" if left_out and value < 300 else None,
                occurred_at=NOW + timedelta(days=day),
                recorded_at=NOW,
            )
            last = key
    return pks


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LOGS, st.sampled_from(REGULATIONS), st.integers(0, 1500), st.floats(0, 1))
@pytest.mark.property
def test_bulk_and_single_are_identical_up_to_any_row(
    logs: list[list[tuple[tuple[str, str], str, int, str, int, bool]]], regulation: str, day: int, part: float
) -> None:
    pks = write(logs)
    policy = load_policy(regulation, "citizen")
    as_of: datetime = NOW + timedelta(days=day)
    singles = [assessment.read_evidence(pk) for pk in pks]
    batch = read_batch(pks)
    cuts = [log.ids[int(part * (len(log.ids) - 1))] if log.ids else 0 for log in singles]
    slots = Slots(
        learner=np.array([*range(len(pks)), *range(len(pks))]), upto=np.array([*cuts, *(batch.upto(number) for number in range(len(pks)))])
    )
    states = evaluate_columns(policy, batch.columns(policy, slots), as_of=as_of)
    verdicts = decide_columns(policy, states, completed_before=np.zeros(len(slots.learner), dtype=np.bool_))
    for index, number in enumerate(slots.learner.tolist()):
        alone = evaluate(policy, singles[number].until(int(slots.upto[index])), as_of=as_of)
        assert evaluation_of(policy, states, index) == alone
        assert verdicts[index] == decide(policy, alone, completed_before=False)
