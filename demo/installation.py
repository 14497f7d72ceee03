"""The demo's files: one process at a time, from nothing when asked, tables and people in place."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections

from demo import people, registry
from demo.generated import LOCALES, generated_course
from demo.places import VAR

OLD_FILES = ("demo.sqlite3*", f"{registry.FILE_NAME}*", "*.jwt", "badge.json", "did.json", "jwks.json", "test-*.json")


@contextmanager
def only_process() -> Iterator[None]:
    """Holds the demo's lock: SQLite here has one writing process, and a journey deletes the files under it.

    Raises:
        CommandError: another demo is running.
    """
    with (VAR / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(f"another demo is running with the files in {VAR}; stop it first (Ctrl-C)") from error
        yield


def remove_old() -> None:
    """Deletes databases and records of earlier runs; keys, secrets and the course stay."""
    connections.close_all()
    for pattern in OLD_FILES:
        for path in VAR.glob(pattern):
            path.unlink()


def prepare() -> None:
    """The course, tables, admin units, people. The workbench has no migrations, so its table is made from its model."""
    for locale in LOCALES:
        generated_course(locale)
    call_command("migrate", run_syncdb=True, verbosity=0)
    people.ensure_people()
