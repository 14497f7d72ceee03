"""Scripts and styles of the browser, read by tools that know what five-year-old phones can do (Chromium 96, Safari 15: autumn 2021)."""

from __future__ import annotations

import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest

from tests.contract import node_packages

SOURCE = Path(__file__).parent / "node"
PUBLIC = Path(str(resources.files("digiskills_xblock") / "public"))
ESLINT = ["node_modules/eslint/bin/eslint.js", "--no-warn-ignored"]
STYLELINT = ["node_modules/stylelint/bin/stylelint.mjs"]
SECONDS = 120


@pytest.fixture(scope="module")
def tools(node_executable: str) -> Path:
    """The folder of the tools, with a copy of our files in ``public/``."""
    folder = node_packages.install(node_executable, SOURCE)
    shutil.rmtree(folder / "public", ignore_errors=True)
    shutil.copytree(PUBLIC, folder / "public")
    return folder


def read(node: str, tools: Path, command: list[str], files: str) -> subprocess.CompletedProcess[str]:
    """What a tool says of files."""
    return subprocess.run([node, *command, files], cwd=tools, capture_output=True, text=True, check=False, timeout=SECONDS)


def test_old_phones_understand_every_script(node_executable: str, tools: Path) -> None:
    said = read(node_executable, tools, ESLINT, "public")
    assert said.returncode == 0, said.stdout + said.stderr


def test_old_phones_understand_every_style(node_executable: str, tools: Path) -> None:
    said = read(node_executable, tools, STYLELINT, "public/**/*.css")
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize(
    "line", ["x ||= 1;", "[1].at(-1);", "structuredClone({});", "Object.hasOwn({}, 1);", "new Error('a', { cause: 1 });"]
)
def test_a_script_that_they_do_not_understand_is_found(node_executable: str, tools: Path, line: str) -> None:
    later = tools / "public" / "later.js"
    later.write_text(f"var x;\n{line}\n", encoding="utf-8")
    try:
        assert read(node_executable, tools, ESLINT, "public/later.js").returncode == 1
    finally:
        later.unlink()


@pytest.mark.parametrize("rule", ["a:has(b) { color: red; }", "a { & b { color: red; } }", "a { grid-template-rows: subgrid; }"])
def test_a_style_that_they_do_not_understand_is_found(node_executable: str, tools: Path, rule: str) -> None:
    later = tools / "public" / "later.css"
    later.write_text(rule, encoding="utf-8")
    try:
        assert read(node_executable, tools, STYLELINT, "public/later.css").returncode == 2
    finally:
        later.unlink()
