"""Status lists: which bit a confirmation has, when it is set, and what is published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain, repeat

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from digiskills_integrations import conf
from digiskills_integrations.confirmations.models import Confirmation
from digiskills_integrations.confirmations.numbers import new_number
from digiskills_integrations.credentials.key_ring import BadgeKey, did_document, load_key_ring
from digiskills_integrations.credentials.keys import KeyPlaces
from digiskills_integrations.credentials.models import StatusEntry, StatusList
from digiskills_integrations.credentials.status import NoStatusEntryError, allocate, find_list, set_status, signed_list
from digiskills_integrations.credentials.status_list import LIST_SIZE, encode_list, read_bit
from digiskills_integrations.errors import ConfigurationError, CredentialError
from tests.integrations.conftest import NOW


def confirmation(n: int, *, test_mark: bool = True) -> Confirmation:
    draws = iter([n // 32, n % 32])
    return Confirmation.objects.create(
        number=new_number(test=test_mark, random_below=lambda _below: next(draws, 0)),
        learner_public_id=f"{n:026d}",
        regulation="demo-s3-a1/1",
        audience="citizen",
        issue_no=1,
        test_mark=test_mark,
        issued_at=NOW,
    )


def url_of(code: str) -> str:
    return f"https://learn.example/status/{code}/"


def test_a_version_gets_one_bit_of_each_purpose_and_keeps_it(db: None) -> None:
    issued = confirmation(1)
    first = allocate(issued, 1, url_of=url_of)
    assert [entry.purpose for entry in first.entries] == ["revocation", "suspension"]
    assert [entry.list_url for entry in first.entries] == [url_of("test-revocation-1"), url_of("test-suspension-1")]
    assert all(0 <= entry.index < LIST_SIZE for entry in first.entries)
    assert allocate(issued, 1, url_of=url_of) == first
    assert {member["statusListIndex"] for member in first.to_json()} == {str(entry.index) for entry in first.entries}


def test_a_taken_bit_is_drawn_again_and_a_full_list_is_followed_by_another(db: None) -> None:
    with transaction.atomic():
        allocate(confirmation(1), 1, url_of=url_of, random_below=lambda _below: 7)
        numbers: Iterator[int] = chain([7, 7, 8], repeat(9))
        second = allocate(confirmation(2), 1, url_of=url_of, random_below=lambda _below: next(numbers))
        third = allocate(confirmation(3), 1, url_of=url_of, random_below=lambda _below: 7)
    assert [entry.index for entry in second.entries] == [8, 9]
    assert [entry.list_url for entry in third.entries] == [url_of("test-revocation-2"), url_of("test-suspension-2")]
    assert StatusList.objects.count() == 4


def test_real_and_test_records_have_lists_of_their_own(db: None) -> None:
    allocate(confirmation(1), 1, url_of=url_of, random_below=lambda _below: 7)
    real = allocate(confirmation(2, test_mark=False), 1, url_of=url_of, random_below=lambda _below: 7)
    assert [entry.id for entry in real.entries] == [f"{url_of('revocation-1')}#7", f"{url_of('suspension-1')}#7"]


def values(issued: Confirmation) -> dict[tuple[int, str], bool]:
    return {(entry.version, entry.purpose): entry.value for entry in StatusEntry.objects.filter(confirmation=issued)}


def test_withdrawing_sets_the_newest_versions_bit_and_a_new_version_revokes_the_one_before(db: None) -> None:
    issued = confirmation(1)
    allocate(issued, 1, url_of=url_of)
    allocate(issued, 2, url_of=url_of)
    set_status(issued, "suspension", value=True)
    before = {(1, "revocation"): True, (1, "suspension"): False, (2, "revocation"): False}
    assert values(issued) == {**before, (2, "suspension"): True}
    set_status(issued, "suspension", value=False)
    assert values(issued) == {**before, (2, "suspension"): False}


def test_a_confirmation_without_a_bit_is_named(db: None) -> None:
    issued = confirmation(1)
    with pytest.raises(NoStatusEntryError, match=issued.number):
        set_status(issued, "revocation", value=True)


@pytest.mark.parametrize(
    "code",
    ["", "revocation", "revocation-", "revocation-01", "revocation-x", "other-1", "revocation-2", "test-revocation-1"],
)
def test_only_lists_that_exist_are_found(db: None, code: str) -> None:
    StatusList.objects.create(purpose="revocation", test_mark=False, number=1)
    found = find_list("revocation-1")
    assert found is not None
    assert found.code == "revocation-1"
    assert find_list(code) is None


def test_the_same_bits_are_signed_alike_for_an_hour(db: None, badge_key: BadgeKey) -> None:
    issued = confirmation(1)
    allocate(issued, 1, url_of=url_of)
    found = find_list("test-revocation-1")
    assert found is not None

    def at(minutes: int) -> dict[str, object]:
        moment = NOW.replace(minute=0) + timedelta(minutes=minutes)
        return signed_list(found, url=url_of(found.code), issuer_did="did:web:test.invalid", key=badge_key, now=moment)

    assert at(0) == at(59)
    assert at(0)["validUntil"] == "2026-11-23T09:00:00Z"
    assert at(60) != at(0)
    before = at(5)
    set_status(issued, "revocation", value=True)
    assert at(5) != before


@pytest.fixture
def badge_key(places: KeyPlaces) -> BadgeKey:
    return load_key_ring(places).badges


def test_the_published_list_tells_of_a_withdrawal(platform: Settings, client: Client) -> None:
    issued = confirmation(1)
    [entry, _suspension] = allocate(issued, 1, url_of=conf.status_list_url).entries
    address = reverse("digiskills:status-list", args=["test-revocation-1"])
    assert entry.list_url == f"https://test.invalid{address}"
    first = client.get(address)
    document = json.loads(first.content)
    assert first["Content-Type"] == "application/vc"
    assert "max-age=300" in first["Cache-Control"]
    assert document["id"] == entry.list_url
    assert read_bit(document["credentialSubject"]["encodedList"], entry.index) is False
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304

    set_status(issued, "revocation", value=True)
    second = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    assert read_bit(json.loads(second.content)["credentialSubject"]["encodedList"], entry.index) is True


def test_unknown_lists_are_not_found_and_nothing_can_be_posted(platform: Settings, client: Client) -> None:
    address = reverse("digiskills:status-list", args=["revocation-9"])
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 405


def test_the_did_document_is_published(platform: Settings, client: Client) -> None:
    answer = client.get(reverse("digiskills:did"))
    assert json.loads(answer.content) == did_document("did:web:test.invalid", conf.key_places())
    assert answer["Content-Type"] == "application/did+ld+json"
    assert "max-age=3600" in answer["Cache-Control"]
    assert "PRIVATE" not in answer.content.decode()


def test_a_real_did_is_the_settings_or_that_of_the_page(platform: Settings) -> None:
    platform.DIGISKILLS_PUBLIC_URL = "https://learn.example"
    path = reverse("digiskills:did").strip("/").removesuffix("/did.json").replace("/", ":")
    assert conf.issuer_did(test=False) == f"did:web:learn.example:{path}"
    platform.DIGISKILLS_ISSUER = {"did": "did:web:so.example"}
    assert conf.issuer_did(test=False) == "did:web:so.example"


def test_real_records_need_a_public_address(platform: Settings) -> None:
    platform.DIGISKILLS_PUBLIC_URL = ""
    with pytest.raises(ConfigurationError, match="DIGISKILLS_PUBLIC_URL"):
        conf.issuer_did(test=False)
    with pytest.raises(ConfigurationError, match="DIGISKILLS_PUBLIC_URL"):
        conf.status_list_url("revocation-1")


def test_the_bits_are_where_the_standard_says() -> None:
    encoded = encode_list([0, 9, LIST_SIZE - 1])
    assert [index for index in (0, 1, 7, 8, 9, 10, LIST_SIZE - 2, LIST_SIZE - 1) if read_bit(encoded, index)] == [0, 9, LIST_SIZE - 1]
    for index in (-1, LIST_SIZE):
        with pytest.raises(ValueError, match="not in the list"):
            encode_list([index])


@pytest.mark.parametrize(
    "encoded", ["", "u", "uAAAA", "x" + encode_list([])[1:], encode_list([])[:-8], encode_list([], size=LIST_SIZE - 8), "u!!"]
)
def test_a_strange_list_is_refused(encoded: str) -> None:
    with pytest.raises(CredentialError) as caught:
        read_bit(encoded, 5)
    assert caught.value.code == "bad_status_list"
