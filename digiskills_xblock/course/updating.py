"""Bring a course that a teacher has worked on up to date; see `merging` for the rule, and ADR 0017 for why.

What drifted is told apart by where it comes from: the framework and the rules, the library (lessons, tasks, questions), this program,
the teacher.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from digiskills_xblock.course.building import build_course
from digiskills_xblock.course.manifest import TAXONOMY_FOLDER, Manifest, is_compared, parts_of, read_manifest
from digiskills_xblock.course.merging import TAKES_NEW, Merge, Outcome, decide
from digiskills_xblock.course.model import MANIFEST, TAGS, Block, Course, Ref, shown
from digiskills_xblock.course.normal import PLATFORM_POLICY
from digiskills_xblock.course.request import CourseRequest
from digiskills_xblock.course.tags import Values, read_tags, write_tags

DRAFTS = "drafts/"
_LIBRARY = ("lesson", "task", "questions")
_STATIC = re.compile(r"/static/([A-Za-z0-9._-]+)")


@dataclass(frozen=True, slots=True)
class Change:
    """One part of the course of which the update had to decide something.

    Attributes:
        part: ``block html/ds-s1-…``, ``policy start``, ``file static/…``.
        outcome: see `merging.Outcome`; never ``same``.
        title: what people call it.
        drift: where the news comes from: ``framework``, ``library``, ``program`` or ``teacher``.
        because: what has another version now: ``lesson digiskills-vn/S1: 1 → 2``; empty where nothing has.
    """

    part: str
    outcome: Outcome
    title: str
    drift: str
    because: str = ""

    def as_json(self) -> dict[str, str]:
        return {name: str(getattr(self, name)) for name in ("part", "outcome", "title", "drift", "because")}


@dataclass(frozen=True, slots=True)
class Updated:
    """A course brought up to date, and what was decided on the way."""

    course: Course
    changes: tuple[Change, ...]


def update_course(theirs: Course, name: str, extra: tuple[Path, ...] = ()) -> Updated:
    """The course as it would be built now, with everything in it that its teacher has changed.

    Args:
        theirs: what Studio exported, under whatever key the course has there.
        name: how errors call it.

    Raises:
        CourseFileError: the course was not built by us, or cannot be read.
        FrameworkDataError: the course that it was built as cannot be built any more.
    """
    base = read_manifest(theirs, name)
    request = CourseRequest.from_json({**base.request, "org": theirs.org, "course": theirs.course, "run": theirs.run})
    new = build_course(request, extra).course
    return merge_courses(base, theirs, new, name)


def merge_courses(base: Manifest, theirs: Course, new: Course, name: str = MANIFEST) -> Updated:
    """The same for a course that was built already; it has the key of ``theirs``."""
    return _Update(base, theirs, new, name).run()


class _Update:
    def __init__(self, base: Manifest, theirs: Course, new: Course, name: str) -> None:
        self.base, self.theirs, self.new, self.name = base, theirs, new, name
        self.now = read_manifest(new, name)
        self.their_parts = parts_of(theirs, name)

    def run(self) -> Updated:
        merge = Merge(self.base, self.theirs.root, self.new.root, drafted(self.theirs))
        root = merge.result()
        policy = self._keyed("policy", self.theirs.policy, self.new.policy)
        grading = self._keyed("grading", self.theirs.grading, self.new.grading)
        course = Course(self.theirs.org, self.theirs.course, root, policy, grading, {})
        files = self._files(root)
        tags = self._tags(course)
        if tags:
            files[TAGS] = write_tags(course, tags)
        return Updated(replace(course, files=files), tuple(self._changes(merge)))

    def _outcome(self, part: str) -> Outcome:
        return decide(self.base.parts.get(part), self.their_parts.get(part), self.now.parts.get(part))

    def _takes_new(self, part: str) -> bool:
        return self._outcome(part) in TAKES_NEW

    def _keyed(self, kind: str, theirs: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        taken = {key: self._takes_new(f"{kind} {key}") for key in {**theirs, **new}}
        merged = {key: new.get(key) if taken[key] else theirs.get(key) for key in taken}
        return {key: merged[key] for key in sorted(taken) if key in (new if taken[key] else theirs)}

    def _files(self, root: Block) -> dict[str, bytes]:
        theirs, new = self.theirs.files, self.new.files
        found = {path: content for path, content in theirs.items() if not is_compared(path) and not path.startswith(TAXONOMY_FOLDER)}
        found |= {path: content for path, content in new.items() if path.startswith(TAXONOMY_FOLDER)}
        found[MANIFEST] = new[MANIFEST]
        for path in {**theirs, **new}:
            source = new if self._takes_new(f"file {path}") else theirs
            if is_compared(path) and path in source:
                found[path] = source[path]
        found.pop(TAGS, None)
        # Whatever happened to a file: what something in the course points to is there.
        for path in pointed_to(root, found) - set(found):
            if path in theirs or path in new:
                found[path] = theirs.get(path, new.get(path, b""))
        return found

    def _tags(self, course: Course) -> dict[Ref, Values]:
        theirs, new = read_tags(self.theirs, self.name), read_tags(self.new, self.name)
        ours = {taxonomy for values in new.values() for taxonomy in values}
        if not ours & {taxonomy for values in theirs.values() for taxonomy in values}:
            # Where our taxonomy was never imported the platform gives back no tag of it.
            missing = {ref: {**new.get(ref, {}), **theirs.get(ref, {})} for ref in {**theirs, **new}}
            return {ref: values for ref, values in missing.items() if ref in course.blocks()}
        chosen = {ref: (new if self._takes_new(f"tags {shown(ref)}") else theirs).get(ref, {}) for ref in {**theirs, **new}}
        chosen[course.root.ref] = theirs.get(course.root.ref, {})
        return {ref: values for ref, values in chosen.items() if values and ref in course.blocks()}

    def _changes(self, merge: Merge) -> Iterator[Change]:
        titles = {ref: block.title for course in (self.new, self.theirs) for ref, block in course.blocks().items()}
        for ref, outcome in merge.outcomes.items():
            if outcome is not Outcome.SAME and ref[0] != "course":
                yield self._change(f"block {shown(ref)}", outcome, titles[ref], shown(ref))
        yield from self._reordered()
        rest = {**self.base.parts, **self.now.parts, **self.their_parts}
        for part in sorted(part for part in rest if not part.startswith(("block ", "tags "))):
            outcome, key = self._outcome(part), part.partition(" ")[2]
            bookkeeping = part.startswith("policy ") and key in PLATFORM_POLICY
            if outcome is not Outcome.SAME and not bookkeeping:
                yield self._change(part, outcome, key, "")

    def _reordered(self) -> Iterator[Change]:
        """Containers whose children the teacher put into another order, added to, took from or moved."""
        there = {shown(block.ref): block for block in self.theirs.root.walk()}
        there[shown(("course", ""))] = self.theirs.root
        for name, before in self.base.children.items():
            now = there.get(name)
            if now is not None and before != tuple(shown(child.ref) for child in now.children):
                yield Change(f"order {name}", Outcome.KEPT, now.title, "teacher")

    def _change(self, part: str, outcome: Outcome, title: str, ref: str) -> Change:
        if outcome is Outcome.KEPT:
            return Change(part, outcome, title, "teacher")
        origin = self.now.origins.get(ref) or self.base.origins.get(ref) or ""
        before, after = self.base.sources.get(origin), self.now.sources.get(origin)
        because = f"{origin}: {before or '–'} → {after or '–'}" if before != after else ""
        return Change(part, outcome, title, self._drift(origin, because), because)

    def _drift(self, origin: str, because: str) -> str:
        if origin.startswith(_LIBRARY) and because:
            return "library"
        rules = [key for key in {**self.base.sources, **self.now.sources} if key.startswith(("framework ", "regulation "))]
        if any(self.base.sources.get(key) != self.now.sources.get(key) for key in rules):
            return "framework"
        return "library" if self.base.sources != self.now.sources else "program"


def drafted(course: Course) -> frozenset[Ref]:
    """Blocks with changes that are not published: the platform exports them a second time, under ``drafts/``."""
    parts = (path.removeprefix(DRAFTS).split("/") for path in course.files if path.startswith(DRAFTS))
    return frozenset((kind, name.rpartition(".")[0]) for kind, name in (part for part in parts if len(part) == 2))


def pointed_to(root: Block, files: Mapping[str, bytes]) -> set[str]:
    """Static files that something in the course points to, by their path."""
    pages = (content.decode(errors="replace") for path, content in files.items() if not path.startswith(("static/", TAXONOMY_FOLDER)))
    texts: Iterable[str] = (*(block.body for block in root.walk()), *pages)
    return {f"static/{name}" for text in texts for name in _STATIC.findall(text)}
