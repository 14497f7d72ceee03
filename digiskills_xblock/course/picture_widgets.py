"""How each kind of widget looks in a picture: one function for each, all of one column's width."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from digiskills_xblock.course.canvas import Canvas, Paragraph
from digiskills_xblock.course.phone_drawings import scene
from digiskills_xblock.course.shown import ShownWidget
from digiskills_xblock.course.text_layout import width

LEFT, COLUMN = 16, 288
"""Where the column begins, and its width."""
GAP = 12
BODY, SMALL = 14.0, 12.5
SCENE_WIDTH = 200

Draw = Callable[[Canvas, ShownWidget, float], float]


def draw_widget(canvas: Canvas, widget: ShownWidget, y: float) -> float:
    """Put a widget with its top at ``y``; its height."""
    return _DRAWN[widget.type](canvas, widget, y)


_TEXTS: Mapping[str, tuple[str, float, bool]] = {
    "title": ("t", 15.5, True),
    "label": ("t", BODY, True),
    "muted": ("s", SMALL, False),
    "amount": ("t", 22, True),
}


def _text(canvas: Canvas, widget: ShownWidget, y: float) -> float:
    if widget.style in ("warning", "success"):
        return _note(canvas, widget, y)
    style, size, bold = _TEXTS.get(widget.style, ("t", BODY, False))
    paragraph = Paragraph(widget.text, size, COLUMN, style, bold=bold)
    paragraph.put(canvas, LEFT, y)
    return paragraph.height


def _note(canvas: Canvas, widget: ShownWidget, y: float) -> float:
    paragraph = Paragraph(widget.text, 13, COLUMN - 48, widget.style)
    canvas.box(LEFT, y, COLUMN, paragraph.height + 16, f"{widget.style}-box")
    canvas.icon("warning" if widget.style == "warning" else "shield", LEFT + 10, y + 8, 18, widget.style)
    paragraph.put(canvas, LEFT + 36, y + 8)
    return paragraph.height + 16


def _row(canvas: Canvas, widget: ShownWidget, y: float) -> float:
    """Label and value on one line where they fit, else one below the other."""
    beside = width(widget.label, SMALL) + width(widget.text, BODY, bold=True) + 12 <= COLUMN
    label = Paragraph(widget.label, SMALL, COLUMN, "s")
    value = Paragraph(widget.text, BODY, COLUMN, "t", bold=True)
    label.put(canvas, LEFT, y + 2)
    if beside:
        value.put(canvas, LEFT + COLUMN, y, "e")
    else:
        value.put(canvas, LEFT, y + 2 + label.height)
    height = max(label.height, value.height) + 4 if beside else label.height + value.height + 6
    canvas.add("path", d=f"M{LEFT} {y + height:g}h{COLUMN}", class_="line")
    return height


def _image(canvas: Canvas, widget: ShownWidget, y: float) -> float:
    caption, drawn = Paragraph(widget.text, SMALL, COLUMN - 24, "q", most=3), scene(widget.name)
    high = SCENE_WIDTH * 5 / 8 if drawn else 56
    canvas.box(LEFT, y, COLUMN, caption.height + high + 22, "tint", 12)
    if drawn:
        canvas.scene(drawn, LEFT + (COLUMN - SCENE_WIDTH) / 2, y + 8, SCENE_WIDTH)
    else:
        canvas.icon(widget.name, LEFT + COLUMN / 2 - 28, y + 8, 56, "thin")
    caption.put(canvas, LEFT + COLUMN / 2, y + high + 12, "m")
    return caption.height + high + 22


def _bubble(canvas: Canvas, widget: ShownWidget, y: float) -> float:
    if widget.style == "system":
        told = Paragraph(widget.text, SMALL, COLUMN - 20, "s")
        told.put(canvas, LEFT + COLUMN / 2, y, "m")
        return told.height
    said, sender = Paragraph(widget.text, BODY, COLUMN * 0.8 - 22, "k"), Paragraph(widget.label, SMALL, COLUMN * 0.8 - 22, "q", bold=True)
    widest = max([0.0] + [width(line, BODY) for line in said.lines] + [width(line, SMALL, bold=True) for line in sender.lines])
    across, height = min(widest * 1.04 + 24, COLUMN * 0.8), said.height + sender.height + 16
    x = LEFT + COLUMN - across if widget.style == "me" else LEFT
    canvas.box(x, y, across, height, "mine" if widget.style == "me" else "theirs", 13)
    sender.put(canvas, x + 11, y + 7)
    said.put(canvas, x + 11, y + 7 + sender.height)
    return height


def _button(canvas: Canvas, widget: ShownWidget, y: float) -> float:
    style = widget.style or ("primary" if widget.marked else "secondary")
    if not widget.enabled:
        style = "off"
    paragraph = Paragraph(widget.text, BODY, COLUMN - 24, f"on-{style}", bold=True)
    height = paragraph.height + (10 if style == "link" else 20)
    if style != "link":
        canvas.box(LEFT, y, COLUMN, height, style, 10)
    paragraph.put(canvas, LEFT + COLUMN / 2, y + height / 2 - paragraph.height / 2, "m")
    return height


def _item(canvas: Canvas, widget: ShownWidget, y: float) -> float:
    inset = 48 if widget.name else 12
    end = width(widget.meta, SMALL) * 1.06 + 10 if widget.meta else 0
    room = COLUMN - inset - 12 - end
    text, note = Paragraph(widget.text, BODY, room, "k", bold=True), Paragraph(widget.note, SMALL, room, "q")
    height = max(text.height + note.height + 16, 44)
    canvas.box(LEFT, y, COLUMN, height, "card", 10)
    if widget.name:
        canvas.add("circle", cx=LEFT + 25, cy=y + height / 2, r=16, class_="tint")
        canvas.icon(widget.name, LEFT + 15, y + height / 2 - 10, 20, "accent")
    top = y + (height - text.height - note.height) / 2
    text.put(canvas, LEFT + inset, top)
    note.put(canvas, LEFT + inset, top + text.height)
    Paragraph(widget.meta, SMALL, COLUMN, "q").put(canvas, LEFT + COLUMN - 12, y + height / 2 - 9, "e")
    return height


def _input(canvas: Canvas, widget: ShownWidget, y: float) -> float:
    label = Paragraph(widget.label, 13, COLUMN, "t", bold=True)
    typed = Paragraph(widget.text, BODY, COLUMN - 24, "k")
    height = max(typed.height, 19) + 18
    label.put(canvas, LEFT, y)
    canvas.box(LEFT, y + label.height + 3, COLUMN, height, "field", 9)
    typed.put(canvas, LEFT + 12, y + label.height + 12)
    return label.height + 3 + height


def _toggle(canvas: Canvas, widget: ShownWidget, y: float) -> float:
    text = Paragraph(widget.label or widget.text, BODY, COLUMN - 82, "k")
    height = max(text.height + 16, 44)
    canvas.box(LEFT, y, COLUMN, height, "card", 10)
    text.put(canvas, LEFT + 12, y + (height - text.height) / 2)
    x, middle = LEFT + COLUMN - 56, y + height / 2
    canvas.box(x, middle - 12, 44, 24, "primary" if widget.on else "field", 12)
    canvas.add("circle", cx=x + (32 if widget.on else 12), cy=middle, r=8, class_="knob-on" if widget.on else "knob")
    if widget.on:
        canvas.add("path", d=f"M{x + 8} {middle:g}l4 4 7-8", class_="tick")
    return height


def _option(canvas: Canvas, widget: ShownWidget, y: float) -> float:
    text = Paragraph(widget.text, BODY, COLUMN - 56, "k", bold=widget.on)
    height = max(text.height + 14, 40)
    canvas.box(LEFT, y, COLUMN, height, "chosen" if widget.on else "card", 10)
    canvas.add("circle", cx=LEFT + 22, cy=y + height / 2, r=8, class_="radio")
    if widget.on:
        canvas.add("circle", cx=LEFT + 22, cy=y + height / 2, r=4, class_="dot")
    text.put(canvas, LEFT + 42, y + (height - text.height) / 2)
    return height


_DRAWN: Mapping[str, Draw] = {
    "text": _text,
    "row": _row,
    "image": _image,
    "bubble": _bubble,
    "button": _button,
    "item": _item,
    "input": _input,
    "toggle": _toggle,
    "option": _option,
}
