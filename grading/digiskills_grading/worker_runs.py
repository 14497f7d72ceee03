"""When the workers ran last: the evidence that beat, cron and Celery really do their work."""

from __future__ import annotations

from datetime import datetime

from digiskills_grading.models import WorkerRun


def note(name: str, *, now: datetime) -> None:
    """Notes that a task has run to its end; called at its end, so that one that always fails looks like one that never runs.

    Args:
        name: of the Celery task; a command that does the same work gives the same name.
        now: aware.
    """
    if not WorkerRun.objects.filter(name=name).update(ran_at=now):
        WorkerRun.objects.update_or_create(name=name, defaults={"ran_at": now})


def last() -> dict[str, datetime]:
    """The end of the last run of every task that ever ran."""
    return dict(WorkerRun.objects.values_list("name", "ran_at"))
