"""Programs of node's world that tests ask: packages named in a lock file, fetched once."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

CACHE = Path(__file__).parents[2] / ".cache"
_INSTALL_SECONDS = 300


def install(node: str, source: Path) -> Path:
    """A folder with the files of ``source`` and the packages of its ``package-lock.json``; named by the lock file and made once.

    Raises:
        AssertionError: the packages could not be fetched; the message has what ``npm ci`` said.
    """
    lock = (source / "package-lock.json").read_bytes()
    folder = CACHE / f"{source.parent.name}-{hashlib.sha256(lock).hexdigest()[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        if file.is_file():
            shutil.copyfile(file, folder / file.name)
    stamp = folder / ".installed"
    if not stamp.exists():
        npm = shutil.which("npm") or str(Path(node).parent / "npm")
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=_INSTALL_SECONDS)
        assert done.returncode == 0, f"{' '.join(command)} failed in {folder}: {done.stderr}"
        stamp.touch()
    return folder
