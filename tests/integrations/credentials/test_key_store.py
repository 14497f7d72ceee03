"""The life of the keys: made, published, replaced, retired, revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import count
from pathlib import Path

import attrs
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from django.core.management import CommandError, call_command
from pytest_django import Settings

from digiskills_integrations.credentials.did import badge_key, did_web, document_url
from digiskills_integrations.credentials.key_ring import badge_multikeys, did_document, load_key_ring
from digiskills_integrations.credentials.key_store import create_keys, list_keys, revoke_key, rotate_keys
from digiskills_integrations.credentials.keys import (
    RETIRED_KEYS_FOLDER,
    KeyPlaces,
    new_private_pem,
    private_pem,
    public_key_set,
    public_pem,
    signing_kid,
    write_secret_once,
)
from digiskills_integrations.credentials.multikey import base58_decode, base58_encode, from_multikey, to_multikey
from digiskills_integrations.errors import ConfigurationError, CredentialError

DID = "did:web:learn.example:digiskills"


def later(hours: float = 1.01) -> datetime:
    """So long after the key files were written; their own times are the file system's."""
    return datetime.now(UTC) + timedelta(hours=hours)


def states(places: KeyPlaces) -> list[str]:
    return [f"{key.state} {key.algorithm}" for key in list_keys(places)]


def test_real_keys_follow_the_development_keys_which_still_verify(places: KeyPlaces) -> None:
    before = load_key_ring(places)
    create_keys(places)
    after = load_key_ring(places)
    assert (before.is_test, after.is_test) == (True, False)
    assert [key["kid"] for key in public_key_set(places)["keys"]] == [after.records.kid, before.records.kid]
    assert badge_multikeys(places) == [after.badges.kid, before.badges.kid]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in places.directory.glob("*.pem"))
    with pytest.raises(ConfigurationError, match="rotate"):
        create_keys(places)


def test_a_key_is_published_for_an_hour_before_it_signs(places: KeyPlaces) -> None:
    create_keys(places)
    old = load_key_ring(places)
    coming = {key.kid for key in rotate_keys(places, now=later(0))}
    assert load_key_ring(places) is old
    assert coming <= {*badge_multikeys(places), *(key["kid"] for key in public_key_set(places)["keys"])}
    with pytest.raises(ConfigurationError, match="may sign from"):
        rotate_keys(places, now=later(0.5))
    assert load_key_ring(places) is old

    assert {key.kid for key in rotate_keys(places, now=later())} == coming
    new = load_key_ring(places)
    assert {new.records.kid, new.badges.kid} == coming
    assert old.badges.kid in badge_multikeys(places)
    assert sorted(states(places)) == ["active ES256", "active Ed25519", "retired ES256", "retired Ed25519"]


def test_a_stolen_key_is_replaced_and_revoked_at_once(places: KeyPlaces) -> None:
    create_keys(places)
    stolen = load_key_ring(places).badges.kid
    with pytest.raises(ConfigurationError, match="rotate --now"):
        revoke_key(places, stolen)
    rotate_keys(places, now=later(0), at_once=True)
    revoke_key(places, stolen)
    document = did_document(DID, places)
    assert stolen not in str(document)
    with pytest.raises(CredentialError) as caught:
        badge_key(document, DID, f"{DID}#{stolen}")
    assert caught.value.code == "unknown_key"
    assert "revoked Ed25519" in states(places)
    with pytest.raises(ConfigurationError, match="no key"):
        revoke_key(places, "nobody")


def test_a_rotation_that_was_cut_short_is_completed(places: KeyPlaces) -> None:
    create_keys(places)
    before = load_key_ring(places)
    rotate_keys(places, now=later(0))
    # Killed after the first of the two files was moved.
    (places.directory / "next-es256.pem").replace(places.directory / "active-es256.pem")
    rotate_keys(places, now=later())
    after = load_key_ring(places)
    assert after.badges.kid != before.badges.kid
    assert not list(places.directory.glob("next-*.pem"))


def test_keys_of_the_settings_are_not_touched(places: KeyPlaces, tmp_path: Path) -> None:
    write_secret_once(tmp_path / "records.pem", new_private_pem())
    write_secret_once(tmp_path / "badges.pem", private_pem(ed25519.Ed25519PrivateKey.generate()))
    given = KeyPlaces(places.directory, tmp_path / "records.pem", tmp_path / "badges.pem")
    assert not load_key_ring(given).is_test
    assert states(given) == ["active ES256", "active Ed25519"]
    for act in (create_keys, lambda where: rotate_keys(where, now=later(0))):
        with pytest.raises(ConfigurationError, match="DIGISKILLS_SIGNING_KEY_FILE"):
            act(given)
    with pytest.raises(ConfigurationError, match="records only"):
        load_key_ring(attrs.evolve(given, badge_key_file=None))
    with pytest.raises(ConfigurationError, match="badges only"):
        load_key_ring(attrs.evolve(given, signing_key_file=None))
    with pytest.raises(ConfigurationError, match="Ed25519"):
        load_key_ring(attrs.evolve(given, badge_key_file=tmp_path / "records.pem"))


