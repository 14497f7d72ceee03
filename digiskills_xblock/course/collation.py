"""The order of Vietnamese words in a dictionary: by letters, then by tones, syllable by syllable."""

from __future__ import annotations

import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_ORDER = {letter: index for index, letter in enumerate(_LETTERS, start=1)}
# Level, grave (huyền), hook (hỏi), tilde (ngã), acute (sắc), dot below (nặng).
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}

Key = tuple[tuple[tuple[int, ...], int, str], ...]


def vietnamese_key(text: str) -> Key:
    """A key for sorting; small and capital letters are equal, what is no letter comes first."""
    return tuple(_syllable(part) for part in text.lower().split())


def _syllable(text: str) -> tuple[tuple[int, ...], int, str]:
    decomposed = unicodedata.normalize("NFD", text)
    tone = next((_TONES[mark] for mark in decomposed if mark in _TONES), 0)
    letters = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONES))
    return tuple(_ORDER.get(letter, 0) for letter in letters), tone, text
