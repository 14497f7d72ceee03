"""The admin of the mapping: errors at the field they are about, and a page that shows what a row would match before anybody is scored."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from digiskills_grading import inbox, models
from digiskills_grading.mapping import current, rule_of
from digiskills_grading.mapping_preview import MOST_BLOCKS, MOST_COURSES, matched_by
from digiskills_grading.mapping_rows import problems_of
from digiskills_grading.score_sources import configured_source


class BlockMappingForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class is not generic at run time on 4.2
    """Refuses a row that could not work, or that another contradicts."""

    class Meta:
        model = models.BlockMapping
        fields = (
            "course_pattern",
            "select",
            "block_pattern",
            "skill",
            "facet",
            "level",
            "practical",
            "assurance",
            "regulation",
            "audience",
            "active_from",
            "active_to",
        )

    def _post_clean(self) -> None:
        """After Django has filled the row from the form."""
        super()._post_clean()  # type: ignore[misc]  # Django's own step, without a type in its stubs
        if self.errors:
            return
        others = models.BlockMapping.objects.filter(
            course_pattern=self.instance.course_pattern, select=self.instance.select, block_pattern=self.instance.block_pattern
        ).exclude(pk=self.instance.pk)
        for name, problem in problems_of(self.instance, others).items():
            self.add_error(name, problem)


class BlockMappingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    form = BlockMappingForm
    list_display = (
        "course_pattern",
        "select",
        "block_pattern",
        "skill",
        "facet",
        "practical",
        "assurance",
        "active_from",
        "active_to",
        "look",
    )
    list_filter = ("select", "practical", "assurance")
    search_fields = ("course_pattern", "block_pattern", "=skill")
    change_form_template = "digiskills_grading/admin_mapping_form.html"

    def get_urls(self) -> list[URLPattern]:
        preview = path("<int:pk>/preview/", self.admin_site.admin_view(self.preview), name="digiskills_mapping_preview")
        return [preview, *super().get_urls()]

    @admin.display(description=_("what it matches"))
    def look(self, row: models.BlockMapping) -> str:
        """A link to the row's preview."""
        return format_html('<a href="{}">{}</a>', reverse("admin:digiskills_mapping_preview", args=[row.pk]), _("preview"))

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The blocks that a row matches in the courses there are, and what each is mapped to by the whole table."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = models.BlockMapping.objects.filter(pk=pk).first()
        if row is None:
            raise Http404(f"there is no row {pk} in the mapping")
        now, source = timezone.now(), configured_source()
        context = {
            **self.admin_site.each_context(request),
            "title": str(row),
            "row": row,
            "found": matched_by(rule_of(row), current(source, now=now), source, now=now),
            "most_courses": MOST_COURSES,
            "most_blocks": MOST_BLOCKS,
            "opts": self.opts,
        }
        return TemplateResponse(request, "digiskills_grading/admin_mapping_preview.html", context)

    def save_model(self, request: HttpRequest, obj: models.BlockMapping, form: Any, change: bool) -> None:
        """A new row keeps who wrote it."""
        if not change:
            obj.created_by_id = request.user.pk
        super().save_model(request, obj, form, change)


class InboxAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    """Work that waits, and above all what could not be done. Nothing is changed here but the time of the next attempt."""

    list_display = ("id", "usage_key", "received_at", "attempts", "error", "not_before")
    list_filter = ("error",)
    search_fields = ("=usage_key", "=course_key")
    actions = ("try_again",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Whoever may change rows by Django's permissions, although no page changes them."""
        return request.user.has_perm("digiskills_grading.change_inbox")

    @admin.action(description=_("Try again now"), permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[models.Inbox]) -> None:
        """Makes the chosen rows that failed due again."""
        count = inbox.retry(now=timezone.now(), rows=queryset)
        text = ngettext("%(count)d score is looked at again.", "%(count)d scores are looked at again.", count) % {"count": count}
        self.message_user(request, text, messages.SUCCESS)
