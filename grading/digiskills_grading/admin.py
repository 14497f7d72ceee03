"""Support staff may look at everything here and change only what is theirs to change: organisations, memberships, class sessions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digiskills_grading import models, switches
from digiskills_grading.household_admin import HouseholdAdmin
from digiskills_grading.ids import new_public_id
from digiskills_grading.import_admin import ImportBatchAdmin, LearnerReferenceAdmin
from digiskills_grading.mapping_admin import BlockMappingAdmin, InboxAdmin


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's class is not generic at run time on 4.2
    """Shows rows. They are written by the app alone: append-only tables, and state that follows from them."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(models.AdminUnit)
class AdminUnitAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "level", "parent", "valid_from", "valid_to")
    list_select_related = ("parent",)
    search_fields = ("=code", "name")


@admin.register(models.Learner)
class LearnerAdmin(ReadOnlyAdmin):
    list_display = ("public_id", "user_id", "admin_unit", "created_at")
    list_select_related = ("admin_unit",)
    search_fields = ("=public_id", "=user__username")


@admin.register(models.Track)
class TrackAdmin(ReadOnlyAdmin):
    list_display = ("learner", "regulation", "audience", "school_level", "status", "decision_n")
    list_select_related = ("learner", "regulation")
    search_fields = ("=learner__public_id",)


@admin.register(models.Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """Without the seed: who knows it knows the answers of an open attempt."""

    list_display = ("public_id", "learner", "context", "n", "run_kind", "state", "score_milli", "grade_state")
    list_select_related = ("learner", "context")
    search_fields = ("=public_id", "=learner__public_id")
    exclude = ("seed",)


@admin.register(models.Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    list_display = ("id", "learner", "skill", "facet", "kind", "value_milli", "assurance", "excluded_reason", "occurred_at")
    list_select_related = ("learner", "skill")
    search_fields = ("=learner__public_id",)


@admin.register(models.Mastery)
class MasteryAdmin(ReadOnlyAdmin):
    list_display = ("track", "skill", "state", "value_milli", "since", "expires_at")
    list_select_related = ("track", "skill")
    search_fields = ("=track__learner__public_id",)


@admin.register(models.Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("track", "n", "status", "evidence_upto", "decided_at")
    list_select_related = ("track",)
    search_fields = ("=track__learner__public_id",)


@admin.register(models.IssueTodo)
class IssueTodoAdmin(ReadOnlyAdmin):
    list_display = ("learner", "track", "decision_n", "created_at", "not_before")
    list_select_related = ("learner", "track")


@admin.register(models.AttemptRequest)
class AttemptRequestAdmin(ReadOnlyAdmin):
    list_display = ("learner", "context", "kind", "actor_id", "created_at")
    list_select_related = ("learner", "context")


@admin.register(models.CounterDelta)
class CounterDeltaAdmin(ReadOnlyAdmin):
    list_display = ("admin_unit", "regulation", "audience", "fact", "amount", "occurred_at")
    list_select_related = ("admin_unit", "regulation")


admin.site.register(models.ImportBatch, ImportBatchAdmin)
admin.site.register(models.LearnerReference, LearnerReferenceAdmin)


@admin.register(models.Counter)
class CounterAdmin(ReadOnlyAdmin):
    list_display = ("day", "unit", "regulation", "subject", "audience", "level", "fact", "amount")
    list_select_related = ("regulation",)


class DimensionAdmin(ReadOnlyAdmin):
    """Small tables that others point into."""


admin.site.register([models.SkillCode, models.RegulationVersion, models.TaskVersion, models.Context], DimensionAdmin)


admin.site.register(models.BlockMapping, BlockMappingAdmin)
admin.site.register(models.Household, HouseholdAdmin)
admin.site.register(models.Inbox, InboxAdmin)


@admin.register(models.BlockScore)
class BlockScoreAdmin(ReadOnlyAdmin):
    list_display = ("learner", "context", "value_milli", "modified_at", "revision")
    list_select_related = ("learner", "context")
    search_fields = ("=learner__public_id",)


@admin.register(models.Organisation)
class OrganisationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # see ReadOnlyAdmin
    list_display = ("code", "name", "kind", "parent", "admin_unit")
    list_select_related = ("parent", "admin_unit")
    search_fields = ("=code", "name")
    raw_id_fields = ("parent", "admin_unit")


@admin.register(models.Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # see ReadOnlyAdmin
    list_display = ("learner", "organisation", "role", "valid_from", "valid_to")
    list_select_related = ("learner", "organisation")
    search_fields = ("=learner__public_id", "organisation__name")
    raw_id_fields = ("learner", "organisation")


@admin.register(models.ClassSession)
class ClassSessionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # see ReadOnlyAdmin
    list_display = ("public_id", "title", "kind", "organisation", "starts_at", "minutes")
    list_select_related = ("organisation",)
    search_fields = ("=public_id", "title")
    raw_id_fields = ("organisation", "admin_unit")
    exclude = ("public_id",)

    def save_model(self, request: HttpRequest, obj: models.ClassSession, form: Any, change: bool) -> None:
        """A new session gets its outward id here."""
        if not obj.public_id:
            obj.public_id = new_public_id(timezone.now())
        super().save_model(request, obj, form, change)


class SwitchForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class is not generic at run time on 4.2
    """Which switch, how it shall stand, and why."""

    name = forms.ChoiceField(label=_("switch"))

    class Meta:
        model = models.SwitchChange
        fields = ("name", "is_on", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].choices = [(name, name) for name in switches.names()]  # type: ignore[attr-defined]


@admin.register(models.SwitchChange)
class SwitchChangeAdmin(ReadOnlyAdmin):
    """Turning a switch adds a row; rows never change, so that the list is the history."""

    form = SwitchForm
    list_display = ("name", "is_on", "reason", "actor_id", "changed_at")
    list_filter = ("name",)
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Asked for the permission ``add_switchchange``."""
        return admin.ModelAdmin.has_add_permission(self, request)

    def save_model(self, request: HttpRequest, obj: models.SwitchChange, form: Any, change: bool) -> None:
        """Who turned it, and when, is not theirs to say."""
        obj.actor_id, obj.changed_at = request.user.pk, timezone.now()
        super().save_model(request, obj, form, change)
        switches.forget()


@admin.register(models.WorkerRun)
class WorkerRunAdmin(ReadOnlyAdmin):
    list_display = ("name", "ran_at")
    ordering = ("name",)


@admin.register(models.HeldCertificate)
class HeldCertificateAdmin(ReadOnlyAdmin):
    list_display = ("user_id", "course_key", "regulation", "audience", "held_at")
    search_fields = ("=user_id", "=course_key")
