"""What is true of every address: JSON, problems, entity tags, cursors, limits, nothing repeated of what was sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from digiskills_grading import api, listings
from digiskills_grading.rest_api.v1 import urls
from digiskills_grading.rest_api.v1.base import ApiView
from tests.grading.helpers import NOW, account, attempt, block, later, observe
from tests.grading.rest_api.people import BASE, public_id, signed_in

pytestmark = pytest.mark.django_db
EVIDENCE = f"{BASE}/me/evidence"
VIEWS = [pattern.callback.view_class for pattern in urls.urlpatterns]


@pytest.fixture
def man() -> Client:
    """A learner with seven pieces of evidence."""
    attempt(account("man"), block())
    for minutes in (1, 2):
        observe(account("man"), now=later(minutes))
    return signed_in("man")


def walk(client: Client, address: str, limit: int) -> list[dict[str, Any]]:
    """All entries of a list, page by page."""
    seen: list[dict[str, Any]] = []
    cursor, more = "", True
    while more:
        page = client.get(address, {"limit": limit} | ({"cursor": cursor} if cursor else {})).json()
        seen += page["items"]
        cursor, more = page["next"], page["more"]
    return seen


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_names_its_own_permissions_and_needs_no_global_setting(view: type[ApiView]) -> None:
    assert "permission_classes" in vars(view)
    for policy in ("renderer_classes", "parser_classes", "authentication_classes", "content_negotiation_class", "schema"):
        assert any(policy in vars(kind) for kind in view.__mro__[: view.__mro__.index(ApiView) + 1])


@pytest.mark.parametrize(
    "address, options, status, code",
    [
        ("/nothing", {}, 404, "not_found"),
        ("/", {}, 404, "not_found"),
        ("/learners/short", {}, 404, "not_found"),
        ("/regulations/vn-default/999", {}, 404, "not_found"),
        ("/regulations/..%2f..%2fetc/1", {}, 404, "not_found"),
        ("/frameworks/none/1.0", {}, 404, "not_found"),
        ("/me?name=x", {}, 400, "invalid"),
        ("/me/evidence?limit=0", {}, 400, "invalid"),
        ("/me/evidence?limit=201", {}, 400, "invalid"),
        ("/me/evidence?limit=1.0", {}, 400, "invalid"),
        ("/me/evidence?limit=1&limit=2", {}, 400, "invalid"),
        ("/me/evidence?cursor=", {}, 400, "invalid"),
        ("/me/evidence?cursor=MTIz", {}, 400, "invalid"),
        ("/me/evidence?skill=%00", {}, 400, "invalid"),
        ("/me/evidence?format=json", {}, 400, "invalid"),
        ("/me", {"HTTP_ACCEPT": "text/html"}, 406, "not_acceptable"),
        ("/decisions", {}, 403, "forbidden"),
        ("/imports/01M82CAW2Z8DTF4XEBW3J3Y8GN", {}, 403, "forbidden"),
    ],
)
def test_every_refusal_is_a_problem(man: Client, address: str, options: dict[str, Any], status: int, code: str) -> None:
    answer = man.get(BASE + address, **options)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (status, "application/problem+json", "no-store")
    body = answer.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:digiskills:problem:{code}")
    assert body["title"]
    assert body["detail"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_a_method_that_an_address_does_not_take_is_a_problem_that_names_those_it_takes(man: Client, method: str) -> None:
    answer = getattr(man, method)(f"{BASE}/me")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in answer["Allow"]


def test_what_nobody_foresaw_is_a_problem_too_and_is_logged(
    man: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("Lò Thị Mận")

    monkeypatch.setattr(listings, "evidence_of", broken)
    answer = man.get(EVIDENCE)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "Mận" not in answer.content.decode()
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("sent", ["/me/evidence?skill=L%C3%B2+Th%E1%BB%8B+M%E1%BA%ADn", "/learners/M%E1%BA%ADn", "/me?M%E1%BA%ADn=1"])
def test_nothing_that_was_sent_is_repeated(man: Client, sent: str) -> None:
    answer = man.get(BASE + sent)
    assert answer.status_code >= 400
    assert "ận" not in answer.content.decode()


def test_problems_are_in_one_language_whatever_the_browser_asks_for(man: Client) -> None:
    answers = {man.get(f"{EVIDENCE}?limit=0", headers={"Accept-Language": language}).content for language in ("vi", "en", "fr")}
    assert len(answers) == 1


def test_an_entity_tag_saves_the_body_until_something_changes(man: Client) -> None:
    first = man.get(EVIDENCE)
    tag = first["ETag"]
    for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = man.get(EVIDENCE, headers={"If-None-Match": held})
        assert (again.status_code, again.content, again["ETag"], again["Cache-Control"]) == (304, b"", tag, "no-store")
    assert man.get(EVIDENCE, headers={"If-None-Match": '"other"'}).content == first.content
    observe(account("man"), now=later(3))
    changed = man.get(EVIDENCE, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag


def test_head_says_what_get_would(man: Client) -> None:
    head, get = man.head(EVIDENCE), man.get(EVIDENCE)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", get["ETag"])


@pytest.mark.parametrize("limit", [1, 2, 6, 7, 8, 200])
def test_pages_of_any_size_show_every_entry_once(man: Client, limit: int) -> None:
    seen = walk(man, EVIDENCE, limit)
    assert len(seen) == len({item["id"] for item in seen}) == 7
    assert seen == walk(man, EVIDENCE, 200)


def test_what_comes_in_between_moves_nothing_and_comes_last(man: Client) -> None:
    first = man.get(EVIDENCE, {"limit": 4}).json()
    observe(account("man"), now=NOW - timedelta(days=30))
    rest = man.get(EVIDENCE, {"cursor": first["next"]}).json()
    ids = [item["id"] for item in first["items"] + rest["items"]]
    assert len(ids) == len(set(ids)) == 10
    assert man.get(EVIDENCE, {"cursor": rest["next"]}).json() == {"items": [], "next": rest["next"], "more": False}


def test_a_cursor_is_of_one_list_with_its_filters(man: Client) -> None:
    cursor = man.get(EVIDENCE, {"limit": 1}).json()["next"]
    public_id("duoc")
    assert man.get(EVIDENCE, {"cursor": cursor}).status_code == 200
    assert man.get(f"{BASE}/learners/{public_id('man')}/evidence", {"cursor": cursor}).status_code == 200
    assert man.get(EVIDENCE, {"cursor": cursor, "skill": "S3"}).status_code == 400
    assert man.get(f"{BASE}/me/decisions", {"cursor": cursor}).status_code == 400
    assert signed_in("duoc").get(EVIDENCE, {"cursor": cursor}).status_code == 400


def test_the_filter_by_skill(man: Client) -> None:
    shown = man.get(EVIDENCE, {"skill": "A1"}).json()["items"]
    assert {item["skill"] for item in shown} == {"A1"}
    assert len(shown) == 6


def test_times_are_utc_with_a_z_wherever_the_site_is(man: Client, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Ho_Chi_Minh"
    assert man.get(EVIDENCE).json()["items"][0]["occurred_at"] == "2026-11-22T08:00:00.000000Z"


def test_who_asks_too_often_waits_and_others_do_not(man: Client, settings: Any) -> None:
    settings.DIGISKILLS_API_RATES = {"read": "2/min"}
    answers = [man.get(EVIDENCE) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert answers[-1].json()["code"] == "too_many_requests"
    public_id("duoc")
    assert signed_in("duoc").get(EVIDENCE).status_code == 200


def test_a_rate_that_is_none_is_an_error_of_the_operator(man: Client, settings: Any) -> None:
    settings.DIGISKILLS_API_RATES = {"read": "often"}
    assert man.get(EVIDENCE).status_code == 500


def test_a_page_costs_a_bounded_number_of_statements(man: Client, django_assert_max_num_queries: Any) -> None:
    api.ensure_track(account("man"), regulation="vn-default/1", audience="citizen")
    for address in ("/me/evidence", "/me/mastery", "/me/decisions"):
        with django_assert_max_num_queries(9):  # session, account, its permissions (2), learner, page (1-2)
            assert man.get(BASE + address).status_code == 200
