"""When the workers ran last: the evidence that beat, cron and Celery really do their work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from digiskills_grading.data import Finding
from digiskills_grading.data.operations import age_in_words
from digiskills_grading.models import WorkerRun

# The names of our Celery tasks. A command that does the same work notes it under the same name.
PROCESS_INBOX = "digiskills_grading.tasks.process_inbox"
SWEEP = "digiskills_grading.tasks.sweep"
FOLD_COUNTERS = "digiskills_grading.tasks.fold_counters"
REVIEW_DUE = "digiskills_grading.tasks.review_due"
REFRESH_COURSES = "digiskills_grading.tasks.refresh_courses"


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


def findings(intervals: Mapping[str, float], *, now: datetime) -> Iterator[Finding]:
    """For the doctor: when tasks ran to their end last, judged by how often they should.

    Args:
        intervals: seconds between two runs, by the name of the task.
    """
    ran = last()
    todo = "start a beat process and a worker, or run the command from cron every minute; look for the task in the worker's log"
    for name, seconds in intervals.items():
        check = f"runs.{name.replace('.tasks.', '.')}"
        if name not in ran:
            yield Finding(check=check, level="warn", what=f"{name} never ran", todo=todo)
            continue
        age = max(now - ran[name], timedelta(0))
        warn = max(timedelta(seconds=4 * seconds), timedelta(minutes=3))
        yield Finding.of_age(check, f"{name} ran {age_in_words(age)} ago", todo, age=age, warn=warn, fail=10 * warn)
