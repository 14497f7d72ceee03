"""Where lines of text break, without a font: widths of a common sans-serif face, a little on the wide side.

A picture is shown with whatever sans-serif the reader's device has. The widths are those of Noto Sans, which is wider than the
faces of most phones, so that what fits here fits there. A letter with marks is as wide as the letter itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

# Widths in thousandths of the font size.
_REGULAR = {
    180: "‘’", 220: "'", 260: " \u00a0ijl", 270: "!,.:;J·", 280: "`", 300: "()", 320: "-", 330: "[]", 340: "If", 360: "t“”", 370: "/\\",
    380: "{}•", 410: '"r', 430: "?°", 440: "_", 470: "z", 480: "cs", 500: "–", 510: "vy", 520: "FL", 530: "kx", 550: "*S|", 560: "ETae",
    570: "$+0123456789<=>YZ^~×", 590: "X", 600: "PVo✓→", 620: "KRbdghnpquđơ₫", 630: "C", 640: "A", 650: "#B", 670: "ư", 730: "&DGUĐ",
    740: "H", 760: "N", 780: "OQƠƯ", 790: "w…", 830: "%", 900: "@", 910: "M", 930: "W", 940: "m", 1000: "—",
}  # fmt: skip
_BOLD = {
    220: "‘’", 260: " \u00a0", 270: "'", 280: ",.:;·", 290: "!", 300: "ijl", 320: "-", 330: "J[]", 340: "()", 360: "`", 380: "•",
    390: "If{}", 410: "/\\_", 430: "t°", 440: "“”", 450: "r", 470: '"', 480: "?", 490: "z", 500: "s–", 510: "c", 540: "*", 550: "FS|",
    560: "EL", 570: "$+0123456789<=>^vy~×", 580: "TZx", 590: "e", 600: "a✓→", 620: "Yko", 630: "Pbdgpq", 640: "C", 650: "#Vđ₫",
    660: "KRhnu", 670: "BX", 680: "ơ", 690: "A", 720: "G", 740: "DĐ", 750: "&", 760: "HUư", 800: "OQ", 810: "N", 820: "Ơ", 860: "w…",
    880: "Ư", 900: "%@", 940: "M", 970: "W", 980: "m", 1000: "—",
}  # fmt: skip
_UNKNOWN = 1000
RESERVE = 0.04
"""Part of a line that stays empty: the reader's letters may be wider than those that were measured."""


def _by_letter(table: Mapping[int, str]) -> dict[str, int]:
    return {letter: width for width, letters in table.items() for letter in letters}


_WIDTHS = {False: _by_letter(_REGULAR), True: _by_letter(_BOLD)}


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a text on one line, in the unit of ``size``."""
    widths = _WIDTHS[bold]
    return sum(widths.get(letter) or widths.get(unicodedata.normalize("NFD", letter)[0], _UNKNOWN) for letter in text) * size / 1000


def wrap(text: str, size: float, limit: float, *, bold: bool = False, most: int = 99) -> list[str]:
    """The lines of a text, none wider than ``limit`` less a reserve; a word that is wider is broken.

    Args:
        most: lines; what does not fit any more is cut with an ellipsis.
    """
    limit *= 1 - RESERVE
    lines: list[str] = []
    for word in (piece for part in text.split() for piece in _pieces(part, size, limit, bold=bold)):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width(joined, size, bold=bold) <= limit:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines if len(lines) <= most else [*lines[: most - 1], _cut(f"{lines[most - 1]}…", size, limit, bold=bold)]


def _pieces(word: str, size: float, limit: float, *, bold: bool) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter, size, bold=bold) > limit:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _cut(line: str, size: float, limit: float, *, bold: bool) -> str:
    while len(line) > 1 and width(line, size, bold=bold) > limit:
        line = f"{line[:-2].rstrip()}…"
    return line
