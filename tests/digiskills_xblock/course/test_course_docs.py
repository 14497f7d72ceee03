"""The page about courses names every command, option and rule, and shows what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from digiskills_xblock.course import archive, lint, manifest, olx_check
from digiskills_xblock.course.cli import course
from digiskills_xblock.course.final_assessment import SKILLS_A_RUN
from digiskills_xblock.course.merging import Outcome
from digiskills_xblock.course.request import DEFAULT_END, DEFAULT_START
from digiskills_xblock.course.units import RUN_WEIGHT

DOCS = Path(__file__).parents[3] / "docs"
REFERENCE = (DOCS / "reference" / "course.md").read_text(encoding="utf-8")
HOW_TO = (DOCS / "how-to" / "build-a-course.md").read_text(encoding="utf-8")


def rules() -> set[str]:
    sources = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in (lint, olx_check) if module.__file__)
    return set(re.findall(r'Problem\("([a-z]+)"', sources))


@pytest.mark.parametrize("name", sorted(course.commands))
def test_every_command_has_a_heading(name: str) -> None:
    assert f"### digiskills course {name}\n" in REFERENCE


@pytest.mark.parametrize("name", sorted(course.commands))
def test_every_option_is_named(name: str) -> None:
    for parameter in course.commands[name].params:
        assert any(option in REFERENCE for option in parameter.opts) or parameter.name in {"file", "old", "new", "export"}


def test_every_rule_of_the_lint_is_explained() -> None:
    assert {f"`{rule}`" for rule in rules()} <= set(re.findall(r"`[a-z]+`", REFERENCE))


def test_every_outcome_of_an_update_is_explained() -> None:
    assert all(f"`{outcome}`" in HOW_TO for outcome in Outcome if outcome is not Outcome.SAME)


def test_the_numbers_are_those_of_the_code() -> None:
    assert f"`{DEFAULT_START}`, `{DEFAULT_END}`" in REFERENCE
    assert f"weight {RUN_WEIGHT:g}" in REFERENCE
    assert SKILLS_A_RUN == 3
    assert "one scored run for every three" in REFERENCE
    assert manifest.SCHEMA in REFERENCE
    assert f"{archive.MAX_PACKED >> 20} MiB packed, {archive.MAX_BYTES >> 20} MiB unpacked and {archive.MAX_FILES:,} files" in REFERENCE
