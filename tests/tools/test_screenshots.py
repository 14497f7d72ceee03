"""The contact sheet, taken as its users take it: a command of its own, in a process that nobody has set up."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
TASK = "S1-01"


def width_of(picture: Path) -> int:
    """Of a PNG, in pixels: the first number of its first chunk."""
    content = picture.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    return int(struct.unpack(">I", content[16:20])[0])


def test_a_task_is_played_and_each_picture_is_on_the_sheet(chromium_executable: str, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment |= {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "CHROMIUM": chromium_executable}
    command = [sys.executable, "-m", "tools.screenshots", "--task", TASK, "--width", "360", "--to", str(tmp_path)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pictures = {path.name: width_of(path) for path in tmp_path.glob("*.png")}
    assert set(pictures.values()) == {360}
    named = {f"{TASK}-{shot}-360-{size}.png" for shot in ("start", "result", "way") for size in ("normal", "large")}
    assert named < set(pictures)
    assert set(re.findall(r'src="([^"]+)"', (tmp_path / "index.html").read_text("utf-8"))) == set(pictures)
