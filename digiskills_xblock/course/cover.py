"""Images of the course itself: a cover, and a small one for each chapter. One accent colour, calm shapes, nothing from outside."""

from __future__ import annotations

from digiskills_xblock.course.canvas import Canvas, Paragraph, document

COVER_WIDTH, COVER_HEIGHT = 760, 428
"""16 : 9, as the platform's course cards show it."""
CHAPTER_WIDTH, CHAPTER_HEIGHT = 320, 120

_STYLE = (
    ".ground{fill:#e6f3f0}.wave{fill:#cfe5ea}.hill{fill:#b9dcd3}.accent{fill:#0b665d}.paper{fill:#fff;stroke:#1d2c31;stroke-width:4}"
    ".soft{fill:#dff1ed}.pale{fill:#c9d6d3}.strip{fill:#ffe3a1}.i{fill:none;stroke:#0b665d;stroke-width:1.5;stroke-linecap:round;"
    "stroke-linejoin:round}.i.white{stroke:#fff}text{fill:#0c3b35}text.white{fill:#fff}.b{font-weight:700}.m{text-anchor:middle}"
)
_CHAPTER_ICONS = ("info", "phone", "search", "chat", "receipt", "shield", "photo", "settings", "place", "help")


def cover_svg(title: str, locale: str) -> bytes:
    """The course's cover, 760 × 428, with its title."""
    canvas = Canvas()
    canvas.add("rect", width=COVER_WIDTH, height=COVER_HEIGHT, class_="ground")
    canvas.add("path", d="M0 330C120 270 260 300 380 330S640 390 760 318V428H0z", class_="wave")
    canvas.add("path", d="M0 378C150 338 300 352 420 378S650 412 760 372V428H0z", class_="hill")
    name = Paragraph(title, 37, 410, "t", bold=True, most=5)
    name.put(canvas, 52, max(40, (COVER_HEIGHT - 60 - name.height) / 2))
    canvas.box(52, max(40, (COVER_HEIGHT - 60 - name.height) / 2) - 18, 72, 7, "accent", 3.5)
    _phone(canvas)
    return document(canvas.elements, width=COVER_WIDTH, height=COVER_HEIGHT, title=title, description=title, style=_STYLE, locale=locale)


def chapter_svg(title: str, locale: str, number: int) -> bytes:
    """A chapter's small image, 320 × 120: an icon and the chapter's name; ``number`` counts from 1."""
    canvas = Canvas()
    canvas.add("rect", width=CHAPTER_WIDTH, height=CHAPTER_HEIGHT, rx=16, class_="ground")
    canvas.add("circle", cx=60, cy=60, r=36, class_="accent")
    canvas.icon(_CHAPTER_ICONS[(number - 1) % len(_CHAPTER_ICONS)], 38, 38, 44, "white")
    name = Paragraph(title, 19, 190, "t", bold=True, most=3)
    name.put(canvas, 114, (CHAPTER_HEIGHT - name.height) / 2)
    return document(
        canvas.elements, width=CHAPTER_WIDTH, height=CHAPTER_HEIGHT, title=title, description=title, style=_STYLE, locale=locale
    )


def _phone(canvas: Canvas) -> None:
    """A phone with a task done, drawn as the practice apps are."""
    x, y = 530, 52
    canvas.add("rect", x=x, y=y, width=172, height=316, rx=24, class_="paper")
    canvas.box(x + 16, y + 20, 140, 18, "strip", 9)
    canvas.box(x + 16, y + 50, 140, 32, "accent")
    for row, icon in enumerate(("search", "receipt", "shield")):
        top = y + 96 + row * 52
        canvas.box(x + 16, top, 140, 42, "soft", 10)
        canvas.icon(icon, x + 24, top + 9, 24, "accent-line")
        canvas.box(x + 58, top + 11, 84, 7, "pale", 3.5)
        canvas.box(x + 58, top + 25, 52, 7, "pale", 3.5)
    canvas.add("circle", cx=x + 86, cy=y + 276, r=22, class_="accent")
    canvas.add("path", d=f"M{x + 75} {y + 276}l8 9 15-17", class_="i white", stroke_width=4)
