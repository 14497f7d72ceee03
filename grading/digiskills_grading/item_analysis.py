"""What the tasks of a course tell about themselves: how hard they and their goals are, who is harmed, who gives up.

Attempts are streamed block by block; of a learner only a few numbers are kept, so that memory grows with the learners of a course and not
with their attempts.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import numpy as np
from attrs import define, field, frozen

from digiskills_grading.data import ItemFigures, TaskFigures
from digiskills_grading.models import Attempt, Context, TaskVersion
from digiskills_grading.scoring.items import ItemStatistics, Numbers, item_statistics, signs

PIECE = 2000
# Who began a run and has not submitted one this much later has dropped out.
SETTLED = timedelta(days=1)
COLUMNS = ("pk", "learner_id", "task_version_id", "run_kind", "state", "started_at", "score_milli", "result")


@frozen
class CourseItems:
    """The tasks of a course, by usage key, and its scored runs."""

    tasks: tuple[TaskFigures, ...]
    guided: int
    counted: int


@define
class _Version:
    """One version of a task in one block. First scored counted runs run parallel: learner, score, which goals were met (bit by bit)."""

    points: list[int] = field(factory=list)
    goals: list[str] = field(factory=list)
    learners: list[int] = field(factory=list)
    scores: list[int] = field(factory=list)
    met: list[int] = field(factory=list)
    seen: set[int] = field(factory=set)
    tries: Counter[int] = field(factory=Counter)
    begun: set[int] = field(factory=set)
    harmed: defaultdict[str, set[int]] = field(factory=lambda: defaultdict(set))

    def add(self, learner: int, score: int, result: Mapping[str, Any]) -> None:
        """Takes in a scored counted run; runs of a learner come oldest first."""
        self.tries[learner] += 1
        for hazard in result["hazards"]:
            self.harmed[hazard["id"]].add(learner)
        if learner in self.seen:
            return
        self.seen.add(learner)
        if not self.goals:
            self.goals = [goal["id"] for goal in result["goals"]]
            self.points = [goal["points"] for goal in result["goals"]]
        self.learners.append(learner)
        self.scores.append(score)
        self.met.append(sum(1 << place for place, goal in enumerate(result["goals"]) if goal["met"]))


@define
class _Tally:
    versions: dict[tuple[int, int], _Version] = field(factory=dict)
    guided: int = 0
    counted: int = 0


def analyse(contexts: Sequence[int], *, team: Collection[int], now: datetime, least: int) -> CourseItems:
    """The figures of every task in some blocks.

    Args:
        contexts: ids of blocks of one course.
        team: learners to leave out.
        now: aware.
        least: hazards that befell fewer learners are left out.
    """
    tally = _Tally()
    for context_id in contexts:
        _count(tally, context_id, team, now - SETTLED)
    others = _means_elsewhere(tally)
    usage_keys = dict(Context.objects.filter(pk__in=contexts).values_list("pk", "usage_key"))
    tasks = TaskVersion.objects.in_bulk({version for _, version in tally.versions})
    found = [
        _figures(version, usage_keys[context_id], tasks[task], others[context_id, task], least)
        for (context_id, task), version in tally.versions.items()
    ]
    return CourseItems(
        tasks=tuple(sorted(found, key=lambda item: (item.task_id, item.usage_key, item.version))),
        guided=tally.guided,
        counted=tally.counted,
    )


def _count(tally: _Tally, context_id: int, team: Collection[int], settled_before: datetime) -> None:
    for learner, task, run_kind, state, started_at, score, result in _attempts(context_id):
        if learner in team:
            continue
        scored = state == Attempt.State.SCORED
        if run_kind == Attempt.Kind.GUIDED:
            tally.guided += scored
            continue
        version = tally.versions.setdefault((context_id, task), _Version())
        if scored:
            tally.counted += 1
            version.add(learner, score or 0, json.loads(result))
        if scored or started_at < settled_before:
            version.begun.add(learner)


def _attempts(context_id: int) -> Iterator[tuple[Any, ...]]:
    """Attempts of a block that stand, oldest first, in pieces: MySQL's driver takes a whole result into memory."""
    rows = Attempt.objects.filter(context_id=context_id, by_staff=False).exclude(state=Attempt.State.VOID).order_by("pk")
    last = 0
    while piece := list(rows.filter(pk__gt=last).values_list(*COLUMNS)[:PIECE]):
        last = piece[-1][0]
        for row in piece:
            yield row[1:]


def _means_elsewhere(tally: _Tally) -> dict[tuple[int, int], Numbers]:
    """For each task the mean first score of its learners in the other tasks of the course; NaN for those who did no other."""
    totals: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for version in tally.versions.values():
        for learner, score in zip(version.learners, version.scores, strict=True):
            totals[learner][0] += score
            totals[learner][1] += 1
    found = {}
    for key, version in tally.versions.items():
        sums = np.array([totals[learner][0] for learner in version.learners], dtype=np.float64) - np.array(version.scores)
        counts = np.array([totals[learner][1] for learner in version.learners], dtype=np.float64) - 1
        found[key] = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    return found


def _figures(version: _Version, usage_key: str, task: TaskVersion, elsewhere: Numbers, least: int) -> TaskFigures:
    harmed = sorted(((len(learners), hazard) for hazard, learners in version.harmed.items()), key=lambda pair: (-pair[0], pair[1]))
    return TaskFigures(
        usage_key=usage_key,
        task_id=task.task_id,
        version=task.version,
        started=len(version.begun),
        dropped=len(version.begun - version.seen),
        median_tries=round(1000 * median(version.tries.values())) if version.tries else None,
        whole=_whole(version, elsewhere),
        goals=tuple(_goals(version)),
        hazards=tuple((hazard, learners) for learners, hazard in harmed if learners >= least),
    )


def _whole(version: _Version, elsewhere: Numbers) -> ItemFigures:
    """The difficulty is of all learners; what is compared with other tasks is of those who did others."""
    scores = np.array(version.scores, dtype=np.float64) / 1000
    does_others = ~np.isnan(elsewhere)
    every = item_statistics(scores, np.zeros_like(scores))
    compared = item_statistics(scores[does_others], elsewhere[does_others])
    if every is None or compared is None:
        return _item("", len(scores), every)
    return _item(
        "",
        len(scores),
        ItemStatistics(n=compared.n, difficulty=every.difficulty, discrimination=compared.discrimination, upper=compared.upper),
    )


def _goals(version: _Version) -> Iterator[ItemFigures]:
    """Each goal against the points of the other goals in the same run."""
    bits = np.array(version.met, dtype=np.int64)
    met = (bits[:, None] >> np.arange(len(version.goals), dtype=np.int64)[None, :]) & 1
    gained = met @ np.array(version.points, dtype=np.int64)
    for place, (goal, points) in enumerate(zip(version.goals, version.points, strict=True)):
        own = met[:, place]
        rest = (gained - own * points).astype(np.float64)
        yield _item(goal, len(own), item_statistics(own.astype(np.float64), rest))


def _item(name: str, n: int, found: ItemStatistics | None) -> ItemFigures:
    if found is None:
        return ItemFigures(id=name, n=n)
    return ItemFigures(
        id=name,
        n=n,
        difficulty=round(1000 * found.difficulty),
        discrimination=None if found.discrimination is None else round(1000 * found.discrimination),
        upper=None if found.upper is None else round(1000 * found.upper),
        signs=signs(found),
    )
