"""What lessons and questions promise in common: length of texts, plain words, nothing real, facts that are looked at again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from digiskills_framework.errors import UnknownDataError
from digiskills_framework.loader import FrameworkBundle, load_bundle
from digiskills_framework.pack import CountryPack
from digiskills_framework.strict_yaml import Source, show_path
from digiskills_simulator.lint.problem import Problem, Severity
from digiskills_simulator.lint.words import languages, nothing_real, readable, texts

Raw = Mapping[str, Any]

# Amounts of eight digits and more are money, not somebody's number.
_AMOUNT = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+ ?(?=đ|đồng|dong|VND)")
_READER = re.compile(r"\{[Yy]ou\}")
_INDEX = re.compile(r"\[[0-9]+\]")


@dataclass(frozen=True, slots=True)
class ContentOptions:
    """What a lint is measured against.

    Attributes:
        today: the day on which reviews are due or not.
        release: an overdue review and a skill without its lesson are errors, not warnings.
    """

    today: date
    release: bool = False

    @property
    def late(self) -> Severity:
        return "error" if self.release else "warning"


@dataclass(frozen=True, slots=True)
class ContentFile:
    """One file of lessons or questions, as written.

    Attributes:
        source: its content with names and numbers filled in.
        written: its text.
        raw: its content before anything was filled in.
        bundle: newest version of its framework.
    """

    source: Source
    written: str
    raw: Raw
    framework: str
    skill: str
    bundle: FrameworkBundle
    pack: CountryPack

    @property
    def filled(self) -> Raw:
        if not isinstance(self.source.value, dict):
            raise TypeError(f"{self.source.name} was not checked against its schema")
        return self.source.value

    def line(self, where: str) -> int | None:
        """The line of the part ``where``, or of what holds it."""
        lines = {show_path(path): line for path, line in self.source.lines.items()}
        while where and where not in lines:
            where = re.sub(r"(?:\.[^.\[]+|\[[0-9]+\]|^[^.\[]+)\Z", "", where)
        return lines.get(where)


def newest_bundle(framework_id: str, keys: tuple[str, ...], extra: tuple[Path, ...] = ()) -> FrameworkBundle:
    """The newest version of a framework.

    Args:
        keys: of all frameworks there are.

    Raises:
        UnknownDataError: there is none of this id.
        FrameworkDataError: it cannot be used.
    """
    versions = [key for key in keys if key.partition("/")[0] == framework_id]
    if not versions:
        known = ", ".join(sorted({key.partition("/")[0] for key in keys}))
        raise UnknownDataError.single(file="frameworks", value=framework_id, message="is not known", remedy=f"Known here: {known}")
    return load_bundle(max(versions, key=lambda key: [int(part) for part in key.partition("/")[2].split(".")]), extra)


def plain_words(file: ContentFile, limits: Mapping[str, int]) -> Iterator[Problem]:
    """Both languages say the same, briefly, plainly, of a world that is not real."""
    yield from languages(_without_reader(file.raw))
    yield from too_long(file.filled, limits)
    yield from readable(file.filled)
    yield from nothing_real(_without_amounts(file.filled), file.pack, file.written)


def too_long(raw: Raw, limits: Mapping[str, int]) -> Iterator[Problem]:
    """Texts of more words than their place allows; Vietnamese counts syllables.

    Args:
        limits: most words by place, with ``[]`` for any index: ``steps[].how``.
    """
    for path, text in texts(dict(raw)):
        limit = limits.get(_INDEX.sub("[]", path))
        for language, said in text.items():
            if limit is not None and len(said.split()) > limit:
                yield Problem("length", f"{len(said.split())} words", f"At most {limit} here", f"{path}.{language}")


def _without_reader(raw: Any) -> Any:
    """Without the places by which Vietnamese alone speaks to the reader."""
    if isinstance(raw, str):
        return _READER.sub("", raw)
    if isinstance(raw, list):
        return [_without_reader(item) for item in raw]
    return {key: _without_reader(item) for key, item in raw.items()} if isinstance(raw, dict) else raw


def _without_amounts(raw: Any) -> Any:
    if isinstance(raw, str):
        return _AMOUNT.sub("1.000 ", raw)
    if isinstance(raw, list):
        return [_without_amounts(item) for item in raw]
    return {key: _without_amounts(item) for key, item in raw.items()} if isinstance(raw, dict) else raw
