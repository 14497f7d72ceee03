"""From files to the types of `digiskills_framework.types`: frameworks with their profile, and skill sets.

A framework's folder holds ``framework``, ``profile``, ``crosswalk``, optionally ``succession``, one can-do file for each audience
(students: school level) and ``content``, which says where lessons, questions and tasks come from. They are read and checked together;
an error names every contradiction found.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from digiskills_framework.contradictions import Contradictions, Raw, localized, optional_localized
from digiskills_framework.document_loader import load_document
from digiskills_framework.errors import Finding, FrameworkDataError
from digiskills_framework.library import find, read_entry
from digiskills_framework.shapes import check_shape
from digiskills_framework.strict_yaml import DataPath, Source
from digiskills_framework.types import (
    Audience,
    CanDo,
    Cell,
    Coverage,
    Crosswalk,
    CrosswalkRow,
    Facet,
    Framework,
    Requirement,
    RequirementProfile,
    Skill,
    SkillGroup,
    SkillSet,
    Succession,
)

DIGCOMP = "DigComp-2.2"


@dataclass(frozen=True, slots=True)
class FrameworkBundle:
    """A framework and all that belongs to its version.

    Attributes:
        borrowed: by task the skills that borrow it (``content.yaml``), in the framework's order.
    """

    framework: Framework
    profile: RequirementProfile
    crosswalk: Crosswalk
    can_do: tuple[CanDo, ...]
    borrowed: Mapping[str, tuple[str, ...]] = field(hash=False)


@cache
def load_bundle(key: str, extra: tuple[Path, ...] = ()) -> FrameworkBundle:
    """Read one version of a framework with everything that belongs to it.

    Raises:
        FrameworkDataError: unknown, unreadable, changed since its release or contradictory; see its subclasses.
    """
    entry = find("frameworks", key, extra)
    sources = read_entry(entry)
    return build_bundle(entry.key, sources, extra)


def build_bundle(key: str, sources: Mapping[str, Source], extra: tuple[Path, ...] = ()) -> FrameworkBundle:
    """Check the files of one framework version against one another and build the types.

    Args:
        key: ``name/version`` under which the files lie.
        sources: the files by name, as from `library.read_entry`.
        extra: further data directories, for the documents that the crosswalk names.

    Raises:
        InconsistentDataError: one finding for each thing wrong, shape and contradiction alike.
    """
    notes = Contradictions()
    raw: dict[str, dict[str, Any] | None] = {}
    for name, schema in (("framework", "framework-1"), ("profile", "profile-1"), ("crosswalk", "crosswalk-1")):
        if name in sources:
            raw[name] = notes.shaped(sources[name], schema)
        else:
            notes.found.append(Finding(file=f"frameworks/{key}", path="", value=name, message="file is missing", remedy=f"Add {name}.yaml"))
    for name, schema in (("succession", "succession-1"), ("content", "content-1")):
        if name in sources:
            raw[name] = notes.shaped(sources[name], schema)
    statements = {name: content for name in sources if name.startswith("can-do/") if (content := notes.shaped(sources[name], "can-do-1"))}
    for name in sorted(set(sources) - {"framework", "profile", "crosswalk", "succession", "content"}):
        if not name.startswith("can-do/"):
            notes.add(sources[name], (), name, "is not a file of a framework", "Remove it or correct its name")
    notes.check()
    parts = {name: content for name, content in raw.items() if content is not None}
    return _Assembly(key, sources, parts, statements, notes, extra).bundle()


@dataclass(slots=True)
class _Assembly:
    """The shaped files of one framework version, being checked against one another."""

    key: str
    sources: Mapping[str, Source]
    raw: Mapping[str, Raw]
    statements: Mapping[str, Raw]
    notes: Contradictions
    extra: tuple[Path, ...]

    def bundle(self) -> FrameworkBundle:
        self._check_framework()
        self.notes.check()
        codes = dict.fromkeys(skill["code"] for skill in self.raw["framework"]["skills"])
        crosswalk = self._crosswalk(codes)
        profile = self._profile(codes)
        can_do = self._can_do(profile)
        succession = self._succession(codes)
        borrowed = self._borrowed(codes)
        self.notes.check()
        framework = self._framework(crosswalk, succession)
        return FrameworkBundle(framework=framework, profile=profile, crosswalk=crosswalk, can_do=can_do, borrowed=borrowed)

    def _check_framework(self) -> None:
        raw, source = self.raw["framework"], self.sources["framework"]
        self.notes.equal(source, (), f"{raw['id']}/{raw['version']}", self.key)
        for name in ("profile", "crosswalk"):
            self.notes.equal(self.sources[name], ("framework",), self.raw[name]["framework"], self.key)
        self.notes.unique(source, ((("groups", index), group["code"]) for index, group in enumerate(raw["groups"])))
        self.notes.unique(source, ((("skills", index), skill["code"]) for index, skill in enumerate(raw["skills"])))
        groups = [group["code"] for group in raw["groups"]]
        for index, skill in enumerate(raw["skills"]):
            self.notes.known(source, ("skills", index, "group"), skill["group"], groups, "skill group")
            facets = skill.get("facets", ())
            self.notes.unique(source, ((("skills", index, "facets", at), facet["code"]) for at, facet in enumerate(facets)))

    def _framework(self, crosswalk: Crosswalk, succession: tuple[Succession, ...]) -> Framework:
        raw = self.raw["framework"]
        return Framework(
            id=raw["id"],
            version=raw["version"],
            title=localized(raw["title"]),
            status=raw["status"],
            notice=localized(raw["notice"]),
            source=raw["source"],
            pack=raw["pack"],
            groups=tuple(SkillGroup(code=group["code"], name=localized(group["name"])) for group in raw["groups"]),
            skills=tuple(_skill(skill, crosswalk) for skill in raw["skills"]),
            predecessor=self.raw["succession"]["from"] if "succession" in self.raw else None,
            succession=succession,
        )

    def _crosswalk(self, codes: Collection[str]) -> Crosswalk:
        source = self.sources["crosswalk"]
        rows = []
        for index, raw in enumerate(self.raw["crosswalk"]["rows"]):
            row = CrosswalkRow(
                document=raw["document"],
                row=raw.get("row"),
                place=optional_localized(raw.get("place")),
                skills=tuple(raw["skills"]),
                coverage=Coverage(raw["coverage"]),
                note=optional_localized(raw.get("note")),
            )
            self._check_crosswalk_row(source, ("rows", index), row, codes)
            rows.append(row)
        self._check_every_row_named(source, rows)
        return Crosswalk(framework=self.key, rows=tuple(rows))

    def _check_crosswalk_row(self, source: Source, path: DataPath, row: CrosswalkRow, codes: Collection[str]) -> None:
        for at, code in enumerate(row.skills):
            self.notes.known(source, (*path, "skills", at), code, codes, "skill")
        if (row.row is None) == (row.place is None):
            self.notes.add(source, path, row.document, "must name either a row or a place", "Keep one of 'row' and 'place'")
        if (row.coverage is Coverage.NONE) == bool(row.skills):
            self.notes.add(
                source, path, row.coverage, "does not fit the skills named", "coverage none names no skill; full and partial name some"
            )
        if row.coverage is not Coverage.FULL and row.note is None:
            self.notes.add(source, path, row.coverage, "is not explained", "Add a note: what is missing, or where it lives")

    def _check_every_row_named(self, source: Source, rows: list[CrosswalkRow]) -> None:
        """A document that is named at all is named row by row, so that nothing is left out in silence."""
        for document_id in dict.fromkeys(row.document for row in rows):
            try:
                codes = [row.code for row in load_document(document_id, self.extra).rows()]
            except FrameworkDataError as error:
                self.notes.found.extend(error.findings)
                continue
            named = [row.row for row in rows if row.document == document_id and row.row is not None]
            for code in sorted(set(named) - set(codes)):
                self.notes.add(source, ("rows",), f"{document_id}:{code}", "is not a row of the document", f"Rows: {', '.join(codes)}")
            for code in sorted(set(codes) - set(named)):
                remedy = "Add it; coverage none with a note if no skill covers it"
                self.notes.add(source, ("rows",), f"{document_id}:{code}", "is a row of the document that the crosswalk leaves out", remedy)
            self.notes.unique(source, ((("rows",), f"{document_id}:{code}") for code in named))

    def _profile(self, codes: Collection[str]) -> RequirementProfile:
        source, audiences = self.sources["profile"], self.raw["profile"]["audiences"]
        cells: list[Cell] = []
        for name, raw in audiences.items():
            tables = raw["levels"] if name == Audience.STUDENT else {None: raw}
            for level, table in tables.items():
                path: DataPath = ("audiences", name) if level is None else ("audiences", name, "levels", level)
                self._check_cells(source, path, table, codes)
                cells.extend(Cell(Audience(name), level, code, Requirement(table[code])) for code in codes if code in table)
        levels = tuple(audiences[Audience.STUDENT]["levels"]) if Audience.STUDENT in audiences else ()
        return RequirementProfile(framework=self.key, levels=levels, cells=tuple(cells))

    def _check_cells(self, source: Source, path: DataPath, table: Mapping[str, str], codes: Collection[str]) -> None:
        for code in table:
            self.notes.known(source, (*path, code), code, codes, "skill")
        for code in codes:
            if code not in table:
                self.notes.add(source, path, code, "says nothing of this skill", "Write required, optional or none")

    def _can_do(self, profile: RequirementProfile) -> tuple[CanDo, ...]:
        """Statements in the order of the profile. A framework has them for every cell in its profile or not at all."""
        found: dict[tuple[str, str | None, str], CanDo] = {}
        for name, raw in self.statements.items():
            source, audience, level = self.sources[name], Audience(raw["audience"]), raw.get("level")
            self.notes.equal(source, ("framework",), raw["framework"], self.key)
            self.notes.equal(source, (), f"can-do/{audience}" + (f"-{level}" if level else ""), name)
            for code, text in raw["statements"].items():
                found[audience, level, code] = CanDo(audience=audience, level=level, skill=code, text=localized(text))
        wanted = [(cell.audience, cell.level, cell.skill) for cell in profile.present()]
        if found:
            self._check_complete(found, wanted)
        return tuple(found[place] for place in wanted if place in found)

    def _check_complete(self, found: Mapping[tuple[str, str | None, str], CanDo], wanted: list[tuple[Audience, str | None, str]]) -> None:
        source = self.sources["profile"]
        for audience, level, code in (place for place in wanted if place not in found):
            shown = f"{audience} {level or ''} {code}"
            self.notes.add(source, (), shown, "has no can-do statement", f"Add it to can-do/{audience}{f'-{level}' if level else ''}.yaml")
        for audience_name, level, code in sorted(set(found) - set(wanted), key=str):
            shown = f"{audience_name} {level or ''} {code}"
            self.notes.add(
                source, (), shown, "has a can-do statement but is not in the profile", "Remove the statement, or correct the profile"
            )

    def _borrowed(self, codes: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """Whether what is borrowed exists is seen by whoever reads it (`content.content_of`); here only that skills borrow which exist."""
        if "content" not in self.raw:
            return MappingProxyType({})
        source, raw = self.sources["content"], self.raw["content"]
        self.notes.equal(source, ("framework",), raw["framework"], self.key)
        for code in raw["skills"]:
            self.notes.known(source, ("skills", code), code, codes, "skill")
        found: dict[str, tuple[str, ...]] = {}
        for code in codes:
            for task in raw["skills"].get(code, {}).get("tasks", ()):
                found[task] = (*found.get(task, ()), code)
        return MappingProxyType(found)

    def _succession(self, codes: Collection[str]) -> tuple[Succession, ...]:
        if "succession" not in self.raw:
            return ()
        source, raw = self.sources["succession"], self.raw["succession"]
        self.notes.equal(source, ("to",), raw["to"], self.key)
        self.notes.unique(source, ((("skills", index), row["old"]) for index, row in enumerate(raw["skills"])))
        for index, row in enumerate(raw["skills"]):
            for at, code in enumerate(row["new"]):
                self.notes.known(source, ("skills", index, "new", at), code, codes, "skill")
        return tuple(Succession(old=row["old"], new=tuple(row["new"])) for row in raw["skills"])


def _skill(raw: Raw, crosswalk: Crosswalk) -> Skill:
    rows = [row for row in crosswalk.for_skill(raw["code"]) if row.row is not None]
    return Skill(
        code=raw["code"],
        group=raw["group"],
        name=localized(raw["name"]),
        facets=tuple(Facet(code=facet["code"], name=localized(facet["name"])) for facet in raw.get("facets", ())),
        refs=tuple(f"{row.document}:{row.row}" for row in rows),
        digcomp=tuple(row.row for row in rows if row.document == DIGCOMP and row.row is not None),
    )


@cache
def load_skill_set(set_id: str, extra: tuple[Path, ...] = ()) -> SkillSet:
    """Read one skill set and check that its framework has its skills.

    Raises:
        FrameworkDataError: unknown, unreadable, changed since its release or contradictory; see its subclasses.
    """
    entry = find("skill-sets", set_id, extra)
    source = read_entry(entry)[""]
    raw = check_shape(source, "skill-set-1")
    notes = Contradictions()
    notes.equal(source, ("id",), raw["id"], entry.key)
    codes = load_bundle(raw["framework"], extra).framework.codes
    for index, code in enumerate(raw["skills"]):
        notes.known(source, ("skills", index), code, codes, "skill")
    notes.check()
    return SkillSet(
        id=raw["id"], framework=raw["framework"], title=localized(raw["title"]), source=raw["source"], skills=tuple(raw["skills"])
    )
