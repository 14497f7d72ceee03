"""Settings in production: what the operator's configuration file gives wins over our defaults."""

from __future__ import annotations

from typing import Any

from digiskills_integrations.settings.common import DEFAULTS, update_schedule


def plugin_settings(settings: Any) -> None:
    """Takes our settings from the operator's file, which the platform keeps in ``ENV_TOKENS`` and ``AUTH_TOKENS``."""
    for tokens in ("ENV_TOKENS", "AUTH_TOKENS"):
        given = getattr(settings, tokens, {})
        for name in DEFAULTS.keys() & given.keys():
            setattr(settings, name, given[name])
    update_schedule(settings)
