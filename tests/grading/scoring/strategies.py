"""Hypothesis strategies: evidence about two whole skills (S3, K1) and one of three facets (A1), and policies with every rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import evolve
from hypothesis import strategies as st

from digiskills_framework.api import (
    AllOf,
    AnyOf,
    Assurance,
    AtLeast,
    CountedAttempts,
    EvidenceRequired,
    RequirementTree,
    RuleValues,
    SkillRequired,
    Weighted,
)
from digiskills_grading.scoring import Observation, Policy

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=10)
INSTANT = timedelta(microseconds=1)
FACETS = ("recognise", "refuse_and_check", "recover")
CELLS = (("S3", ""), ("K1", ""), *(("A1", facet) for facet in FACETS))
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


def at(day: float) -> datetime:
    """So many days after the start."""
    return START + timedelta(days=day)


def observation(skill: str = "S3", facet: str = "", value: int = 1000, *, day: float = 0, key: str = "", **rest: object) -> Observation:
    """One observation; the key follows from the rest where it is not given."""
    plain = Observation(
        key=key or f"{skill}/{facet}/{value}/{day}",
        skill=skill,
        facet=facet,
        kind="score",
        value_milli=value,
        assurance="self",
        occurred_at=at(day),
    )
    return evolve(plain, **rest)


def retraction(of: Observation) -> Observation:
    """The row that takes another back."""
    return evolve(of, key=f"-{of.key}", kind="retraction", retracts=of.key, value_milli=0)


@st.composite
def observations(draw: st.DrawFn, key: str) -> Observation:
    """One row, often of the same moment as others, sometimes for what the framework does not have, sometimes of the future."""
    skill, facet = draw(st.sampled_from([*CELLS, *CELLS, ("A1", ""), ("S3", "recover"), ("Z9", "")]))
    return observation(
        skill,
        facet,
        draw(st.sampled_from([0, 300, THRESHOLD - 1, THRESHOLD, 900, 1000])),
        day=draw(st.integers(0, 12)),
        key=key,
        kind=draw(st.sampled_from(["score", "score", "score", "hazard", "hazard", "exemption"])),
        excluded=draw(st.integers(0, 9)) == 0,
        assurance=draw(st.sampled_from([str(item) for item in Assurance])),
        practical=draw(st.booleans()),
        piece=draw(st.sampled_from(["", "", "p1", "p2"])),
    )


@st.composite
def logs(draw: st.DrawFn, *, exemptions: bool = True) -> list[Observation]:
    """Evidence of one learner: scores, hazards, exemptions, exclusions, and retractions of some of it."""
    rows = [draw(observations(f"k{index}")) for index in range(draw(st.integers(0, 14)))]
    if not exemptions:
        rows = [row for row in rows if row.kind != "exemption"]
    taken_back = draw(st.lists(st.sampled_from(rows), unique_by=lambda row: row.key)) if rows else []
    return rows + [retraction(row) for row in taken_back]


@st.composite
def values(draw: st.DrawFn) -> RuleValues:
    """Every rule that decides about mastery, in every combination."""
    n = draw(st.integers(1, 4))
    return RuleValues(
        mastery_threshold_milli=draw(st.sampled_from([THRESHOLD, THRESHOLD, 0, 1000])),
        counted_attempts=draw(st.sampled_from(list(CountedAttempts))),
        counted_m=draw(st.integers(1, n)),
        counted_n=n,
        min_assurance=draw(st.sampled_from([Assurance.SELF, Assurance.SELF, Assurance.ASSISTED])),
        accepted_assurance=draw(st.frozensets(st.sampled_from(list(Assurance)), min_size=2)),
        hazard_blocks_mastery=draw(st.booleans()),
        hazard_veto_days=draw(st.sampled_from([0, 0, 1, 3, 8])),
        raise_only=draw(st.booleans()),
        retest_delay_days=0,
        validity_days=draw(st.sampled_from([None, 1, 4, 9])),
        settling_seconds=0,
        trace_retention_days=90,
        exempters=draw(st.sampled_from([(), ("course_staff",)])),
    )


def _choices(branches: st.SearchStrategy[RequirementTree]) -> st.SearchStrategy[RequirementTree]:
    several = st.lists(branches, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        several.map(AllOf),
        several.map(AnyOf),
        several.flatmap(lambda of: st.builds(AtLeast, st.integers(1, len(of)), st.just(of))),
        several.flatmap(
            lambda of: st.lists(st.integers(1, 3), min_size=len(of), max_size=len(of)).flatmap(
                lambda weights: st.builds(Weighted, st.integers(1, sum(weights)), st.just(tuple(weights)), st.just(of))
            )
        ),
    )


leaves: st.SearchStrategy[RequirementTree] = st.one_of(
    st.sampled_from([SkillRequired("S3"), SkillRequired("A1"), SkillRequired("K1"), SkillRequired("A1", "recover"), SkillRequired("Z9")]),
    st.builds(
        EvidenceRequired,
        n=st.integers(1, 3),
        skills=st.lists(st.sampled_from(["S3", "A1", "K1"]), min_size=1, unique=True).map(tuple),
        assurance=st.frozensets(st.sampled_from(list(Assurance)), min_size=1),
        practical=st.sampled_from([None, True, False]),
    ),
)
trees = st.recursive(leaves, _choices, max_leaves=6)
policies = st.builds(lambda rules, tree: evolve(POLICY, values=rules, requires=tree), values(), trees)
moments = st.builds(lambda day, offset: at(day) + offset * INSTANT, st.integers(0, 22), st.sampled_from([0, 0, -1, 1]))
