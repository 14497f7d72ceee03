"""Practice without an account: pages, the picture of a passed-on link, handlers that store nothing."""

from __future__ import annotations

import gzip
import json
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings

from digiskills_framework.tasks import load_task, task_ids
from digiskills_grading.models import Attempt, Evidence
from digiskills_simulator import api as simulator

pytestmark = pytest.mark.django_db


class _Found(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.player: dict[str, Any] = {}
        self.players: list[dict[str, Any]] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" and "property" in given:
            self.meta[given["property"]] = given["content"]
        self.player = json.loads(given["data-player"]) if "data-player" in given else self.player
        self.players = json.loads(given["data-players"]) if "data-players" in given else self.players
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "script" and "src" not in given:
            self.inline.append("script")


def read(client: Client, url: str) -> _Found:
    response = client.get(url)
    assert response.status_code == 200, url
    found = _Found()
    found.feed(response.content.decode())
    assert found.inline == []
    assert "script-src 'self'" in response["Content-Security-Policy"]
    return found


def ask(client: Client, url: str, **body: Any) -> dict[str, Any]:
    response = client.post(url, json.dumps(body), content_type="application/json")
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def test_a_task_is_played_scored_and_shown_without_an_account_and_leaves_nothing() -> None:
    client = Client(enforce_csrf_checks=True)
    handlers = read(client, "/digiskills/try/S3-01/?lang=vi").player["handlers"]
    started = ask(client, handlers.replace("NAME", "start"), run_kind="counted", language="vi")
    assert (started["attempt"], started["stored"]) == (None, False)
    submitted = ask(client, handlers.replace("NAME", "submit"), token=started["token"], trace={"schema": "trace/1", "actions": []})
    assert (submitted["feedback"]["score_milli"], submitted["feedback"]["stored"]) == (0, False)
    shown = ask(client, handlers.replace("NAME", "solution"), token=submitted["token"])
    assert len(shown["steps"]) > 5
    assert not Attempt.objects.exists()
    assert not Evidence.objects.exists()


def test_who_is_signed_in_leaves_nothing_either() -> None:
    client = Client()
    client.force_login(User.objects.create(username="man"))
    started = ask(client, "/digiskills/try/S3-01/handler/start", run_kind="counted")
    assert started["attempt"] is None
    assert not Attempt.objects.exists()


def test_a_link_that_is_passed_on_has_title_text_and_a_picture(client: Client) -> None:
    found = read(client, "/digiskills/try/S3-01/?lang=en")
    task = load_task("S3-01")
    assert (found.meta["og:title"], found.meta["og:description"]) == (task.title.en, task.goal.en)
    picture = client.get(found.meta["og:image"])
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert picture.content.startswith(b"\x89PNG")
    assert found.meta["og:image"].startswith("http://testserver/")


def test_every_task_has_a_page_with_its_files_and_its_picture(client: Client) -> None:
    for name in task_ids():
        found = read(client, f"/digiskills/try/{name}/")
        for url in (*found.player["files"].values(), found.meta["og:image"]):
            assert client.get(url).status_code == 200, url


def test_a_file_is_packed_for_whoever_unpacks_it_and_never_asked_for_again(client: Client) -> None:
    url = read(client, "/digiskills/try/S3-01/").player["files"]["skin.js"]
    plain, packed = client.get(url), client.get(url, headers={"accept-encoding": "gzip"})
    assert gzip.decompress(packed.content) == plain.content
    assert "immutable" in plain["Cache-Control"]
    assert client.get(url.replace("skin.js", "../practice.py")).status_code == 404


def test_the_kiosk_offers_only_short_tasks(client: Client) -> None:
    offered = read(client, "/digiskills/try/kiosk/?lang=vi").players
    assert len(offered) >= 3
    for player in offered:
        scenario = simulator.instantiate(simulator.compile_task(load_task(player["task"]["id"])), 5)
        assert len(simulator.witness_trace(scenario, "solve").actions) <= 20
    with override_settings(DIGISKILLS_KIOSK_TASKS=["S3-01"]):
        assert [player["task"]["id"] for player in read(client, "/digiskills/try/kiosk/").players] == ["S3-01"]


@pytest.mark.parametrize("wanted, audience", [("student", "student"), ("citizen", "citizen"), ("nobody", "citizen")])
def test_a_task_is_tried_as_the_audience_that_is_asked_for(client: Client, wanted: str, audience: str) -> None:
    assert read(client, f"/digiskills/try/A1-10/?for={wanted}").player["handlers"].endswith(f"?for={audience}")


@pytest.mark.parametrize("url", ["", "kiosk/", "S3-01/"])
def test_the_operator_may_switch_the_pages_off(client: Client, url: str) -> None:
    with override_settings(DIGISKILLS_OPEN_PRACTICE=False):
        assert client.get(f"/digiskills/try/{url}").status_code == 404
        assert client.post("/digiskills/try/S3-01/handler/start").status_code == 404


@pytest.mark.parametrize("url", ["X9-99/", "S3-01/handler/helped", "S3-01/handler/submit_studio_edits"])
def test_what_does_not_exist_is_not_found(client: Client, url: str) -> None:
    assert client.get(f"/digiskills/try/{url}").status_code in (404, 405)
    assert client.post(f"/digiskills/try/{url}", "{}", content_type="application/json").status_code in (404, 405)


def test_a_token_is_good_for_its_own_task_alone(client: Client) -> None:
    token = ask(client, "/digiskills/try/S3-01/handler/start", run_kind="counted")["token"]
    refused = client.post(
        "/digiskills/try/A1-10/handler/submit", json.dumps({"token": token, "trace": {}}), content_type="application/json"
    )
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "token_invalid")
