"""A name that is committed to but not held."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_integrations.credentials.disclosure import Disclosure, disclose, initials

SALT = bytes(range(16))


def test_the_commitment_is_fixed_by_the_reference() -> None:
    # base64url(SHA-256('["AAECAwQFBgcICQoLDA0ODw","Nguyễn Thị Lan"]')), computed with sha256sum and base64.
    disclosure = disclose("Nguyễn Thị Lan", SALT)
    assert disclosure is not None
    assert disclosure.commitment == "VK6WJBTqufV2i3GWGL-Yc8q70xkpGTTblMbKOqaMUGA"


@pytest.mark.property
@given(st.text())
def test_a_name_is_clean_and_opens_its_own_commitment_only(name: str) -> None:
    disclosure = disclose(name, SALT)
    if disclosure is not None:
        assert unicodedata.is_normalized("NFC", disclosure.name)
        assert disclosure.opens(disclosure.commitment)
        assert not Disclosure(name=f"{disclosure.name}x", salt=disclosure.salt).opens(disclosure.commitment)
        assert not Disclosure(name=disclosure.name, salt="other").opens(disclosure.commitment)


def test_spelling_variants_of_one_name_are_one_name() -> None:
    forms = [unicodedata.normalize(form, " Nguyễn\tThị  Lan ") for form in ("NFC", "NFD")]
    assert len({disclosure.commitment for disclosure in (disclose(form, SALT) for form in forms) if disclosure}) == 1


@pytest.mark.parametrize("name", ["", "  ", "\x00\x08"])
def test_nothing_is_no_name(name: str) -> None:
    assert disclose(name, SALT) is None


def test_neither_name_nor_salt_shows_in_a_repr() -> None:
    assert repr(Disclosure(name="Lan", salt="secret")) == "Disclosure()"


def test_initials_say_no_more_than_needed() -> None:
    assert initials("Nguyễn thị Ánh") == "N. T. Á."
