"""A kill switch that one process turns, seen by another whose memory of it is its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from digiskills_grading import switches
from tests.grading.helpers import NOW

ROOT = Path(__file__).parents[2]
# Reads seconds of its own clock, one a line, and says whether recording is on then. Nothing waits: its clock is what it is told.
OTHER_PROCESS = """
import sys
import django
django.setup()
from digiskills_grading import switches
for line in sys.stdin:
    print(switches.is_on("recording", monotonic=lambda: float(line)), flush=True)
"""


@pytest.fixture
def other(child_environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS],
        env=child_environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def is_on_at(process: subprocess.Popen[str], seconds: float) -> bool:
    def stream(found: IO[str] | None) -> IO[str]:
        assert found is not None
        return found

    stream(process.stdin).write(f"{seconds}\n")
    stream(process.stdin).flush()
    return stream(process.stdout).readline().strip() == "True"


def test_the_other_process_goes_by_it_within_five_seconds(other: subprocess.Popen[str]) -> None:
    switches.forget()
    assert is_on_at(other, 100)
    switches.turn("recording", on=False, reason="a test", actor_id=None, now=NOW)
    assert not switches.is_on("recording"), "the process that turned it goes by it at once"
    assert is_on_at(other, 104.9), "the other one remembers"
    assert not is_on_at(other, 105)
    switches.turn("recording", on=True, reason="a test", actor_id=None, now=NOW)
    assert not is_on_at(other, 109.9)
    assert is_on_at(other, 110)
    switches.forget()
