"""The player's own tests, run by node, and what the files may weigh."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from importlib import resources
from pathlib import Path

import pytest

from digiskills_framework.tasks import load_task, task_ids
from digiskills_simulator import api
from digiskills_xblock.browser_files import SKINS, needed
from digiskills_xblock.ui_strings import UI_STRINGS

HERE = Path(__file__).parent
PUBLIC = resources.files("digiskills_xblock") / "public"
KILOBYTE = 1024


def gzipped(content: bytes) -> int:
    """Bytes as a server sends them, gzip level 9."""
    return len(gzip.compress(content, 9))


def packed(*names: str) -> int:
    """The same of files of the player, by their names in public/."""
    return sum(gzipped((PUBLIC / name).read_bytes()) for name in names)


@pytest.mark.parametrize("suite", sorted((HERE / "js").glob("*.test.cjs")), ids=lambda path: path.name)
def test_the_scripts_own_tests_pass(suite: Path, node_executable: str) -> None:
    done = subprocess.run(
        [node_executable, "--test", str(suite)], capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_engine_player_and_styles_stay_small() -> None:
    assert packed("player.js", "player.css") <= 12 * KILOBYTE


@pytest.mark.parametrize("name", sorted(SKINS))
def test_a_skin_stays_small(name: str) -> None:
    assert packed(f"skins/{name}.css") <= 5 * KILOBYTE


@pytest.mark.parametrize("task_id", task_ids())
@pytest.mark.parametrize("language", ["vi", "en"])
def test_all_that_a_task_fetches_stays_small(task_id: str, language: str) -> None:
    """Everything of a run up to the result, for a guided one, which has the larger payload; not how the task is done, if somebody asks."""
    task = load_task(task_id)
    payload = api.render_payload(api.instantiate(api.compile_task(task), 7), language=language, run_kind="guided")
    sent = gzipped(json.dumps(payload, ensure_ascii=False).encode())
    total = sent + packed(
        "player.js", "player.css", *(path.removeprefix("public/") for name, path in needed(task).items() if name != "way.js")
    )
    further_apps = len(payload["apps"]) - 1
    assert total <= (20 + 5 * further_apps) * KILOBYTE


def test_there_is_a_skin_for_every_kind_of_app() -> None:
    schema = json.loads((resources.files("digiskills_framework") / "schemas" / "scenario-1.json").read_text(encoding="utf-8"))
    found = re.findall(r'"kind": {"enum": (\["payment".*?\])}', json.dumps(schema))
    assert {kind for kinds in found for kind in json.loads(kinds)} == set(SKINS)


def test_every_icon_and_picture_that_a_task_names_is_drawn() -> None:
    drawn = {name for file in ("icons.js", "pictures.js") for name in re.findall(r"^    (\w+): ", (PUBLIC / file).read_text("utf-8"), re.M)}
    texts = [json.dumps(load_task(task_id).raw) for task_id in task_ids()]
    named = {
        name
        for text in texts
        for name in re.findall(r'"icon": "(\w+)"|"type": "image"[^}]*?"name": "(\w+)"', text)
        for name in name
        if name
    }
    assert named
    assert named - drawn == set()


def test_a_picture_stays_small() -> None:
    for line in (PUBLIC / "pictures.js").read_text("utf-8").split("\n    "):
        assert len(line) <= KILOBYTE


def test_every_text_that_the_scripts_ask_for_exists() -> None:
    scripts = ("player.js", "skin.js", "comfort.js", "after.js", "way.js")
    source = "".join((PUBLIC / name).read_text(encoding="utf-8") for name in scripts)
    asked = set(re.findall(r'(?:words|\bt)\("([a-z_]+)"[,)]', source))
    assert len(asked) > 30
    assert asked <= set(UI_STRINGS)
    unused = {key for key in UI_STRINGS if not re.search(rf'"{key}"', source)}
    # Built from a run kind, a side of a chat, a size or what a switch becomes, at the place that asks.
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
        "size_0",
        "size_1",
        "size_2",
        "step_on",
        "step_off",
    }
    assert unused <= built
