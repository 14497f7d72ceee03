"""Texts with places for values: parsing, formats, and the cleaning of what a learner types (docs/reference/engine.md §3, §4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("vi", "en")
FORMATS = frozenset({"money", "num", "group"})
MAX_TYPED = 200
DEFAULT_MAX = 60
AMOUNT_DIGITS = 9
CUT = "•"

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)(?:\|([a-z]+))?\}")
_RUN = re.compile(r"[0-9](?:[ .\-]?[0-9])*")
_NOT_ALLOWED = re.compile("[^\u0020-\u007e\u00a0-\u024f\u0300-\u036f\u1e00-\u1eff\u2010-\u2027\u20ab]")
_SPACES = re.compile("[ \u00a0]+")
_NO_DIGIT = re.compile(r"[^0-9]")
_NO_PASSCODE = re.compile(rf"[^0-9{CUT}]")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text where the value of ``name`` is shown."""

    name: str
    format: str | None = None


Segments = tuple[str | Place, ...]
Text = Mapping[str, Segments]


def parse_text(text: str) -> Segments:
    """Split ``"Trả {amount|money}"`` into literals and places.

    Raises:
        ValueError: a brace that opens no place, or an unknown format.
    """
    segments: list[str | Place] = []
    end = 0
    for match in _PLACE.finditer(text):
        segments.append(text[end : match.start()])
        if match[2] is not None and match[2] not in FORMATS:
            raise ValueError(f"unknown format {match[2]!r}; use one of {', '.join(sorted(FORMATS))}")
        segments.append(Place(match[1], match[2]))
        end = match.end()
    segments.append(text[end:])
    if any(isinstance(segment, str) and ("{" in segment or "}" in segment) for segment in segments):
        raise ValueError("a brace opens no place; write {name} or {name|format}")
    return tuple(segment for segment in segments if segment != "")


def shown(value: object, style: str | None) -> str:
    """A value as the learner reads it: ``money`` 1.250.000 đ, ``num`` 1.250.000, ``group`` 0123 4567."""
    if style == "group":
        text = str(value)
        return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
    if style in ("money", "num") and isinstance(value, int):
        grouped = f"{value:,}".replace(",", ".")
        return f"{grouped} đ" if style == "money" else grouped
    return str(value)


def clean(text: str, kind: str, limit: int) -> str | int:
    """What an input takes from a typed text: an int for ``amount``, else a string of at most ``limit`` code points."""
    if kind == "amount":
        return int(_NO_DIGIT.sub("", text)[:AMOUNT_DIGITS] or "0")
    if kind == "digits":
        return _NO_DIGIT.sub("", text)[:limit]
    if kind == "passcode":
        return _NO_PASSCODE.sub("", text)[:limit]
    kept = _NOT_ALLOWED.sub("", unicodedata.normalize("NFC", text))
    return _SPACES.sub(" ", kept).strip(" ")[:limit]


def digit_runs(text: str) -> set[str]:
    """Runs of 4 or more digits, separators removed; ASCII digits only."""
    return {run for run in (_NO_DIGIT.sub("", match) for match in _RUN.findall(text)) if len(run) >= 4}


def cut(text: str, kind: str, exempt: frozenset[str]) -> str:
    """Replace the digits of what looks like a real number, unless the scenario itself shows that number. Idempotent."""
    shortest = 1 if kind == "passcode" else 9 if kind == "amount" else 8

    def replaced(match: re.Match[str]) -> str:
        digits = _NO_DIGIT.sub("", match[0])
        real = len(digits) >= shortest and digits not in exempt
        return re.sub("[0-9]", CUT, match[0]) if real else match[0]

    return _RUN.sub(replaced, text)
