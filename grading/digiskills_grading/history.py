"""What happened to a learner's record, newest first: for the learner, who may know all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from digiskills_framework.api import Assurance
from digiskills_grading.assessment import decision_data
from digiskills_grading.data import HistoryEntry
from digiskills_grading.evidence import standing
from digiskills_grading.models import Attempt, Decision, Evidence, Learner

DECISIONS_A_CHANGE = 5  # how many are read for each that may be told


def history_of(learner: Learner, *, limit: int) -> tuple[HistoryEntry, ...]:
    """The newest ``limit`` entries: counted attempts, results from elsewhere, corrections, exemptions and decisions."""
    entries = [*_attempts(learner, limit), *_evidence(learner, limit), *_decisions(learner, limit)]
    return tuple(islice(sorted(entries, key=lambda entry: entry.at, reverse=True), limit))


def _attempts(learner: Learner, limit: int) -> Iterator[HistoryEntry]:
    rows = (
        Attempt.objects.filter(learner_id=learner.pk, run_kind=Attempt.Kind.COUNTED, state=Attempt.State.SCORED)
        .exclude(by_staff=True)
        .select_related("task_version")
        .defer("result")
        .order_by("-id")
    )
    newest = list(rows[:limit])
    known = {row.attempt_id: row.assurance for row in standing(_of_attempts(learner, {row.pk for row in newest}))}
    for row in newest:
        if row.scored_at is not None:
            assurance = known.get(row.pk, Assurance.SELF.value)
            yield HistoryEntry(
                kind="attempt",
                at=row.scored_at,
                task=row.task_version.task_id,
                value_milli=row.score_milli,
                assurance="" if assurance == Assurance.SELF else assurance,
            )


def _evidence(learner: Learner, limit: int) -> Iterator[HistoryEntry]:
    """Rows of one moment and kind are one entry: what was observed in one lesson, or imported in one file.

    Scores of attempts are told with the attempt; what was taken back is told whatever it came from.
    """
    rows = (
        Evidence.objects.filter(learner_id=learner.pk, excluded_reason=None)
        .exclude(source=Evidence.Source.ATTEMPT, kind__in=[Evidence.Kind.SCORE, Evidence.Kind.HAZARD])
        .select_related("skill")
        .order_by("-id")
    )
    newest = list(rows[:limit])
    reassured = _reassured(learner, newest)
    groups: dict[tuple[object, ...], list[Evidence]] = {}
    for row in newest:
        if row.retracts not in reassured:
            groups.setdefault((row.kind, row.source, row.occurred_at, row.assurance), []).append(row)
    for group in groups.values():
        yield _entry(group)


def _reassured(learner: Learner, rows: Iterable[Evidence]) -> set[str]:
    """Keys of evidence that was replaced by the same with another assurance: somebody helped or watched, and no result was corrected."""
    written = _of_attempts(learner, {row.attempt_id for row in rows if row.attempt_id is not None})
    now = {_said(row) for row in standing(written)}
    return {row.source_key for row in written if row.kind != Evidence.Kind.RETRACTION and _said(row) in now}


def _said(row: Evidence) -> tuple[object, ...]:
    return row.attempt_id, row.skill_id, row.facet, row.kind, row.value_milli


def _of_attempts(learner: Learner, attempts: set[int]) -> list[Evidence]:
    return list(Evidence.objects.filter(learner_id=learner.pk, attempt_id__in=attempts)) if attempts else []


def _entry(group: list[Evidence]) -> HistoryEntry:
    first = group[0]
    if first.kind == Evidence.Kind.RETRACTION:
        return HistoryEntry(kind="correction", at=first.recorded_at, source=first.source, skills=_skills(group))
    if first.kind == Evidence.Kind.EXEMPTION:
        return HistoryEntry(kind="exemption", at=first.occurred_at, source=first.source, skills=_skills(group))
    value = first.value_milli if len(group) == 1 else None
    return HistoryEntry(
        kind="evidence", at=first.occurred_at, source=first.source, skills=_skills(group), value_milli=value, assurance=first.assurance
    )


def _skills(group: Iterable[Evidence]) -> tuple[str, ...]:
    return tuple(sorted({row.skill.code for row in group}))


def _decisions(learner: Learner, limit: int) -> Iterator[HistoryEntry]:
    """Decisions that changed the status: another reason for the same "not yet" is no news."""
    newest = Decision.objects.filter(track__learner_id=learner.pk).select_related("track__regulation").order_by("-id")
    rows = list(newest[: limit * DECISIONS_A_CHANGE])
    before = {(row.track_id, row.n + 1): row.status for row in rows}
    for row in rows:
        if before.get((row.track_id, row.n)) != row.status:
            decision = decision_data(row.track, row, learner.public_id)
            yield HistoryEntry(kind="decision", at=decision.decided_at, status=decision.status, regulation=decision.regulation)
