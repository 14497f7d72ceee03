"""Evidence becomes mastery, and mastery a decision, under the learner lock. The rules themselves are in `scoring`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import frozen
from django.db import transaction

from digiskills_grading import counters, dimensions, signals, standings
from digiskills_grading.compiled import CompiledRead, columns, take
from digiskills_grading.data import DecisionData, SkillMastery
from digiskills_grading.models import Decision, Evidence, IssueTodo, Learner, Mastery, RegulationVersion, Track
from digiskills_grading.policies import load_policy
from digiskills_grading.scoring import (
    Observation,
    Policy,
    SkillState,
    Verdict,
    decide,
    evaluate,
    reasons_from_json,
    reasons_to_json,
)
from digiskills_grading.scoring.types import DecisionStatus, EvidenceKind, MasteryStatus

# What is stored is text; outside it is one of a closed list.
_DECISION_STATUS: dict[str, DecisionStatus] = {"not_yet": "not_yet", "completed": "completed", "withdrawn": "withdrawn"}
_EVIDENCE_KIND: dict[str, EvidenceKind] = {
    "score": "score",
    "hazard": "hazard",
    "retraction": "retraction",
    "exemption": "exemption",
}
_MASTERY_STATUS: dict[str, MasteryStatus] = {
    "not_assessed": "not_assessed",
    "not_yet": "not_yet",
    "mastered": "mastered",
    "expired": "expired",
    "exempt": "exempt",
}

_LOG_COLUMNS = (
    "id",
    "source_key",
    "skill__code",
    "facet",
    "kind",
    "value_milli",
    "assurance",
    "occurred_at",
    "excluded_reason",
    "retracts",
    "practical",
    "attempt_id",
    "source",
    "context_id",
    "session_id",
)

# These three are read by every submission, by the id of the learner.
_evidence = CompiledRead(lambda learner: Evidence.objects.filter(learner_id=learner).order_by("id").values_list(*_LOG_COLUMNS), (int,))
_tracks = CompiledRead(
    lambda learner: Track.objects.filter(learner_id=learner).values_list(
        *columns(Track), *columns(RegulationVersion, "regulation__"), *columns(Learner, "learner__")
    ),
    (int,),
)
_masteries = CompiledRead(
    lambda learner: Mastery.objects.filter(track__learner_id=learner).values_list(
        "track_id", "skill__code", "id", "skill_id", "state", "value_milli", "since", "expires_at"
    ),
    (int,),
)

MasteryValues = tuple[str, int | None, datetime | None, datetime | None]
_StoredMastery = tuple[int, int, MasteryValues]  # id, id of the skill, what is stored
_NEVER_ASSESSED: MasteryValues = ("not_assessed", None, None, None)


@frozen
class EvidenceLog:
    """All evidence of a learner, oldest first; ``ids`` runs parallel to ``observations``."""

    ids: tuple[int, ...]
    observations: tuple[Observation, ...]

    @property
    def upto(self) -> int:
        """Id of the last row, 0 when there is none."""
        return self.ids[-1] if self.ids else 0

    def until(self, evidence_id: int) -> tuple[Observation, ...]:
        """The observations with an id up to ``evidence_id``."""
        return tuple(item for row_id, item in zip(self.ids, self.observations, strict=True) if row_id <= evidence_id)


def read_evidence(learner_pk: int) -> EvidenceLog:
    """The whole evidence log of a learner in one query."""
    ids, observations = [], []
    for row in _evidence(learner_pk):
        row_id, key, skill, facet, kind, value, assurance, occurred_at, excluded, retracts, practical, attempt, *place = row
        ids.append(row_id)
        observations.append(
            Observation(
                key=key,
                skill=skill,
                facet=facet,
                kind=_EVIDENCE_KIND[kind],
                value_milli=value,
                assurance=assurance,
                occurred_at=occurred_at,
                excluded=excluded is not None,
                retracts=retracts or "",
                practical=practical,
                # What was not gained in an attempt is one piece if it is of one source, place and moment, such as an exam.
                piece=f"attempt {attempt}" if attempt is not None else f"{place} {occurred_at}",
            )
        )
    return EvidenceLog(tuple(ids), tuple(observations))


def policy_of(track: Track) -> Policy:
    """The rules that apply to a track whose regulation is loaded with it.

    Raises:
        UnknownContext: the regulation cannot be used.
        RegulationChanged: its file is not the one by which people were assessed.
    """
    dimensions.require_unchanged(track.regulation)
    return load_policy(track.regulation.key, track.audience, track.school_level)


def tracks_of(learner_pk: int) -> list[Track]:
    """All tracks of a learner, ended ones too, with regulation and learner. Under the learner lock."""
    tracks = []
    for row in map(iter, _tracks(learner_pk)):
        track = take(row, Track)
        track.regulation, track.learner = take(row, RegulationVersion), take(row, Learner)
        tracks.append(track)
    return tracks


def assess(learner_pk: int, *, now: datetime, actor_id: int | None = None, tracks: Iterable[Track] | None = None) -> dict[int, Decision]:
    """Brings mastery and decisions of all tracks of a learner that have not ended up to the evidence. Under the learner lock.

    Args:
        tracks: what `tracks_of` gave under this same lock; read when None.

    Returns:
        The decisions that were made now, by id of their track; nothing is written where nothing changed.
    """
    tracks = [track for track in (tracks_of(learner_pk) if tracks is None else tracks) if track.successor_id is None]
    log = read_evidence(learner_pk)
    stored = _stored_masteries(learner_pk)
    made = {}
    for track in tracks:
        policy = policy_of(track)
        evaluation = evaluate(policy, log.observations, as_of=now)
        changes = _write_mastery(track, evaluation.skills, stored.get(track.pk, {}), log.upto)
        if changes:
            _announce_mastery(track, changes, now)
        moved = evaluation.next_review_at != track.next_review_at
        track.next_review_at = evaluation.next_review_at
        verdict = decide(policy, evaluation, completed_before=track.completed_before)
        if verdict.digest != track.decision_digest and (evaluation.assessed or track.decision_n):
            made[track.pk] = write_decision(track, policy, verdict, log.upto, now=now, actor_id=actor_id)
        elif moved:
            track.save(update_fields=["next_review_at"])
    standings.refresh(learner_pk, (track.regulation.key for track in tracks if track.pk in made), log.observations, now=now)
    return made


def decision_data(track: Track, decision: Decision, learner_public_id: str) -> DecisionData:
    """A decision as it leaves grading; the track comes with its regulation."""
    return DecisionData(
        learner_public_id=learner_public_id,
        regulation=track.regulation.key,
        audience=track.audience,
        n=decision.n,
        status=_DECISION_STATUS[decision.status],
        reasons=reasons_from_json(decision.reasons),
        evidence_upto=decision.evidence_upto,
        digest=decision.digest,
        decided_at=decision.decided_at,
    )


def mastery_data(row: Mastery) -> SkillMastery:
    """A stored mastery as it leaves grading; the skill comes with it."""
    return SkillMastery(
        skill=row.skill.code, state=_MASTERY_STATUS[row.state], value_milli=row.value_milli, since=row.since, expires_at=row.expires_at
    )


def mastery_of(track: Track) -> tuple[SkillMastery, ...]:
    """The state of every skill of a track that was ever assessed, by skill code."""
    return tuple(mastery_data(row) for row in Mastery.objects.filter(track_id=track.pk).select_related("skill").order_by("skill__code"))


def mastery_values(state: SkillState) -> MasteryValues:
    """What of a skill's state is stored."""
    return state.state, state.value_milli, state.since, state.expires_at


