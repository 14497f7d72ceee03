"""Check files against one another: every contradiction found becomes a finding, none hides another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from digiskills_framework.errors import Finding, FrameworkDataError, InconsistentDataError
from digiskills_framework.shapes import check_shape
from digiskills_framework.strict_yaml import DataPath, Source
from digiskills_framework.types import LocalizedText

Raw = Mapping[str, Any]

_SHOWN_CHOICES = 40  # codes listed in a remedy; a framework may have thousands


@dataclass(slots=True)
class Contradictions:
    """Collects findings of one pass over several files."""

    found: list[Finding] = field(default_factory=list)

    def add(self, source: Source, path: DataPath, value: object, message: str, remedy: str) -> None:
        self.found.append(source.finding(path, value, message, remedy))

    def equal(self, source: Source, path: DataPath, value: object, wanted: object) -> None:
        if value != wanted:
            self.add(source, path, value, "contradicts the place of the file", f"Write {wanted}, or move the file")

    def known(self, source: Source, path: DataPath, value: str, known: Collection[str], what: str) -> None:
        if value not in known:
            shown = ", ".join(islice(known, _SHOWN_CHOICES))
            self.add(source, path, value, f"is not a {what} known here", f"Use one of: {shown}")

    def unique(self, source: Source, items: Iterable[tuple[DataPath, str]]) -> None:
        seen: set[str] = set()
        for path, value in items:
            if value in seen:
                self.add(source, path, value, "is given twice", "Give each code once")
            seen.add(value)

    def shaped(self, source: Source, schema: str) -> dict[str, Any] | None:
        """The content of a file, or None after noting what is wrong with its shape."""
        try:
            return check_shape(source, schema)
        except FrameworkDataError as error:
            self.found.extend(error.findings)
            return None

    def check(self) -> None:
        """Raises: InconsistentDataError: something was found."""
        if self.found:
            raise InconsistentDataError(self.found)


def localized(raw: Raw) -> LocalizedText:
    return LocalizedText(vi=raw["vi"], en=raw["en"])


def optional_localized(raw: Raw | None) -> LocalizedText | None:
    return None if raw is None else localized(raw)
