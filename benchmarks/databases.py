"""The database of a benchmark: SQLite in a file of its own, or the MariaDB that `tools.services` has started."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import django
from django.core.management import call_command


def prepare_database(folder: Path) -> None:
    """Sets Django up and makes all tables.

    Args:
        folder: for the file of SQLite.
    """
    os.environ["DIGISKILLS_BENCH_DATABASE"] = str(folder / "bench.sqlite3")
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    logging.disable(logging.WARNING)
    django.setup()
    _create_schema()
    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)  # the workbench has no migrations


def _create_schema() -> None:
    """SQLite makes its file itself."""
    from django.db import connection

    if connection.vendor == "mysql":
        with connection._nodb_cursor() as cursor:  # noqa: SLF001 - what Django's own test runner creates its database by
            cursor.execute(f"CREATE DATABASE {connection.settings_dict['NAME']} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
