"""The player's own tests, run by node, and what the files may weigh."""

from __future__ import annotations

import gzip
import re
import subprocess
from importlib import resources
from pathlib import Path

import pytest

from digiskills_xblock.ui_strings import UI_STRINGS

HERE = Path(__file__).parent
PUBLIC = resources.files("digiskills_xblock") / "public"
KILOBYTE = 1024


def packed(*names: str) -> int:
    """Bytes of the files as a server sends them, gzip level 9."""
    return sum(len(gzip.compress((PUBLIC / name).read_bytes(), 9)) for name in names)


@pytest.mark.parametrize("suite", sorted((HERE / "js").glob("*.test.cjs")), ids=lambda path: path.name)
def test_the_scripts_own_tests_pass(suite: Path, node_executable: str) -> None:
    done = subprocess.run(
        [node_executable, "--test", str(suite)], capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_engine_player_and_styles_stay_small() -> None:
    assert packed("player.js", "player.css") <= 12 * KILOBYTE


def test_what_comes_with_a_run_stays_small() -> None:
    assert packed("skin.js", "skin.css") <= 9 * KILOBYTE


def test_every_text_that_the_scripts_ask_for_exists() -> None:
    source = "".join((PUBLIC / name).read_text(encoding="utf-8") for name in ("player.js", "skin.js"))
    asked = set(re.findall(r'(?:words|\bt)\("([a-z_]+)"[,)]', source))
    assert len(asked) > 30
    assert asked <= set(UI_STRINGS)
    unused = {key for key in UI_STRINGS if not re.search(rf'"{key}"', source)}
    # Built from a run kind, a side of a chat or a name of a button, at the place that asks.
    built = {
        "start_guided",
        "start_counted",
        "start_guided_note",
        "start_counted_note",
        "run_guided",
        "run_counted",
        "from_me",
        "from_them",
        "from_system",
    }
    assert unused <= built
