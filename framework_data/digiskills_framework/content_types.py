"""The frozen types of what is taught: lessons, their pictures, questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from digiskills_framework.pack import RealLife
from digiskills_framework.types import LocalizedText

Use = Literal["check", "final"]
RowType = Literal["text", "heading", "item", "button", "field", "toggle", "message", "choice", "image"]


@dataclass(frozen=True, slots=True)
class TaskPicture:
    """A screen of a practice task as the shown way first meets it.

    Attributes:
        mark: id of the widget to be ringed, None for none.
    """

    task: str
    screen: str
    mark: str | None
    alt: LocalizedText


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sketch.

    Attributes:
        texts: by the field's name: ``text``, ``note``, ``label``, ``value``, ``from``, ``alt``.
        name: of an image, empty for the other rows.
        on: a toggle that is on, a choice that is chosen, a message that is one's own.
        mark: the row is ringed.
    """

    type: RowType
    texts: tuple[tuple[str, LocalizedText], ...]
    name: str = ""
    on: bool = False
    mark: bool = False

    def text(self, name: str) -> LocalizedText | None:
        return dict(self.texts).get(name)


@dataclass(frozen=True, slots=True)
class Sketch:
    """A screen drawn for a lesson, where no task has it. ``kind`` is that of an app of the simulated phone."""

    kind: str
    app: LocalizedText
    title: LocalizedText
    rows: tuple[Row, ...]
    alt: LocalizedText


Picture = TaskPicture | Sketch


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a lesson.

    Attributes:
        place: from 1, among all steps of the file; names its picture, whoever reads the others.
        audiences: who reads it; empty for everybody.
    """

    place: int
    do: LocalizedText
    how: LocalizedText
    picture: Picture | None
    audiences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mistake:
    """What often goes wrong; ``audiences`` as of a step."""

    wrong: LocalizedText
    better: LocalizedText
    audiences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    term: LocalizedText
    means: LocalizedText


@dataclass(frozen=True, slots=True)
class PlanPart:
    """A part of a lesson plan; ``minutes`` of all parts make one lesson (`digiskills_framework.lessons`)."""

    minutes: int
    title: LocalizedText
    do: LocalizedText


@dataclass(frozen=True, slots=True)
class LessonPlan:
    goal: LocalizedText
    bring: tuple[LocalizedText, ...]
    parts: tuple[PlanPart, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement about the world; ``seen_on`` is a year, a month or a day."""

    statement: LocalizedText
    source: str
    seen_on: str


@dataclass(frozen=True, slots=True)
class YoungLesson:
    """The lesson in the words of the youngest pupils.

    Attributes:
        levels: the school levels that read this one in place of the lesson.
        lesson_plan: of a school period; ``facilitator`` speaks to the class's teacher.
    """

    levels: tuple[str, ...]
    title: LocalizedText
    what: LocalizedText
    steps: tuple[Step, ...]
    summary: tuple[LocalizedText, ...]
    lesson_plan: LessonPlan
    facilitator: tuple[LocalizedText, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What there is to read about one skill, with the names of the fictional world and the help numbers filled in.

    Attributes:
        framework: id of the framework without its version.
        skill: code in that framework.
        minutes: reading time, 5 … 20.
        examples: one scene by audience.
        young: None where the lesson has no words of its own for the youngest.
        file: the file's name for errors.
        digest: SHA-256 (64 hexadecimal digits) of the content, names and numbers included.
    """

    framework: str
    skill: str
    version: int
    title: LocalizedText
    minutes: int
    what: tuple[LocalizedText, ...]
    why: tuple[LocalizedText, ...]
    examples: tuple[tuple[str, LocalizedText], ...]
    steps: tuple[Step, ...]
    mistakes: tuple[Mistake, ...]
    summary: tuple[LocalizedText, ...]
    glossary: tuple[Term, ...]
    real_life: tuple[RealLife, ...]
    young: YoungLesson | None
    lesson_plan: LessonPlan
    facilitator: tuple[LocalizedText, ...]
    claims: tuple[Claim, ...]
    reviewed_on: date
    review_by: date
    file: str
    digest: str = field(repr=False)

    @property
    def id(self) -> str:
        """``digiskills-vn/S1``"""
        return f"{self.framework}/{self.skill}"

    def example(self, audience: str) -> LocalizedText | None:
        return dict(self.examples).get(audience)

    def young_for(self, level: str | None) -> YoungLesson | None:
        """The variant that pupils of this school level read, None where they read the lesson itself."""
        return self.young if self.young is not None and level in self.young.levels else None

    def title_for(self, level: str | None) -> LocalizedText:
        young = self.young_for(level)
        return self.title if young is None else young.title

    def plan_for(self, level: str | None) -> LessonPlan:
        young = self.young_for(level)
        return self.lesson_plan if young is None else young.lesson_plan

    def notes_for(self, level: str | None) -> tuple[LocalizedText, ...]:
        """For whoever leads the group or teaches the class."""
        young = self.young_for(level)
        return self.facilitator if young is None else young.facilitator

    def steps_for(self, audience: str, level: str | None = None) -> tuple[Step, ...]:
        young = self.young_for(level)
        return tuple(step for step in self.steps if _reads(audience, step.audiences)) if young is None else young.steps

    def mistakes_for(self, audience: str) -> tuple[Mistake, ...]:
        return tuple(mistake for mistake in self.mistakes if _reads(audience, mistake.audiences))

    def real_life_for(self, audience: str) -> tuple[RealLife, ...]:
        return tuple(line for line in self.real_life if _reads(audience, line.audiences))

    def summary_for(self, level: str | None) -> tuple[LocalizedText, ...]:
        young = self.young_for(level)
        return self.summary if young is None else young.summary


def _reads(audience: str, audiences: tuple[str, ...]) -> bool:
    return not audiences or audience in audiences


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer to choose; ``because`` is what a person hears who chose it."""

    text: LocalizedText
    right: bool
    because: LocalizedText


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a skill.

    Attributes:
        id: stable within its file, never given to another question.
        use: at the end of the skill's sequence, or in the final assessment.
        several: True if more than one choice is right.
        about: ``knowledge`` or ``judgement``.
        facet: the part of the skill it is about, None for the skill as a whole.
        audiences: empty for everybody.
        levels: school levels; empty for everybody, see `digiskills_framework.questions.questions_for`.
        why: explanation after answering.
    """

    framework: str
    skill: str
    id: str
    use: Use
    several: bool
    about: Literal["knowledge", "judgement"]
    facet: str | None
    audiences: tuple[str, ...]
    levels: tuple[str, ...]
    ask: LocalizedText
    choices: tuple[Choice, ...]
    why: LocalizedText
    version: int
    digest: str = field(repr=False)
