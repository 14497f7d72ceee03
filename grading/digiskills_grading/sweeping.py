"""What is done from time to time: grades never marked, requests of staff, certificates that waited, traces whose retention is over."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from digiskills_grading import certificates
from digiskills_grading.grades import GradeSink, sweep_grades
from digiskills_grading.models import Trace
from digiskills_grading.requests import process_requests


@frozen
class SweepReport:
    """How many grades were published, requests done, traces purged and certificates asked for again."""

    grades: int
    requests: int
    purged: int
    certificates: int


def sweep(sink: GradeSink, *, now: datetime, limit: int) -> SweepReport:
    """One round, at most ``limit`` of each kind. Requests come first: they may leave grades to publish."""
    requests = process_requests(now=now, limit=limit)
    grades = sweep_grades(sink, now=now, limit=limit)
    asked = certificates.ask_again(now=now, limit=limit)
    return SweepReport(grades=grades, requests=requests, purged=purge_traces(now=now, limit=limit), certificates=asked)


def purge_traces(*, now: datetime, limit: int) -> int:
    """Deletes traces whose retention is over; the results of their attempts stay."""
    due = list(Trace.objects.filter(purge_after__lte=now).order_by("purge_after").values_list("pk", flat=True)[:limit])
    deleted, _ = Trace.objects.filter(pk__in=due).delete()
    return deleted
