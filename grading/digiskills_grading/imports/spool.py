"""The checked rows of one file, on disk and sorted as they are needed, so that memory does not grow with the file.

A private SQLite database without a name: it lies in the system's folder for temporary files, nobody else can open it, and it is
gone when it is closed or when the process dies.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Literal

from attrs import frozen

from digiskills_grading.data import RowError
from digiskills_grading.imports.cells import Result
from digiskills_grading.imports.faults import Fault

Outcome = Literal["added", "corrected", "unchanged", "rejected"]
# Why rows of one file contradict each other.
Contradiction = Literal["two_learners", "revision_missing", "two_values"]

_SCHEMA = """
CREATE TABLE line (
    row INTEGER PRIMARY KEY, learner INTEGER, account INTEGER, key TEXT NOT NULL, content TEXT NOT NULL, revision INTEGER,
    skill TEXT NOT NULL, facet TEXT NOT NULL, value INTEGER, assurance TEXT NOT NULL, practical INTEGER NOT NULL, occurred_at TEXT NOT NULL,
    reference TEXT NOT NULL, note TEXT NOT NULL, outcome TEXT, settled INTEGER NOT NULL DEFAULT 0, contradiction TEXT);
CREATE TABLE problem (row INTEGER NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, problem TEXT NOT NULL, remedy TEXT NOT NULL);
"""
_LINE_COLUMNS = (
    "row, learner, account, key, content, revision, skill, facet, value, assurance, practical, occurred_at, reference, note"  # of `Line`
)
# What makes rows that are about the same result contradict each other, most basic first; the rest are ranked, and one row wins.
_DUPLICATES = """
CREATE INDEX line_key ON line (key, revision);
UPDATE line SET contradiction = 'two_learners' WHERE key IN (
    SELECT key FROM line GROUP BY key HAVING COUNT(DISTINCT COALESCE(learner, -account)) > 1);
UPDATE line SET contradiction = 'revision_missing' WHERE contradiction IS NULL AND revision IS NULL AND key IN (
    SELECT key FROM line WHERE revision IS NOT NULL);
UPDATE line SET contradiction = 'two_values' WHERE contradiction IS NULL AND (key, COALESCE(revision, -1)) IN (
    SELECT key, COALESCE(revision, -1) FROM line WHERE contradiction IS NULL GROUP BY 1, 2 HAVING COUNT(DISTINCT content) > 1);
UPDATE line SET outcome = 'rejected' WHERE contradiction IS NOT NULL;
UPDATE line SET outcome = 'unchanged' WHERE outcome IS NULL AND row NOT IN (
    SELECT row FROM (SELECT row, ROW_NUMBER() OVER (PARTITION BY key ORDER BY revision DESC, row) AS place FROM line WHERE outcome IS NULL)
    WHERE place = 1);
