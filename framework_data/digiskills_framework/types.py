"""The frozen types of a competency framework: documents, skills, requirement profile, can-do statements, crosswalk.

All are immutable and hashable, so that they may be cached and shared between threads and requests.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")


class Audience(StrEnum):
    """The four audiences of Decision 757/QĐ-BKHCN, with the codes used everywhere in this product."""

    CITIZEN = "citizen"
    STUDENT = "student"
    PUBLIC_SECTOR = "public_sector"
    ENTERPRISE_WORKER = "enterprise_worker"


# The codes by which the documents name their audiences. HS (Circular 02/2025) and HSSV (Decision 757) both mean `student`.
AUDIENCE_BY_DOCUMENT_CODE = {
    "HSSV": Audience.STUDENT,
    "HS": Audience.STUDENT,
    "ND": Audience.CITIZEN,
    "CBCCVC": Audience.PUBLIC_SECTOR,
    "NLDDN": Audience.ENTERPRISE_WORKER,
}


class Requirement(StrEnum):
    """What a requirement profile asks of an audience for one skill."""

    REQUIRED = "required"  # must be mastered
    OPTIONAL = "optional"  # counts, is not demanded
    NONE = "none"  # not in the profile


class Coverage(StrEnum):
    """How much of a document's row our skills cover."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """One text in Vietnamese and in English; both are always there, in NFC."""

    vi: str
    en: str

    def text(self, language: str) -> str:
        """The text in ``language`` (``en``, ``vi``, also ``en-GB``); Vietnamese for any language we do not have."""
        return self.en if language.partition("-")[0] == "en" else self.vi


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A row of a published document.

    Attributes:
        name_vi: the published wording, None where it was not read.
        name_en: our gloss, or the published English.
        seen: whether the published wording of this row was read. A row that was not seen must not be shown as official text:
            use `official_name`.
    """

    code: str
    name_vi: str | None
    name_en: str | None
    seen: bool

    @property
    def official_name(self) -> str | None:
        """The published wording, or None when it was not read."""
        return (self.name_vi or self.name_en) if self.seen else None


@dataclass(frozen=True, slots=True)
class DocumentGroup:
    code: str
    name_vi: str | None
    name_en: str | None
    rows: tuple[DocumentRow, ...]


@dataclass(frozen=True, slots=True)
class DocumentAudience:
    """An audience as a document names it; ``audience`` is ours."""

    code: str
    audience: Audience
    name: LocalizedText


@dataclass(frozen=True, slots=True)
class Document:
    """A published document, as far as it is known.

    Attributes:
        issued: date or dates as published, as text.
        rows_known: ``all``, ``some`` or ``none`` of the document's rows are in ``groups``.
        source: where the copy that was read is from.
        unknown: what of the document was not read, in words.
    """

    id: str
    title_vi: str
    title_en: str | None
    issued: str
    issuer: str | None
    rows_known: Literal["all", "some", "none"]
    source: str
    unknown: LocalizedText | None
    audiences: tuple[DocumentAudience, ...]
    groups: tuple[DocumentGroup, ...]

    def rows(self) -> tuple[DocumentRow, ...]:
        return tuple(row for group in self.groups for row in group.rows)


@dataclass(frozen=True, slots=True)
class CrosswalkRow:
    """How one row (or place) of a document relates to our skills.

    Attributes:
        row: code of a row of the document; None where ``place`` names another part of it.
        place: a part of the document that is not a coded row: its title, an objective.
        skills: our skills that together give ``coverage``; empty for Coverage.NONE.
        note: why the coverage is not full, or where the matter lives instead.
    """

    document: str
    row: str | None
    place: LocalizedText | None
    skills: tuple[str, ...]
    coverage: Coverage
    note: LocalizedText | None


@dataclass(frozen=True, slots=True)
class Crosswalk:
    framework: str
    rows: tuple[CrosswalkRow, ...]

    def for_document(self, document: str) -> tuple[CrosswalkRow, ...]:
        return tuple(row for row in self.rows if row.document == document)

    def for_skill(self, skill: str) -> tuple[CrosswalkRow, ...]:
        return tuple(row for row in self.rows if skill in row.skills)

    def uncovered(self) -> tuple[CrosswalkRow, ...]:
        """The documents' rows that no skill of ours covers."""
        return tuple(row for row in self.rows if row.coverage is Coverage.NONE)


