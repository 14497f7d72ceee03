"""One skill's sequence for a course that somebody else made: put in, or brought up to date; nothing else of the course is touched.

It is an update (see `updating`) whose news is that sequence alone: of everything else the course as it came is what was built, what the
teacher has, and what would be built now. What the sequence was like when it was built stands in the course's manifest, or, where the
course as a whole is not ours, in a record of the sequence's own beside it, in the same form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from digiskills_framework.api import load_framework
from digiskills_xblock.course.building import build_course
from digiskills_xblock.course.identity import Names
from digiskills_xblock.course.manifest import Manifest, describe, part_of, read_manifest
from digiskills_xblock.course.model import MANIFEST, TAGS, Block, Course, CourseFileError, Ref, shown
from digiskills_xblock.course.request import ASKED, CourseRequest, check_skill
from digiskills_xblock.course.sentences import Sentence
from digiskills_xblock.course.sentences import gettext_noop as _
from digiskills_xblock.course.tags import read_tags, write_tags
from digiskills_xblock.course.updating import Change, merge_courses, pointed_to

_RULES = ("framework ", "regulation ")


@dataclass(frozen=True, slots=True)
class PutIn:
    """A course with a skill's sequence in it, and what was decided on the way.

    Attributes:
        course: the course as it came, but for the sequence.
        changes: see `updating.Change`; only about the sequence, its files and tags.
        request: as what the sequence is built: for one that the course has already, as it was first built.
        title: of the sequence.
        is_new: the course did not have it.
        unknown_grader: the sequence's assignment type where the course's grading has none of that name; empty otherwise. It then counts
            for nothing in the course's grade.
    """

    course: Course
    changes: tuple[Change, ...]
    request: CourseRequest
    title: str
    is_new: bool
    unknown_grader: str


def put_skill(theirs: Course, request: CourseRequest, skill: str, name: str, extra: tuple[Path, ...] = ()) -> PutIn:
    """The course with the skill's sequence, as it would be built now wherever nobody has touched it.

    A new sequence goes to the end of its group's chapter, in a chapter of its own where there is none. What the teacher changed in a
    sequence, moved out of it or added to it stays.

    Args:
        theirs: as `reading.read_course` gives it.
        request: framework, audience and so on for a sequence that is not there yet; its key and limits do not matter.
        name: how errors call the course.

    Raises:
        CourseFileError: the course has the sequence but no record of it, or a record that cannot be read; nothing is written about the
            skill yet.
        FrameworkDataError: the framework has no such skill, or the request does not fit it.
    """
    framework = load_framework(request.framework, extra)
    check_skill(Sentence.of(_("skill")), skill, framework)
    target = ("sequential", Names.of(framework, extra).skill(skill, "sequence"))
    known = target in theirs.blocks()
    record = _record(theirs, target, name) if known else None
    wanted = replace(request, only=(skill,), skill_set=None) if record is None else CourseRequest.from_json(record.request)
    wanted = replace(wanted, org=theirs.org, course=theirs.course, run=theirs.run)
    built = build_course(wanted, extra).course
    fresh = _Fresh.of(built, target, skill)
    work = _Work(theirs, fresh, record, name)
    updated = merge_courses(work.base(), theirs, work.new(), name)
    files = {path: content for path, content in updated.course.files.items() if path != MANIFEST}
    course = replace(updated.course, files={**files, **work.records(wanted)})
    placed = course.blocks()[target]
    return PutIn(course, tuple(work.own(updated.changes)), wanted, placed.title, not known, _unknown_grader(course, placed))


@dataclass(frozen=True, slots=True)
class _Fresh:
    """The sequence as it would be built now.

    Attributes:
        course: the course that it was built in.
        chapter: that it lies in there.
    """

    course: Course
    chapter: Block
    sequence: Block

    @classmethod
    def of(cls, built: Course, target: Ref, skill: str) -> _Fresh:
        for chapter in built.root.children:
            for sequence in chapter.children:
                if sequence.ref == target:
                    return cls(built, chapter, sequence)
        message, remedy = Sentence.of(_("has no lesson, task or question yet")), Sentence.of(_("Choose another skill"))
        raise CourseFileError.refuse(file=ASKED, path=skill, message=message, remedy=remedy)

    @property
    def files(self) -> Mapping[str, bytes]:
        return {path: self.course.files[path] for path in sorted(pointed_to(self.sequence, {})) if path in self.course.files}


class _Work:
    """The three states of the course that a merge is made of."""

    def __init__(self, theirs: Course, fresh: _Fresh, record: Manifest | None, name: str) -> None:
        self.theirs, self.fresh, self.record, self.name = theirs, fresh, record, name
        self.children = {} if record is None else dict(_below(record.children, shown(fresh.sequence.ref)))
        self.refs = {shown(block.ref) for block in fresh.sequence.walk()} | {child for below in self.children.values() for child in below}
        self.refs |= {shown(fresh.sequence.ref)}

    def base(self) -> Manifest:
        """The course as it came, with the sequence as its record has it, and without what the teacher has put into the sequence."""
        now = describe(self.theirs, {}, {})
        around = {shown(block.ref) for block in self._with_sequence().walk()} - self.refs
        inside = {shown(block.ref) for block in self.theirs.root.walk()} - around - {shown(self.theirs.root.ref)}
        parts = {part: digest for part, digest in now.parts.items() if not self._is_own(part) and part.partition(" ")[2] not in inside}
        children = {name: below for name, below in now.children.items() if name not in inside}
        if self.record is None:
            return replace(now, parts=parts, children=children)
        sequence = shown(self.fresh.sequence.ref)
        # As it was built, what the teacher has moved out of the sequence lay in it.
        children = {
            name: tuple(child for child in below if child == sequence or child not in self.refs) for name, below in children.items()
        }
        kept = {part: digest for part, digest in self.record.parts.items() if self._is_own(part)}
        return Manifest({}, self.record.sources, {**parts, **kept}, self.record.origins, {**children, **self.children})

    def new(self) -> Course:
        """The course as it came, with the sequence as it would be built now."""
        files = {**self.theirs.files, **self.fresh.files}
        course = replace(self.theirs, root=self._with_sequence(), files=files)
        tags = {ref: values for ref, values in read_tags(self.theirs, self.name).items() if shown(ref) not in self.refs}
        fresh = {ref: values for ref, values in read_tags(self.fresh.course, self.name).items() if shown(ref) in self.refs}
        if tags or fresh:
            course = replace(course, files={**files, TAGS: write_tags(course, {**tags, **fresh})})
        sources = read_manifest(self.fresh.course, self.name).sources
        record = describe(course, {}, {**(self.record.sources if self.record else {}), **sources})
        return replace(course, files={**course.files, MANIFEST: record.as_bytes()})

    def records(self, request: CourseRequest) -> dict[str, bytes]:
        """The files that say what was built: the course's manifest where it knew the sequence, a record of the sequence's own otherwise."""
        whole = read_manifest(self.fresh.course, self.name)
        built = {part: digest for part, digest in whole.parts.items() if self._is_own(part)}
        origins = {ref: origin for ref, origin in whole.origins.items() if ref in self.refs}
        sources = {key: value for key, value in whole.sources.items() if key in origins.values() or key.startswith(_RULES)}
        children = dict(_below(whole.children, shown(self.fresh.sequence.ref)))
        main = {MANIFEST: self.theirs.files[MANIFEST]} if MANIFEST in self.theirs.files else {}
        if self.record is None or _record_path(self.fresh.sequence.ref) in self.theirs.files:
            own = Manifest(request.as_json(), sources, built, origins, children)
            return {**main, _record_path(self.fresh.sequence.ref): own.as_bytes()}
        of_skill = {key: value for key, value in sources.items() if not key.startswith(_RULES)}
        parts = {part: digest for part, digest in self.record.parts.items() if not self._is_own(part)}
        rest = {name: below for name, below in self.record.children.items() if name not in self.children}
        record = Manifest(
            self.record.request,
            {**self.record.sources, **of_skill},
            {**parts, **built},
            {**{ref: origin for ref, origin in self.record.origins.items() if ref not in self.refs}, **origins},
            {**rest, **children},
        )
        return {MANIFEST: record.as_bytes()}

    def own(self, changes: Iterable[Change]) -> Iterator[Change]:
        """The changes that are about the sequence."""
        chapter = f"block {shown(self.fresh.chapter.ref)}"
        for change in changes:
            kind, _space, what = change.part.partition(" ")
            if self._is_own(change.part) or (kind == "order" and what in self.refs) or (change.part == chapter):
                yield change

    def _is_own(self, part: str) -> bool:
        kind, _space, what = part.partition(" ")
        return what in self.fresh.files if kind == "file" else kind in ("block", "tags") and what in self.refs

    def _with_sequence(self) -> Block:
        """The course's tree with the fresh sequence where theirs is, or else at the end of its chapter."""
        place = self.theirs.root.parents().get(self.fresh.sequence.ref)
        known = self.fresh.chapter.ref in self.theirs.blocks()
        home = place or (self.fresh.chapter.ref if known else None)
        root = self._swapped(self.theirs.root, home)
        if home is None:
            root = replace(root, children=(*root.children, replace(self.fresh.chapter, children=(self.fresh.sequence,))))
        return root

    def _swapped(self, block: Block, home: Ref | None) -> Block:
        children = [self._swapped(child, home) for child in block.children if shown(child.ref) not in self.refs]
        if block.ref == home:
            there = [child.ref for child in block.children]
            index = there.index(self.fresh.sequence.ref) if self.fresh.sequence.ref in there else len(there)
            children.insert(sum(shown(ref) not in self.refs for ref in there[:index]), self.fresh.sequence)
        return replace(block, children=tuple(children))


