"""Runs every gate of `make quality` and says at the end which ones failed; one red gate does not hide the others.

    python -m tools.quality [GATE ...]

The gates are the keys of GATES. Exit code 0: all green, 1: one is red, 2: unknown gate.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUR_APPS = ("digiskills_grading", "digiskills_integrations")

GATES: dict[str, list[str]] = {
    "ruff": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "imports": ["lint-imports"],
    "migrations": ["django", "makemigrations", "--check", "--dry-run", *OUR_APPS],
    "translations": ["tools.translations"],
    "personal data": [
        "code_annotations", "django_find_annotations", "--config_file", ".pii_annotations.yml", "--lint", "--coverage"
    ],
    "tasks": ["digiskills", "task", "lint"],
    "lessons": ["digiskills", "lesson", "lint"],
    "sizes": ["tools.sizes"],
    "wheel": ["pytest", "-q", "tests/packaging"],
}  # fmt: skip

# Tools that have a command and no runnable module.
SCRIPTS = {"code_annotations", "digiskills", "lint-imports"}


def _command(gate: list[str]) -> list[str]:
    if gate[0] in SCRIPTS:
        return [str(Path(sys.executable).parent / gate[0]), *gate[1:]]
    return [sys.executable, "-m", *gate]


def _environment() -> dict[str, str]:
    roots = [ROOT, ROOT / "framework_data", ROOT / "grading", ROOT / "integrations"]
    path = [*map(str, roots), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path), "DJANGO_SETTINGS_MODULE": "tests.settings"}


def main(arguments: list[str]) -> int:
    """Entry point; returns 0 when every gate passed."""
    unknown = [name for name in arguments if name not in GATES]
    if unknown:
        print(f"unknown gate {unknown[0]!r}; there are: {', '.join(GATES)}", file=sys.stderr)
        return 2
    failed = []
    names = arguments or list(GATES)
    for name in names:
        print(f"== {name}", flush=True)
        started = time.monotonic()
        done = subprocess.run(_command(GATES[name]), cwd=ROOT, env=_environment(), check=False, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            failed.append(name)
        print(f"   {'FAILED' if done.returncode else 'ok'} in {time.monotonic() - started:.1f} s", flush=True)
    for name in failed:
        print(f"failed gate: {name}")
    print(f"quality gates: {len(names) - len(failed)} of {len(names)} green")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
