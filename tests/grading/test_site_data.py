"""The operator's own data reach everything that reads framework data, since all of it reads through one module."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

import digiskills_grading
from digiskills_grading import api, site_data
from digiskills_grading.data import LearnerRef
from digiskills_xblock import assignment, settings_check
from tests.grading.regulations.rulebook import OLD, write

PACKAGE = Path(digiskills_grading.__file__).parent
# The one place, and the command that reads files which are not the site's yet.
MAY_LOAD = {"site_data.py", "regulations/checking.py"}


def loaders(path: Path) -> Iterator[str]:
    """Names by which a module takes a loader from the framework itself."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("digiskills_framework"):
            yield from (alias.name for alias in node.names if alias.name.startswith(("load_", "list_")))


def test_nothing_else_of_grading_loads_framework_data() -> None:
    found = {str(path.relative_to(PACKAGE)): set(loaders(path)) for path in PACKAGE.rglob("*.py")}
    assert {name: names for name, names in found.items() if names and name not in MAY_LOAD} == {}


@pytest.mark.django_db
def test_a_regulation_of_the_operators_is_offered_and_counts(settings: Settings, tmp_path: Path) -> None:
    assert OLD not in site_data.list_regulations()
    settings.DIGISKILLS_DATA_DIRS = [str(tmp_path)]
    write(tmp_path, 1, {"skill": "A1"})
    assert OLD in settings_check.regulation_choices()
    learner = LearnerRef(public_id=api.create_learner())
    api.ensure_track(learner, regulation=OLD, audience="citizen")
    assert [track.regulation for track in api.track_overviews(learner)] == [OLD]


def test_tasks_are_played_in_the_names_of_the_sites_country(settings: Settings) -> None:
    here = site_data.load_task("S3-01")
    settings.DIGISKILLS_COUNTRY_PACK = "xx"
    there = site_data.load_task("S3-01")
    assert "Acorn Bank" in repr(there.raw)
    assert "Acorn Bank" not in repr(here.raw)
    assert [task.digest for task in site_data.list_tasks() if task.id == "S3-01"] == [there.digest]
    assert assignment.find_task("S3-01", None).digest == there.digest
