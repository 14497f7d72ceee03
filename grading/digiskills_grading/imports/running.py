"""An import from its first byte to its report."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from attrs import asdict, frozen
from django.utils import timezone
from django.utils.translation import gettext as _

from digiskills_grading import dimensions, switches
from digiskills_grading.data import ImportOptions, ImportReport, RowError
from digiskills_grading.ids import new_public_id
from digiskills_grading.imports import people, setting_up, writing
from digiskills_grading.imports.applying import Target
from digiskills_grading.imports.cells import Result, RowParser
from digiskills_grading.imports.columns import PERSON_COLUMNS
from digiskills_grading.imports.faults import MAX_ERRORS, Fault
from digiskills_grading.imports.files import Cells, FormulaCell, file_digest, read_rows
from digiskills_grading.imports.spool import Contradiction, Owner, Spool
from digiskills_grading.models import ImportBatch
from digiskills_grading.transactions import require_aware

NEWER_THAN_ALL = 2**63 - 1


@frozen(kw_only=True)
class _Run:
    """What all steps of a run share; ``first`` is the first batch of the same file, None for a new file."""

    filename: str
    options: ImportOptions
    digest: str
    first: int | None
    now: datetime
    actor_id: int | None
    progress: writing.Progress


def run(
    stream: BinaryIO,
    *,
    filename: str,
    options: ImportOptions,
    now: datetime,
    actor_id: int | None,
    progress: writing.Progress | None = None,
    on_error: Callable[[RowError], None] | None = None,
) -> ImportReport:
    """Imports a file of results, or (``dry_run``) tells what would become of each row.

    Importing the same rows again, in the same file or another, changes nothing; a row that says something else about the result of
    the same reference corrects it. Row by row, each learner's rows are written in one transaction; all or nothing, all rows are.

    Args:
        stream: binary and seekable, at its start; stays open.
        now: aware.
        actor_id: platform account of whoever imports.
        progress: is told how many rows are settled, several times.
        on_error: is given every error in the order of the file, also those above the `MAX_ERRORS` of the report.

    Raises:
        ImportRefused: the file as a whole cannot be imported; nothing was written.
        UnknownContext: the regulation, audience or school level does not exist.
        RecordingStopped: the operator has stopped recording; a dry run is still possible.
        RuntimeError: inside somebody else's transaction, unless it is a dry run.
    """
    require_aware(now)
    if not options.dry_run:
        switches.require_recording()
    skills, zone = setting_up.skills_meant(options, filename), setting_up.zone_meant(options, filename)
    organisation = setting_up.organisation_pk(options, filename)
    digest = setting_up.digest_of(file_digest(stream, filename), options)
    shared = _Run(
        filename=filename,
        options=options,
        digest=digest,
        first=setting_up.first_batch(digest, options),
        now=now,
        actor_id=actor_id,
        progress=progress or (lambda _done: None),
    )
    with Spool() as spool:
        rows = _read(stream, spool, shared, RowParser(options, skills, zone=zone, now=now), organisation)
        for row, reference, kind in spool.settle_duplicates():
            spool.reject([_contradiction(kind, reference).at(row)])
        if options.dry_run or options.all_or_nothing:
            writing.look_through(spool, NEWER_THAN_ALL if shared.first is None else shared.first, shared.progress)
        batch = None if options.dry_run else _write(spool, shared, rows)
        if on_error is not None:
            for error in spool.errors():
                on_error(error)
        return _report(spool, rows, batch)


def _read(stream: BinaryIO, spool: Spool, shared: _Run, parser: RowParser, organisation: int | None) -> int:
    """Brings the file into the spool, checked and with the owner of every row; gives the number of its rows."""
    rows = 0
    with closing(read_rows(stream, shared.filename, shared.options)) as source:
        while chunk := list(islice(source, writing.CHUNK)):
            rows += len(chunk)
            results = [result for number, cells in chunk if (result := _parsed(number, cells, parser, spool)) is not None]
            column = next((name for _, cells in chunk if isinstance(cells, dict) for name in PERSON_COLUMNS if name in cells), "")
            spool.add(_owned(results, column, organisation, spool), source=shared.options.source)
    return rows


def _owned(results: list[Result], column: str, organisation: int | None, spool: Spool) -> list[tuple[Result, Owner]]:
    """The results whose learner is there, with them; the others are rejected."""
    owners = people.find_owners(column, {result.person for result in results}, organisation) if results else {}
    found = []
    for result in results:
        owner = owners.get(result.person)
        if owner is None:
            spool.reject([people.unknown(column, result.person).at(result.row)], unread=True)
        else:
            found.append((result, owner))
    return found


def _parsed(number: int, cells: Cells | FormulaCell, parser: RowParser, spool: Spool) -> Result | None:
    if isinstance(cells, FormulaCell):
        remedy = _("Replace formulas by their values before saving: copy, then paste values only.")
        errors: Sequence[RowError] = [Fault("", cells.text, _("the row holds a formula"), remedy).at(number)]
    else:
        parsed = parser.parse(number, cells)
        if isinstance(parsed, Result):
            return parsed
        errors = parsed
    spool.reject(errors, unread=True)
    return None


def _contradiction(kind: Contradiction, reference: str) -> Fault:
    if kind == "two_learners":
        problem = _("the same reference stands for two learners")
        return Fault("source_ref", reference, problem, _("Give every result a reference of its own."))
    if kind == "revision_missing":
        problem = _("other rows of the same reference carry revisions")
        return Fault("revision", "", problem, _("Give this row its revision too."))
    problem = _("rows of the same reference say different things")
    return Fault("source_ref", reference, problem, _("Keep the right one, or give each its revision."))


def _write(spool: Spool, shared: _Run, rows: int) -> ImportBatch:
    """Writes what is in the spool, with a batch that tells of it."""
    options = shared.options
    refused = options.all_or_nothing and spool.count("rejected") > 0
    batch = _new_batch(shared, ImportBatch.State.REFUSED if refused else ImportBatch.State.RUNNING)
    if not refused:
        spool.reopen()
        for accounts in spool.accounts(writing.CHUNK):
            spool.admit(people.admit(accounts))
        target = _target(batch, spool, shared)
        if not options.all_or_nothing:
            writing.write_by_learner(spool, target, shared.progress)
        elif not writing.write_at_once(spool, target, shared.progress, shared.filename):
            refused = True
    batch.state = ImportBatch.State.REFUSED if refused else ImportBatch.State.FINISHED
    batch.finished_at = timezone.now()
    batch.rows = rows
    batch.added, batch.corrected, batch.unchanged = spool.count("added"), spool.count("corrected"), spool.count("unchanged")
    batch.rejected = spool.count("rejected")
    batch.save()
    return batch


def _new_batch(shared: _Run, state: ImportBatch.State) -> ImportBatch:
    return ImportBatch.objects.create(
        public_id=new_public_id(shared.now),
        source=shared.options.source,
        filename=shared.filename[:255],
        file_digest=shared.digest,
        options=json.dumps(asdict(shared.options), ensure_ascii=False),
        actor_id=shared.actor_id,
        state=state,
        started_at=shared.now,
    )


def _target(batch: ImportBatch, spool: Spool, shared: _Run) -> Target:
    options, track = shared.options, None
    if options.regulation is not None and options.audience is not None:
        track = (dimensions.regulation_id(options.regulation), options.audience, options.school_level)
    return Target(
        batch=batch.pk,
        file_order=batch.pk if shared.first is None else shared.first,
        actor_id=shared.actor_id,
        now=shared.now,
        skills=dimensions.skill_ids(spool.skills()),
        track=track,
    )


def _report(spool: Spool, rows: int, batch: ImportBatch | None) -> ImportReport:
    errors = spool.errors()
    return ImportReport(
        batch_id=None if batch is None else batch.public_id,
        rows=rows,
        added=spool.count("added"),
        corrected=spool.count("corrected"),
        unchanged=spool.count("unchanged"),
        rejected=spool.count("rejected"),
        errors=tuple(islice(errors, MAX_ERRORS)),
        error_count=spool.error_count(),
        written=batch is not None and batch.state == ImportBatch.State.FINISHED,
    )
