"""The errors of framework data: what is wrong, where, and what to do about it.

Every error carries *findings*. Readers collect all they can see in one pass, so that whoever maintains a file repairs it once
instead of once per mistake.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in one file.

    Attributes:
        file: name of the file, or of the argument where there is no file.
        path: where in the file: ``skills[3].code``, or ``row 7, column code`` in a table. Empty: the file as a whole.
        value: the offending value as text, shortened.
        message: what is wrong.
        remedy: what to do.
        line: line in the file, counted from 1; None where it is not known.
    """

    file: str
    path: str
    value: str
    message: str
    remedy: str
    line: int | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        where = f" at {self.path}" if self.path else ""
        value = f" (value: {self.value})" if self.value else ""
        return f"{place}{where}: {self.message}{value}. {self.remedy}"

    def as_json(self) -> dict[str, str | int | None]:
        return {
            "file": self.file,
            "line": self.line,
            "path": self.path,
            "value": self.value,
            "message": self.message,
            "remedy": self.remedy,
        }


class FrameworkDataError(Exception):
    """Data that cannot be used. The first finding speaks for the error; ``findings`` has all of them."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        if not self.findings:
            raise ValueError("an error needs at least one finding")
        super().__init__(self.findings)  # what pickle hands back to __init__ when the error crosses a process

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)

    @classmethod
    def single(
        cls, *, file: str, path: str = "", value: object = "", message: str, remedy: str, line: int | None = None
    ) -> FrameworkDataError:
        """Build the error of one finding; ``value`` is shortened for display."""
        return cls([Finding(file=file, path=path, value=shorten(value), message=message, remedy=remedy, line=line)])

    @property
    def file(self) -> str:
        return self.findings[0].file

    @property
    def path(self) -> str:
        return self.findings[0].path

    @property
    def value(self) -> str:
        return self.findings[0].value

    @property
    def message(self) -> str:
        return self.findings[0].message

    @property
    def remedy(self) -> str:
        return self.findings[0].remedy


class UnreadableFileError(FrameworkDataError):
    """The bytes are not what the format allows: encoding, syntax, duplicate keys, size, depth."""


class InvalidShapeError(FrameworkDataError):
    """The file reads, but does not have the shape its JSON Schema demands, or a text is not in NFC."""


class InconsistentDataError(FrameworkDataError):
    """Each file is well-formed, but together they contradict one another."""


class ReleasedDataChangedError(FrameworkDataError):
    """A released version differs from the digest recorded when it was released."""


class UnknownDataError(FrameworkDataError):
    """Nothing with this id exists in the data directories searched."""


class InvalidTableError(FrameworkDataError):
    """An official table (CSV or JSON) or a map of codes cannot be imported."""


class OutputRefusedError(FrameworkDataError):
    """The import will not write where it was told to."""


def shorten(value: object) -> str:
    """Show a value in an error: on one line, printable, at most 80 characters."""
    text = value if isinstance(value, str) else repr(value)
    printable = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
    return printable if len(printable) <= _LONGEST_VALUE else f"{printable[: _LONGEST_VALUE - 1]}…"
