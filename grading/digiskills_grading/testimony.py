"""What observations and exemptions have in common: a person with a right says something about a learner, and answers for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from attrs import frozen

from digiskills_framework.api import Assurance
from digiskills_grading import assessment, authority, dimensions, evidence, learners, switches
from digiskills_grading.data import LearnerRef
from digiskills_grading.errors import EvidenceNotFound, LearnerNotFound, SessionNotFound, StatementInvalid
from digiskills_grading.models import ClassSession, Evidence, EvidenceNote, Learner, Track
from digiskills_grading.site_data import load_framework, load_regulation
from digiskills_grading.transactions import require_aware, run_locked

MAX_NOTE = 4000


@frozen
class Testimony:
    """Who says something of whom, and when."""

    learner: Learner
    actor: authority.Actor
    now: datetime

    def row(self, *, skill: str, kind: Evidence.Kind, source: Evidence.Source, source_key: str) -> Evidence:
        """Evidence of a whole skill, not saved yet. Its assurance is `observed`: a person answers for it."""
        return Evidence(
            learner_id=self.learner.pk,
            skill_id=dimensions.skill_id(skill),
            source=source,
            source_key=source_key,
            kind=kind,
            value_milli=0,
            assurance=Assurance.OBSERVED.value,
            actor_id=self.actor.user_id,
            occurred_at=self.now,
            recorded_at=self.now,
        )


def admit(learner: LearnerRef, right: authority.Right, actor: authority.Actor, *, now: datetime) -> Testimony:
    """Lets somebody speak who may.

    Raises:
        LearnerNotFound: no such learner.
        NotPermitted: see `authority.require`.
        RecordingStopped: the operator has stopped recording.
    """
    require_aware(now)
    switches.require_recording()
    person = learners.find(learner)
    if person is None:
        raise LearnerNotFound(str(learner.public_id or learner.user_id))
    authority.require(right, actor, person, now=now)
    return Testimony(person, actor, now)


def facets_of(learner: Learner, skill: str) -> tuple[str, ...]:
    """The facets of a skill of one of the learner's frameworks.

    Raises:
        StatementInvalid: none of them has the skill.
    """
    keys = Track.objects.filter(learner_id=learner.pk, successor=None).values_list("regulation__key", flat=True)
    frameworks = sorted({load_regulation(key).framework for key in keys})
    for found in (item for key in frameworks for item in load_framework(key).skills if item.code == skill):
        return found.facet_codes
    raise StatementInvalid(f"there is no skill {skill!r} in {', '.join(frameworks)}; give the code of one of its skills")


def find_session(public_id: str) -> ClassSession:
    """A class session.

    Raises:
        SessionNotFound: there is none with this public id.
    """
    found = ClassSession.objects.filter(public_id=public_id).first()
    if found is None:
        raise SessionNotFound(public_id)
    return found


def require_text(text: str, *, needed: str | None = None) -> str:
    """A note as it is stored.

    Args:
        needed: what to say where there is no text; None: there need not be one.

    Raises:
        StatementInvalid: it is missing or too long.
    """
    text = text.strip()
    if needed is not None and not text:
        raise StatementInvalid(needed)
    if len(text) > MAX_NOTE:
        raise StatementInvalid(f"the text has {len(text)} characters; shorten it to {MAX_NOTE}")
    return text


def record(testimony: Testimony, build: Callable[[], Evidence], *, note: str) -> str:
    """Writes what was said, and draws the consequences.

    Args:
        build: gives the row under the learner lock; one that is stored already is left as it is.

    Returns:
        The row's source key.
    """

    def work() -> str:
        row = build()
        if not row.pk:
            row.save(force_insert=True)
            if note:
                EvidenceNote.objects.create(evidence_id=row.pk, text=note)
            assessment.assess(row.learner_id, now=testimony.now, actor_id=testimony.actor.user_id)
        return row.source_key

    return run_locked(testimony.learner.pk, work)


def take_back(testimony: Testimony, find: Callable[[], Iterable[Evidence]], *, what: str) -> None:
    """Takes back what was said.

    Args:
        find: gives the rows under the learner lock.
        what: names them in the error.

    Raises:
        EvidenceNotFound: there are none.
    """
    actor_id = testimony.actor.user_id

    def work() -> None:
        rows = list(find())
        if not rows:
            raise EvidenceNotFound(what)
        evidence.take_back(rows, actor_id=actor_id, now=testimony.now)
        assessment.assess(testimony.learner.pk, now=testimony.now, actor_id=actor_id)

    run_locked(testimony.learner.pk, work)