def _below(children: Mapping[str, tuple[str, ...]], name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The containers from one downwards, with their children."""
    if name in children:
        yield name, children[name]
        for child in children[name]:
            yield from _below(children, child)


def _record(theirs: Course, target: Ref, name: str) -> Manifest:
    """What the sequence was like when it was built: its own record before the course's, which may be about one that was taken out."""
    path = _record_path(target)
    if path in theirs.files:
        return read_manifest(replace(theirs, files={MANIFEST: theirs.files[path]}), f"{name}, {path}")
    if MANIFEST in theirs.files:
        record = read_manifest(theirs, name)
        if part_of(target) in record.parts:
            return record
    message = Sentence.of(_("is not in the course: what the teacher changed cannot be told apart"))
    remedy = Sentence.of(_("Restore the file, or delete the subsection in Studio and add it anew"))
    raise CourseFileError.refuse(file=name, path=path, message=message, remedy=remedy)


def _record_path(target: Ref) -> str:
    return f"static/{target[1]}.json"


def _unknown_grader(course: Course, sequence: Block) -> str:
    known = {str(grader.get("type")) for grader in course.grading.get("GRADER", [])}
    kind = sequence.settings.get("format", "")
    return kind if sequence.settings.get("graded") == "true" and kind not in known else ""