"""


@frozen(kw_only=True)
class Owner:
    """Whose a result is: a learner, or a platform account that has no learner yet."""

    learner: int | None = None
    account: int | None = None


@frozen
class Line:
    """A checked row; ``value`` None withdraws the result, ``learner`` is 0 for an account that has no learner yet."""

    row: int
    learner: int
    account: int | None
    key: str
    content: str
    revision: int | None
    skill: str
    facet: str
    value: int | None
    assurance: str
    practical: bool
    occurred_at: datetime
    reference: str
    note: str


@frozen
class Settled:
    """What became of some rows: their outcomes, and what is wrong with those that were rejected for what is stored already."""

    outcomes: tuple[tuple[int, Outcome], ...]
    faults: tuple[tuple[int, Fault], ...]


class Spool(AbstractContextManager["Spool"]):
    """Rows go in once; then duplicates are settled; then the rest is read by learner and each row is given its outcome."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._rejected_unread = 0

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._database.close()

    def add(self, results: Iterable[tuple[Result, Owner]], *, source: str) -> None:
        """Takes checked rows."""
        self._database.executemany(
            f"INSERT INTO line ({_LINE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  # constants
            [_values(result, owner, source) for result, owner in results],
        )

    def reject(self, errors: Sequence[RowError], *, unread: bool = False) -> None:
        """Takes errors of one row. ``unread``: the row did not come in by `add`."""
        self._database.executemany(
            "INSERT INTO problem VALUES (?, ?, ?, ?, ?)", [(e.row, e.field, e.value, e.problem, e.remedy) for e in errors]
        )
        self._rejected_unread += unread

    def settle_duplicates(self) -> Iterator[tuple[int, str, Contradiction]]:
        """Decides between rows about the same result; gives row, reference and kind of those that contradict each other."""
        self._database.executescript(f"BEGIN; {_DUPLICATES} COMMIT;")
        query = "SELECT row, reference, contradiction FROM line WHERE contradiction IS NOT NULL ORDER BY row"
        yield from self._database.execute(query)

    def accounts(self, many: int) -> Iterator[list[int]]:
        """The accounts that have no learner yet, so many at once."""
        cursor = self._database.execute("SELECT DISTINCT account FROM line WHERE learner IS NULL AND outcome IS NULL ORDER BY account")
        while found := cursor.fetchmany(many):
            yield [account for (account,) in found]

    def admit(self, learners: Iterable[tuple[int, int]]) -> None:
        """Tells the learners of accounts: pairs of account and learner."""
        self._database.executemany(
            "UPDATE line SET learner = ? WHERE account = ? AND learner IS NULL", [(learner, account) for account, learner in learners]
        )

    def skills(self) -> set[str]:
        """Codes of the skills that rows without an outcome name."""
        return {code for (code,) in self._database.execute("SELECT DISTINCT skill FROM line WHERE outcome IS NULL")}

    def learners(self) -> list[int]:
        """The learners of rows without an outcome, ascending."""
        return [pk for (pk,) in self._database.execute("SELECT DISTINCT learner FROM line WHERE outcome IS NULL ORDER BY learner")]

    def lines(self) -> Iterator[Line]:
        """The rows without an outcome, learner by learner."""
        query = f"SELECT {_LINE_COLUMNS} FROM line WHERE outcome IS NULL ORDER BY learner, account, row"  # noqa: S608  # constants
        for row, learner, account, key, content, revision, skill, facet, value, *rest in self._database.execute(query):
            assurance, practical, occurred_at, reference, note = rest
            when = datetime.fromisoformat(occurred_at)
            about = (key, content, revision, skill, facet, value)
            yield Line(row, learner or 0, account, *about, assurance, bool(practical), when, reference, note)

    def settle(self, settled: Settled) -> None:
        """Gives rows their outcome."""
        outcomes = [(outcome, row) for row, outcome in settled.outcomes] + [("rejected", row) for row, _ in settled.faults]
        self._database.executemany("UPDATE line SET outcome = ?, settled = 1 WHERE row = ?", outcomes)
        for row, fault in settled.faults:
            self.reject([fault.at(row)])

    def reopen(self) -> None:
        """Takes the outcomes back that `settle` gave to rows that were not rejected."""
        self._database.execute("UPDATE line SET outcome = NULL WHERE settled AND outcome <> 'rejected'")

    def count(self, outcome: Outcome) -> int:
        """How many rows have the outcome."""
        found: int = self._database.execute("SELECT COUNT(*) FROM line WHERE outcome = ?", (outcome,)).fetchone()[0]
        return found + (self._rejected_unread if outcome == "rejected" else 0)

    def errors(self) -> Iterator[RowError]:
        """All errors in the order of the file."""
        for row, field, value, problem, remedy in self._database.execute("SELECT * FROM problem ORDER BY row, rowid"):
            yield RowError(row=row, field=field, value=value, problem=problem, remedy=remedy)

    def error_count(self) -> int:
        found: int = self._database.execute("SELECT COUNT(*) FROM problem").fetchone()[0]
        return found


def _values(result: Result, owner: Owner, source: str) -> tuple[object, ...]:
    return (
        result.row,
        owner.learner,
        owner.account,
        result.key(source),
        result.content(),
        result.revision,
        result.skill,
        result.facet,
        result.value_milli,
        result.assurance,
        result.practical,
        result.occurred_at.isoformat(),
        result.reference,
        result.note,
    )
