"""A data directory of an operator's own, with versions of a regulation that supersede one another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.framework_data.regulations import regulation, superseding

OLD = "mine/1"
NEW = "mine/2"


def write(
    directory: Path,
    version: int,
    requires: object,
    *,
    who: str = "all",
    completed: str = "withdraw",
    name: str = "mine",
    **values: object,
) -> str:
    """Writes a version of a regulation, which supersedes the version before it, and gives its key."""
    raw: dict[str, Any] = regulation(requires, **values) | {"id": name, "version": version}
    if version > 1:
        raw |= superseding(f"{name}/{version - 1}", who=who, completed=completed)
    path = directory / "regulations" / name / f"{version}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return f"{name}/{version}"
