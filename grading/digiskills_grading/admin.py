"""Support staff may look at everything here and change only what is theirs to change: organisations, memberships, class sessions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from digiskills_grading import models
from digiskills_grading.ids import new_public_id


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


class DimensionAdmin(ReadOnlyAdmin):
    """Small tables that others point into."""


admin.site.register([models.SkillCode, models.RegulationVersion, models.TaskVersion, models.Context], DimensionAdmin)


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