def test_without_keys_there_is_nothing_to_rotate(places: KeyPlaces) -> None:
    with pytest.raises(ConfigurationError, match="create"):
        rotate_keys(places, now=later(0))
    assert not places.directory.exists()


def test_the_command_shows_names_and_no_keys(settings: Settings, tmp_path: Path) -> None:
    settings.DIGISKILLS_KEY_DIR = str(tmp_path / "keys")
    out = StringIO()
    call_command("digiskills_keys", "create", stdout=out)
    call_command("digiskills_keys", "rotate", stdout=out)
    call_command("digiskills_keys", "list", "--json", stdout=out)
    assert "run digiskills_keys rotate again" in out.getvalue()
    assert "PRIVATE" not in out.getvalue()
    call_command("digiskills_keys", "rotate", "--now", stdout=out)
    retired = next(key.kid for key in list_keys(KeyPlaces(tmp_path / "keys")) if key.state == "retired")
    call_command("digiskills_keys", "revoke", retired, stdout=out)
    with pytest.raises(CommandError, match="revoked"):
        call_command("digiskills_keys", "revoke", retired, stdout=out)


def _key_named(start: str) -> ec.EllipticCurvePublicKey:
    keys = (ec.derive_private_key(number, ec.SECP256R1()).public_key() for number in count(1))
    return next(key for key in keys if signing_kid(key, is_test=False).startswith(start))


@pytest.mark.parametrize("start", ["-", "-h", "-v", "--"])
def test_a_name_that_looks_like_an_option_is_revoked(start: str, settings: Settings, tmp_path: Path) -> None:
    # One name in 64 begins with a hyphen, and a stolen key does not wait.
    settings.DIGISKILLS_KEY_DIR = str(tmp_path / "keys")
    call_command("digiskills_keys", "create", stdout=StringIO())
    key = _key_named(start)
    kid = signing_kid(key, is_test=False)
    retired = tmp_path / "keys" / RETIRED_KEYS_FOLDER
    retired.mkdir(exist_ok=True)
    (retired / "old.pem").write_bytes(public_pem(key))
    out = StringIO()
    call_command("digiskills_keys", "revoke", kid, stdout=out)
    assert out.getvalue().split() == ["revoked", "ES256", kid]
    assert not (retired / "old.pem").exists()


@pytest.mark.parametrize("raw", [b"", b"\0", b"\0\0\x01", b"\xff" * 64, bytes(range(64)), b"Hello World!", b"\x39", b"\x3a", b"\x0d\x24"])
def test_base58_goes_both_ways(raw: bytes) -> None:
    assert base58_decode(base58_encode(raw)) == raw


def test_base58_is_that_of_the_draft() -> None:
    # Test vectors of draft-msporny-base58-03.
    assert base58_encode(b"Hello World!") == "2NEpo7TZRRrLZSi2U"
    assert base58_encode(bytes.fromhex("0000287fb4cd")) == "11233QC4"


def test_a_multikey_is_a_prefix_and_a_key() -> None:
    key = ed25519.Ed25519PrivateKey.generate().public_key()
    text = to_multikey(key)
    assert text.startswith("z6Mk")
    assert from_multikey(text) == key
    for wrong in ("", text[1:], text[:-1], "z0OIl", text + "1", "z" + base58_encode(b"\x12\x00" + bytes(32))):
        with pytest.raises(CredentialError) as caught:
            from_multikey(wrong)
        assert caught.value.code == "bad_key"


@pytest.mark.parametrize(
    "url, did",
    [
        ("https://learn.example/digiskills/did.json", "did:web:learn.example:digiskills"),
        ("https://learn.example:8443/a/b/did.json", "did:web:learn.example%3A8443:a:b"),
    ],
)
def test_a_did_and_its_place(url: str, did: str) -> None:
    assert did_web(url) == did
    assert document_url(did) == url


def test_a_did_of_a_host_alone_is_well_known() -> None:
    assert document_url("did:web:learn.example") == "https://learn.example/.well-known/did.json"
    with pytest.raises(CredentialError, match="did:web"):
        document_url("did:key:z6Mk")
    with pytest.raises(ConfigurationError, match=r"did\.json"):
        did_web("https://learn.example/keys")


def test_a_key_counts_only_under_its_own_did(places: KeyPlaces) -> None:
    document = did_document(DID, places)
    kid = load_key_ring(places).badges.kid
    method = f"{DID}#{kid}"
    badge_key(document, DID, method)
    record_method = document["verificationMethod"][1]["id"]
    for given, did, name, code in (
        (document, "did:web:other.example", f"did:web:other.example#{kid}", "unknown_key"),
        (document, DID, f"did:web:other.example#{kid}", "unknown_key"),
        ({**document, "verificationMethod": "none"}, DID, method, "unknown_key"),
        ({**document, "verificationMethod": document["verificationMethod"] * 2}, DID, method, "unknown_key"),
        ({**document, "assertionMethod": []}, DID, method, "unknown_key"),
        (document, DID, record_method, "bad_key"),
    ):
        with pytest.raises(CredentialError) as caught:
            badge_key(given, did, name)
        assert caught.value.code == code
