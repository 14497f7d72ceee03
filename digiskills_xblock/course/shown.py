"""What a picture of a phone shows: one screen in one language, whether a task's machine was on it or an author sketched it."""

from __future__ import annotations

from dataclasses import dataclass

from digiskills_framework.content_types import Row, Sketch


@dataclass(frozen=True, slots=True)
class ShownWidget:
    """One widget as it stands on the screen.

    Attributes:
        type: ``text`` ``row`` ``image`` ``bubble`` ``button`` ``item`` ``input`` ``toggle`` ``option`` or ``app``.
        text: what is read first; of an input what is typed in it.
        label: what stands before or above the text.
        note: what stands below it.
        meta: what stands at its end.
        name: of an icon or picture.
        style: as a task writes it: ``primary``, ``muted``, ``me``…
        on: switched on, or chosen.
        enabled: False for what cannot be touched yet.
        marked: it is ringed, together with its marked neighbours.
    """

    type: str
    text: str = ""
    label: str = ""
    note: str = ""
    meta: str = ""
    name: str = ""
    style: str = ""
    on: bool = False
    enabled: bool = True
    marked: bool = False


@dataclass(frozen=True, slots=True)
class ShownScreen:
    """A whole screen; ``kind`` is that of its app, ``home`` for the list of apps."""

    kind: str
    app: str
    title: str
    widgets: tuple[ShownWidget, ...]
    alt: str
    style: str = "normal"


_SKETCHED = {"heading": ("text", "title"), "message": ("bubble", ""), "field": ("input", ""), "choice": ("option", "")}


def sketched(sketch: Sketch, language: str) -> ShownScreen:
    """A sketch as a screen."""
    return ShownScreen(
        kind=sketch.kind,
        app=sketch.app.text(language),
        title=sketch.title.text(language),
        widgets=tuple(_widget(row, language) for row in sketch.rows),
        alt=sketch.alt.text(language),
    )


def _widget(row: Row, language: str) -> ShownWidget:
    said = {name: text.text(language) for name, text in row.texts}
    kind, style = _SKETCHED.get(row.type, (row.type, ""))
    if row.type == "message":
        style = "me" if row.on else "them"
    return ShownWidget(
        type=kind,
        text=said.get("text") or said.get("value") or said.get("alt", ""),
        label=said.get("from") or said.get("label", ""),
        note=said.get("note", ""),
        name=row.name,
        style=style,
        on=row.on,
        marked=row.mark,
    )
