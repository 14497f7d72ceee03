"""Files of results, written the way their senders write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook

from digiskills_grading import api
from digiskills_grading.data import ImportOptions, ImportReport
from tests.grading.helpers import later

OPTIONS = ImportOptions(source="school-system", scale="percent", framework="digiskills-vn/1.0")
COLUMNS = ("learner_id", "skill", "value", "occurred_at", "source_ref")
CLERK = 501


def row(learner: str, skill: str = "S3", value: object = 80, ref: str = "r1", **rest: object) -> dict[str, object]:
    """One row with the columns that are always needed."""
    return {"learner_id": learner, "skill": skill, "value": value, "occurred_at": "2026-11-20", "source_ref": ref, **rest}


def csv_file(rows: Iterable[Mapping[str, object]], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """The rows as CSV; the columns are those of the first row."""
    rows = list(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_file(rows: Sequence[Sequence[Any]], formats: Mapping[str, str] | None = None) -> bytes:
    """The rows as a workbook; number formats by cell, such as ``{"C2": "0%"}``."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in rows:
        sheet.append(list(cells))
    for place, form in (formats or {}).items():
        sheet[place].number_format = form
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def load(content: bytes, options: ImportOptions = OPTIONS, *, now: datetime | None = None, **rest: Any) -> ImportReport:
    """Imports a file."""
    return api.import_evidence(io.BytesIO(content), filename="results.csv", options=options, now=now or later(0), actor_id=CLERK, **rest)


def problems(report: ImportReport) -> list[tuple[int, str]]:
    """Row and column of every error."""
    return [(error.row, error.field) for error in report.errors]
