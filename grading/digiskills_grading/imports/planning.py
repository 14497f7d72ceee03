"""What is to become of a row, by what is stored about the same result. Reads and decides; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from attrs import frozen
from django.utils.translation import gettext as _

from digiskills_grading.imports.faults import Fault
from digiskills_grading.imports.spool import Line, Outcome
from digiskills_grading.models import ImportedResult

# `note`: only the revision (or the withdrawal of what never came) is noted, so that what is older and comes later stays out.
Step = Literal["add", "correct", "note", "leave"]
OUTCOMES: dict[Step, Outcome] = {"add": "added", "correct": "corrected", "note": "unchanged", "leave": "unchanged"}


@frozen
class Plan:
    """A row with what is to be done for it and what is stored about its result."""

    line: Line
    step: Step
    stored: ImportedResult | None


def stored_results(lines: Iterable[Line]) -> dict[str, ImportedResult]:
    """What is stored about the results of these rows, by key. One query."""
    return {row.key: row for row in ImportedResult.objects.filter(key__in=[line.key for line in lines])}


def plan(line: Line, stored: Mapping[str, ImportedResult], file_order: int) -> Plan:
    """What is to be done for a row.

    The outcome does not depend on the order in which files arrive, as far as the sender gives revisions; otherwise the file that was
    imported for the first time last is the newest.

    Args:
        file_order: of the row's file, see `ImportedResult`.

    Raises:
        Fault: the row contradicts what is stored.
    """
    found = stored.get(line.key)
    if found is None:
        return Plan(line, "note" if line.value is None else "add", None)
    if found.learner_id != line.learner:
        problem = _("the result with this reference is another learner's")
        raise Fault("source_ref", line.reference, problem, _("Withdraw it there, and send it for this learner under a new reference."))
    if not _newer(line, found, file_order):
        return Plan(line, "leave", found)
    if found.content == line.content:
        return Plan(line, "note", found)
    return Plan(line, "correct", found)


def _newer(line: Line, found: ImportedResult, file_order: int) -> bool:
    if line.revision is None and found.revision is None:
        return file_order > found.file_order
    if line.revision is None:
        problem = _("this result was sent with revisions before")
        raise Fault("revision", "", problem, _("Give a revision above %d to correct it.") % (found.revision or 0))
    if found.revision is None or line.revision > found.revision:
        return True
    if line.revision == found.revision and line.content != found.content:
        problem = _("another value was sent before under the same revision")
        raise Fault("revision", str(line.revision), problem, _("Raise the revision to correct it."))
    return False
