"""Promises about what people read: both languages, plain and short, and nothing real."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from digiskills_framework.pack import CountryPack
from digiskills_simulator.lint.problem import Problem

LANGUAGES = ("vi", "en")
LONGEST_SENTENCE = 32
"""Words (Vietnamese: syllables) between two full stops."""
TYPICAL_SENTENCE = 16
"""Mean over all sentences of a task: what a reader with little schooling takes in at once."""
LONGEST_PAGE = 120
"""Words of a lesson's page, and of what a phone's screen shows at once."""
REAL_BRANDS = re.compile(
    r"\b(zalo|facebook|messenger|momo|viettel|vinaphone|mobifone|vnpay|napas|vietcombank|vietinbank|bidv|agribank|techcombank|sacombank"
    r"|mbbank|shopee|lazada|tiki|grab|vneid|vssid|google|gmail|chrome|youtube|tiktok|telegram|viber|whatsapp|instagram|apple|iphone|android"
    r"|samsung|microsoft|windows|chatgpt|gemini|copilot|zoom|dichvucong|bộ công an|bộ tài chính|bộ khoa học)\b"
)
ADDRESS = re.compile(r"https?://|www\.|\b[a-z0-9-]+\.(?:vn|com|net|org|gov|info|xyz|top|shop)\b", re.IGNORECASE)
PRACTICE_ADDRESS = re.compile(r"\.(?:vidu|mau|example|test|invalid)\b", re.IGNORECASE)

_PLACE = re.compile(r"\{[^}]*\}")
_NUMBER = re.compile(r"[0-9](?:[ .\-]?[0-9])*")

Text = Mapping[str, str]


def texts(raw: object, path: str = "") -> Iterator[tuple[str, Text]]:
    """Every text in two languages, with its place in the file."""
    if isinstance(raw, dict):
        if raw.keys() == {"vi", "en"}:
            yield path, raw
        else:
            for key, value in raw.items():
                yield from texts(value, f"{path}.{key}" if path else str(key))
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from texts(value, f"{path}[{index}]")


def languages(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """The same values in both languages; that both are there and composed (NFC) is seen to when the file is read."""
    for path, text in texts(raw):
        if set(_PLACE.findall(text["vi"])) != set(_PLACE.findall(text["en"])):
            yield Problem("languages", "the two languages show other values", "Use the same {places} in both", path)


def readable(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Sentences for one breath, pages for one look."""
    lengths: dict[str, list[int]] = {language: [] for language in LANGUAGES}
    for path, text in texts({key: value for key, value in raw.items() if key != "claims"}):
        for language, said in text.items():
            counts = [len(sentence.split()) for sentence in re.split(r"[.!?…:;]+(?:\s|$)", said) if sentence.strip()]
            lengths[language] += counts
            if max(counts, default=0) > LONGEST_SENTENCE:
                yield Problem("sentence", f"a sentence of {max(counts)} words", f"At most {LONGEST_SENTENCE}", f"{path}.{language}")
    for language, counts in lengths.items():
        mean = sum(counts) / max(len(counts), 1)
        if mean > TYPICAL_SENTENCE:
            yield Problem("reading-level", f"{language}: {mean:.1f} words a sentence", f"At most {TYPICAL_SENTENCE} on average")


def pages(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Three to five pages of lesson, short and without variables; screens that can be taken in."""
    if not 3 <= len(raw["lesson"]) <= 5:
        yield Problem("lesson", f"{len(raw['lesson'])} pages", "Three to five: what, why, how", "lesson")
    for index, page in enumerate(raw["lesson"]):
        for language in LANGUAGES:
            if len(page["body"][language].split()) > LONGEST_PAGE:
                yield Problem("lesson", f"more than {LONGEST_PAGE} words", "Shorten the page", f"lesson[{index}].body.{language}")
            if "{" in page["title"][language] + page["body"][language]:
                yield Problem("lesson", "uses a variable", "A lesson is the same for everybody", f"lesson[{index}]")
    for name, screen in raw["screens"].items():
        for language in LANGUAGES:
            # Widgets with a condition show one instead of another: they are not read all at once.
            always = [text for widget in screen["widgets"] if "show" not in widget for _, text in texts(widget.get("text", {}))]
            if sum(len(text[language].split()) for text in always) > LONGEST_PAGE:
                yield Problem("screen-length", f"more than {LONGEST_PAGE} words", "Shorten or split it", f"screen {name}.{language}")


def nothing_real(raw: Mapping[str, Any], pack: CountryPack, written: str) -> Iterator[Problem]:
    """No number, brand or address of the real world, and the fictional one only by the country pack's names.

    Args:
        written: the file as text, before names were filled in.
    """
    said = {key: value for key, value in raw.items() if key not in ("claims", "reviewed_on", "review_by", "real_life")}
    for string in _strings(said):
        for run in _NUMBER.findall(string):
            digits = re.sub(r"\D", "", run)
            if len(digits) >= 8 and not digits.startswith("0000"):
                yield Problem("real-number", f"{run!r} looks like a real number", "Begin it with 0000, or make it shorter")
        if REAL_BRANDS.search(string.lower()):
            yield Problem("real-name", f"{string[:60]!r} names something real", "Use a {@name} of the country pack's world")
        if ADDRESS.search(string) and not PRACTICE_ADDRESS.search(string):
            yield Problem("real-address", f"{string[:60]!r} looks like a real address", "End it in .vidu or .example")
    names = [name for _, name in (*pack.world.places, *pack.world.organisations)] + [person.name for person in pack.world.people]
    for name in names:
        if name in written:
            yield Problem("world-name", f"{name!r} is spelt out", "Write {@name}: the pack names the fictional world")


def _strings(raw: object) -> Iterator[str]:
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, dict):
        for value in raw.values():
            yield from _strings(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from _strings(value)
