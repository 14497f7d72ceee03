"""Are the rules by which people were assessed still those?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from digiskills_framework.api import FrameworkDataError
from digiskills_grading import dimensions
from digiskills_grading.data import Finding
from digiskills_grading.models import RegulationVersion

TODO = "restore the file from the package or your backup; a changed rule needs a version of its own"


def regulations_unchanged(_now: datetime) -> Iterator[Finding]:
    """Every regulation that was ever used can be read, and its file is the one that was used first."""
    rows = list(RegulationVersion.objects.order_by("key"))
    bad = [problem for row in rows if (problem := _problem(row)) is not None]
    for problem in bad:
        yield Finding(check="regulations", level="fail", what=problem, todo=TODO)
    if not bad:
        yield Finding(check="regulations", level="ok", what=f"{len(rows)} regulations in use, none changed since")


def _problem(row: RegulationVersion) -> str | None:
    try:
        digest = dimensions.pinned_digest(row.key)
    except FrameworkDataError as error:
        return f"{row.key} cannot be read: {error}"
    if row.digest not in (None, digest):
        return f"{row.key} was changed after it was first used"
    return None
