"""Households in the administration pages."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from digiskills_grading import api
from digiskills_grading.data import LearnerRef
from digiskills_grading.models import AdminUnit, Household
from tests.grading.helpers import NOW, account

pytestmark = pytest.mark.django_db(transaction=True)
ADD = "/admin/digiskills_grading/household/add/"


@pytest.fixture
def staff() -> Client:
    AdminUnit.objects.create(code="00101", name="Xã Đồi Sim", level="commune")
    AdminUnit.objects.create(code="00102", name="Phường Bến Sen", level="commune")
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("registrar"))
    return client


def public_id(name: str) -> str:
    return api.ensure_learner(account(name))


def test_a_household_is_made_moved_joined_and_left(staff: Client) -> None:
    mother, son = public_id("mother"), public_id("son")
    assert staff.post(ADD, {"admin_unit": "00101", "join": mother}).status_code == 302
    household = Household.objects.get()
    page = f"/admin/digiskills_grading/household/{household.pk}/change/"
    assert staff.post(page, {"admin_unit": "00102", "join": son, "leave": mother}).status_code == 302
    shown = staff.get(page).content.decode()
    assert son in shown
    assert mother not in shown
    assert "Phường Bến Sen" in shown
    assert api.household_of(LearnerRef(public_id=son)) == household.public_id
    assert api.verify_counters(now=NOW).difference_count == 0


@pytest.mark.parametrize(
    "field, value, problem",
    [
        ("admin_unit", "99999", "There is no admin unit with this code"),
        ("join", "nobody", "There is no learner with this public id"),
        ("leave", "nobody", "Nobody with this public id lives here"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_done(staff: Client, field: str, value: str, problem: str) -> None:
    home = api.create_household(admin_unit="00101", now=NOW)
    page = f"/admin/digiskills_grading/household/{Household.objects.get().pk}/change/"
    assert problem in staff.post(page, {"admin_unit": "00102", field: value}).content.decode()
    assert Household.objects.get(public_id=home).admin_unit.code == "00101"  # type: ignore[union-attr]


def test_who_may_not_change_households_is_refused(staff: Client) -> None:
    api.create_household(admin_unit="00101", now=NOW)
    clerk = Client()
    clerk.force_login(get_user_model().objects.create_user("clerk", is_staff=True))
    assert clerk.get(ADD).status_code == 403
    assert clerk.get(f"/admin/digiskills_grading/household/{Household.objects.get().pk}/change/").status_code == 403
    assert staff.get("/admin/digiskills_grading/household/0/change/").status_code == 404
    assert "00101" in staff.get("/admin/digiskills_grading/household/").content.decode()
