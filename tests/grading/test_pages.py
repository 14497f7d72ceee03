"""The pages: for the learner, for another learner, for an official, for somebody who is not signed in."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from digiskills_grading import api
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
    assert "Tự bảo vệ trên không gian mạng" in vietnamese
    assert "Đã đạt 1 trên 2 kỹ năng." in vietnamese
    assert "100 trên 100 điểm" in vietnamese
    assert "A first counted result in: Protecting yourself in cyberspace." in english
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


def test_no_page_runs_a_script_or_loads_anything_from_elsewhere() -> None:
    attempt(account("a"), block())
    client = signed_in("a", official=True)
    for page in (text(client, MY_SKILLS), text(client, UNITS)):
        assert "<script" not in page
        assert "http://" not in page
        assert "https://" not in page
