"""The demo's secrets, made at its first run and kept beside its database; nothing of the kind is in the source tree."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.fernet import Fernet


@dataclass(frozen=True)
class Secrets:
    """Django's key, the key of personal data, and the secret shared with the sandbox registry."""

    django: str
    pii: str
    webhook: str

    @classmethod
    def of(cls, path: Path) -> Secrets:
        """Those in the file; a missing file is made, readable by its owner alone."""
        if not path.exists():
            made = cls(
                django=secrets.token_urlsafe(48),
                pii=Fernet.generate_key().decode(),
                webhook="whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
            )
            made._write(path)
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    def _write(self, path: Path) -> None:
        """Appears whole or not at all; of two first runs at once, the later file stays."""
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(self)), encoding="utf-8")
        draft.replace(path)
