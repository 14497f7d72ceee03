"""The public pages: what a verifier sees, and that holder, colleague and stranger see the same."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import segno
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from digiskills_grading import api as grading
from digiskills_grading.data import LearnerRef
from digiskills_integrations import conf
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.lifecycle import correct, end_periods, reinstate, withdraw
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationVersion, Holder
from digiskills_integrations.confirmations.numbers import format_number, new_number
from digiskills_integrations.confirmations.qr import document_url, qr_svg
from digiskills_integrations.confirmations.selectors import signed_record, verify_number
from digiskills_integrations.credentials.keys import public_key_set
from digiskills_integrations.credentials.verify import verify_vc_jwt
from tests.integrations.conftest import NOW
from tests.integrations.records import NAME, completed_learner, master


@pytest.fixture
def confirmation(platform: Settings) -> Confirmation:
    completed_learner()
    issue_pending(now=NOW, limit=1)
    return Confirmation.objects.get()


def page(number: str, *, language: str = "en", digest: str = "", client: Client | None = None) -> HttpResponse:
    query = {"lang": language} | ({"c": digest} if digest else {})
    response: HttpResponse = (client or Client()).get(reverse("digiskills:verify", args=[number]), query)
    return response


def text(response: HttpResponse) -> str:
    return response.content.decode()


def test_a_valid_record_is_confirmed_with_its_test_mark(confirmation: Confirmation) -> None:
    response = page(confirmation.number)
    content = text(response)
    assert response.status_code == 200
    assert "TEST: this is a trial record" in content
    assert "The trial record is intact" in content
    assert format_number(confirmation.number) in content
    assert "N. T. L." in content
    assert "Demo regulation" in content
    assert "22/11/2026" in content


def test_a_real_record_has_no_test_mark(confirmation: Confirmation) -> None:
    verification = verify_number(confirmation.number, now=NOW)
    assert (verification.status, verification.test_mark) == ("valid", True)


@pytest.mark.parametrize("language, words", [("vi", "Kiểm tra xác nhận"), ("en", "Check a confirmation")])
def test_both_languages_are_complete(confirmation: Confirmation, language: str, words: str) -> None:
    for number in (confirmation.number, new_number(test=True, random_below=lambda _: 3), "wrong"):
        response = page(number, language=language)
        assert words in text(response)
        assert f'<html lang="{language}">' in text(response)
        assert response["Content-Language"] == language


def test_the_language_of_the_browser_counts_unless_another_is_asked_for(confirmation: Confirmation) -> None:
    client = Client(headers={"accept-language": "vi"})
    address = reverse("digiskills:verify", args=[confirmation.number])
    assert 'lang="vi"' in text(client.get(address))[:200]
    assert '<html lang="en">' in text(client.get(address, {"lang": "en"}))
    assert '<html lang="vi">' in text(client.get(address, {"lang": "xx"}))


def test_holder_colleague_and_stranger_see_the_same_and_no_name(platform: Settings) -> None:
    users = get_user_model().objects
    holder = users.create_user("holder", first_name="Lan", last_name="Nguyễn Thị")
    colleague = users.create_superuser("colleague")
    learner = completed_learner()
    issue_pending(now=NOW, limit=1)
    number = Confirmation.objects.get().number
    pages = []
    for user in (holder, colleague, None):
        client = Client()
        if user is not None:
            client.force_login(user)
        pages.append(text(page(number, client=client)))
    assert pages[0] == pages[1] == pages[2]
    assert not re.search("|".join(rf"\b{part}\b" for part in NAME.split()), pages[0])
    assert learner not in pages[0]


def test_after_shredding_the_record_still_verifies_without_initials(confirmation: Confirmation) -> None:
    Holder.objects.all().delete()
    content = text(page(confirmation.number))
    assert "The trial record is intact" in content
    assert "Initials" not in content


def test_a_withdrawn_record_is_not_valid_until_it_is_reinstated(confirmation: Confirmation) -> None:
    withdraw(confirmation.number, reason="fraud", actor="user:7", now=NOW + timedelta(days=1))
    response = page(confirmation.number)
    assert (response.status_code, "was withdrawn" in text(response), "intact" in text(response)) == (200, True, False)
    assert "23/11/2026" in text(response)
    assert "fraud" not in text(response)
    reinstate(confirmation.number, reason="review_ended", actor="user:7", now=NOW + timedelta(days=2))
    assert "intact" in text(page(confirmation.number))


def test_the_document_at_hand_is_told_from_the_newest_version(confirmation: Confirmation) -> None:
    first = verify_number(confirmation.number, now=NOW).digest
    correct(confirmation.number, reason="key_replaced", actor="user:7", now=NOW)
    second = verify_number(confirmation.number, now=NOW).digest
    assert "intact" in text(page(confirmation.number, digest=second))
    assert "intact" in text(page(confirmation.number))
    superseded = text(page(confirmation.number, digest=first))
    assert ("out of date" in superseded, "intact" in superseded) == (True, False)
    assert f"c={second}" not in superseded  # the address is in the QR code alone
    altered = text(page(confirmation.number, digest="0123456789abcdef"))
    assert ("does not belong to its number" in altered, "N. T. L." in altered, "<svg" in altered) == (True, False, False)
    withdraw(confirmation.number, reason="fraud", actor="user:7", now=NOW)
    assert "was withdrawn" in text(page(confirmation.number, digest=first))


def test_the_language_can_be_changed_without_losing_the_document(confirmation: Confirmation) -> None:
    digest = verify_number(confirmation.number, now=NOW).digest
    assert f"?lang=vi&amp;c={digest}" in text(page(confirmation.number, digest=digest))
    assert '"onmouseover' not in text(page(confirmation.number, digest='"onmouseover="x'))


@pytest.mark.parametrize("public_url", ["", "https://lms.example"])
def test_the_qr_code_leads_to_the_page_of_this_version(confirmation: Confirmation, platform: Settings, public_url: str) -> None:
    platform.DIGISKILLS_PUBLIC_URL = public_url
    verification = verify_number(confirmation.number, now=NOW)
    address = reverse("digiskills:verify", args=[verification.number])
    wanted = document_url(f"{public_url or 'http://testserver'}{address}", verification.digest)
    assert qr_svg(wanted) in text(page(confirmation.number))
    assert segno.make(wanted, error="m").version <= 5


def test_an_expired_record_is_not_valid(confirmation: Confirmation) -> None:
    moment = timezone.now() - timedelta(seconds=1)
    ConfirmationVersion.objects.update(valid_until=moment)
    Confirmation.objects.update(valid_until=moment)
    assert "has expired" in text(page(confirmation.number))
    assert [summary.status for summary in grading.confirmations_of(confirmation.learner_public_id)] == ["expired"]
    master(confirmation.learner_public_id, expires_at=moment)
    end_periods(now=timezone.now(), limit=1)
    assert "has expired" in text(page(confirmation.number))


@pytest.mark.parametrize("field", ["jwt", "other_key"])
def test_a_record_that_was_tampered_with_is_not_trusted(confirmation: Confirmation, platform: Settings, field: str) -> None:
    if field == "jwt":
        version = ConfirmationVersion.objects.get()
        header, payload, signature = version.jwt.split(".")
        ConfirmationVersion.objects.update(jwt=f"{header}.{payload[:-8]}AAAAAAAA.{signature}")
    else:
        platform.DIGISKILLS_KEY_DIR = f"{platform.DIGISKILLS_KEY_DIR}-other"
    content = text(page(confirmation.number))
    assert "cannot be trusted" in content
    assert "intact" not in content


def test_an_unknown_number_is_not_a_slip(platform: Settings) -> None:
    unknown = page(new_number(test=False, random_below=lambda _: 7))
    slip = page("D4-7KQM-2X9A-VB3C")
    assert (unknown.status_code, slip.status_code) == (404, 404)
    assert "There is no confirmation with this number" in text(unknown)
    assert "This number has a slip in it" in text(slip)


@pytest.mark.parametrize("number", ["<script>alert(1)</script>", "x" * 500, "😀", "a" * 14])
def test_hostile_numbers_are_slips(platform: Settings, number: str) -> None:
    response = page(number.replace("/", "_"))
    assert response.status_code == 404
    assert "<script" not in text(response)
    form = Client().get(reverse("digiskills:verify-form"), {"number": number, "lang": "en"})
    assert (form.status_code, "<script" in text(form)) == (404, False)


def test_the_form_leads_to_the_page(confirmation: Confirmation) -> None:
    address = reverse("digiskills:verify-form")
    assert Client().get(address).status_code == 200
    typed = format_number(confirmation.number).lower().replace("-", " ")
    response = Client().get(address, {"number": typed, "lang": "vi"})
    assert response.status_code == 302
    assert response["Location"] == reverse("digiskills:verify", args=[format_number(confirmation.number)]) + "?lang=vi"


def test_the_pages_are_private_to_caches_and_search_engines_and_need_no_script(confirmation: Confirmation) -> None:
    response = page(confirmation.number)
    assert (response["Cache-Control"], response["Referrer-Policy"], response["X-Robots-Tag"]) == ("no-store", "no-referrer", "noindex")
    assert "<script" not in text(response)
    assert "http" not in text(response).replace("https://test.invalid", "")


def test_pages_only_read(confirmation: Confirmation) -> None:
    for name in ("verify-form", "jwks"):
        assert Client().post(reverse(f"digiskills:{name}")).status_code == 405


def test_the_key_set_verifies_the_record_offline(confirmation: Confirmation) -> None:
    response = Client().get(reverse("digiskills:jwks"))
    assert response["Content-Type"] == "application/jwk-set+json"
    assert "max-age=3600" in response["Cache-Control"]
    token = signed_record(confirmation.number)
    assert token is not None
    assert verify_vc_jwt(token, response.json(), now=NOW).is_test
    assert response.json() == public_key_set(conf.key_places())
    assert signed_record("T0000000000000") is None


def test_gradings_pages_learn_of_confirmations_through_the_port(confirmation: Confirmation, platform: Settings) -> None:
    platform.DIGISKILLS_PUBLIC_URL = "https://lms.example/"
    [summary] = grading.confirmations_of(confirmation.learner_public_id)
    number = format_number(confirmation.number)
    assert (summary.number, summary.status, summary.issued_at) == (number, "valid", NOW)
    assert summary.verify_url == f"https://lms.example/digiskills/verify/{number}/"
    assert grading.confirmations_of("0" * 26) == ()


def test_retiring_a_learner_deletes_the_name_and_leaves_the_record(confirmation: Confirmation) -> None:
    completed_learner()
    issue_pending(now=NOW, limit=1)
    for _ in range(2):
        grading.retire_learner(LearnerRef(public_id=confirmation.learner_public_id))
    assert [holder.confirmation_id == confirmation.pk for holder in Holder.objects.all()] == [False]
    assert verify_number(confirmation.number, now=NOW).status == "valid"


def test_support_can_look_but_not_touch(confirmation: Confirmation) -> None:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("support"))
    for model in ("confirmation", "confirmationversion", "confirmationevent", "destination", "delivery", "receipt"):
        assert client.get(reverse(f"admin:digiskills_integrations_{model}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:digiskills_integrations_{model}_add")).status_code == 403
    change = reverse("admin:digiskills_integrations_confirmation_change", args=[confirmation.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"status": "withdrawn"}).status_code == 403
    assert client.post(reverse("admin:digiskills_integrations_confirmation_delete", args=[confirmation.pk])).status_code == 403
