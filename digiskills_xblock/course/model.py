"""A course as it is written to files and read back from them: a tree of blocks, policies, and files beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from digiskills_framework.errors import FrameworkDataError
from digiskills_xblock.course.sentences import Sentence

CONTAINERS = ("course", "chapter", "sequential", "vertical")
"""Types of blocks whose children we read and write, the outermost first."""
PRACTICE = "digiskills_practice"
MANIFEST = "static/digiskills-manifest.json"
TAGS = "tags.csv"

Ref = tuple[str, str]
"""Type and ``url_name`` of a block: what its usage key in any run of the course is made of."""


class CourseFileError(FrameworkDataError):
    """A course's archive, or a file in it, cannot be used; nothing was written."""

    @classmethod
    def refuse(cls, *, file: str, path: str = "", value: object = "", message: Sentence, remedy: Sentence) -> FrameworkDataError:
        """As `FrameworkDataError.single`, in sentences that a page can translate."""
        return cls.single(file=file, path=path, value=value, message=message, remedy=remedy)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a course.

    Attributes:
        name: its ``url_name``.
        settings: attributes as the platform writes them, without ``url_name`` and what says only where the block is written.
        children: of containers alone.
        body: of an html block its HTML; of any other block what is inside its element, as XML (of containers: what is no block).
        inline: written inside its parent's file, as the platform does with blocks that are XBlocks from the start.
        origin: what it was made from, for people: ``lesson digiskills-vn/S1/1``. Not part of the course.
    """

    type: str
    name: str
    settings: Mapping[str, str]
    children: tuple[Block, ...] = ()
    body: str = ""
    inline: bool = False
    origin: str = field(default="", compare=False)

    @property
    def ref(self) -> Ref:
        return self.type, self.name

    @property
    def title(self) -> str:
        return self.settings.get("display_name", self.name)

    def walk(self) -> Iterator[Block]:
        """The block and all below it, in the order of the course."""
        waiting = [self]
        while waiting:
            block = waiting.pop()
            yield block
            waiting.extend(reversed(block.children))

    def parents(self) -> Mapping[Ref, Ref]:
        """Of every block below this one the block that it lies in."""
        return {child.ref: block.ref for block in self.walk() for child in block.children}


@dataclass(frozen=True, slots=True)
class Course:
    """A course.

    Attributes:
        root: the course's block; its name is the run.
        policy: settings of the course (``policies/<run>/policy.json``).
        grading: ``policies/<run>/grading_policy.json``.
        files: everything else by its path below the course's folder: ``static/…``, ``about/…``, ``tags.csv``.
    """

    org: str
    course: str
    root: Block
    policy: Mapping[str, Any]
    grading: Mapping[str, Any]
    files: Mapping[str, bytes]

    @property
    def run(self) -> str:
        return self.root.name

    @property
    def key(self) -> str:
        """``course-v1:DigiSkills+KNS-citizen+2026``"""
        return f"course-v1:{self.org}+{self.course}+{self.run}"

    def blocks(self) -> Mapping[Ref, Block]:
        """Every block by type and name."""
        return {block.ref: block for block in self.root.walk()}


def shown(ref: Ref) -> str:
    """``sequential/ds-s1-…``"""
    return "/".join(ref)