def stored_values(row: Mastery) -> MasteryValues:
    """The same of a stored row."""
    return row.state, row.value_milli, row.since, row.expires_at


def _stored_masteries(learner_pk: int) -> dict[int, dict[str, _StoredMastery]]:
    """Every stored mastery of a learner, by id of the track and code of the skill."""
    stored: dict[int, dict[str, _StoredMastery]] = {}
    for track_id, code, pk, skill_id, *values in _masteries(learner_pk):
        stored.setdefault(track_id, {})[code] = pk, skill_id, tuple(values)
    return stored


def _write_mastery(
    track: Track, states: Iterable[SkillState], stored: Mapping[str, _StoredMastery], upto: int
) -> list[signals.SkillChange]:
    """Adds and changes rows, only where something differs; a skill that lost all its evidence becomes "not assessed".

    Returns:
        The skills whose state is another one now; a value alone that changed is not among them.
    """
    wanted: dict[str, MasteryValues] = dict.fromkeys(stored, _NEVER_ASSESSED)
    wanted.update({state.skill: mastery_values(state) for state in states})
    added: list[Mastery] = []
    changed: list[Mastery] = []
    turned: list[signals.SkillChange] = []
    for code, values in wanted.items():
        pk, skill_id, before = stored.get(code, (None, None, _NEVER_ASSESSED))
        if pk is not None and before == values:
            continue
        if before[0] != values[0]:
            turned.append(signals.SkillChange(skill=code, before=before[0], after=values[0], value_milli=values[1]))
        row = Mastery(pk=pk, track_id=track.pk, skill_id=skill_id or dimensions.skill_id(code), evidence_upto=upto)
        row.state, row.value_milli, row.since, row.expires_at = values
        (added if pk is None else changed).append(row)
    if added:
        Mastery.objects.bulk_create(added)
    if changed:
        Mastery.objects.bulk_update(changed, ["state", "value_milli", "since", "expires_at", "evidence_upto"])
    return turned


