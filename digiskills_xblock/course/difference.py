"""What two courses differ in, in terms of blocks, settings and files; not of lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from digiskills_xblock.course.manifest import is_compared
from digiskills_xblock.course.model import Block, Course, Ref, shown
from digiskills_xblock.course.normal import PLATFORM_POLICY, block_digest, digest_of, file_digest
from digiskills_xblock.course.tags import read_tags


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference.

    Attributes:
        part: ``block problem/ds-s1-…``, ``policy start``, ``file static/…``, ``tags …``.
        kind: ``added``, ``removed``, ``changed``, ``moved`` (to another container) or ``reordered`` (a container's children).
        title: what people call it.
        details: settings that changed, with both values; ``content`` for what is inside.
    """

    part: str
    kind: str
    title: str
    details: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"part": self.part, "kind": self.kind, "title": self.title, "details": list(self.details)}

    def __str__(self) -> str:
        return f"{self.kind:<9} {self.part}: {self.title}" + "".join(f"\n          {line}" for line in self.details)


def differences(old: Course, new: Course) -> tuple[Difference, ...]:
    """Everything that differs, in the order of the new course; nothing for a course and what the platform gives back of it."""
    settings = (*_settings("policy", old.policy, new.policy), *_settings("grading", old.grading, new.grading))
    return (*_blocks(old, new), *settings, *_files(old, new), *_tags(old, new))


def _blocks(old: Course, new: Course) -> Iterator[Difference]:
    before, after = old.blocks(), new.blocks()
    places_before, places_after = old.root.parents(), new.root.parents()
    for ref, block in after.items():
        if block.type == "course":
            continue
        part, known = f"block {shown(ref)}", before.get(ref)
        if known is None:
            yield Difference(part, "added", block.title)
            continue
        if block_digest(known) != block_digest(block):
            yield Difference(part, "changed", block.title, tuple(_details(known, block)))
        if _named(places_before[ref]) != _named(places_after[ref]):
            yield Difference(part, "moved", block.title, (f"{shown(places_before[ref])} → {shown(places_after[ref])}",))
        yield from _order(known, block)
    for ref, block in before.items():
        if ref not in after and block.type != "course":
            yield Difference(f"block {shown(ref)}", "removed", block.title)
    yield from _order(old.root, new.root)


def _named(ref: Ref) -> Ref:
    """The course's own block is the same in every run."""
    return ("course", "") if ref[0] == "course" else ref


def _order(old: Block, new: Block) -> Iterator[Difference]:
    before, after = [child.ref for child in old.children], [child.ref for child in new.children]
    if [ref for ref in before if ref in after] != [ref for ref in after if ref in before]:
        yield Difference(f"block {shown(new.ref)}", "reordered", new.title)


def _details(old: Block, new: Block) -> Iterator[str]:
    for name in sorted({*old.settings, *new.settings}):
        if old.settings.get(name) != new.settings.get(name):
            yield f"{name}: {old.settings.get(name, '–')} → {new.settings.get(name, '–')}"
    if old.body != new.body and block_digest(Block(old.type, "", {}, body=old.body)) != block_digest(
        Block(new.type, "", {}, body=new.body)
    ):
        yield "content"


def _settings(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    names = {name for name in (*old, *new) if kind != "policy" or name not in PLATFORM_POLICY}
    before, after = ({name: digest_of(value) for name, value in one.items() if name in names} for one in (old, new))
    yield from _keyed(kind, before, after)


def _files(old: Course, new: Course) -> Iterator[Difference]:
    before, after = (
        {path: file_digest(path, content) for path, content in course.files.items() if is_compared(path)} for course in (old, new)
    )
    yield from _keyed("file", before, after)


def _tags(old: Course, new: Course) -> Iterator[Difference]:
    before, after = (
        {shown(ref): digest_of(sorted(values.items())) for ref, values in read_tags(course, course.key).items() if ref[0] != "course"}
        for course in (old, new)
    )
    yield from _keyed("tags", before, after)


def _keyed(kind: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            change = "added" if name not in old else "removed" if name not in new else "changed"
            yield Difference(f"{kind} {name}", change, name)
