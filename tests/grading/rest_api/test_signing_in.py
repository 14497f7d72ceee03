"""Sessions and tokens: what is not valid is refused, and nothing falls back to something weaker."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client

from tests.grading.rest_api.people import BASE, program, public_id, signed_in, token, user

pytestmark = pytest.mark.django_db
ME = f"{BASE}/me"
READ = {"scopes": ["digiskills:read"]}


@pytest.fixture(autouse=True)
def man() -> str:
    return public_id("man")


def test_a_session_and_a_token_show_the_same() -> None:
    assert signed_in("man").get(ME).json() == program("man", **READ).get(ME).json()


@pytest.mark.parametrize(
    "header",
    ["JWT x", "JWT ", "jwt a.b.c", "Bearer abc", "JWT é", "JWT a b"],
)
def test_a_token_that_is_none_is_refused_even_beside_a_session(header: str) -> None:
    assert signed_in("man").get(ME, headers={"Authorization": header}).status_code == 401


def test_a_token_that_is_over_or_signed_by_another_is_refused() -> None:
    old = token("man", exp=int(time.time()) - 60, **READ)
    forged = token("man", **READ)[:-4] + "AAAA"
    for header in (old, forged):
        assert Client().get(ME, headers={"Authorization": header}).status_code == 401


@pytest.mark.parametrize("known", [{}, {"JWT_PUBLIC_SIGNING_JWK_SET": None}, {"JWT_PUBLIC_SIGNING_JWK_SET": ""}])
def test_where_tokens_cannot_be_checked_they_are_refused_and_sessions_work(known: dict[str, Any], settings: Any) -> None:
    header = token("man", **READ)
    without = {name: value for name, value in settings.JWT_AUTH.items() if name != "JWT_PUBLIC_SIGNING_JWK_SET"}
    settings.JWT_AUTH = without | known
    assert Client().get(ME, headers={"Authorization": header}).status_code == 401
    assert signed_in("man").get(ME, headers={"Authorization": header}).status_code == 401
    assert signed_in("man").get(ME).status_code == 200


def test_an_account_that_is_not_active_is_refused_either_way() -> None:
    by_session, by_token = signed_in("man"), program("man", **READ)
    account = user("man")
    account.is_active = False
    account.save()
    assert by_session.get(ME).status_code == 401
    assert by_token.get(ME).status_code == 403


def test_a_header_of_a_proxy_is_no_token() -> None:
    assert signed_in("man").get(ME, headers={"Authorization": "Basic c3RhZ2luZzpzdGFnaW5n"}).status_code == 200


def test_a_session_writes_with_the_csrf_token_only() -> None:
    browser = signed_in("registrar", "import_evidence", enforce_csrf_checks=True)
    refused = browser.post(f"{BASE}/imports", {}, headers={"Idempotency-Key": "a"})
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    browser.cookies["csrftoken"] = "a" * 32
    accepted = browser.post(f"{BASE}/imports", {}, headers={"Idempotency-Key": "a", "X-CSRFToken": "a" * 32})
    assert accepted.json()["code"] == "invalid"


def test_who_fails_to_sign_in_too_often_waits(settings: Any) -> None:
    settings.DIGISKILLS_API_RATES = {"failed": "2/min"}
    codes = [Client(REMOTE_ADDR="198.51.100.7").get(ME).status_code for _ in range(3)]
    assert codes == [401, 401, 429]
    assert signed_in("man", REMOTE_ADDR="198.51.100.7").get(ME).status_code == 200
