"""The pages: for the learner, for another learner, for an official, for somebody who is not signed in."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from digiskills_grading import api
from digiskills_grading.models import AdminUnit
from tests.grading.helpers import AUDIENCE, REGULATION, account, attempt, block, observe

pytestmark = pytest.mark.django_db
MY_SKILLS = "/digiskills/my-skills/"
UNITS = "/digiskills/reports/units/"


def signed_in(name: str, *, official: bool = False) -> Client:
    user, _ = get_user_model().objects.get_or_create(username=name)
    if official:
        user.user_permissions.add(Permission.objects.get(codename="view_reports"))
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, url: str, **query: str) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    return response.content.decode()


def test_a_newcomer_is_told_how_to_begin_and_nothing_is_written() -> None:
    page = text(signed_in("newcomer"), MY_SKILLS, lang="vi")
    assert "Ở đây chưa có gì." in page
    assert '<html lang="vi">' in page
    assert api.track_overviews(account("newcomer")) == ()


def test_the_learner_reads_what_is_missing_as_sentences_in_both_languages() -> None:
    attempt(account("man"), block())
    client = signed_in("man")
    vietnamese, english = (text(client, MY_SKILLS, lang=language) for language in ("vi", "en"))
    assert "Bạn chưa làm bài tính điểm nào cho kỹ năng “Tự bảo vệ trên không gian mạng" in vietnamese
    assert "Đã đạt 1 trên 2 kỹ năng." in vietnamese
    assert "100 trên 100 điểm" in vietnamese
    assert "You have not done a counted task for the skill" in english
    assert "Mastered: 1 of 2 skills." in english
    assert "For demonstrations only" in english


def test_the_completed_learner_has_nothing_missing() -> None:
    learner = account("man")
    api.ensure_track(learner, regulation=REGULATION, audience=AUDIENCE)
    observe(learner)
    attempt(learner, block())
    page = text(signed_in("man"), MY_SKILLS, lang="en")
    assert "You have completed everything that is required here." in page
    assert "What is still missing" not in page


def test_another_learner_sees_a_page_of_their_own() -> None:
    attempt(account("man"), block())
    assert "There is nothing here yet." in text(signed_in("duoc"), MY_SKILLS, lang="en")


@pytest.mark.parametrize("url", [MY_SKILLS, UNITS])
def test_who_is_not_signed_in_is_asked_to(url: str) -> None:
    response = Client().get(url)
    assert response.status_code == 302
    assert "login" in response["Location"]


@pytest.mark.parametrize("url", [MY_SKILLS, UNITS])
def test_the_pages_are_for_reading_only(url: str) -> None:
    assert signed_in("man", official=True).post(url).status_code == 405


def test_the_table_is_for_those_with_the_permission() -> None:
    assert signed_in("man").get(UNITS).status_code == 403
    assert signed_in("man").get(UNITS, {"format": "csv"}).status_code == 403
    assert "Nobody has begun yet." in text(signed_in("official", official=True), UNITS, lang="en")


@pytest.fixture
def commune() -> None:
    province = AdminUnit.objects.create(code="01", name="Tỉnh Mây Trắng", level="province")
    AdminUnit.objects.create(code="00101", name="=Xã Đồi Sim", level="commune", parent=province)
    for name in ("a", "b", "c"):
        api.ensure_learner(account(name), admin_unit="00101")
        api.ensure_track(account(name), regulation=REGULATION, audience=AUDIENCE)
    attempt(account("a"), block())


def test_the_table_shows_its_date_its_denominator_and_one_level(commune: None) -> None:
    client = signed_in("official", official=True)
    page = text(client, UNITS, lang="vi")
    assert f"Tính đến {datetime.now(UTC):%d/%m/%Y}" in page
    assert "Tỷ lệ phần trăm tính trên số người học của cùng dòng" in page
    assert "1 (33 %)" in page
    assert "Tỉnh Mây Trắng" in page
    assert "Xã Đồi Sim" not in page
    assert "Xã Đồi Sim" in text(client, UNITS, lang="vi", unit="01")


def test_the_csv_holds_all_units_and_no_formula(commune: None) -> None:
    response = signed_in("official", official=True).get(UNITS, {"format": "csv", "lang": "en"})
    body = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    assert rows[2] == ["Unit code", "Admin unit", "Audience", "Learners", "Tried", "Completed", "Confirmed"]
    assert rows[3:] == [
        ["01", "Tỉnh Mây Trắng", "Citizens", "3", "1", "0", "0"],
        ["00101", "'=Xã Đồi Sim", "Citizens", "3", "1", "0", "0"],
        ["", "All units", "Citizens", "3", "1", "0", "0"],
    ]
    assert response["Content-Disposition"].startswith('attachment; filename="digiskills-units-demo-s3-a1-1-')


def test_a_regulation_nobody_learns_under_is_not_found(commune: None) -> None:
    assert signed_in("official", official=True).get(UNITS, {"regulation": "nothing/1"}).status_code == 404


def test_no_page_runs_a_script_or_loads_anything_from_elsewhere(commune: None) -> None:
    client = signed_in("a", official=True)
    for page in (text(client, MY_SKILLS), text(client, UNITS)):
        assert "<script" not in page
        assert "http://" not in page
        assert "https://" not in page
