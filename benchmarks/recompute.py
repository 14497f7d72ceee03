"""Recomputing a hundred thousand synthetic learners: how many a second, and in how much memory.

Some hundred learners get their evidence by the way that every write takes, step by step. They are then copied, table by table, with
statements of many rows: a decision says nothing of whom it is about, so that what follows from the evidence of one follows for a copy.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import frozen
from django.db import transaction

from benchmarks.tables import Table
from digiskills_grading import api, assessment, dimensions, learners
from digiskills_grading.data import LearnerRef
from digiskills_grading.ids import new_public_id
from digiskills_grading.models import Decision, Evidence, Learner, Mastery, Track
from digiskills_grading.policies import load_policy
from digiskills_grading.scoring import source_key
from digiskills_grading.transactions import run_locked

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
RULES = (("vn-default/2", "citizen"), ("demo-assured/1", "citizen"), ("vn-default/1", "enterprise_worker"))
TEMPLATES = 200
FEW, MANY = 50, 500
SITTINGS = 5
A_SITTING = 4
COPIES_A_TIME = 10
# Of each table the columns that name a learner or a row of another copied table; ids are moved by the same distance in each.
REFERENCES: dict[type[Any], dict[str, type[Any]]] = {
    Learner: {},
    Evidence: {"learner_id": Learner},
    Track: {"learner_id": Learner},
    Mastery: {"track_id": Track, "evidence_upto": Evidence},
    Decision: {"track_id": Track, "evidence_upto": Evidence},
}
KEYS = {Learner: ("public_id",), Evidence: ("source_key", "retracts")}
STATUS, PEAK_RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@frozen
class _Original:
    """All rows of the learners that are copied, and how far the ids of two copies lie apart."""

    rows: dict[type[Any], list[dict[str, Any]]]
    stride: dict[type[Any], int]


def recompute_table() -> Table:
    """CPU and wall time of a check of all learners, and what memory it takes at its peak."""
    templates = _templates()
    rows: list[tuple[str, ...]] = []
    copied, spent = 0, 0.0
    for copies in (FEW, MANY):
        begun = time.monotonic()
        _copy(templates, range(copied + 1, copies))
        spent += time.monotonic() - begun
        copied = copies - 1
        rows.append(_measured(copies * TEMPLATES))
    return Table(
        title="Recomputing synthetic learners",
        head=("learners", "CPU s", "learners a CPU-second", "wall s", "peak above the start, MiB", "peak, MiB"),
        rows=rows,
        notes=[
            f"{TEMPLATES} learners, assessed {SITTINGS} times by {len(RULES)} regulations, and their copies, made in {spent:.0f} s.",
            f"{Evidence.objects.count():,} rows of evidence, {Mastery.objects.count():,} masteries; {Decision.objects.count():,} decided.",
            "Checked: every learner was looked at, and 0 differences. Goal: memory does not grow with the learners.",
        ],
    )


def _measured(learners_there: int) -> tuple[str, ...]:
    PEAK_RESET.write_text("5", encoding="ascii")
    start, wall, cpu = _memory("VmRSS"), time.monotonic(), time.process_time()
    report = api.recompute(check=True, now=NOW + timedelta(days=SITTINGS))
    cpu, wall, peak = time.process_time() - cpu, time.monotonic() - wall, _memory("VmHWM")
    if report.difference_count or report.learners < learners_there:
        raise AssertionError(report.summary())
    return f"{report.learners:,}", f"{cpu:.1f}", f"{report.learners / cpu:,.0f}", f"{wall:.1f}", f"{peak - start:.0f}", f"{peak:.0f}"


def _memory(name: str) -> float:
    """MiB of the process, by the name that /proc gives it."""
    line = next(line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


def _templates() -> _Original:
    """Learners who were assessed, and all their rows."""
    numbers = random.Random(7)
    skills = {code: dimensions.skill_id(code) for code in load_policy(*RULES[0]).facets}
    mine = [_assessed(numbers, skills, *RULES[index % len(RULES)]) for index in range(TEMPLATES)]
    tracks = list(Track.objects.filter(learner_id__in=mine).values_list("pk", flat=True))
    of = {Learner: {"pk__in": mine}, Evidence: {"learner_id__in": mine}, Track: {"learner_id__in": mine}}
    rows = {model: list(model.objects.filter(**of.get(model, {"track_id__in": tracks})).values()) for model in REFERENCES}
    return _Original(rows, {model: max(row["id"] for row in found) for model, found in rows.items()})


def _assessed(numbers: random.Random, skills: dict[str, int], regulation: str, audience: str) -> int:
    ref = LearnerRef(public_id=api.create_learner())
    api.ensure_track(ref, regulation=regulation, audience=audience)
    person = learners.resolve(ref)
    facets = load_policy(regulation, audience).facets
    for sitting in range(SITTINGS):
        now = NOW + timedelta(days=sitting)
        rows = [_evidence(numbers, person.pk, skills, facets, now) for _ in range(A_SITTING)]

        def work(rows: list[Evidence] = rows, now: datetime = now) -> None:
            Evidence.objects.bulk_create(rows)
            assessment.assess(person.pk, now=now)

        run_locked(person.pk, work)
    return person.pk


def _evidence(numbers: random.Random, learner: int, skills: dict[str, int], facets: Any, now: datetime) -> Evidence:
    skill = numbers.choice(list(skills))
    facet = numbers.choice(facets[skill] or ("",))
    return Evidence(
        learner_id=learner,
        skill_id=skills[skill],
        facet=facet,
        source=Evidence.Source.IMPORT,
        source_key=source_key("benchmark", new_public_id(now), skill=skill, facet=facet, revision=0),
        kind=numbers.choice((Evidence.Kind.SCORE, Evidence.Kind.SCORE, Evidence.Kind.SCORE, Evidence.Kind.HAZARD)),
        value_milli=numbers.randrange(400, 1001),
        assurance=numbers.choice(("self", "imported", "supervised")),
        occurred_at=now + timedelta(seconds=numbers.randrange(3600)),
        recorded_at=now,
    )


def _copy(original: _Original, copies: range) -> None:
    """Writes copies of all rows; ids of a copy are those of the original and a distance that grows with the copy."""
    for start in range(copies.start, copies.stop, COPIES_A_TIME):
        some = range(start, min(start + COPIES_A_TIME, copies.stop))
        with transaction.atomic():
            for model in original.rows:
                model.objects.bulk_create(model(**row) for copy in some for row in _moved(original, model, copy))


def _moved(original: _Original, model: type[Any], copy: int) -> Iterator[dict[str, Any]]:
    for row in original.rows[model]:
        moved = row | {"id": row["id"] + copy * original.stride[model]}
        for column, to in REFERENCES[model].items():
            moved[column] = row[column] + copy * original.stride[to] if row[column] else row[column]
        for column in KEYS.get(model, ()):
            moved[column] = row[column] and f"{row[column][:-8]}{copy:08x}"
        yield moved
