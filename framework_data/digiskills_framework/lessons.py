"""Lessons: what there is to read about a skill, as files ``data/lessons/<framework id>/<skill>.yaml`` (docs/reference/lessons.md)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from digiskills_framework.content_filling import fill
from digiskills_framework.content_types import (
    Claim,
    Lesson,
    LessonPlan,
    Mistake,
    Picture,
    PlanPart,
    Row,
    Sketch,
    Step,
    TaskPicture,
    Term,
    YoungLesson,
)
from digiskills_framework.contradictions import Contradictions, localized
from digiskills_framework.errors import InconsistentDataError, UnknownDataError
from digiskills_framework.library import SHIPPED, digest
from digiskills_framework.pack import CountryPack, RealLife
from digiskills_framework.pack_loader import load_pack
from digiskills_framework.shapes import check_shape
from digiskills_framework.strict_yaml import Source, read_yaml
from digiskills_framework.tasks import DEFAULT_PACK

KIND = "lessons"
YOUNG_GRADES = 5
"""Up to this grade pupils read the lesson in its shorter words, where it has them."""

PLAN_MINUTES = 45
YOUNG_PLAN_MINUTES = 35
"""A lesson for grades 1 to 5 is shorter: our choice, to fit into a period of primary school."""

Raw = Mapping[str, Any]

_SUFFIX = ".yaml"
_FLAGS = ("on", "chosen", "mine")
_NO_TEXT = {"type", "name", "mark", *_FLAGS}


@cache
def load_lesson(framework_id: str, skill: str, pack: str = DEFAULT_PACK, extra: tuple[Path, ...] = (), *, pupil: bool = False) -> Lesson:
    """Read one lesson.

    Args:
        framework_id: without version: ``digiskills-vn``.
        skill: code in that framework: ``S1``.
        pack: code of the country pack whose names, help numbers and closing lines are filled in.
        extra: an operator's own data directories.
        pupil: whether it is for pupils and students, to whom Vietnamese says "em".

    Raises:
        UnknownDataError: there is no such lesson.
        UnreadableFileError, InvalidShapeError, InconsistentDataError: the file cannot be used.
    """
    directory, path = content_file(KIND, framework_id, skill, extra)
    source = read_yaml(path, name=path.relative_to(directory).as_posix())
    return build_lesson(source, framework_id, skill, load_pack(pack, extra), pupil=pupil)


def content_file(kind: str, framework_id: str, skill: str, extra: tuple[Path, ...] = ()) -> tuple[Path, Path]:
    """The data directory and the file of a lesson or of questions.

    Args:
        kind: ``lessons`` or ``questions``.

    Raises:
        UnknownDataError: there is no such file; the finding lists those of the framework.
        InconsistentDataError: two data directories have it.
    """
    place = f"{kind}/{framework_id}"
    found = [(directory, directory / place / f"{skill}.yaml") for directory in (SHIPPED, *extra)]
    there = [(directory, path) for directory, path in found if skill in content_skills(kind, framework_id, extra) and path.is_file()]
    if not there:
        remedy = f"Known here: {', '.join(content_skills(kind, framework_id, extra)) or 'none'}"
        raise UnknownDataError.single(file=place, value=skill, message="is not known", remedy=remedy)
    if len(there) > 1:
        places = " and ".join(str(directory) for directory, _path in there)
        raise InconsistentDataError.single(
            file=place, value=skill, message=f"exists in {places}", remedy="Keep one; give your own framework an id of its own"
        )
    return there[0]


def content_skills(kind: str, framework_id: str, extra: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """The skills of a framework for which there is a file of this kind, in alphabetical order."""
    folders = [folder for directory in (SHIPPED, *extra) if (folder := directory / kind / framework_id).is_dir()]
    names = (name for folder in folders for name in os.listdir(folder))  # noqa: PTH208  # names, not paths
    return tuple(sorted({name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)}))


def build_lesson(source: Source, framework_id: str, skill: str, pack: CountryPack, *, pupil: bool = False) -> Lesson:
    """Check one file and build the lesson; see `load_lesson` for the errors."""
    filled = fill(source, pack, pupil=pupil)
    raw = check_shape(filled, "lesson-1")
    notes = Contradictions()
    notes.equal(filled, ("skill",), raw["skill"], skill)
    notes.unique(filled, ((("glossary", index, "term"), term["term"]["vi"]) for index, term in enumerate(raw["glossary"])))
    real_life = _real_life(filled, raw, pack, notes)
    dates = [_date(filled, raw, name, notes) for name in ("reviewed_on", "review_by")]
    _check_minutes(filled, raw, notes)
    notes.check()
    return Lesson(
        framework=framework_id,
        skill=skill,
        version=raw["version"],
        title=localized(raw["title"]),
        minutes=raw["minutes"],
        what=tuple(localized(text) for text in raw["what"]),
        why=tuple(localized(text) for text in raw["why"]),
        examples=tuple((audience, localized(text)) for audience, text in raw["examples"].items()),
        steps=_steps(raw["steps"]),
        mistakes=tuple(
            Mistake(localized(item["wrong"]), localized(item["better"]), tuple(item.get("audiences", ()))) for item in raw["mistakes"]
        ),
        summary=tuple(localized(text) for text in raw["summary"]),
        glossary=tuple(Term(localized(item["term"]), localized(item["means"])) for item in raw["glossary"]),
        real_life=real_life,
        young=_young(raw["young"], pack) if "young" in raw else None,
        lesson_plan=_plan(raw["lesson_plan"]),
        facilitator=tuple(localized(text) for text in raw["facilitator"]),
        claims=tuple(Claim(localized(item["statement"]), item["source"], item["seen_on"]) for item in raw["claims"]),
        reviewed_on=dates[0],
        review_by=dates[1],
        file=source.name,
        digest=digest({"": filled}).removeprefix("sha256:"),
    )


def _real_life(source: Source, raw: Raw, pack: CountryPack, notes: Contradictions) -> tuple[RealLife, ...]:
    known = {entry.code: entry for entry in pack.real_life}
    for index, code in enumerate(raw["real_life"]):
        notes.known(source, ("real_life", index), code, tuple(known), "closing line")
    return tuple(known[code] for code in raw["real_life"] if code in known)


def _date(source: Source, raw: Raw, name: str, notes: Contradictions) -> date:
    try:
        return date.fromisoformat(raw[name])
    except ValueError:
        notes.add(source, (name,), raw[name], "is not a day of the calendar", "Correct the date (YYYY-MM-DD)")
        return date.min


def _check_minutes(source: Source, raw: Raw, notes: Contradictions) -> None:
    wanted: list[tuple[tuple[str, ...], Raw, int]] = [(("lesson_plan", "parts"), raw, PLAN_MINUTES)]
    if "young" in raw:
        wanted.append((("young", "lesson_plan", "parts"), raw["young"], YOUNG_PLAN_MINUTES))
    for place, holder, minutes in wanted:
        total = sum(part["minutes"] for part in holder["lesson_plan"]["parts"])
        if total != minutes:
            notes.add(source, place, f"{total} minutes", "do not make a lesson", f"Let the parts sum to {minutes} minutes")


def _young(raw: Raw, pack: CountryPack) -> YoungLesson:
    levels = tuple(level.code for level in pack.school_levels if level.grades and max(level.grades) <= YOUNG_GRADES)
    return YoungLesson(
        levels=levels,
        title=localized(raw["title"]),
        what=localized(raw["what"]),
        steps=_steps(raw["steps"]),
        summary=tuple(localized(text) for text in raw["summary"]),
        lesson_plan=_plan(raw["lesson_plan"]),
        facilitator=tuple(localized(text) for text in raw["facilitator"]),
    )


def _plan(raw: Raw) -> LessonPlan:
    return LessonPlan(
        goal=localized(raw["goal"]),
        bring=tuple(localized(text) for text in raw["bring"]),
        parts=tuple(PlanPart(part["minutes"], localized(part["title"]), localized(part["do"])) for part in raw["parts"]),
    )


def _steps(items: Sequence[Raw]) -> tuple[Step, ...]:
    return tuple(
        Step(
            place=place,
            do=localized(raw["do"]),
            how=localized(raw["how"]),
            picture=_picture(raw["picture"]) if "picture" in raw else None,
            audiences=tuple(raw.get("audiences", ())),
        )
        for place, raw in enumerate(items, start=1)
    )


def _picture(raw: Raw) -> Picture:
    alt = localized(raw["alt"])
    if "task" in raw:
        return TaskPicture(task=raw["task"], screen=raw["screen"], mark=raw.get("mark"), alt=alt)
    return Sketch(
        kind=raw["app"]["kind"],
        app=localized(raw["app"]["title"]),
        title=localized(raw["title"]),
        rows=tuple(_row(row) for row in raw["rows"]),
        alt=alt,
    )


def _row(raw: Raw) -> Row:
    return Row(
        type=raw["type"],
        texts=tuple((name, localized(text)) for name, text in raw.items() if name not in _NO_TEXT),
        name=raw.get("name", ""),
        on=any(raw.get(name, False) for name in _FLAGS),
        mark=raw.get("mark", False),
    )
