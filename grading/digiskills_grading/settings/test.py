"""Settings of grading under the platform's tests: a key of its own, so that personal data can be stored there."""

from __future__ import annotations

from typing import Any

from cryptography.fernet import Fernet


def plugin_settings(settings: Any) -> None:
    """A fresh key for every run, unless there is one."""
    if not getattr(settings, "DIGISKILLS_PII_KEYS", None):
        settings.DIGISKILLS_PII_KEYS = [Fernet.generate_key().decode("ascii")]
