"""What goes into and comes out of an import of results from elsewhere."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen, validators

from digiskills_framework.api import Assurance

ValueScale = Literal["milli", "percent", "ten"]
DateForm = Literal["iso", "day_first"]


@frozen(kw_only=True)
class ImportOptions:
    """How a file is to be read and what of it is to be done. Nothing of this is ever guessed from the file.

    Attributes:
        source: code of the system that sent the results; its references are unique within it.
        scale: of the column ``value``: ``milli`` 0 … 1000, ``percent`` 0 … 100, ``ten`` 0 … 10; None where the file has a column
            ``scale``.
        dates: ``iso`` takes 2026-11-22 alone, ``day_first`` also 22/11/2026.
        timezone: IANA name, for times without an offset; None: the site's.
        organisation: code of the organisation whose own numbers the column ``external_id`` holds.
        dry_run: look through the file, tell what would become of every row, and write nothing.
        all_or_nothing: one row that is rejected keeps all others out.
        regulation, audience, school_level: puts every learner of the file on the way under this regulation as this audience.
        framework: whose skills are meant where no regulation is named; None: the skills of every framework.
        highest_assurance: what a row may claim at most in the column ``assurance``.
        practical: what a row without the column ``practical`` is.
    """

    source: str = field(validator=[validators.min_len(1), validators.max_len(64)])
    scale: ValueScale | None = None
    dates: DateForm = "iso"
    timezone: str | None = None
    organisation: str | None = None
    dry_run: bool = False
    all_or_nothing: bool = False
    regulation: str | None = None
    audience: str | None = None
    school_level: str | None = None
    framework: str | None = None
    highest_assurance: Assurance = Assurance.IMPORTED
    practical: bool = False


@frozen(kw_only=True)
class RowError:
    """Why a row was rejected.

    Attributes:
        row: as a spreadsheet numbers it: the column names are row 1.
        field: name of the column.
        value: what stood there, shortened.
        problem: what is wrong with it.
        remedy: what to do.
    """

    row: int
    field: str
    value: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        value = f" (value: {self.value})" if self.value else ""
        return f"row {self.row}, {self.field}: {self.problem}{value}. {self.remedy}"


@frozen(kw_only=True)
class ImportReport:
    """What became, or would become, of the rows of a file; ``rows`` is the sum of the four others.

    Attributes:
        batch_id: public id of the batch; None for a dry run.
        unchanged: rows that say what is known already, or what a later revision has overtaken.
        errors: the first `MAX_ERRORS` of them in the order of the file; a rejected row may have several.
        error_count: all of them.
        written: False for a dry run, and where all or nothing was nothing.
    """

    batch_id: str | None
    rows: int
    added: int
    corrected: int
    unchanged: int
    rejected: int
    errors: tuple[RowError, ...]
    error_count: int
    written: bool

    def summary(self) -> str:
        """``5 rows: 3 added, 1 corrected, 0 unchanged, 1 rejected``"""
        return f"{self.rows} rows: {self.added} added, {self.corrected} corrected, {self.unchanged} unchanged, {self.rejected} rejected"
