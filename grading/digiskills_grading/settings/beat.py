"""When Celery's beat starts our tasks."""

from __future__ import annotations

from typing import Any

# Seconds between two runs of a task of tasks.py.
BEAT_SECONDS = {"process_inbox": 15.0, "sweep": 60.0, "fold_counters": 60.0, "review_due": 300.0, "refresh_courses": 300.0}


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Entries for Celery beat. A message that nobody took before the next one expires, so that a dead worker leaves no heap."""
    return {
        f"digiskills-grading-{name}": {
            "task": f"digiskills_grading.tasks.{name}",
            "schedule": seconds,
            "options": {"expires": seconds},
        }
        for name, seconds in BEAT_SECONDS.items()
    }


def update_schedule(settings: Any) -> None:
    """Puts our entries into the schedule, or takes them out again where ``DIGISKILLS_CELERY_BEAT`` is off by now.

    Only the LMS has a schedule, so that nothing is started twice. An entry of the operator's under one of our names stays.
    """
    schedule = getattr(settings, "CELERYBEAT_SCHEDULE", None)
    if schedule is None:
        return
    ours = beat_schedule()
    if getattr(settings, "DIGISKILLS_CELERY_BEAT", True):
        settings.CELERYBEAT_SCHEDULE = ours | schedule
    else:
        settings.CELERYBEAT_SCHEDULE = {name: entry for name, entry in schedule.items() if entry != ours.get(name)}
