"""A small framework of its own, ``garden/1.0``, in a data directory: two groups, three skills, with lessons, questions, borrowed tasks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from digiskills_xblock.course.request import CourseRequest
from tests.framework_data import lesson_builders
from tests.framework_data.builders import text, write
from tests.framework_data.regulations import rules

Raw = dict[str, Any]
Change = Callable[[dict[str, Raw]], object]

KEY = "garden/1.0"
REQUEST = CourseRequest(framework=KEY, audience="citizen")


def _lesson(skill: str) -> Raw:
    raw = lesson_builders.lesson(skill)
    for step in raw["steps"]:
        step["picture"] = lesson_builders.sketch()
    return raw


def files() -> dict[str, Raw]:
    """Every file of the data directory by its name. X1 is practised by two tasks, X2 by none, Y1 is optional and only read about."""
    skills = [{"code": code, "group": code[0], "name": text(f"Skill {code}")} for code in ("X1", "X2", "Y1")]
    skills[1]["facets"] = [{"code": "see", "name": text("See")}, {"code": "act", "name": text("Act")}]
    asked = lesson_builders.questions("X2")
    asked["questions"][0]["facet"] = "see"
    return {
        f"frameworks/{KEY}/framework": {
            "schema": "framework/1",
            "id": "garden",
            "version": "1.0",
            "title": text("Garden: a sample"),
            "status": "working",
            "notice": text("Made for tests"),
            "source": "made for tests",
            "pack": "vn",
            "groups": [{"code": code, "name": text(f"Group {code}")} for code in ("X", "Y")],
            "skills": skills,
        },
        f"frameworks/{KEY}/profile": {
            "schema": "profile/1",
            "framework": KEY,
            "audiences": {"citizen": {"X1": "required", "X2": "required", "Y1": "optional"}},
        },
        f"frameworks/{KEY}/crosswalk": {"schema": "crosswalk/1", "framework": KEY, "rows": []},
        f"frameworks/{KEY}/content": {
            "schema": "content/1",
            "framework": KEY,
            "skills": {
                "X1": {"lessons": ["garden/X1"], "tasks": ["S3-02", "S3-01"], "questions": ["garden/X1"]},
                "X2": {"lessons": ["garden/X2"], "questions": ["garden/X2"]},
                "Y1": {"lessons": ["garden/Y1"]},
            },
        },
        "lessons/garden/X1": _lesson("X1"),
        "lessons/garden/X2": _lesson("X2"),
        "lessons/garden/Y1": _lesson("Y1"),
        "questions/garden/X1": lesson_builders.questions("X1"),
        "questions/garden/X2": asked,
        "regulations/garden-rules/1": {
            "schema": "regulation/1",
            "id": "garden-rules",
            "version": 1,
            "label": text("Garden rules"),
            "framework": KEY,
            "status": "default",
            "notice": text("Rules for tests"),
            "audiences": {"citizen": {"requires": {"all": [{"skill": "X1"}, {"skill": "X2"}]}}},
            "rules": rules(mastery_threshold_milli=650),
            "record": {"fields": ["number", "skills"], "basis": "test", "source": "test"},
        },
    }


def plant(folder: Path, change: Change | None = None) -> tuple[Path, ...]:
    """Writes the data directory; returns what loaders take as ``extra``."""
    content = files()
    if change is not None:
        change(content)
    for name, raw in content.items():
        write(folder, name, raw)
    return (folder,)
