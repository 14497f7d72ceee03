"""Results from elsewhere: a CSV or XLSX file becomes evidence, each row once, however often and in whatever order files arrive."""

from __future__ import annotations

from digiskills_grading.imports.people import set_external_id
from digiskills_grading.imports.running import run

__all__ = ["run", "set_external_id"]
