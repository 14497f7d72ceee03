"""The kind ``file``: signed files in a folder that both sides see (docs/reference/file-exchange.md)."""

from __future__ import annotations

from digiskills_integrations.destinations.file.transport import FileTransport

__all__ = ["FileTransport"]
