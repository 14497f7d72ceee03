"""Every mastery and every decision from the evidence again: the proof that what is stored follows from what was observed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from attrs import frozen
from django.utils import timezone

from digiskills_grading import assessment, learners
from digiskills_grading.assessment import EvidenceLog
from digiskills_grading.bulk_check import assessed_at, sort_learners
from digiskills_grading.data import Difference, LearnerRef, RecomputeReport
from digiskills_grading.errors import LearnerNotFound
from digiskills_grading.models import Decision, Learner, Mastery, Track
from digiskills_grading.policies import load_policy
from digiskills_grading.scoring import Observation, Verdict, decide, evaluate, superseded
from digiskills_grading.transactions import require_aware, run_locked

BATCH = 500
# How often a learner who is submitting meanwhile is read again before the lock is taken for reading.
OPTIMISTIC_READS = 3
# Differences that a report tells one by one; the others are counted.
SHOWN = 1000


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
    *before* a correction, and names at most `SHOWN` differences.

    Args:
        learner: only this learner.
        progress: called with the number of learners done so far, after every batch.
        now: aware; this moment if None. What time alone changes and the review has not reached yet is no difference.

    Raises:
        LearnerNotFound: there is no such learner.
        RegulationChanged: the file of a regulation is not the one by which people were assessed.
        RuntimeError: inside somebody else's transaction, when something is corrected.
    """
    now = require_aware(now or timezone.now())
    learners_seen = masteries = decisions = differing = 0
    shown: list[Difference] = []
    for batch in _batches(learner):
        found = sort_learners([pk for pk, _ in batch], now=now)
        closer = [_look_closer(pk, public_id, now, check=check) for pk, public_id in batch if pk in found.doubtful]
        masteries += found.masteries + sum(one.masteries for one in closer)
        decisions += found.decisions + sum(one.decisions for one in closer)
        differing += sum(len(one.differences) for one in closer)
        shown += [difference for one in closer for difference in one.differences][: SHOWN - len(shown)]
        learners_seen += len(batch)
        if progress is not None:
            progress(learners_seen)
    return RecomputeReport(
        learners=learners_seen, masteries=masteries, decisions=decisions, difference_count=differing, differences=tuple(shown)
    )


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


def _look_closer(pk: int, public_id: str, now: datetime, *, check: bool) -> _Checked:
    found = _check_consistently(pk, public_id, now)
    if found.differences and not check:
        run_locked(pk, lambda: assessment.assess(pk, now=now))
    return found


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
    for track in Track.objects.filter(learner_id=pk).select_related("regulation", "successor__regulation").order_by("id"):
        made = list(Decision.objects.filter(track_id=track.pk).order_by("n"))
        upto, as_of = log.upto, assessed_at(track, now)
        if track.successor is not None and made:
            upto, as_of = made[-1].evidence_upto, assessed_at(track, made[-1].decided_at)
        skills, wrong = _check_masteries(track, log.until(upto), public_id, as_of)
        masteries += skills
        decisions += len(made)
        differences += [*wrong, *_check_decisions(track, made, log, public_id, as_of)]
    return _Checked(masteries, decisions, tuple(differences))


def _check_masteries(track: Track, observations: Sequence[Observation], public_id: str, as_of: datetime) -> tuple[int, list[Difference]]:
    none: assessment.MasteryValues = ("not_assessed", None, None, None)
    rows = Mastery.objects.filter(track_id=track.pk).select_related("skill")
    stored = {row.skill.code: assessment.stored_values(row) for row in rows}
    evaluation = evaluate(assessment.policy_of(track), observations, as_of=as_of)
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


def _check_decisions(track: Track, made: Sequence[Decision], log: EvidenceLog, public_id: str, as_of: datetime) -> Iterator[Difference]:
    """Each decision against the evidence it rests on, at its moment, and the last one against all evidence.

    The last decision of a track that has ended follows from its successor alone.
    """

    def differs(n: int, stored: str, verdict: Verdict) -> Iterator[Difference]:
        expected = f"{verdict.status} {verdict.digest}"
        if stored != expected:
            what = f"decision {n} under {track.regulation.key} as {track.audience}"
            yield Difference(learner_public_id=public_id, what=what, stored=stored, expected=expected)

    completed_before = False
    for row in made if track.successor is None else made[:-1]:
        policy = load_policy(track.regulation.key, track.audience, row.school_level)
        evaluation = evaluate(policy, log.until(row.evidence_upto), as_of=row.decided_at)
        yield from differs(row.n, f"{row.status} {row.digest}", decide(policy, evaluation, completed_before=completed_before))
        completed_before = completed_before or row.status == Decision.Status.COMPLETED
    last = f"{made[-1].status} {made[-1].digest}" if made else "none"
    if track.successor is not None:
        yield from differs(track.decision_n, last, superseded(track.successor.regulation.key, completed_before=completed_before))
        return
    policy = assessment.policy_of(track)
    evaluation = evaluate(policy, log.observations, as_of=as_of)
    if made or evaluation.assessed:
        yield from differs(track.decision_n, last, decide(policy, evaluation, completed_before=completed_before))
