"""Drawings and colours of the practice phone for pictures in a course: read from the very files that the browser gets."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

FALLBACK = "app"
_ANY = "any"
_ICON = re.compile(r'^ {4}(\w+): "([^"]+)",?$', re.MULTILINE)
_FRAME = re.compile(r"const FRAME = (\[.*?\]);")
_SCENE = re.compile(r"^ {4}(\w+): (\[\[?.*?\]\]),?$", re.MULTILINE | re.DOTALL)

_COLOUR = re.compile(r"--k:\s*(#[0-9a-f]{6})")

Scene = tuple[tuple[str, str], ...]
"""Strokes in a box of 160 × 100: each a path and ``""``, ``soft``, ``strong`` or ``dash``."""


@cache
def icons() -> Mapping[str, str]:
    """Icons by name: one path each in a box of 24 × 24."""
    return dict(_ICON.findall(_public("icons.js")))


@cache
def scenes() -> Mapping[str, Scene]:
    """Scenes of pictures by name."""
    source = _public("pictures.js")
    frame = _FRAME.search(source)
    if frame is None:
        raise ValueError("public/pictures.js has no FRAME")
    body = source[frame.end() :]
    return {name: _strokes(text.replace("FRAME", frame[1])) for name, text in _SCENE.findall(body)}


def icon_path(name: str) -> str:
    """The path of an icon; what we have not drawn is a plain square, as on the phone."""
    return icons().get(name, icons()[FALLBACK])


def scene(name: str) -> Scene | None:
    """A scene; None where the phone shows the icon of that name in its place. An unknown name is a landscape, as on the phone."""
    found = scenes().get(name)
    return found if found is not None or name in icons() else scenes()[_ANY]


@cache
def colour(kind: str) -> str:
    """The colour of a kind of app in the light, as ``#rrggbb``; that of settings for a kind without a skin of its own."""
    skins = resources.files("digiskills_xblock") / "public" / "skins"
    skin = skins / f"{kind}.css"
    found = _COLOUR.search((skin if skin.is_file() else skins / "settings.css").read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"public/skins/{kind}.css has no --k")
    return found[1]


def _strokes(text: str) -> Scene:
    return tuple((path, style[0] if style else "") for path, *style in json.loads(text))


def _public(name: str) -> str:
    return (resources.files("digiskills_xblock") / "public" / name).read_text(encoding="utf-8")
