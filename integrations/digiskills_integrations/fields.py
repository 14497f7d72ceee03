"""Columns whose values are compared byte by byte on every database.

MySQL and MariaDB would otherwise compare by the table's collation, to which "a" and "á" are equal.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class CodeField(models.CharField):  # type: ignore[type-arg]  # Django's class is not generic at run time on 4.2
    """ASCII code, number, key or digest."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        # Chosen from the connection, not in the migration, so that one migration serves all databases.
        parameters: dict[str, Any] = dict(super().db_parameters(connection))
        if connection.vendor == "mysql":
            parameters["collation"] = "ascii_bin"
        return parameters
