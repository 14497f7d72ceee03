"""A first draft of a task: a small phone that already works and proves what it claims, to be filled with a situation from life."""

from __future__ import annotations

import re
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

TASK_ID = re.compile(r"([A-Z][0-9])-[0-9]{2}\Z")
KINDS = ("portal", "payment", "inbox", "shop", "settings", "browser", "files", "ai", "local", "meeting", "work")
REVIEW_AFTER = timedelta(days=180)


def draft(task_id: str, *, kind: str, today: date) -> str:
    """The text of a draft.

    Args:
        task_id: as ``S3-07``: the skill's code and a number.
        kind: of the app in which the task mostly happens, one of `KINDS`.
        today: from which its review is counted.

    Raises:
        ValueError: an id or a kind that there is not.
    """
    match = TASK_ID.match(task_id)
    if match is None:
        raise ValueError(f"{task_id!r} is no id of a task: write the skill's code and two digits, as in S3-07")
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of app: use one of {', '.join(KINDS)}")
    values = {"ID": task_id, "SKILL": match[1], "KIND": kind, "TODAY": today.isoformat(), "AGAIN": (today + REVIEW_AFTER).isoformat()}
    text = (resources.files("digiskills_simulator") / "draft.yaml").read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"%{name}%", value)
    return text


def write_draft(directory: Path, task_id: str, *, kind: str, today: date) -> Path:
    """Write a draft into a data directory.

    Raises:
        ValueError: as `draft`.
        FileExistsError: the task is there already.
    """
    text = draft(task_id, kind=kind, today=today)
    path = directory / "tasks" / task_id.partition("-")[0] / task_id / "1.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    return path
