"""Settings under the platform's tests: a key directory of its own, so that a test can issue."""

from __future__ import annotations

import tempfile
from typing import Any


def plugin_settings(settings: Any) -> None:
    """A fresh directory for every run, unless one is set."""
    if not getattr(settings, "DIGISKILLS_KEY_DIR", None):
        settings.DIGISKILLS_KEY_DIR = tempfile.mkdtemp(prefix="digiskills-keys-")
