"""The whole life of one record in order, for support: attempt, evidence, mastery, decision, then what other apps know of it.

No name, no account, and nothing that anybody wrote: who answers a question about a record need not learn more than its id says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from attrs import frozen
from django.db.models import Q

from digiskills_grading import ports
from digiskills_grading.data import StoryLine, StorySubject
from digiskills_grading.errors import StoryNotFound
from digiskills_grading.models import Attempt, AttemptRequest, Decision, Evidence, IssueTodo, Learner, Mastery, Track
from digiskills_grading.scoring import reasons_from_json

_DECISION = re.compile(r"(?P<learner>[0-9A-Z]{26})/(?P<n>[1-9][0-9]{0,8})")


@frozen
class Story:
    """What is told of a subject, oldest first; of two things in one moment the cause comes first."""

    subject: StorySubject
    lines: tuple[StoryLine, ...]


def tell(identifier: str) -> Story:
    """The story that an id belongs to.

    Args:
        identifier: of a learner, an attempt, a decision (``learner/n``), or what another app knows, such as the number of a record.

    Raises:
        StoryNotFound: nobody knows the id.
    """
    identifier = identifier.strip()
    subject = _subject(identifier)
    if subject is None:
        raise StoryNotFound(identifier)
    learner = Learner.objects.select_related("admin_unit").filter(public_id=subject.learner_public_id).first()
    lines = [] if learner is None else list(_of_learner(learner, subject))
    for port in ports.operations_ports():
        lines.extend(port.story(subject))
    return Story(subject=subject, lines=tuple(sorted(lines, key=lambda line: line.at)))


def _subject(identifier: str) -> StorySubject | None:
    return _own_subject(identifier) or next(
        (found for port in ports.operations_ports() if (found := port.subject(identifier)) is not None), None
    )


def _own_subject(identifier: str) -> StorySubject | None:
    decision = _DECISION.fullmatch(identifier)
    if decision is not None:
        rows = Decision.objects.filter(track__learner__public_id=decision["learner"], n=int(decision["n"]))
        tracks = [row.track for row in rows.select_related("track__regulation", "track__learner")]
        return _on_track(tracks, identifier)
    attempt = Attempt.objects.select_related("track__regulation", "track__learner").filter(public_id=identifier).first()
    if attempt is not None:
        return _on_track([attempt.track], identifier)
    known = Learner.objects.filter(public_id=identifier).exists()
    return StorySubject(learner_public_id=identifier, about=identifier) if known else None


def _on_track(tracks: list[Track], identifier: str) -> StorySubject | None:
    """Decisions of several tracks may bear the same number; then the whole learner is told."""
    if not tracks:
        return None
    learner = tracks[0].learner.public_id
    if len(tracks) > 1:
        return StorySubject(learner_public_id=learner, about=identifier)
    return StorySubject(learner_public_id=learner, about=identifier, regulation=tracks[0].regulation.key, audience=tracks[0].audience)


def _of_learner(learner: Learner, subject: StorySubject) -> Iterator[StoryLine]:
    unit = "" if learner.admin_unit is None else learner.admin_unit.code
    facts = {"account": "no" if learner.user_id is None else "yes"} | ({"unit": unit} if unit else {})
    yield StoryLine(at=learner.created_at, kind="learner.created", about=learner.public_id, facts=facts)
    tracks = [
        track
        for track in Track.objects.filter(learner_id=learner.pk).select_related("regulation").order_by("id")
        if subject.covers(track.regulation.key, track.audience)
    ]
    for track in tracks:
        if track.joined_at is not None:
            yield StoryLine(at=track.joined_at, kind="track.joined", about=learner.public_id, facts=_track_facts(track))
    track_ids = [track.pk for track in tracks]
    yield from _attempts(learner, track_ids)
    yield from _requests(learner)
    yield from _evidence(learner, track_ids)
    for track in tracks:
        yield from _mastery(learner, track)
        yield from _decisions(learner, track)


def _attempts(learner: Learner, track_ids: list[int]) -> Iterator[StoryLine]:
    rows = Attempt.objects.filter(learner_id=learner.pk, track_id__in=track_ids).select_related("task_version", "context").order_by("id")
    for row in rows.defer("result"):
        facts: dict[str, str | int] = {
            "task": f"{row.task_version.task_id}/{row.task_version.version}",
            "n": row.n,
            "run": row.run_kind,
            "block": row.context.usage_key,
        }
        if row.by_staff:
            facts["by"] = "course staff"
        if row.state == Attempt.State.VOID:
            facts["today"] = "reset by staff"
        yield StoryLine(at=row.started_at, kind="attempt.started", about=row.public_id, facts=facts)
        if row.scored_at is not None:
            scored: dict[str, str | int] = {"score": row.score_milli or 0, "grade": row.grade_state, "revision": row.revision}
            yield StoryLine(at=row.scored_at, kind="attempt.scored", about=row.public_id, facts=scored)


def _requests(learner: Learner) -> Iterator[StoryLine]:
    for row in AttemptRequest.objects.filter(learner_id=learner.pk).order_by("id"):
        yield StoryLine(at=row.created_at, kind=f"request.{row.kind}", about=learner.public_id, facts={"state": "waits"})


def _evidence(learner: Learner, track_ids: list[int]) -> Iterator[StoryLine]:
    """Rows that were recorded together about one source are one line. What is no attempt's serves every track."""
    tracks = Q(attempt=None) | Q(attempt__in=Attempt.objects.filter(learner_id=learner.pk, track_id__in=track_ids).values("pk"))
    rows = Evidence.objects.filter(tracks, learner_id=learner.pk).select_related("skill", "attempt").order_by("id")
    for (at, attempt_id, kind), group in groupby(rows, key=lambda row: (row.recorded_at, row.attempt_id, row.kind)):
        together = list(group)
        first = together[0]
        about = first.attempt.public_id if attempt_id is not None and first.attempt is not None else f"evidence:{first.pk}"
        facts: dict[str, str | int] = {"source": first.source, "assurance": first.assurance, "skills": _skills(together)}
        if first.occurred_at != at:
            facts["occurred"] = first.occurred_at.isoformat(timespec="seconds")
        if first.excluded_reason:
            facts["excluded"] = first.excluded_reason
        yield StoryLine(at=at, kind=f"evidence.{kind}", about=about, facts=facts)


