"""Hypothesis strategies for evidence under a policy with one whole skill (S3) and one of three facets (A1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import evolve
from hypothesis import strategies as st

from digiskills_framework.api import AllOf, Assurance, CountedAttempts, RuleValues, SkillRequired
from digiskills_grading.scoring import Observation, Policy

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=10)
FACETS = ("recognise", "refuse_and_check", "recover")
CELLS = (("S3", ""), *(("A1", facet) for facet in FACETS))
THRESHOLD = 700
VALUES = RuleValues(
    mastery_threshold_milli=THRESHOLD,
    counted_attempts=CountedAttempts.BEST,
    min_assurance=Assurance.SELF,
    hazard_blocks_mastery=True,
    raise_only=True,
    retest_delay_days=0,
    validity_days=None,
    settling_seconds=0,
    trace_retention_days=90,
)
POLICY = Policy(
    regulation="demo-s3-a1/1",
    audience="citizen",
    school_level=None,
    values=VALUES,
    requires=AllOf((SkillRequired("S3"), SkillRequired("A1"))),
    facets={"S3": (), "A1": FACETS, "K1": ()},
)


def observation(skill: str = "S3", facet: str = "", value: int = 1000, *, day: int = 0, key: str = "", **rest: object) -> Observation:
    """One observation; the key follows from the rest where it is not given."""
    plain = Observation(
        key=key or f"{skill}/{facet}/{value}/{day}",
        skill=skill,
        facet=facet,
        kind="score",
        value_milli=value,
        assurance="self",
        occurred_at=START + timedelta(days=day),
    )
    return evolve(plain, **rest)


def retraction(of: Observation) -> Observation:
    """The row that takes another back."""
    return evolve(of, key=f"-{of.key}", kind="retraction", retracts=of.key, value_milli=0)


@st.composite
def logs(draw: st.DrawFn) -> list[Observation]:
    """Evidence of one learner: scores, hazards, exclusions, and retractions of some of it."""
    rows = []
    for index in range(draw(st.integers(0, 12))):
        skill, facet = draw(st.sampled_from([*CELLS, ("A1", ""), ("S3", "recover"), ("Z9", "")]))
        rows.append(
            observation(
                skill,
                facet,
                draw(st.integers(0, 1000)),
                day=draw(st.integers(0, 5)),
                key=f"k{index}",
                kind=draw(st.sampled_from(["score", "score", "hazard"])),
                excluded=draw(st.integers(0, 5)) == 0,
                assurance=draw(st.sampled_from([str(item) for item in Assurance])),
            )
        )
    taken_back = draw(st.lists(st.sampled_from(rows), unique_by=lambda row: row.key)) if rows else []
    return rows + [retraction(row) for row in taken_back]


policies = st.builds(
    lambda best, raise_only, blocks, assurance: evolve(
        POLICY,
        values=RuleValues(
            mastery_threshold_milli=THRESHOLD,
            counted_attempts=CountedAttempts.BEST if best else CountedAttempts.LATEST,
            min_assurance=assurance,
            hazard_blocks_mastery=blocks,
            raise_only=raise_only,
            retest_delay_days=0,
            validity_days=None,
            settling_seconds=0,
            trace_retention_days=90,
        ),
    ),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from(list(Assurance)),
)
