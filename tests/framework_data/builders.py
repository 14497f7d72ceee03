"""A small, valid data directory on disk, to be broken by tests one thing at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

KEY = "sample/1.0"


def text(name: str) -> dict[str, str]:
    return {"vi": f"{name} tiếng Việt", "en": f"{name} in English"}


def framework_files() -> dict[str, dict[str, Any]]:
    """The files of framework ``sample/1.0``: skills X1 and X2 (with facets), for citizens and for students of the Vietnamese levels."""
    cells = {"X1": "required", "X2": "optional"}
    return {
        "framework": {
            "schema": "framework/1",
            "id": "sample",
            "version": "1.0",
            "title": text("Sample"),
            "status": "working",
            "notice": text("Notice"),
            "source": "made for tests",
            "pack": "vn",
            "groups": [{"code": "X", "name": text("Group")}],
            "skills": [
                {"code": "X1", "group": "X", "name": text("First")},
                {
                    "code": "X2",
                    "group": "X",
                    "name": text("Second"),
                    "facets": [{"code": "see", "name": text("See")}, {"code": "act", "name": text("Act")}],
                },
            ],
        },
        "profile": {
            "schema": "profile/1",
            "framework": KEY,
            "audiences": {"citizen": cells, "student": {"levels": dict.fromkeys(("CB1", "CB2", "TC1", "TC2", "NC1"), cells)}},
        },
        "crosswalk": {"schema": "crosswalk/1", "framework": KEY, "rows": []},
    }


def regulation() -> dict[str, Any]:
    """Regulation ``sample-rules/1`` over framework ``sample/1.0``; citizens must master X1."""

    def rule(value: object) -> dict[str, object]:
        return {"value": value, "basis": "test", "source": "test"}

    return {
        "schema": "regulation/1",
        "id": "sample-rules",
        "version": 1,
        "label": text("Rules"),
        "framework": KEY,
        "status": "demo",
        "notice": text("Notice"),
        "audiences": {"citizen": {"requires": {"all": [{"skill": "X1"}]}}},
        "rules": {
            "mastery_threshold_milli": rule(700),
            "counted_attempts": rule("best"),
            "min_assurance": rule("self"),
            "hazard_blocks_mastery": rule(True),
            "raise_only": rule(True),
            "retest_delay_days": rule(0),
            "validity_days": rule(None),
            "settling_seconds": rule(0),
            "trace_retention_days": rule(90),
        },
        "record": {"fields": ["number"], "basis": "test", "source": "test"},
    }


def write(directory: Path, name: str, content: object) -> Path:
    """Write a data file below ``directory``; JSON is YAML."""
    file = directory / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return file


def write_framework(directory: Path, files: dict[str, dict[str, Any]] | None = None) -> Path:
    """Write framework ``sample/1.0`` below ``directory`` and return its folder."""
    for name, content in (files or framework_files()).items():
        write(directory, f"frameworks/{KEY}/{name}", content)
    return directory / "frameworks" / KEY
