"""The pages for officials: one who sees every figure, one who does not see figures of very few people, and somebody else."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from digiskills_grading import api, dimensions
from digiskills_grading.days import day_of
from digiskills_grading.models import AdminUnit, CounterDelta
from tests.grading.helpers import AUDIENCE, REGULATION, account, attempt, block
from tests.grading.proficiency import RULE, complete, on_the_way

pytestmark = pytest.mark.django_db
UNITS = "/digiskills/reports/units/"
HOUSEHOLDS = "/digiskills/reports/households/"
KEPT_BACK = "kept back"


def official(*, sees_all: bool) -> Client:
    user, _ = get_user_model().objects.get_or_create(username=f"official-{sees_all}")
    codes = ["view_reports", *(["view_small_figures"] if sees_all else [])]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, url: str, **query: str) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    return response.content.decode()


def table(client: Client, url: str, **query: str) -> list[list[str]]:
    body = b"".join(client.get(url, {"format": "csv", "lang": "en", **query}).streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    return list(csv.reader(io.StringIO(body)))


def facts(unit: str, days_ago: int = 0, **amounts: int) -> None:
    for fact, amount in amounts.items():
        CounterDelta.objects.create(
            admin_unit=AdminUnit.objects.get(code=unit),
            regulation_id=dimensions.regulation_id(REGULATION),
            audience=AUDIENCE,
            fact=fact,
            amount=amount,
            occurred_at=datetime.now(UTC) - timedelta(days=days_ago),
        )


def ago(days: int) -> str:
    return day_of(datetime.now(UTC) - timedelta(days=days)).isoformat()


@pytest.fixture
def tree() -> None:
    province = AdminUnit.objects.create(code="01", name="Tỉnh Mây Trắng", level="province")
    for code, name in (("00101", "=Xã Đồi Sim"), ("00102", "Phường Bến Sen"), ("00103", "Xã Xa")):
        AdminUnit.objects.create(code=code, name=name, level="commune", parent=province)


@pytest.fixture
def commune(tree: None) -> None:
    for name in ("a", "b", "c"):
        api.ensure_learner(account(name), admin_unit="00101")
        api.ensure_track(account(name), regulation=REGULATION, audience=AUDIENCE)
    attempt(account("a"), block())


def test_the_table_shows_its_date_its_denominator_and_one_level(commune: None) -> None:
    client = official(sees_all=True)
    page = text(client, UNITS, lang="en")
    assert f"As of {day_of(datetime.now(UTC)):%d/%m/%Y}" in page
    assert "Percentages are shares of the learners of the same row" in page
    assert re.search(r"1 <span class=\"share\">\(33 %\)", page)
    assert "Tỉnh Mây Trắng" in page
    assert "Xã Đồi Sim" not in page
    assert "Xã Đồi Sim" in text(client, UNITS, lang="en", unit="01")


def test_the_number_with_its_denominator_and_change_comes_before_the_table(tree: None) -> None:
    facts("00101", days_ago=3, learner=1200, completed=300)
    facts("00101", completed=12)
    page = text(official(sees_all=True), UNITS, lang="en", since=ago(2))
    sentence = f"Citizens: 312 of 1,200 learners have completed (26 %); +12 since {day_of(datetime.now(UTC) - timedelta(days=2)):%d/%m/%Y}"
    assert page.index(sentence) < page.index("<table")
    assert "1.200" in text(official(sees_all=True), UNITS, lang="vi")
    facts("00102", learner=100, completed=10)
    assert "10 of 100 learners have completed" in text(official(sees_all=True), UNITS, lang="en", unit="00102").split("<table")[0]


def test_a_day_that_is_over_is_shown_as_it_was(tree: None) -> None:
    facts("00101", days_ago=5, learner=50)
    facts("00101", days_ago=1, learner=7)
    client = official(sees_all=True)
    assert [row[3] for row in table(client, UNITS, day=ago(3))[3:]] == ["50", "50", "50"]
    rows = table(client, UNITS, day=ago(1), since=ago(3))
    assert rows[1][1] == f"the end of {day_of(datetime.now(UTC) - timedelta(days=1)):%d/%m/%Y}"
    assert rows[3][-4:] == ["Learners, change", "Tried, change", "Completed, change", "Confirmed, change"]
    assert [(row[3], row[7]) for row in rows[4:]] == [("57", "7")] * 3


@pytest.mark.parametrize(
    "query, problem",
    [
        ({"day": "tomorrow"}, "is not a date"),
        ({"since": "2026-13-01"}, "is not a date"),
        ({"day": "2999-01-01"}, "a day to come"),
        ({"since": "2999-01-01"}, "an earlier day"),
        ({"day": "2026-01-01", "since": "2026-01-01"}, "an earlier day"),
    ],
)
def test_dates_that_cannot_be_used_are_said_and_now_is_shown(commune: None, query: dict[str, str], problem: str) -> None:
    page = text(official(sees_all=True), UNITS, lang="en", **query)
    assert problem in page
    assert 'role="alert"' in page
    assert "Tỉnh Mây Trắng" in page


def test_the_csv_holds_all_units_and_no_formula(commune: None) -> None:
    response = official(sees_all=True).get(UNITS, {"format": "csv", "lang": "en"})
    assert response["Content-Disposition"].startswith('attachment; filename="digiskills-units-demo-s3-a1-1-')
    rows = table(official(sees_all=True), UNITS)
    assert rows[2:] == [
        ["Unit code", "Admin unit", "Audience", "Learners", "Tried", "Completed", "Confirmed"],
        ["01", "Tỉnh Mây Trắng", "Citizens", "3", "1", "0", "0"],
        ["00101", "'=Xã Đồi Sim", "Citizens", "3", "1", "0", "0"],
        ["", "All units", "Citizens", "3", "1", "0", "0"],
    ]


def test_figures_of_very_few_people_are_for_those_who_may_see_them(tree: None) -> None:
    facts("00101", learner=3)
    facts("00102", learner=40)
    facts("00103", learner=200)
    assert [row[3] for row in table(official(sees_all=True), UNITS)[3:]] == ["243", "3", "40", "200", "243"]
    assert [row[3] for row in table(official(sees_all=False), UNITS)[3:]] == ["243", KEPT_BACK, KEPT_BACK, "200", "243"]
    page = text(official(sees_all=False), UNITS, lang="en", unit="01")
    assert "Figures of fewer than 5 people are kept back" in page
    assert page.count(KEPT_BACK + "</span>") == 2
    assert "kept back, and so" not in text(official(sees_all=True), UNITS, lang="en", unit="01")


def test_who_belongs_to_a_province_directly_is_not_told_by_subtraction(tree: None) -> None:
    """61 in the province, 58 in its communes: the three others would be the difference."""
    facts("01", learner=3)
    facts("00101", learner=20)
    facts("00102", learner=38)
    assert [row[3] for row in table(official(sees_all=False), UNITS)[3:]] == ["61", KEPT_BACK, "38", "61"]


def test_a_change_is_kept_back_with_either_of_its_figures(tree: None) -> None:
    facts("00101", days_ago=5, learner=4)
    facts("00101", learner=2)
    facts("00102", learner=90)
    rows = table(official(sees_all=False), UNITS, since=ago(2))
    assert {row[0]: (row[3], row[7]) for row in rows[4:]}["00101"] == ("6", KEPT_BACK)


def test_households_with_one_who_is_proficient_by_unit(tree: None) -> None:
    homes = [api.create_household(admin_unit=unit, now=datetime.now(UTC)) for unit in ("00101", "00101", "00102")]
    for number, home in enumerate(homes):
        learner = on_the_way(account(f"member-{number}"))
        api.join_household(learner, home, now=datetime.now(UTC))
        if number == 0:
            complete(learner, now=datetime.now(UTC))
    rows = table(official(sees_all=True), HOUSEHOLDS)
    assert rows[0][0::2] == ["Coverage rule", RULE]
    assert rows[2:] == [
        ["Unit code", "Admin unit", "Households", "Covered households"],
        ["01", "Tỉnh Mây Trắng", "3", "1"],
        ["00101", "'=Xã Đồi Sim", "2", "1"],
        ["00102", "Phường Bến Sen", "1", "0"],
        ["", "All units", "3", "1"],
    ]
    page = text(official(sees_all=True), HOUSEHOLDS, lang="en")
    assert "1 of 3 households are covered (33 %)" in page
    assert "a household counts while it has a member" in page
    assert "too few to be shown" in text(official(sees_all=False), HOUSEHOLDS, lang="en")


@pytest.mark.parametrize("url", [UNITS, HOUSEHOLDS])
def test_the_tables_are_for_those_with_the_permission(url: str) -> None:
    stranger = Client()
    assert stranger.get(url).status_code == 302
    stranger.force_login(get_user_model().objects.create(username="learner"))
    assert stranger.get(url).status_code == 403
    assert stranger.get(url, {"format": "csv"}).status_code == 403
    assert official(sees_all=True).post(url).status_code == 405


def test_what_nobody_counts_is_not_found(commune: None) -> None:
    client = official(sees_all=True)
    assert client.get(UNITS, {"regulation": "nothing/1"}).status_code == 404
    assert client.get(HOUSEHOLDS, {"rule": "nothing/1"}).status_code == 404
    assert "<script" not in text(client, UNITS) + text(client, HOUSEHOLDS)
