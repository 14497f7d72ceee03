"""Records and deliveries for staff. Rows are never edited; records are changed by orders with a reason. Holders are not shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext

from digiskills_integrations.confirmations.forms import OrderForm
from digiskills_integrations.confirmations.numbers import format_number
from digiskills_integrations.confirmations.orders import Instruction, carry_out
from digiskills_integrations.errors import DigiskillsError
from digiskills_integrations.models import Confirmation, ConfirmationEvent, ConfirmationVersion, Delivery, Destination, Receipt

# A form for more would be an accident; the command takes numbers one by one.
MAX_ORDERED = 200


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
    """Shows records, and takes orders about them from staff with the permission ``change_record``."""

    list_display = ("number", "record_type", "regulation", "audience", "issue_no", "status", "review", "test_mark", "issued_at")
    list_filter = ("status", "review", "record_type", "test_mark", "regulation", "audience")
    search_fields = ("=number", "=learner_public_id")
    actions = ("change_records",)

    def has_change_record_permission(self, request: HttpRequest) -> bool:
        """Asked by Django before it offers the action."""
        return request.user.has_perm("digiskills_integrations.change_record")

    @admin.action(description=gettext_lazy("Withdraw, reinstate, correct or renew…"), permissions=["change_record"])
    def change_records(self, request: HttpRequest, queryset: QuerySet[Confirmation]) -> HttpResponse:
        """Leads to the form: this view may run in a transaction of the platform's, and an order needs one of its own."""
        chosen = ",".join(map(str, queryset.order_by("pk").values_list("pk", flat=True)[:MAX_ORDERED]))
        return HttpResponseRedirect(f"{reverse('admin:digiskills_integrations_confirmation_order')}?records={chosen}")

    def get_urls(self) -> list[Any]:
        ordering = transaction.non_atomic_requests(self.admin_site.admin_view(self.order_view))
        return [path("order/", ordering, name="digiskills_integrations_confirmation_order"), *super().get_urls()]

    @transaction.non_atomic_requests
    def order_view(self, request: HttpRequest) -> HttpResponse:
        """Asks what to do with the chosen records and why, and does it, each in a transaction of its own."""
        if not self.has_change_record_permission(request):
            raise PermissionDenied
        chosen = [int(text) for text in request.GET.get("records", "").split(",")[:MAX_ORDERED] if text.isascii() and text.isdigit()]
        records = list(Confirmation.objects.filter(pk__in=chosen).order_by("number"))
        form = OrderForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            self._carry_out(request, form.instruction(actor=f"user:{request.user.pk}"), records)
            return HttpResponseRedirect(reverse("admin:digiskills_integrations_confirmation_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Change records"),
            "opts": self.model._meta,  # noqa: SLF001 - public by Django's documentation
            "form": form,
            "records": [
                (format_number(record.number), record.get_record_type_display(), record.get_status_display()) for record in records
            ],
        }
        return TemplateResponse(request, "digiskills_integrations/admin/order.html", context)

    def _carry_out(self, request: HttpRequest, instruction: Instruction, records: Sequence[Confirmation]) -> None:
        done = 0
        for record in records:
            try:
                carry_out(instruction, record.number, now=timezone.now())
            except DigiskillsError as error:
                messages.error(request, str(error))
            else:
                done += 1
                self.log_change(request, record, f"{instruction.order.value}: {instruction.reason}")
        messages.success(request, ngettext("%(n)d record was changed.", "%(n)d records were changed.", done) % {"n": done})


@admin.register(ConfirmationVersion)
class ConfirmationVersionAdmin(_ReadOnlyAdmin):
    list_display = ("confirmation", "version", "key_id", "valid_from", "valid_until")
    search_fields = ("=confirmation__number",)
    list_select_related = ("confirmation",)


@admin.register(ConfirmationEvent)
class ConfirmationEventAdmin(_ReadOnlyAdmin):
    list_display = ("confirmation", "seq", "type", "reason", "actor", "occurred_at")
    list_filter = ("type", "reason")
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