def _skills(rows: Iterable[Evidence]) -> str:
    return ", ".join(f"{row.skill.code}{'/' if row.facet else ''}{row.facet} {row.value_milli}" for row in rows)


def _mastery(learner: Learner, track: Track) -> Iterator[StoryLine]:
    """As it is today, from the day on which it began to be so."""
    rows = Mastery.objects.filter(track_id=track.pk).exclude(since=None).select_related("skill").order_by("since", "skill__code")
    for (since, state), group in groupby(rows, key=lambda row: (row.since, row.state)):
        if since is not None:
            facts = {"skills": ", ".join(row.skill.code for row in group)} | _track_facts(track)
            yield StoryLine(at=since, kind=f"mastery.{state}", about=learner.public_id, facts=facts)


def _decisions(learner: Learner, track: Track) -> Iterator[StoryLine]:
    for row in Decision.objects.filter(track_id=track.pk).order_by("n"):
        reasons = sorted({reason.code for reason in reasons_from_json(row.reasons)})
        facts = {"reasons": ", ".join(reasons), "by": "the rules" if row.actor_id is None else "staff"} | _track_facts(track)
        yield StoryLine(at=row.decided_at, kind=f"decision.{row.status}", about=f"{learner.public_id}/{row.n}", facts=facts)
    for todo in IssueTodo.objects.filter(track_id=track.pk).order_by("id"):
        due = {"due": todo.not_before.isoformat(timespec="seconds")}
        yield StoryLine(at=todo.created_at, kind="issue.waits", about=f"{learner.public_id}/{todo.decision_n}", facts=due)


def _track_facts(track: Track) -> dict[str, str | int]:
    return {"regulation": track.regulation.key, "audience": track.audience}