@dataclass(frozen=True, slots=True)
class Facet:
    """A part of a skill that is assessed by itself; the skill is mastered when all its facets are."""

    code: str
    name: LocalizedText


@dataclass(frozen=True, slots=True)
class SkillGroup:
    code: str
    name: LocalizedText


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill of a framework.

    Attributes:
        code: stable within the framework: ``A1``.
        group: code of its skill group.
        facets: empty for a skill that is assessed as a whole.
        refs: rows of documents it relates to, as ``document:row``.
        digcomp: its DigComp 2.2 competences, as ``4.2``.
    """

    code: str
    group: str
    name: LocalizedText
    facets: tuple[Facet, ...]
    refs: tuple[str, ...]
    digcomp: tuple[str, ...]

    @property
    def facet_codes(self) -> tuple[str, ...]:
        return tuple(facet.code for facet in self.facets)


@dataclass(frozen=True, slots=True)
class Succession:
    """Where a skill of an earlier framework went, so that evidence under the old code is not lost.

    ``new`` has no code when the skill ends without a successor, and several when it was split; several rows with one ``new`` are
    a merge.
    """

    old: str
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Framework:
    """One version of a competency framework.

    Attributes:
        id: name without version: ``digiskills-vn``.
        status: ``working`` (ours), ``official`` (loaded from an official text) or ``neutral`` (an example).
        notice: what must be said wherever the framework is shown, above all that a working profile is ours.
        pack: code of the country pack it belongs to.
        predecessor: key of the framework that ``succession`` maps from, None for a first version.
    """

    id: str
    version: str
    title: LocalizedText
    status: Literal["working", "official", "neutral"]
    notice: LocalizedText
    source: str
    pack: str
    groups: tuple[SkillGroup, ...]
    skills: tuple[Skill, ...]
    predecessor: str | None
    succession: tuple[Succession, ...]

    @property
    def key(self) -> str:
        """``digiskills-vn/1.0``"""
        return f"{self.id}/{self.version}"

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(skill.code for skill in self.skills)

    def skill(self, code: str) -> Skill:
        """The skill with this code.

        Raises:
            KeyError: the framework has no such skill.
        """
        for skill in self.skills:
            if skill.code == code:
                return skill
        raise KeyError(f"{self.key} has no skill {code!r}; it has {', '.join(self.codes)}")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a requirement profile. ``level`` is a school level for students and None for the other audiences."""

    audience: Audience
    level: str | None
    skill: str
    requirement: Requirement


@dataclass(frozen=True, slots=True)
class RequirementProfile:
    """Which skills an audience must master, for students by school level.

    Attributes:
        levels: the school levels of the profile, lowest first.
        cells: every skill for every audience and level, Requirement.NONE included.
    """

    framework: str
    levels: tuple[str, ...]
    cells: tuple[Cell, ...]

    def requirement(self, audience: str, skill: str, level: str | None = None) -> Requirement:
        """What is asked of this audience (and school level) for this skill.

        Raises:
            KeyError: unknown audience, skill or level, a student without a level, or a level for another audience.
        """
        for cell in self.cells:
            if (cell.audience, cell.level, cell.skill) == (audience, level, skill):
                return cell.requirement
        raise KeyError(f"{self.framework} has no cell for audience {audience!r}, level {level!r}, skill {skill!r}")

    def skills(self, audience: str, level: str | None = None, *, requirement: Requirement = Requirement.REQUIRED) -> tuple[str, ...]:
        """Codes of the skills with this requirement, in the framework's order."""
        return tuple(cell.skill for cell in self.cells if (cell.audience, cell.level, cell.requirement) == (audience, level, requirement))

    def present(self) -> tuple[Cell, ...]:
        """The cells that are in the profile, required or optional."""
        return tuple(cell for cell in self.cells if cell.requirement is not Requirement.NONE)


@dataclass(frozen=True, slots=True)
class CanDo:
    """What a learner of this audience (and school level) can do who masters the skill; one for each cell in the profile."""

    audience: Audience
    level: str | None
    skill: str
    text: LocalizedText


@dataclass(frozen=True, slots=True)
class SkillSet:
    """A named set of skills used for a target of its own, such as the five basic skills of a household."""

    id: str
    framework: str
    title: LocalizedText
    source: str
    skills: tuple[str, ...]
