"""Every mastery and every decision from the evidence again: the proof that what is stored follows from what was observed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from attrs import frozen
from django.utils import timezone

from digiskills_grading import assessment, learners
from digiskills_grading.assessment import EvidenceLog
from digiskills_grading.data import Difference, LearnerRef, RecomputeReport
from digiskills_grading.errors import LearnerNotFound
from digiskills_grading.models import Decision, Learner, Mastery, Track
from digiskills_grading.policies import load_policy
from digiskills_grading.scoring import decide, evaluate
from digiskills_grading.transactions import require_aware, run_locked

BATCH = 500
# How often a learner who is submitting meanwhile is read again before the lock is taken for reading.
OPTIMISTIC_READS = 3
# The grain of our times.
INSTANT = timedelta(microseconds=1)


@frozen
class _Checked:
    masteries: int
    decisions: int
    differences: tuple[Difference, ...]


def recompute(
    *, learner: LearnerRef | None = None, check: bool, progress: Callable[[int], None] | None = None, now: datetime | None = None
) -> RecomputeReport:
    """Compares stored masteries and decisions with what follows from the evidence, and, without ``check``, corrects them.

    Past decisions are never changed: where the last one does not follow any more, a new one is written. The report tells what differed
    *before* a correction.

    Args:
        learner: only this learner.
        progress: called with the number of learners done so far, after every batch.
        now: aware; this moment if None. What time alone changes and the review has not reached yet is no difference.

    Raises:
        LearnerNotFound: there is no such learner.
        RuntimeError: inside somebody else's transaction, when something is corrected.
    """
    now = require_aware(now or timezone.now())
    learners_seen = masteries = decisions = 0
    differences: list[Difference] = []
    for batch in _batches(learner):
        for pk, public_id in batch:
            found = _check_consistently(pk, public_id, now)
            masteries += found.masteries
            decisions += found.decisions
            differences.extend(found.differences)
            if found.differences and not check:
                run_locked(pk, lambda pk=pk: assessment.assess(pk, now=now))  # type: ignore[misc]  # binds pk now
        learners_seen += len(batch)
        if progress is not None:
            progress(learners_seen)
    return RecomputeReport(learners=learners_seen, masteries=masteries, decisions=decisions, differences=tuple(differences))


def _batches(ref: LearnerRef | None) -> Iterator[list[tuple[int, str]]]:
    if ref is not None:
        found = learners.find(ref)
        if found is None:
            raise LearnerNotFound(str(ref.public_id or ref.user_id))
        yield [(found.pk, found.public_id)]
        return
    last = 0
    while batch := list(Learner.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "public_id")[:BATCH]):
        yield batch
        last = batch[-1][0]


def _check_consistently(pk: int, public_id: str, now: datetime) -> _Checked:
    """Reads without the lock and relies on ``rev`` to tell whether anything changed meanwhile; at last reads under the lock."""
    for _ in range(OPTIMISTIC_READS):
        before = _rev(pk)
        found = _check(pk, public_id, now)
        if _rev(pk) == before:
            return found
    return run_locked(pk, lambda: _check(pk, public_id, now))


def _rev(pk: int) -> int:
    return Learner.objects.values_list("rev", flat=True).get(pk=pk)


def _check(pk: int, public_id: str, now: datetime) -> _Checked:
    log = assessment.read_evidence(pk)
    masteries = decisions = 0
    differences: list[Difference] = []
    for track in Track.objects.filter(learner_id=pk).select_related("regulation").order_by("id"):
        as_of = _assessed_at(track, now)
        skills, wrong = _check_masteries(track, log, public_id, as_of)
        made, unfounded = _check_decisions(track, log, public_id, as_of)
        masteries += skills
        decisions += made
        differences += wrong + unfounded
    return _Checked(masteries, decisions, tuple(differences))


def _assessed_at(track: Track, now: datetime) -> datetime:
    """A moment at which the evidence amounts to what is stored: now, or the last one before the review that is overdue."""
    return now if track.next_review_at is None else min(now, track.next_review_at - INSTANT)


def _check_masteries(track: Track, log: EvidenceLog, public_id: str, as_of: datetime) -> tuple[int, list[Difference]]:
    none: assessment.MasteryValues = ("not_assessed", None, None, None)
    rows = Mastery.objects.filter(track_id=track.pk).select_related("skill")
    stored = {row.skill.code: assessment.stored_values(row) for row in rows}
    evaluation = evaluate(assessment.policy_of(track), log.observations, as_of=as_of)
    expected = {state.skill: assessment.mastery_values(state) for state in evaluation.skills}
    codes = sorted(stored.keys() | expected.keys())
    wrong = [
        Difference(
            learner_public_id=public_id,
            what=f"mastery of {code} under {track.regulation.key} as {track.audience}",
            stored=str(stored.get(code, none)),
            expected=str(expected.get(code, none)),
        )
        for code in codes
        if stored.get(code, none) != expected.get(code, none)
    ]
    if track.next_review_at != evaluation.next_review_at:
        what = f"next review under {track.regulation.key} as {track.audience}"
        wrong.append(
            Difference(learner_public_id=public_id, what=what, stored=str(track.next_review_at), expected=str(evaluation.next_review_at))
        )
    return len(codes), wrong


def _check_decisions(track: Track, log: EvidenceLog, public_id: str, as_of: datetime) -> tuple[int, list[Difference]]:
    """Each decision against the evidence it rests on, at its moment, and the last one against all evidence."""
    made = list(Decision.objects.filter(track_id=track.pk).order_by("n"))
    wrong: list[Difference] = []
    completed_before = False

    def compare(n: int, level: str | None, upto: int, at: datetime, stored: str) -> None:
        policy = load_policy(track.regulation.key, track.audience, level)
        evaluation = evaluate(policy, log.until(upto), as_of=at)
        if not made and not evaluation.assessed:
            return
        verdict = decide(policy, evaluation, completed_before=completed_before)
        expected = f"{verdict.status} {verdict.digest}"
        if stored != expected:
            what = f"decision {n} under {track.regulation.key} as {track.audience}"
            wrong.append(Difference(learner_public_id=public_id, what=what, stored=stored, expected=expected))

    for row in made:
        compare(row.n, row.school_level, row.evidence_upto, row.decided_at, f"{row.status} {row.digest}")
        completed_before = completed_before or row.status == Decision.Status.COMPLETED
    last = f"{made[-1].status} {made[-1].digest}" if made else "none"
    compare(track.decision_n, track.school_level, log.upto, as_of, last)
    return len(made), wrong
