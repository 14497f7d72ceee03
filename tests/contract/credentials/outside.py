"""A verifier that is neither ours nor Python: Digital Bazaar's ``vc`` library and ``jose``, run offline by node."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from digiskills_integrations.canonical import JsonObject

SOURCE = Path(__file__).parent / "node"
CACHE = Path(__file__).parents[3] / ".cache"
_FILES = ("package.json", "package-lock.json", "verify.mjs")
_INSTALL_SECONDS = 300
_RUN_SECONDS = 120


@attrs.frozen
class Answer:
    """What the outside verifier says. ``status``: the bit of each purpose; a revoked credential is ``verified`` all the same."""

    verified: bool
    error: str
    status: dict[str, bool]


@attrs.frozen
class OutsideVerifier:
    """The installed verifier in ``folder``."""

    node: str
    folder: Path

    def badges(self, texts: Sequence[str], *, did: JsonObject, lists: Sequence[str], now: datetime) -> list[Answer]:
        """One answer a badge."""
        shared = {"kind": "badge", "did": did, "lists": list(lists), "now": now.isoformat()}
        return self._ask([{**shared, "text": text} for text in texts])

    def token(self, text: str, jwks: JsonObject) -> Answer:
        """The answer to a ``vc+jwt``."""
        return self._ask([{"kind": "jwt", "text": text, "jwks": jwks}])[0]

    def _ask(self, jobs: list[dict[str, Any]]) -> list[Answer]:
        done = subprocess.run(
            [self.node, "verify.mjs"],
            cwd=self.folder,
            input=json.dumps(jobs),
            capture_output=True,
            text=True,
            check=False,
            timeout=_RUN_SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return [Answer(**answer) for answer in json.loads(done.stdout)]


def install(node: str) -> OutsideVerifier:
    """The verifier, its packages installed by ``npm ci`` into a folder named by the lock file, so that they are fetched once."""
    lock = (SOURCE / "package-lock.json").read_bytes()
    folder = CACHE / f"credential-verifier-{hashlib.sha256(lock).hexdigest()[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copyfile(SOURCE / name, folder / name)
    stamp = folder / ".installed"
    if not stamp.exists():
        npm = shutil.which("npm") or str(Path(node).parent / "npm")
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=_INSTALL_SECONDS)
        assert done.returncode == 0, f"{' '.join(command)} failed in {folder}: {done.stderr}"
        stamp.touch()
    return OutsideVerifier(node, folder)
