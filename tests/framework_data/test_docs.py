"""The pages name what exists: every schema, rule, column, option and command."""

from __future__ import annotations

from pathlib import Path

import pytest

from digiskills_framework.api import RULE_NAMES, Assurance, ChangeKind, CompletedLearners, GroupKind, MovedLearners, Role
from digiskills_framework.framework_commands import framework
from digiskills_framework.importing.table import OPTIONAL_COLUMNS, REQUIRED_COLUMNS
from digiskills_framework.requirement_reader import FORMS, SCOPES
from digiskills_framework.shapes import schema_names
from digiskills_framework.types import AUDIENCE_BY_DOCUMENT_CODE, Audience

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "framework-data.md").read_text(encoding="utf-8")
REGULATION = (DOCS / "reference" / "regulation.md").read_text(encoding="utf-8")
HOW_TO = (DOCS / "how-to" / "import-a-framework.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", schema_names())
def test_every_schema_has_a_heading(name: str) -> None:
    assert any(name in line for line in REFERENCE.splitlines() if line.startswith("### "))


@pytest.mark.parametrize("name", [*RULE_NAMES, *AUDIENCE_BY_DOCUMENT_CODE, *Audience])
def test_every_rule_and_audience_is_explained(name: str) -> None:
    assert f"`{name}`" in REFERENCE


@pytest.mark.parametrize(
    "name",
    [*FORMS, *SCOPES, *RULE_NAMES, *Role, *Assurance, *MovedLearners, *CompletedLearners, *ChangeKind, *GroupKind],
)
def test_everything_a_regulation_can_say_is_on_its_page(name: str) -> None:
    assert f"`{name}`" in REGULATION


@pytest.mark.parametrize("name", framework.commands)
def test_every_command_is_listed(name: str) -> None:
    assert f"digiskills framework {name}" in REFERENCE


@pytest.mark.parametrize("name", [*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS, *Audience])
def test_every_column_of_a_table_is_explained(name: str) -> None:
    assert f"`{name}`" in HOW_TO


def test_every_option_of_the_import_is_explained() -> None:
    options = [name for parameter in framework.commands["import"].params for name in parameter.opts if name.startswith("--")]
    assert [name for name in options if name not in HOW_TO] == []
