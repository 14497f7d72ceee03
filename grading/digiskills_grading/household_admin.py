"""Households in the administration pages: made, moved, joined and left by the same functions as everywhere, each under its locks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digiskills_grading import households, models
from digiskills_grading.data import LearnerRef

MAX_MEMBERS_SHOWN = 100


class HouseholdForm(forms.Form):
    """Where a household is, and who moves in and out; what is left empty stays as it is."""

    admin_unit = forms.CharField(label=_("Code of the admin unit"), required=False)
    join = forms.CharField(label=_("Learner who moves in"), required=False, help_text=_("Public id; leaves another household."))
    leave = forms.CharField(label=_("Member who moves out"), required=False, help_text=_("Public id."))

    def __init__(self, *args: Any, household: models.Household | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.household = household
        if household is None:
            self.fields["admin_unit"].required = True
            del self.fields["leave"]

    def clean_admin_unit(self) -> str:
        code: str = self.cleaned_data["admin_unit"].strip()
        if code and not models.AdminUnit.objects.filter(code=code).exists():
            raise forms.ValidationError(gettext("There is no admin unit with this code. Look it up in the list of admin units."))
        return code

    def clean_join(self) -> str:
        public_id: str = self.cleaned_data["join"].strip()
        if public_id and not models.Learner.objects.filter(public_id=public_id).exists():
            raise forms.ValidationError(gettext("There is no learner with this public id. Copy it from the list of learners."))
        return public_id

    def clean_leave(self) -> str:
        public_id: str = self.cleaned_data["leave"].strip()
        present = models.HouseholdMember.objects.filter(household=self.household, valid_to=None, learner__public_id=public_id)
        if public_id and not present.exists():
            raise forms.ValidationError(gettext("Nobody with this public id lives here. Copy it from the members above."))
        return public_id

    def carry_out(self) -> str:
        """Does what the form says, step by step, and gives the household's public id."""
        now, said = timezone.now(), self.cleaned_data
        unit = said["admin_unit"]
        if self.household is None:
            public_id = households.create_household(admin_unit=unit, now=now)
        else:
            public_id = self.household.public_id
            if unit and unit != getattr(self.household.admin_unit, "code", None):
                households.move_household(public_id, admin_unit=unit, now=now)
        if said.get("leave"):
            households.leave_household(LearnerRef(public_id=said["leave"]), now=now)
        if said["join"]:
            households.join_household(LearnerRef(public_id=said["join"]), public_id, now=now)
        return public_id


class HouseholdAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's class is not generic at run time on 4.2
    """Nothing is deleted: a household without members counts nowhere."""

    list_display = ("public_id", "admin_unit", "created_at")
    list_select_related = ("admin_unit",)
    search_fields = ("=public_id", "=members__learner__public_id", "=admin_unit__code")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        """Pages of our own for adding and changing: Django's run in one transaction, and ours begin with their locks."""
        add = transaction.non_atomic_requests(self.admin_site.admin_view(self.keep_view))
        return [
            path("add/", add, name="digiskills_grading_household_add"),
            path("<int:pk>/change/", add, name="digiskills_grading_household_change"),
            *super().get_urls(),
        ]

    @transaction.non_atomic_requests
    def keep_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Makes a household, or moves it and its members.

        Raises:
            PermissionDenied: the member of staff may not add, or change, households.
            Http404: there is no such household.
        """
        if not (self.has_add_permission(request) if pk is None else self.has_change_permission(request)):
            raise PermissionDenied
        household = None if pk is None else models.Household.objects.select_related("admin_unit").filter(pk=pk).first()
        if pk is not None and household is None:
            raise Http404
        form = HouseholdForm(request.POST or None, household=household)
        if request.method == "POST" and form.is_valid():
            kept = models.Household.objects.get(public_id=form.carry_out())
            (self.log_addition if pk is None else self.log_change)(request, kept, ", ".join(form.changed_data))
            messages.success(request, gettext("The household was saved."))
            return HttpResponseRedirect(reverse("admin:digiskills_grading_household_change", args=[kept.pk]))
        present = models.HouseholdMember.objects.filter(household=household, valid_to=None).exclude(household=None)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Household"),
            "opts": self.model._meta,  # noqa: SLF001 - public by Django's documentation
            "form": form,
            "household": household,
            "members": list(present.select_related("learner")[:MAX_MEMBERS_SHOWN]),
        }
        return TemplateResponse(request, "digiskills_grading/admin_household.html", context)