def write_decision(track: Track, policy: Policy, verdict: Verdict, upto: int, *, now: datetime, actor_id: int | None) -> Decision:
    """Stores the next decision of a track, with its review date, and what it sets off: facts, records, the event. Under the learner lock.

    Args:
        upto: id of the last row of evidence that it rests on.
    """
    was_completed = track.status == Track.Status.COMPLETED
    decision = Decision.objects.create(
        track_id=track.pk,
        n=track.decision_n + 1,
        status=verdict.status,
        school_level=track.school_level,
        evidence_upto=upto,
        reasons=reasons_to_json(verdict.reasons),
        digest=verdict.digest,
        actor_id=actor_id,
        decided_at=now,
    )
    track.status = verdict.status
    track.decision_n = decision.n
    track.decision_digest = verdict.digest
    track.completed_before = track.completed_before or verdict.status == "completed"
    track.save(update_fields=["status", "decision_n", "decision_digest", "completed_before", "next_review_at"])
    if verdict.status == "completed":
        counters.record(track, "completed", 1, now)
    elif was_completed:
        counters.record(track, "completed", -1, now)
    _ask_for_records(track, policy, decision, was_completed=was_completed)
    _announce(track, decision)
    return decision


def _ask_for_records(track: Track, policy: Policy, decision: Decision, *, was_completed: bool) -> None:
    """Only the newest decision is issued: what an earlier one asked for and nobody has done yet is overtaken.

    A decision that falls back asks too if a confirmation is in force, so that the issuing side can withdraw it; it does not wait for
    the settling period.
    """
    if was_completed or policy.records_results:
        IssueTodo.objects.filter(track_id=track.pk).delete()
    completed = decision.status == Decision.Status.COMPLETED
    if not (completed or policy.records_results or track.confirmed > 0):
        return
    settling = timedelta(0) if was_completed else timedelta(seconds=policy.values.settling_seconds)
    IssueTodo.objects.create(
        learner_id=track.learner_id,
        track_id=track.pk,
        decision_n=decision.n,
        created_at=decision.decided_at,
        not_before=decision.decided_at + settling,
    )


def _announce(track: Track, decision: Decision) -> None:
    """Tells the platform once the transaction holds; a receiver that fails cannot undo a decision."""
    data = signals.decision_made(decision_data(track, decision, track.learner.public_id))
    transaction.on_commit(lambda: signals.DECISION_MADE.send_event(decision=data), robust=True)


def _announce_mastery(track: Track, changes: Sequence[signals.SkillChange], now: datetime) -> None:
    """As `_announce`. The learner was read under the lock, so that ``rev`` is that of this very transaction."""
    data = signals.mastery_changed(
        track.learner.public_id, track.regulation.key, track.audience, rev=track.learner.rev, changes=changes, assessed_at=now
    )
    transaction.on_commit(lambda: signals.MASTERY_CHANGED.send_event(mastery=data), robust=True)
