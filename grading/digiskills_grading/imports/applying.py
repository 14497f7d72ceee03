"""Writing the rows of a file, some learners at a time, under their locks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen
from django.db import connection, models

from digiskills_grading import assessment, evidence, learners
from digiskills_grading.imports.faults import Fault
from digiskills_grading.imports.planning import OUTCOMES, Plan, plan, stored_results
from digiskills_grading.imports.spool import Line, Settled
from digiskills_grading.models import Evidence, EvidenceNote, ImportedResult, Track
from digiskills_grading.scoring import source_key

SOURCE = "import"


@frozen(kw_only=True)
class Target:
    """What all rows of a run share.

    Attributes:
        skills: row ids by code.
        track: regulation id, audience and school level that the learners join; None: none.
    """

    batch: int
    file_order: int
    actor_id: int | None
    now: datetime
    skills: dict[str, int]
    track: tuple[int, str, str | None] | None


def apply(lines: Sequence[Line], target: Target) -> Settled:
    """Writes rows, sorted by learner, and draws the consequences once for each learner. Under the locks of all their learners."""
    stored = stored_results(lines)
    plans, faults = [], []
    for line in lines:
        try:
            plans.append(plan(line, stored, target.file_order))
        except Fault as fault:
            faults.append((line.row, fault))
    _write(plans, target)
    whom = {line.learner for line in lines}
    joined = _join(whom, target)
    changed = {item.line.learner for item in plans if item.step in ("add", "correct")}
    on_the_way = set(Track.objects.filter(learner_id__in=whom).values_list("learner_id", flat=True))
    for learner in sorted((changed | joined) & on_the_way):
        assessment.assess(learner, now=target.now, actor_id=target.actor_id)
    return Settled(tuple((item.line.row, OUTCOMES[item.step]) for item in plans), tuple(faults))


def insert_rows(rows: Sequence[models.Model]) -> None:
    """INSERT in statements of many rows, without reading ids back or sending signals; half the cost of ``bulk_create``."""
    if not rows:
        return
    table = rows[0]._meta  # noqa: SLF001  # public by its documentation
    fields = [field for field in table.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(table.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608  # names of our own tables
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[_adapted(getattr(row, field.attname)) for field in fields] for row in rows])


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _write(plans: Sequence[Plan], target: Target) -> None:
    corrected = [item for item in plans if item.step == "correct"]
    if corrected:
        keys = [item.stored.source_key for item in corrected if item.stored is not None and item.stored.source_key is not None]
        evidence.take_back(Evidence.objects.filter(source_key__in=keys), actor_id=target.actor_id, now=target.now)
    told = [item for item in plans if item.step in ("add", "correct") and item.line.value is not None]
    insert_rows([_evidence(item, target) for item in told])
    _write_notes([item for item in told if item.line.note])
    insert_rows([_result(item, target) for item in plans if item.stored is None])
    confirmed = [item.stored.pk for item in plans if item.step == "note" and item.stored is not None and item.line.revision is None]
    ImportedResult.objects.filter(pk__in=confirmed).update(batch_id=target.batch, file_order=target.file_order)
    ImportedResult.objects.bulk_update(
        [_result(item, target) for item in plans if item.stored is not None and item.step != "leave" and item.stored.pk not in confirmed],
        ["batch", "file_order", "revision", "n", "content", "source_key"],
    )


def _write_notes(plans: Iterable[Plan]) -> None:
    notes = {_source_key(item): item.line.note for item in plans}
    if notes:
        rows = Evidence.objects.filter(source_key__in=notes).values_list("pk", "source_key")
        EvidenceNote.objects.bulk_create(EvidenceNote(evidence_id=pk, text=notes[key]) for pk, key in rows)


def _evidence(item: Plan, target: Target) -> Evidence:
    line = item.line
    return Evidence(
        learner_id=line.learner,
        skill_id=target.skills[line.skill],
        facet=line.facet,
        source=Evidence.Source.IMPORT.value,
        source_key=_source_key(item),
        kind=Evidence.Kind.SCORE.value,
        value_milli=line.value or 0,
        practical=line.practical,
        assurance=line.assurance,
        actor_id=target.actor_id,
        occurred_at=line.occurred_at,
        recorded_at=target.now,
    )


def _result(item: Plan, target: Target) -> ImportedResult:
    """The stored result after the row; one that only gets a new revision keeps its evidence."""
    line, row = item.line, item.stored or ImportedResult(key=item.line.key, learner_id=item.line.learner, n=0)
    if item.step in ("add", "correct"):
        row.source_key = None if line.value is None else _source_key(item)
        row.n += line.value is not None
    row.batch_id = target.batch
    row.file_order = target.file_order
    row.revision = line.revision
    row.content = line.content
    return row


def _source_key(item: Plan) -> str:
    """Key of the evidence that the row makes; asked before the stored result is brought up to the row."""
    n = 0 if item.stored is None else item.stored.n
    return source_key(SOURCE, item.line.key, skill=item.line.skill, facet=item.line.facet, revision=n)


def _join(whom: set[int], target: Target) -> set[int]:
    """Puts those on the way who are not on it; gives them."""
    if target.track is None:
        return set()
    regulation_id, audience, level = target.track
    tracks = Track.objects.filter(learner_id__in=whom, regulation_id=regulation_id, audience=audience, joined_at__isnull=False)
    new = whom - set(tracks.values_list("learner_id", flat=True))
    for learner in sorted(new):
        learners.joined_track(learner, regulation_id, audience, level, by_staff=False, now=target.now)
    return new
