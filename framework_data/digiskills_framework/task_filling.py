"""What is filled into a task file before anything else reads it: names of the fictional world, named conditions, an overlay.

All three are substitution of text by text: what comes out is an ordinary scenario/1 without them (docs/reference/engine.md §9).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from digiskills_framework.errors import Finding, InconsistentDataError, shorten
from digiskills_framework.pack import World
from digiskills_framework.strict_yaml import DataPath, Source, Value

_WORLD_NAME = re.compile(r"\{@([a-z_]+(?:\.[a-z_]+)?)\}")
_LANGUAGES = ("vi", "en")
_SENTENCE_BEGINS = re.compile(r"(?:\A|[.!?…:]\s+)[“‘(]?\Z")
_OVERLAID = ("persona", "title", "goal", "why", "brief", "next")


def as_it_stands(name: str, before: str) -> str:
    """A name of the world after the text ``before``: with a capital letter where it opens a sentence.

    The world writes names as they stand within one: "bà Mận".
    """
    return name[:1].upper() + name[1:] if _SENTENCE_BEGINS.search(before) else name


def with_world(source: Source, world: World) -> Source:
    """The file with every ``{@name}`` replaced; in texts one that opens a sentence begins with a capital letter.

    Raises:
        InconsistentDataError: names that the pack's world does not have.
    """
    names = dict([*world.places, *world.organisations, *((f"people.{person.code}", person.name) for person in world.people)])
    findings: list[Finding] = []

    def filled(value: Value, *, said: bool = False) -> Value:
        if isinstance(value, str):
            return _WORLD_NAME.sub(spoken if said else named, value)
        if isinstance(value, list):
            return [filled(item) for item in value]
        return {key: filled(item, said=key in _LANGUAGES) for key, item in value.items()} if isinstance(value, dict) else value

    def spoken(match: re.Match[str]) -> str:
        return as_it_stands(named(match), match.string[: match.start()])

    def named(match: re.Match[str]) -> str:
        if match[1] not in names:
            remedy = f"Use one of: {', '.join(sorted(names))}"
            findings.append(Finding(source.name, "", shorten(match[0]), "the world of the country pack has no such name", remedy))
        return names.get(match[1], "")

    content = filled(source.value)
    if findings:
        raise InconsistentDataError(findings)
    return Source(source.name, content, source.lines)


def with_conditions(source: Source, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The content with ``{cond: name}`` replaced by the condition of this name; a condition may use those above it.

    Raises:
        InconsistentDataError: names under which there is no condition, or only further below.
    """
    known: dict[str, Any] = {}
    findings: list[Finding] = []

    def filled(value: Any, path: DataPath) -> Any:
        if isinstance(value, list):
            return [filled(item, (*path, index)) for index, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        if value.keys() == {"cond"} and isinstance(value["cond"], str):
            if value["cond"] not in known:
                remedy = f"Use one of: {', '.join(known) or 'none defined above'}"
                findings.append(source.finding(path, value["cond"], "there is no condition of this name", remedy))
            return known.get(value["cond"], False)
        return {key: filled(item, (*path, key)) for key, item in value.items()}

    for name, condition in raw.get("conditions", {}).items():
        known[name] = filled(condition, ("conditions", name))
    content = {key: filled(value, (key,)) for key, value in raw.items() if key != "conditions"}
    if findings:
        raise InconsistentDataError(findings)
    return content


def check_overlays(source: Source, raw: Mapping[str, Any]) -> None:
    """Overlays replace what is there, for people whom the task is for, and each of them for others.

    Raises:
        InconsistentDataError: an id given twice, an audience that the task does not have, a variable that the task does not have.
    """
    findings: list[Finding] = []
    ids = [overlay["id"] for overlay in raw.get("overlays", [])]
    for index, overlay in enumerate(raw.get("overlays", [])):
        path: DataPath = ("overlays", index)
        if ids.count(overlay["id"]) > 1:
            findings.append(source.finding((*path, "id"), overlay["id"], "is the id of several overlays", "Give each its own id"))
        for audience in overlay["for"].get("audiences", []):
            if audience not in raw["audiences"]:
                remedy = f"Use one of: {', '.join(raw['audiences'])}"
                findings.append(source.finding((*path, "for", "audiences"), audience, "is no audience of this task", remedy))
        unknown = [name for name in overlay.get("vars", {}) if name not in raw["vars"]]
        message, remedy = "replaces no variable of the task", "Declare it under vars too"
        findings.extend(source.finding((*path, "vars", name), name, message, remedy) for name in unknown)
    if findings:
        raise InconsistentDataError(findings)


def with_overlay(raw: Mapping[str, Any], overlay_id: str) -> dict[str, Any]:
    """The content as it is for the people of an overlay.

    Raises:
        KeyError: the task has no overlay of this id.
    """
    overlay = next((item for item in raw.get("overlays", []) if item["id"] == overlay_id), None)
    if overlay is None:
        raise KeyError(f"task {raw['id']} has no overlay {overlay_id!r}")
    replaced = {name: overlay[name] for name in _OVERLAID if name in overlay}
    return {**raw, **replaced, "vars": {name: overlay.get("vars", {}).get(name, body) for name, body in raw["vars"].items()}}
