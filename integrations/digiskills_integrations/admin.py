"""Read-only views of records and deliveries for support. Holders are not shown: their names are for registries only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from digiskills_integrations.models import Confirmation, ConfirmationEvent, ConfirmationVersion, Delivery, Destination, Receipt


class _ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's class is not generic at run time on 4.2
    """Nothing here may be changed by hand: records are append-only, destinations come from settings."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Confirmation)
class ConfirmationAdmin(_ReadOnlyAdmin):
    list_display = ("number", "regulation", "audience", "issue_no", "status", "test_mark", "issued_at")
    list_filter = ("status", "test_mark", "regulation", "audience")
    search_fields = ("=number", "=learner_public_id")


@admin.register(ConfirmationVersion)
class ConfirmationVersionAdmin(_ReadOnlyAdmin):
    list_display = ("confirmation", "version", "key_id", "valid_from", "valid_until")
    search_fields = ("=confirmation__number",)
    list_select_related = ("confirmation",)


@admin.register(ConfirmationEvent)
class ConfirmationEventAdmin(_ReadOnlyAdmin):
    list_display = ("confirmation", "seq", "type", "occurred_at")
    search_fields = ("=confirmation__number",)
    list_select_related = ("confirmation",)


@admin.register(Destination)
class DestinationAdmin(_ReadOnlyAdmin):
    list_display = ("code", "kind", "environment", "enabled", "share_name")


@admin.register(Delivery)
class DeliveryAdmin(_ReadOnlyAdmin):
    list_display = ("confirmation", "seq", "destination", "state", "attempts", "due_at", "last_error")
    list_filter = ("state", "destination")
    search_fields = ("=confirmation__number",)
    list_select_related = ("confirmation", "destination")


@admin.register(Receipt)
class ReceiptAdmin(_ReadOnlyAdmin):
    list_display = ("delivery", "status", "reference", "reason", "received_at")
    search_fields = ("=delivery__confirmation__number", "=reference")
    list_select_related = ("delivery",)
