"""Settings under the platform's tests: a key directory of its own, so that a test can issue."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from typing import Any


def plugin_settings(settings: Any) -> None:
    """A fresh directory for every process, unless one is set; it goes with the process that made it."""
    if not getattr(settings, "DIGISKILLS_KEY_DIR", None):
        settings.DIGISKILLS_KEY_DIR = tempfile.mkdtemp(prefix="digiskills-keys-")
        atexit.register(_remove, settings.DIGISKILLS_KEY_DIR, owner=os.getpid())


def _remove(folder: str, *, owner: int) -> None:
    """A forked child inherits what is to be done at the end, while its parent still needs the keys."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
