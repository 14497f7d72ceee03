"""The kind ``http_json``: a registry with an interface of its own, described as data (docs/reference/registry-profiles.md)."""

from __future__ import annotations

from digiskills_integrations.destinations.http_json.transport import HttpJsonTransport

__all__ = ["HttpJsonTransport"]
