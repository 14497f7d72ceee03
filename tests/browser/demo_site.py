"""The real demo in a process of its own: temporary files, free ports, and its tables to read (never to write)."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"Open (http://[^/]+)/")
STOP_SECONDS = 30


@dataclass(frozen=True)
class Attempt:
    """What the server holds of an attempt. ``score_milli`` is None while it is open; ``evidence`` counts its rows."""

    public_id: str
    task_id: str
    run_kind: str
    state: str
    seed: int
    overlay: str
    score_milli: int | None
    evidence: int


@dataclass(frozen=True)
class Demo:
    """A demo that runs.

    Attributes:
        url: where its pages are, without a slash at the end.
        var: the folder of its files.
    """

    url: str
    var: Path

    def attempt(self, public_id: str) -> Attempt:
        """One attempt."""
        return next(attempt for attempt in self.attempts() if attempt.public_id == public_id)

    def attempts(self, username: str | None = None) -> list[Attempt]:
        """All attempts, oldest first, or those of one person."""
        rows = self._rows(
            """SELECT a.public_id, v.task_id, a.run_kind, a.state, a.seed, a.overlay, a.score_milli,
                      (SELECT count(*) FROM digiskills_grading_evidence e WHERE e.attempt_id = a.id)
               FROM digiskills_grading_attempt a
               JOIN digiskills_grading_taskversion v ON v.id = a.task_version_id
               JOIN digiskills_grading_learner l ON l.id = a.learner_id
               JOIN auth_user u ON u.id = l.user_id
               WHERE :username IS NULL OR u.username = :username ORDER BY a.id""",
            {"username": username},
        )
        return [Attempt(*row) for row in rows]

    def _rows(self, query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.var / 'demo.sqlite3'}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(query, values).fetchall()


@contextmanager
def running_demo(var: Path) -> Iterator[Demo]:
    """`demo/manage.py serve` until the end of the block; it must stop by Ctrl-C with exit code 0."""
    environment = {
        **os.environ,
        "DIGISKILLS_DEMO_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "demo.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, str(ROOT / "demo" / "manage.py"), "serve", "--port", "0", "--sandbox-port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Demo(_address(process), var)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=STOP_SECONDS)
    assert process.returncode == 0, f"the demo stopped with exit code {process.returncode}"


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        found = ADDRESS.search(line)
        if found:
            return found[1]
    raise AssertionError(f"the demo ended before it served a page, with exit code {process.wait()}")
