"""What one person saw another do, as evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from digiskills_grading import evidence, testimony
from digiskills_grading.authority import Actor, observers
from digiskills_grading.data import LearnerRef
from digiskills_grading.errors import StatementInvalid
from digiskills_grading.ids import new_public_id
from digiskills_grading.models import Evidence
from digiskills_grading.scoring import source_key

MAX_REFERENCE = 64
WHOLE = 1000  # thousandths


def record_observation(  # noqa: PLR0913  # what an observation consists of
    learner: LearnerRef,
    *,
    skill: str,
    facet: str = "",
    value_milli: int | None = None,
    checklist: Mapping[str, bool] | None = None,
    practical: bool = True,
    session: str | None = None,
    note: str = "",
    reference: str | None = None,
    actor_id: int,
    role: str,
    now: datetime,
) -> str:
    """Records what an observer saw a learner do, as evidence with the assurance `observed`.

    Args:
        facet: of a skill that is assessed by its facets.
        value_milli: 0 … 1000; or instead
        checklist: what was to be seen, and whether it was; the value is the share that was. Kept with the note.
        session: public id of the class session in which it was seen.
        reference: of the observer's own; the same one again records nothing and gives the same key.
        actor_id: platform account of the observer.
        role: in which they observe.
        now: aware.

    Returns:
        The key by which the observation can be taken back.

    Raises:
        LearnerNotFound, SessionNotFound: there is no such learner or session.
        NotPermitted: see `authority.require`.
        StatementInvalid: no such skill or facet under the learner's regulations, or not exactly one valid value.
        RecordingStopped: the operator has stopped recording.
        ConfigurationError: there is a note and no key to encrypt it with.
        RuntimeError: inside somebody else's transaction.
    """
    said = testimony.admit(learner, observers, Actor(user_id=actor_id, role=role), now=now)
    facets = testimony.facets_of(said.learner, skill)
    if facet not in (facets or ("",)):
        known = ", ".join(facets) or "it has none"
        raise StatementInvalid(f"facet {facet!r} is not what skill {skill} is observed by; give one of its facets: {known}")
    if reference is not None and not 0 < len(reference) <= MAX_REFERENCE:
        raise StatementInvalid(f"a reference has 1 to {MAX_REFERENCE} characters; shorten it or leave it out")
    source_id = f"{actor_id}/{said.learner.public_id}/{reference or new_public_id(now)}"
    key = source_key(Evidence.Source.OBSERVATION.value, source_id, skill=skill, facet=facet, revision=0)
    row = said.row(skill=skill, kind=Evidence.Kind.SCORE, source=Evidence.Source.OBSERVATION, source_key=key)
    row.facet = facet
    row.value_milli = _value(value_milli, checklist)
    row.practical = practical
    row.session_id = None if session is None else testimony.find_session(session).pk
    text = testimony.require_text("\n".join([note, *_lines(checklist)]))
    return testimony.record(said, lambda: Evidence.objects.filter(source_key=key).first() or row, note=text)


def take_back_observation(learner: LearnerRef, key: str, *, actor_id: int, role: str, now: datetime) -> None:
    """Takes back an observation, of one's own or of another observer.

    Raises:
        EvidenceNotFound: there is no such observation of this learner, or it was taken back.
        LearnerNotFound, NotPermitted, RecordingStopped, RuntimeError: as for `record_observation`.
    """
    said = testimony.admit(learner, observers, Actor(user_id=actor_id, role=role), now=now)
    rows = Evidence.objects.filter(learner_id=said.learner.pk, source=Evidence.Source.OBSERVATION)
    testimony.take_back(said, lambda: [row for row in evidence.standing(rows.all()) if row.source_key == key], what=key)


def _value(value_milli: int | None, checklist: Mapping[str, bool] | None) -> int:
    if (value_milli is None) == (not checklist):
        raise StatementInvalid("give either a value or a checklist with at least one line, and not both")
    if checklist:
        return WHOLE * sum(checklist.values()) // len(checklist)
    if value_milli is None or not 0 <= value_milli <= WHOLE:
        raise StatementInvalid(f"a value lies between 0 and {WHOLE}, not {value_milli}")
    return value_milli


def _lines(checklist: Mapping[str, bool] | None) -> list[str]:
    return [f"[{'x' if seen else ' '}] {what}" for what, seen in (checklist or {}).items()]
