"""Questions about a skill, as files ``data/questions/<framework id>/<skill>.yaml`` (docs/reference/lessons.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from digiskills_framework.content_filling import fill
from digiskills_framework.content_types import Choice, Question, Use
from digiskills_framework.contradictions import Contradictions, localized
from digiskills_framework.lessons import content_file
from digiskills_framework.library import digest
from digiskills_framework.pack import CountryPack
from digiskills_framework.pack_loader import load_pack
from digiskills_framework.shapes import check_shape
from digiskills_framework.strict_yaml import DataPath, Source, read_yaml
from digiskills_framework.tasks import DEFAULT_PACK

KIND = "questions"
FEWEST_RIGHT_OF_SEVERAL = 2

Raw = Mapping[str, Any]


@cache
def load_questions(
    framework_id: str, skill: str, pack: str = DEFAULT_PACK, extra: tuple[Path, ...] = (), *, pupil: bool = False
) -> tuple[Question, ...]:
    """Read the questions about one skill, in the order of the file; arguments and errors as for `lessons.load_lesson`."""
    directory, path = content_file(KIND, framework_id, skill, extra)
    source = read_yaml(path, name=path.relative_to(directory).as_posix())
    return build_questions(source, framework_id, skill, load_pack(pack, extra), pupil=pupil)


def build_questions(source: Source, framework_id: str, skill: str, pack: CountryPack, *, pupil: bool = False) -> tuple[Question, ...]:
    """Check one file and build its questions; see `load_questions` for the errors."""
    filled = fill(source, pack, pupil=pupil)
    raw = check_shape(filled, "questions-1")
    notes = Contradictions()
    notes.equal(filled, ("skill",), raw["skill"], skill)
    notes.unique(filled, ((("questions", index, "id"), item["id"]) for index, item in enumerate(raw["questions"])))
    levels = tuple(level.code for level in pack.school_levels)
    for index, item in enumerate(raw["questions"]):
        _check(filled, ("questions", index), item, levels, notes)
    notes.check()
    return tuple(_question(framework_id, raw, item) for item in raw["questions"])


def questions_for(questions: Iterable[Question], *, use: Use, audience: str, level: str | None = None) -> tuple[Question, ...]:
    """The questions of one use that a learner of this audience (and school level) is asked.

    Where questions are written for a school level, its pupils get these alone; nobody else gets them.
    """
    fitting = [question for question in questions if question.use == use and audience in (question.audiences or (audience,))]
    own = tuple(question for question in fitting if level is not None and level in question.levels)
    return own or tuple(question for question in fitting if not question.levels)


def _check(source: Source, path: DataPath, raw: Raw, levels: tuple[str, ...], notes: Contradictions) -> None:
    right = sum(choice["right"] for choice in raw["choices"])
    if raw["kind"] == "one" and right != 1:
        notes.add(
            source,
            (*path, "choices"),
            f"{right} right",
            "does not fit kind: one",
            "Mark exactly one choice as right, or write kind: several",
        )
    if raw["kind"] == "several" and not FEWEST_RIGHT_OF_SEVERAL <= right < len(raw["choices"]):
        notes.add(
            source, (*path, "choices"), f"{right} right", "does not fit kind: several", "Mark two or more as right and leave one wrong"
        )
    if levels:
        for index, level in enumerate(raw.get("levels", ())):
            notes.known(source, (*path, "levels", index), level, levels, "school level")
    for language in ("vi", "en"):
        notes.unique(source, (((*path, "choices", index), choice["text"][language]) for index, choice in enumerate(raw["choices"])))


def _question(framework_id: str, raw: Raw, item: Raw) -> Question:
    return Question(
        framework=framework_id,
        skill=raw["skill"],
        id=item["id"],
        use=item["use"],
        several=item["kind"] == "several",
        about=item["about"],
        facet=item.get("facet"),
        audiences=tuple(item.get("audiences", ())),
        levels=tuple(item.get("levels", ())),
        ask=localized(item["ask"]),
        choices=tuple(Choice(localized(choice["text"]), choice["right"], localized(choice["because"])) for choice in item["choices"]),
        why=localized(item["why"]),
        version=raw["version"],
        digest=digest({"": Source("", dict(item))}).removeprefix("sha256:"),
    )
