"""A verifier that is neither ours nor Python: Digital Bazaar's ``vc`` library and ``jose``, run offline by node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from digiskills_integrations.canonical import JsonObject
from tests.contract import node_packages

SOURCE = Path(__file__).parent / "node"
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
    """The verifier with its packages."""
    return OutsideVerifier(node, node_packages.install(node, SOURCE))
