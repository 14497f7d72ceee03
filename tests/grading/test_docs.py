"""The reference page of grading has a heading for everything that one may call, set or run."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import digiskills_grading
from digiskills_grading import api, urls
from digiskills_grading.settings import common
from digiskills_grading.signals import PUBLIC_EVENTS

PACKAGE = Path(digiskills_grading.__file__).parent
PAGE = (Path(__file__).parents[2] / "docs/reference/grading-api.md").read_text(encoding="utf-8")
HEADINGS = {re.match(r"### `([\w./<>:-]+)", line).group(1) for line in PAGE.splitlines() if line.startswith("### `")}  # type: ignore[union-attr]


def test_every_public_name_command_setting_and_page_has_a_heading_and_nothing_else_has() -> None:
    settings = SimpleNamespace()
    common.plugin_settings(settings)
    commands = {path.stem for path in (PACKAGE / "management/commands").glob("digiskills_*.py")}
    pages = {str(pattern.pattern) for pattern in urls.urlpatterns if getattr(pattern, "name", None)}
    assert {*api.__all__, *vars(settings), *commands, *pages, *(event.event_type for event in PUBLIC_EVENTS)} == HEADINGS


def test_every_reason_is_explained() -> None:
    table = PAGE.partition("## Reasons of a decision")[2].partition("\n## ")[0]
    modules = ("decision", "reasons", "requirements")
    sources = "".join((PACKAGE / f"scoring/{name}.py").read_text(encoding="utf-8") for name in modules)
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == set(re.findall(r'Reason\("(\w+)"', sources))
