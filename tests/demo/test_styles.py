"""The demo's own look stays outside of the blocks on its pages, as a platform's has to."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = ROOT / "digiskills_xblock" / "public"
PAGES_OF_THEIR_OWN = ("course-builder.css", "open.css")
CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")


def styled(path: Path) -> set[str]:
    """Classes that a style sheet selects by."""
    css = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
    return {name for selector in re.findall(r"([^{}]+)\{", css) for name in CLASS.findall(selector)}


def given(path: Path) -> set[str]:
    """Classes that a script gives to elements."""
    return {name for names in re.findall(r'class: ?"([^"]+)"', path.read_text("utf-8")) for name in names.split()}


def test_no_class_of_the_demo_is_one_of_the_blocks() -> None:
    ours = styled(ROOT / "demo" / "static" / "demo" / "demo.css")
    sheets = (path for path in BLOCK.rglob("*.css") if path.name not in PAGES_OF_THEIR_OWN)
    theirs = set[str]().union(*map(styled, sheets), *map(given, BLOCK.rglob("*.js")))
    assert {"brand", "ways"} <= ours
    assert {"digiskills-practice", "phone", "card"} <= theirs
    assert ours & theirs == set()
