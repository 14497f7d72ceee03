"""The kind ``webhook``: one signed POST for each event (docs/reference/webhook.md)."""

from __future__ import annotations

from digiskills_integrations.destinations.webhook.transport import WebhookTransport

__all__ = ["WebhookTransport"]
