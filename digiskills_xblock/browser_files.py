"""Which files the player may fetch, and under which addresses: a platform may hash the names of static files."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from digiskills_framework.tasks import TaskDefinition

# By the name that public/player.js asks for.
FILES = {
    "after.js": "public/after.js",
    "comfort.js": "public/comfort.js",
    "icons.js": "public/icons.js",
    "skin.css": "public/skin.css",
    "skin.js": "public/skin.js",
    "way.js": "public/way.js",
}
SKINS = {
    "ai": "public/skins/ai.css",
    "browser": "public/skins/browser.css",
    "files": "public/skins/files.css",
    "inbox": "public/skins/inbox.css",
    "local": "public/skins/local.css",
    "meeting": "public/skins/meeting.css",
    "payment": "public/skins/payment.css",
    "place": "public/skins/place.css",
    "portal": "public/skins/portal.css",
    "settings": "public/skins/settings.css",
    "shop": "public/skins/shop.css",
    "work": "public/skins/work.css",
}
"""Looks by kind of app (docs/reference/engine.md §4)."""


def needed(task: TaskDefinition) -> dict[str, str]:
    """The files of a task, path in the package by name: the player's own, the skins of its kinds of apps, pictures if it has any.

    What a kind looks like tells nothing about how a task is judged; a kind that a seed leaves out is fetched for nothing.
    """
    kinds = sorted({app["kind"] for app in task.raw["apps"].values()})
    widgets = (widget for screen in task.raw["screens"].values() for widget in screen["widgets"])
    pictures = {"pictures.js": "public/pictures.js"} if any(widget["type"] == "image" for widget in widgets) else {}
    return {**FILES, **pictures, **{f"skins/{kind}.css": SKINS[kind] for kind in kinds}}


_addresses: dict[tuple[type, str], str] = {}
"""Of each kind of runtime and path. They do not change while a process lives, and to ask for them is half of what a page costs."""


def addresses(block: Any, task: TaskDefinition) -> dict[str, str]:
    """Where the browser finds them."""
    return {name: _address(block, path) for name, path in _needed_once(task).items()}


def _address(block: Any, path: str) -> str:
    key = type(block.runtime), path
    found = _addresses.get(key)
    if found is None:
        found = _addresses[key] = block.runtime.local_resource_url(block, path)
    return found


@lru_cache(maxsize=512)
def _needed_once(task: TaskDefinition) -> dict[str, str]:
    return needed(task)
