"""The scopes of the REST API, told to the platform's OAuth provider: it gives out only those that it knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SCOPES = {
    "digiskills:read": "Read records of digital skills",
    "digiskills:write": "Send results of digital skills",
}


def with_our_scopes(provider: Mapping[str, Any]) -> dict[str, Any]:
    """``OAUTH2_PROVIDER`` with our scopes beside those of the platform; one that is there already stays."""
    return {**provider, "SCOPES": {**SCOPES, **provider.get("SCOPES", {})}}
