"""Do the workers work?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from digiskills_grading import worker_runs
from digiskills_grading.data import Finding
from digiskills_grading.settings.beat import BEAT_SECONDS

BROKER_SECONDS = 3


def broker(_now: datetime) -> Iterator[Finding]:
    """Whether a task could be handed to Celery now."""
    todo = "is Redis (or RabbitMQ) running, and does CELERY_BROKER_* name it? Until then run the commands from cron"
    try:
        from celery import current_app
        from kombu.exceptions import OperationalError
    except ImportError:
        yield Finding(check="broker", level="warn", what="Celery is not installed", todo="run the commands from cron")
        return
    if current_app.conf.task_always_eager:
        yield Finding(check="broker", level="ok", what="tasks run at once, in the process that asks for them")
        return
    if not (current_app.conf.broker_url or current_app.conf.broker_write_url):
        yield Finding(check="broker", level="warn", what="Celery has no broker here", todo="run the commands from cron")
        return
    try:
        connection = current_app.connection_for_write()
    except (ImportError, AttributeError, KeyError) as error:  # AttributeError: how kombu fails where the package redis is not there
        what = f"the broker cannot be spoken to: {error}"
        yield Finding(check="broker", level="fail", what=what, todo="install the client of the broker, e.g. the package redis")
        return
    try:
        with connection as channel:
            channel.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_SECONDS)
    except (OperationalError, OSError) as error:
        yield Finding(check="broker", level="fail", what=f"the broker does not answer: {error}", todo=todo)
    else:
        yield Finding(check="broker", level="ok", what=f"the broker answers ({channel.transport_cls})")


def runs(now: datetime) -> Iterable[Finding]:
    """When our own tasks ran last."""
    return worker_runs.findings({f"digiskills_grading.tasks.{name}": seconds for name, seconds in BEAT_SECONDS.items()}, now=now)
