"""How a file or a row of it is refused."""

from __future__ import annotations

from digiskills_grading.data import RowError

LONGEST_VALUE = 80
MAX_ERRORS = 100


class Fault(Exception):
    """One cell that cannot be taken; becomes a `RowError` where the row is known."""

    def __init__(self, field: str, value: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.field = field
        self.value = value
        self.problem = problem
        self.remedy = remedy

    def at(self, row: int) -> RowError:
        """The error of a row."""
        return RowError(row=row, field=self.field, value=shorten(self.value), problem=self.problem, remedy=self.remedy)


def shorten(value: str) -> str:
    """A cell as it is shown: on one line, printable, at most 80 characters."""
    printable = "".join(char if char.isprintable() else " " for char in value)
    return printable if len(printable) <= LONGEST_VALUE else f"{printable[: LONGEST_VALUE - 1]}…"
