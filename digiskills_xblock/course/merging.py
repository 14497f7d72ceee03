"""Three states of a course's tree to one: what was built, what the teacher made of it, what would be built now (ADR 0017).

A block that the teacher touched stays as it is; one that nobody touched becomes as it would be built now. What the teacher added, took
out, moved and put into another order stays so. A block has one place: where the teacher moved it, or else where it is built now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from digiskills_xblock.course.manifest import Manifest, part_of
from digiskills_xblock.course.model import Block, Ref, shown
from digiskills_xblock.course.normal import block_digest


class Outcome(StrEnum):
    """What becomes of a part of the course."""

    SAME = "same"
    """Nobody changed it, or both in the same way."""
    UPDATED = "updated"
    ADDED = "added"
    REMOVED = "removed"
    KEPT = "kept"
    """The teacher changed it, added it or took it out, and nothing new contradicts that."""
    CONFLICT = "conflict"
    """The teacher changed it and it would be built differently now: the teacher's stays."""


def decide(base: str | None, theirs: str | None, new: str | None) -> Outcome:
    """What becomes of a part, by the digests of its three states; None where there is none."""
    if theirs == new:
        return Outcome.SAME
    if theirs == base:
        return Outcome.ADDED if base is None else Outcome.REMOVED if new is None else Outcome.UPDATED
    return Outcome.KEPT if new == base else Outcome.CONFLICT


TAKES_NEW = frozenset({Outcome.UPDATED, Outcome.ADDED, Outcome.REMOVED})


@dataclass(frozen=True)
class Merge:
    """One merge of trees.

    Attributes:
        base: the record of what was built.
        theirs: the course's root as it came back.
        new: the root as it would be built now; named as theirs.
        drafted: blocks with changes that the teacher has not published: they stay.
    """

    base: Manifest
    theirs: Block
    new: Block
    drafted: frozenset[Ref] = frozenset()

    @cached_property
    def _their_blocks(self) -> Mapping[Ref, Block]:
        return {block.ref: block for block in self.theirs.walk()}

    @cached_property
    def _new_blocks(self) -> Mapping[Ref, Block]:
        return {block.ref: block for block in self.new.walk()}

    @cached_property
    def outcomes(self) -> dict[Ref, Outcome]:
        """What becomes of every block, where it stands apart."""
        return {ref: self._outcome(ref) for ref in {**self._new_blocks, **self._their_blocks}}

    def _outcome(self, ref: Ref) -> Outcome:
        theirs, new = self._their_blocks.get(ref), self._new_blocks.get(ref)
        base = self.base.parts.get(part_of(ref))
        outcome = decide(base, block_digest(theirs) if theirs else None, block_digest(new) if new else None)
        return Outcome.CONFLICT if ref in self.drafted and outcome in TAKES_NEW else outcome

    def result(self) -> Block:
        """The merged tree."""
        places = self._places()
        below: dict[Ref, set[Ref]] = {}
        for ref, parent in places.items():
            below.setdefault(parent, set()).add(ref)
        return self._built(self.theirs.ref, below)

    def _built(self, ref: Ref, below: Mapping[Ref, set[Ref]]) -> Block:
        return replace(self._content(ref), children=tuple(self._built(child, below) for child in self._order(ref, below.get(ref, set()))))

    def _content(self, ref: Ref) -> Block:
        """A block's own settings and body; its children come from its place in the result."""
        new = self._new_blocks.get(ref)
        if new is not None and self.outcomes[ref] in TAKES_NEW:
            return new
        return self._their_blocks[ref]

    def _places(self) -> dict[Ref, Ref]:
        """Of every block of the result, but for the course itself, the block that it lies in."""
        places = {ref: self._wanted_place(ref) for ref in self.outcomes if ref != self.theirs.ref}
        there = {ref for ref in places if self._stays(ref)} | {self.theirs.ref}
        # What is built no more goes, unless something that was in it stays there.
        while held := {places[ref] for ref in there & set(self._their_places)} - there & set(self._their_blocks):
            there |= held
        while orphans := {ref for ref in there if ref in places and places[ref] not in there}:
            for ref in orphans:
                home = self._their_places.get(ref)
                if home is None:  # new, for a place that the teacher took out
                    there.discard(ref)
                else:  # the teacher took out the place where it would be built now: it stays where it is
                    places[ref] = home
                    there.add(home)
        return {ref: place for ref, place in places.items() if ref in there}

    def _stays(self, ref: Ref) -> bool:
        if ref not in self._their_blocks:
            return self.outcomes[ref] is Outcome.ADDED
        return self.outcomes[ref] is not Outcome.REMOVED

    def _wanted_place(self, ref: Ref) -> Ref:
        theirs, new = self._their_places.get(ref), self._new_places.get(ref)
        moved_by_teacher = theirs is not None and theirs != self._base_places.get(ref, theirs if new is None else None)
        place = theirs if theirs is not None and (moved_by_teacher or new is None) else new
        return place or self.theirs.ref

    @cached_property
    def _their_places(self) -> Mapping[Ref, Ref]:
        return self.theirs.parents()

    @cached_property
    def _new_places(self) -> Mapping[Ref, Ref]:
        return self.new.parents()

    @cached_property
    def _base_places(self) -> Mapping[Ref, Ref]:
        return {child: parent for parent, children in self._base_children.items() for child in children}

    @cached_property
    def _base_children(self) -> Mapping[Ref, tuple[Ref, ...]]:
        """As the manifest has them; the course's own block is named as it is now."""
        found = {}
        for parent, children in self.base.children.items():
            ref = self.theirs.ref if parent == shown(("course", "")) else _ref(parent)
            found[ref] = tuple(_ref(child) for child in children)
        return found

    def _order(self, ref: Ref, members: set[Ref]) -> list[Ref]:
        theirs = [child for child in _children(self._their_blocks.get(ref)) if child in members]
        new = [child for child in _children(self._new_blocks.get(ref)) if child in members]
        base = self._base_children.get(ref, ())
        known = [child for child in theirs if child in base]
        reordered = known != [child for child in base if child in known]
        ordered = interleaved(theirs, new) if reordered or not new else interleaved(new, theirs)
        return [*ordered, *sorted(members - set(ordered))]


def interleaved(first: Iterable[Ref], second: Iterable[Ref]) -> list[Ref]:
    """The first order, with what only the second has put after whatever it follows there."""
    result = list(first)
    before: Ref | None = None
    for ref in second:
        if ref not in result:
            result.insert(0 if before is None else result.index(before) + 1, ref)
        before = ref
    return result


def _children(block: Block | None) -> Iterable[Ref]:
    return () if block is None else (child.ref for child in block.children)


def _ref(text: str) -> Ref:
    kind, _slash, name = text.partition("/")
    return kind, name
