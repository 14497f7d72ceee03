"""The same payloads and actions through the server's machine and through the browser's."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from digiskills_simulator.payload_machine import PayloadMachine

HERE = Path(__file__).parent
RUNNER = HERE / "run_vectors.cjs"

Json = dict[str, Any]


def in_python(payload: Json, actions: Sequence[Json]) -> Json:
    """``snapshots`` (at first, then after each action) and ``accepted`` of the server's machine."""
    machine = PayloadMachine(payload)
    snapshots, accepted = [machine.snapshot()], []
    for action in actions:
        accepted.append(machine.step(action))
        snapshots.append(machine.snapshot())
    return {"snapshots": snapshots, "accepted": accepted}


def in_browser_script(node: str, jobs: Iterable[Json]) -> list[Json]:
    """Answers of the browser's script, run by node, one for each job (see run_vectors.cjs); one process for all."""
    lines = "".join(json.dumps(job) + "\n" for job in jobs)
    done = subprocess.run([node, str(RUNNER)], input=lines, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def first_difference(payload: Json, actions: Sequence[Json], browser: Json) -> str | None:
    """None if both machines agree; else the shortest run that shows the difference, as a vector that can be stored."""
    server = in_python(payload, actions)
    for number, (ours, theirs) in enumerate(zip(server["snapshots"], browser["snapshots"], strict=True)):
        if ours != theirs:
            case = {"payload": payload, "actions": list(actions[:number]), "server": ours, "browser": theirs}
            return json.dumps(case, ensure_ascii=False, indent=2)
    return None
