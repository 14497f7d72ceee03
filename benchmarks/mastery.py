"""The rules of mastery and decision: many learners in columns, one learner alone, beside a plain loop and the bare sort."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np
import numpy.typing as npt
from attrs import evolve, frozen

from benchmarks.measuring import Sample, Work, measure
from benchmarks.tables import SAMPLE_HEAD, Table, ratio, sample_cells
from digiskills_framework.api import load_framework, load_regulation
from digiskills_grading.scoring import (
    Columns,
    ColumnStates,
    Observation,
    Policy,
    columns_of,
    decide,
    decide_columns,
    evaluate,
    evaluate_columns,
    policy_for,
)

LEARNERS = 2000
A_LEARNER = 70  # observations
GOAL_PER_SECOND = 2_000_000
DREAM_PER_SECOND = 15_000_000
GOAL_SINGLE_MS = 1.0
SEED = 20261122
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PLAIN = "vn-default/1"  # best attempt, no validity, no veto
STRICT = "demo-assured/1"  # two of the last three, validity, veto, assurance, weights, pieces of evidence
ASSURANCES = ("self", "imported", "assisted", "supervised", "observed")

Row = tuple[int, int, int, int, int]


@frozen
class _Found:
    """What a plain loop finds: current value and moment of mastery, -1 without one, by learner × cells + cell."""

    value: npt.NDArray[np.int64]
    since: npt.NDArray[np.int64]


def bulk_table() -> Table:
    """CPU time an observation: evaluation of many learners, with and without the decision, a plain loop, and the sort alone."""
    plain, strict = _policy(PLAIN), _policy(STRICT)
    logs = list(_logs(plain))
    columns, strict_columns = columns_of(plain, logs), columns_of(strict, logs)
    rows = _rows(columns)
    _check(plain, evaluate_columns(plain, columns, as_of=NOW), _loop(plain, rows))
    works: dict[str, Work] = {
        "ours, plain rules": partial(evaluate_columns, plain, columns, as_of=NOW),
        "ours, plain rules, with decisions": partial(_decided, plain, columns),
        "ours, every rule": partial(evaluate_columns, strict, strict_columns, as_of=NOW),
        "ours, every rule, with decisions": partial(_decided, strict, strict_columns),
        "a plain loop, plain rules": partial(_loop, plain, rows),
        "np.lexsort by cell and moment": partial(_sorted, plain, columns),
        "floor: np.argsort of one number a row": partial(np.argsort, _packed(plain, columns)),
    }
    samples = {name: _each(sample, len(columns)) for name, sample in measure(works, rounds=15, repetitions=1).items()}
    ours = samples["ours, plain rules"]
    slowest = samples["ours, every rule, with decisions"]
    return Table(
        title="Mastery in bulk, an observation",
        head=("work", "n", "median ns", "quartiles ns", "a CPU-second", "ours against it"),
        rows=[_cells(name, sample, ours) for name, sample in samples.items()],
        notes=[
            (
                f"Goal: {GOAL_PER_SECOND:,} a CPU-second; measured {ours.per_second:,.0f} with the plain rules, {slowest.per_second:,.0f} "
                f"with every rule, reasons and digests of decisions. Dream: {DREAM_PER_SECOND:,}."
            ),
            (
                f"{LEARNERS:,} learners with {A_LEARNER} observations each over all cells, at random: nearly every learner misses "
                "something else, so that nearly every decision has reasons and a digest of its own."
            ),
            f"Plain rules: {PLAIN}; every rule: {STRICT}. An attempt gives one observation or more.",
            "The columns are there already: reading the rows from the database is not in these figures.",
            "Checked before: the loop finds the same values, states and moments; 50 learners alone give the same states and digests.",
        ],
    )


def single_table() -> Table:
    """CPU time of judging one learner, from observations to the verdict: what every submission pays."""
    log = next(_logs(_policy(PLAIN)))
    works: dict[str, Work] = {}
    for name, policy in (("plain rules", _policy(PLAIN)), ("every rule", _policy(STRICT))):
        works[f"{name}: evaluate"] = partial(evaluate, policy, log, as_of=NOW)
        works[f"{name}: evaluate and decide"] = partial(_verdict, policy, log)
    samples = measure(works, rounds=20, repetitions=50)
    worst = max(sample.median for sample in samples.values()) * 1e3
    return Table(
        title=f"Mastery and decision of one learner with {A_LEARNER} observations",
        head=("work", *SAMPLE_HEAD),
        rows=[[name, *sample_cells(sample)] for name, sample in samples.items()],
        notes=[f"Goal: at most {GOAL_SINGLE_MS:.1f} ms; measured {worst:.2f} ms.", "The same function as in bulk, for one learner."],
    )


def _policy(regulation: str) -> Policy:
    found = load_regulation(regulation)
    return policy_for(found, load_framework(found.framework), "citizen")


def _logs(policy: Policy) -> Iterator[list[Observation]]:
    """Evidence of one learner after another: every twentieth attempt harmful, every hundredth taken back, ways of all kinds."""
    rng = np.random.default_rng(SEED)
    cells = policy.layout.cells
    for learner in range(LEARNERS):
        picked = rng.integers(0, len(cells), A_LEARNER).tolist()
        values = rng.integers(0, 1001, A_LEARNER).tolist()
        minutes = rng.integers(0, 2 * 365 * 24 * 60, A_LEARNER).tolist()
        log = [
            Observation(
                key=f"{learner:08d}/{n:08d}",
                skill=cells[cell][0],
                facet=cells[cell][1],
                kind="hazard" if n % 20 == 3 else "score",
                value_milli=value,
                assurance=ASSURANCES[n % len(ASSURANCES)],
                occurred_at=NOW - timedelta(minutes=before),
                practical=n % 3 != 0,
            )
            for n, (cell, value, before) in enumerate(zip(picked, values, minutes, strict=True))
        ]
        wrong = log[learner % A_LEARNER]
        yield [*log[1:], log[0], evolve(wrong, key=f"{wrong.key}/-", kind="retraction", retracts=wrong.key)]


def _rows(columns: Columns) -> list[Row]:
    """Learner, cell, kind, value, moment of what stands, as a program with loops would have read them from the database."""
    gone = set(columns.retracts.tolist())
    fields = (columns.key, columns.learner, columns.cell, columns.kind, columns.value, columns.occurred_at)
    return [tuple(row) for key, *row in zip(*(field.tolist() for field in fields), strict=True) if key not in gone and row[2] < 2]


def _loop(policy: Policy, rows: list[Row]) -> _Found:
    """Best attempt, mastery that can only rise, without validity and veto: row by row."""
    threshold, width = policy.layout.threshold, policy.layout.width
    value, since = [-1] * (LEARNERS * width), [-1] * (LEARNERS * width)
    for learner, cell, kind, points, moment in sorted(rows, key=lambda row: row[4]):
        at = learner * width + cell
        worth = min(points, threshold - 1) if kind else points
        value[at] = max(value[at], worth)
        if worth >= threshold and since[at] < 0:
            since[at] = moment
    return _Found(np.array(value), np.array(since))


def _check(policy: Policy, states: ColumnStates, found: _Found) -> None:
    """Raises AssertionError where the loop, or a learner judged alone, differs: there is nothing to time then."""
    never = np.iinfo(np.int64).max
    assert (states.value.reshape(-1) == found.value).all()
    assert (np.where(states.since == never, -1, states.since).reshape(-1) == found.since).all()
    for regulation in (PLAIN, STRICT):
        policy = _policy(regulation)
        logs = [log for log, _ in zip(_logs(policy), range(50), strict=False)]
        states = evaluate_columns(policy, columns_of(policy, logs), as_of=NOW)
        verdicts = decide_columns(policy, states, completed_before=np.zeros(len(logs), dtype=np.bool_))
        assert [verdicts[learner] for learner in range(len(logs))] == [_verdict(policy, log) for log in logs]


def _decided(policy: Policy, columns: Columns) -> object:
    states = evaluate_columns(policy, columns, as_of=NOW)
    return decide_columns(policy, states, completed_before=np.zeros(columns.learners, dtype=np.bool_))


def _verdict(policy: Policy, log: list[Observation]) -> object:
    return decide(policy, evaluate(policy, log, as_of=NOW), completed_before=False)


def _sorted(policy: Policy, columns: Columns) -> object:
    return np.lexsort((columns.occurred_at, columns.learner * policy.layout.width + columns.cell))


def _packed(policy: Policy, columns: Columns) -> npt.NDArray[np.int64]:
    """Cell and minute as one number: the least that has to be sorted."""
    minutes = (columns.occurred_at - columns.occurred_at.min()) // 60_000_000
    return (columns.learner * policy.layout.width + columns.cell) * (int(minutes.max()) + 1) + minutes


def _each(sample: Sample, observations: int) -> Sample:
    """The same for one observation."""
    return Sample(tuple(seconds / observations for seconds in sample.seconds), observations)


def _cells(name: str, sample: Sample, ours: Sample) -> list[str]:
    first, third = sample.quartiles
    return [
        name,
        sample.n,
        f"{sample.median * 1e9:,.0f}",
        f"{first * 1e9:,.0f} … {third * 1e9:,.0f}",
        f"{sample.per_second:,.0f}",
        ratio(ours.median, sample.median),
    ]
