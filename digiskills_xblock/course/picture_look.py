"""A screen as an SVG picture: the phone's frame, its label that says it is practice, the app's bar, the widgets, and a ring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from digiskills_xblock.course.canvas import TEXT_SIZE, Canvas, Paragraph, document
from digiskills_xblock.course.page_words import word
from digiskills_xblock.course.phone_drawings import colour
from digiskills_xblock.course.picture_widgets import COLUMN, GAP, LEFT, draw_widget
from digiskills_xblock.course.shown import ShownScreen, ShownWidget

WIDTH = 320
TALLEST = 520
"""Of what is between the app's bar and the phone's buttons; a longer screen is shown in part, the ringed widget included."""
MORE = "⋯"
BAR_SIZE = 13.5
_BAR_TOP, _BUTTONS = 27, 34
"""Where the app's bar begins, and the height of the phone's buttons."""

_STYLE = (
    "text{fill:#17262b}.b{font-weight:700}.m{text-anchor:middle}.e{text-anchor:end}text.s,text.q{fill:#4a5c63}"
    ".i{fill:none;stroke:#0c463f;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}.thin{stroke-width:1.1}"
    ".sc{fill:none;stroke:#4a5c63;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}.soft{fill:#fff;stroke:#c9d6d3}"
    ".strong{stroke:#0c463f;stroke-width:2.5}.dash{stroke-dasharray:6 5}"
    ".card,.field,.frame,.secondary{fill:#fff;stroke:#c9d6d3;stroke-width:1.5}.field{stroke:#6b7f85}"
    ".primary,.dot{fill:#0b665d}.secondary{stroke:#0b665d}.danger{fill:#b3261e}.off{fill:#eef2f3;stroke:#8b999e;stroke-dasharray:4 3}"
    "text.on-primary,text.on-danger{fill:#fff}text.on-secondary,text.on-link{fill:#0b665d}text.on-off{fill:#55656b}"
    ".on-link{text-decoration:underline}.tint,.chosen{fill:#dff1ed}.chosen{stroke:#0b665d;stroke-width:2.5}"
    ".theirs{fill:#f2f7f6;stroke:#c9d6d3}.mine{fill:#d5ede8}.line,.tick,.radio,.knob{fill:none;stroke:#c9d6d3}"
    ".radio{stroke:#4f5b60;stroke-width:2}.knob{fill:#4f5b60}.knob-on{fill:#fff}.tick{stroke:#fff;stroke-width:2}"
    ".warning-box{fill:#fff3d6}text.warning{fill:#5f3d00}.i.warning{stroke:#5f3d00}.success-box{fill:#e2f3e4}text.success{fill:#14491f}"
    ".i.success{stroke:#14491f}.halo,.ring{fill:none;stroke:#fff;stroke-width:8}.ring{stroke:#c2410c;stroke-width:4}.badge{fill:#c2410c;stroke:#fff;stroke-width:2}"
    ".paper{fill:#fff}.edge{fill:none;stroke:#1d2c31;stroke-width:3}text.white,text.bar{fill:#fff}.i.white{stroke:#fff;fill:none}.nav{stroke:#4a5c63}.strip{fill:#ffe3a1}text.strip{fill:#452c00}"
)
_DARK = ".paper{fill:#14282e}text.t{fill:#fff}text.s{fill:#cfdcdf}.i.nav{stroke:#fff}"


@dataclass(slots=True)
class _Column:
    """The widgets of a screen, one below the other.

    Attributes:
        y: where the next widget begins.
        ring: x, y, width and height of what is ringed, None while there is nothing.
    """

    canvas: Canvas
    y: float
    ring: tuple[float, float, float, float] | None = None

    def put(self, widget: ShownWidget) -> None:
        height = draw_widget(self.canvas, widget, self.y)
        if widget.marked:
            top = self.y if self.ring is None else self.ring[1]
            self.ring = (LEFT, top, COLUMN, self.y + height - top)
        self.y += height + GAP


def draw(screen: ShownScreen, locale: str, number: int) -> bytes:
    """The picture of a screen.

    Args:
        number: of the step that it belongs to; stands in the badge beside the ring.
    """
    column = _Column(Canvas(), _BAR_TOP)
    _bar(column, screen)
    for widget in _fitting([widget for widget in screen.widgets if widget.type != "app"]):
        column.put(widget)
    _launcher(column, [widget for widget in screen.widgets if widget.type == "app"])
    if column.ring is not None:
        _ring(column.canvas, column.ring, number)
    height = round(column.y + GAP + _BUTTONS)
    frame = _frame(height, locale)
    style = _STYLE + (_DARK if screen.style in ("call", "lock") else "")
    title = f"{screen.app}: {screen.title}" if screen.app else screen.title
    return document(
        [*frame.elements, *column.canvas.elements],
        width=WIDTH,
        height=height,
        title=title,
        description=screen.alt,
        style=style,
        locale=locale,
    )


def _frame(height: int, locale: str) -> Canvas:
    """The phone: its paper, the label on top that says what it is, its three buttons below."""
    canvas = Canvas()
    canvas.add("rect", x=1.5, y=1.5, width=WIDTH - 3, height=height - 3, rx=20, class_="paper")
    canvas.add("path", d=f"M1.5 {_BAR_TOP}V21.5a20 20 0 0 1 20-20h277a20 20 0 0 1 20 20v{_BAR_TOP - 21.5}z", class_="strip")
    Paragraph(word("practice_label", locale), 11.5, WIDTH - 40, "strip", bold=True, most=1).put(canvas, WIDTH / 2, 7, "m")
    top = height - _BUTTONS + 9
    for index, icon in enumerate(("back", "home", "apps")):
        canvas.icon(icon, WIDTH * (2 * index + 1) / 6 - 8, top, 16, "nav")
    canvas.add("path", d=f"M3 {height - _BUTTONS}h{WIDTH - 6}", class_="line")
    canvas.add("rect", x=1.5, y=1.5, width=WIDTH - 3, height=height - 3, rx=20, class_="edge")
    return canvas


def _bar(column: _Column, screen: ShownScreen) -> None:
    """The app's name on its colour, then the screen's title; the home screen and a call have no bar."""
    canvas = column.canvas
    if screen.app and screen.style != "call":
        name = Paragraph(screen.app, BAR_SIZE, COLUMN, "bar", bold=True, most=2)
        canvas.add("rect", x=3, y=column.y, width=WIDTH - 6, height=name.height + 16, fill=colour(screen.kind))
        name.put(canvas, LEFT, column.y + 8)
        column.y += name.height + 16
    column.y += 10
    title = Paragraph(screen.title, 17, COLUMN, "t", bold=True, most=3)
    title.put(canvas, LEFT, column.y)
    column.y += title.height + 12


def _fitting(widgets: list[ShownWidget]) -> Iterator[ShownWidget]:
    """As many widgets as fit, from the top; from further below where the ringed one would be cut off. A line of dots tells of the rest."""
    heights = [draw_widget(Canvas(), widget, 0) + GAP for widget in widgets]
    marked = [index for index, widget in enumerate(widgets) if widget.marked] or [0]
    first = 0
    while first < marked[0] and sum(heights[first : marked[-1] + 1]) > TALLEST:
        first += 1
    end = first
    while end < len(widgets) and sum(heights[first : end + 1]) <= TALLEST:
        end += 1
    more = ShownWidget(type="bubble", text=MORE, style="system")
    yield from [more] if first else []
    yield from widgets[first : max(end, first + 1)]
    yield from [more] if end < len(widgets) else []


def _launcher(column: _Column, apps: list[ShownWidget]) -> None:
    """The home screen's apps, three in a row."""
    for start in range(0, len(apps), 3):
        names = [Paragraph(app.text, 12, COLUMN / 3 - 6, "t", most=3) for app in apps[start : start + 3]]
        tallest = max(name.height for name in names)
        for place, (app, name) in enumerate(zip(apps[start : start + 3], names, strict=True)):
            x = LEFT + COLUMN / 3 * place
            column.canvas.add("rect", x=x + COLUMN / 6 - 24, y=column.y + 4, width=48, height=48, rx=14, fill=colour(app.style))
            column.canvas.icon(app.name, x + COLUMN / 6 - 14, column.y + 14, 28, "white")
            name.put(column.canvas, x + COLUMN / 6, column.y + 57, "m")
            if app.marked:
                column.ring = (x + 2, column.y, COLUMN / 3 - 4, tallest + 62)
        column.y += tallest + 72


def _ring(canvas: Canvas, ring: tuple[float, float, float, float], number: int) -> None:
    """A thick ring and a badge with the step's number: seen without colour, and told apart from a button's own edge."""
    x, y, width, height = ring
    for style in ("halo", "ring"):
        canvas.add("rect", x=x - 7, y=y - 4, width=width + 14, height=height + 8, rx=13, class_=style)
    canvas.add("circle", cx=x + width - 2, cy=y - 3, r=12.5, class_="badge")
    Paragraph(str(number), TEXT_SIZE, 20, "white", bold=True).put(canvas, x + width - 2, y - 12, "m")
