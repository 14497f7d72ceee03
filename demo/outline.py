"""The generated course as the demo walks through it: chapters, sequences and units in a language, and where each block lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from attrs import frozen

from demo.generated import COURSE_KEY, generated_course
from digiskills_framework.types import Language
from digiskills_xblock.course.model import PRACTICE, Block

Place = tuple[str, str]
"""Type and name of a block."""


@frozen
class Unit:
    """A unit where it stands.

    Attributes:
        position: from 1 to ``of``, in its sequence.
        for_team: only the course's team sees it.
    """

    block: Block
    sequence: Block
    chapter: Block
    position: int
    for_team: bool

    @property
    def name(self) -> str:
        return self.block.name

    @property
    def title(self) -> str:
        return self.block.title

    @property
    def of(self) -> int:
        return len(self.sequence.children)


@frozen
class Outline:
    """The course in one language. Names and order are the same in every language."""

    title: str
    chapters: tuple[Block, ...]
    units: Mapping[str, Unit]
    unit_of: Mapping[Place, str]
    grading: Mapping[str, Any]
    files: Mapping[str, bytes]

    def seen_by(self, *, team: bool) -> tuple[Unit, ...]:
        """The units that somebody is shown, in the order of the course."""
        return tuple(unit for unit in self.units.values() if team or not unit.for_team)

    def block(self, place: Place) -> Block | None:
        """A block inside a unit."""
        unit = self.units.get(self.unit_of.get(place, ""))
        return None if unit is None else next(block for block in unit.block.children if block.ref == place)

    def leaves(self) -> Iterator[Block]:
        """Every block inside a unit."""
        for unit in self.units.values():
            yield from unit.block.children


@cache
def outline(locale: Language) -> Outline:
    """The course in a language."""
    course = generated_course(locale)
    units = {unit.name: unit for unit in _units(course.root.children)}
    return Outline(
        title=course.policy["display_name"],
        chapters=course.root.children,
        units=units,
        unit_of={inside.ref: unit.name for unit in units.values() for inside in unit.block.children},
        grading=course.grading,
        files=course.files,
    )


def is_for_team(chapter: Block) -> bool:
    """Whether learners do not see a chapter."""
    return chapter.settings.get("visible_to_staff_only") == "true"


def _units(chapters: tuple[Block, ...]) -> Iterator[Unit]:
    for chapter in chapters:
        for sequence in chapter.children:
            for position, block in enumerate(sequence.children, start=1):
                yield Unit(block, sequence, chapter, position, is_for_team(chapter))


@cache
def runs_of(task_id: str) -> Mapping[str, Place]:
    """The blocks with which a task is practised, guided and counted: the first of each kind in the course; empty for another task."""
    found: dict[str, Place] = {}
    for block in outline("vi").leaves():
        if block.type == PRACTICE and block.settings["task_id"] == task_id:
            found.setdefault(block.settings["runs"], block.ref)
    return found


@cache
def task_ids() -> tuple[str, ...]:
    """Every task that can be done for a score, in the order of the course."""
    tasks = (block.settings["task_id"] for block in outline("vi").leaves() if block.type == PRACTICE)
    return tuple(dict.fromkeys(task_id for task_id in tasks if "counted" in runs_of(task_id)))


def usage_key(place: Place) -> str:
    """``block-v1:DemoX+DIGI+2026+type@problem+block@ds-…``, as grading and an LMS name a block."""
    return f"block-{COURSE_KEY.removeprefix('course-')}+type@{place[0]}+block@{place[1]}"


def place_of(key: str) -> Place:
    """The place that a usage key names; one that is nowhere for any other text."""
    kind, _, name = key.partition("+type@")[2].partition("+block@")
    return kind, name
