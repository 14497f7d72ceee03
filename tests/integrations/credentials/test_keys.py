"""Signing keys on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from digiskills_integrations.credentials.keys import KeyPlaces, load_signing_key, public_key_set, thumbprint, write_secret_once
from digiskills_integrations.errors import ConfigurationError


def private_pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def test_the_development_key_is_made_once_and_only_for_its_owner(places: KeyPlaces) -> None:
    first, second = load_signing_key(places), load_signing_key(places)
    assert first.kid == second.kid
    assert first.is_test
    assert first.kid.startswith("TEST-")
    [path] = places.directory.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


def test_of_two_that_write_a_secret_the_first_wins(tmp_path: Path) -> None:
    write_secret_once(tmp_path / "secret", b"first")
    write_secret_once(tmp_path / "secret", b"second")
    assert (tmp_path / "secret").read_bytes() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_an_operators_key_is_no_test_key(places: KeyPlaces, tmp_path: Path) -> None:
    write_secret_once(tmp_path / "live.pem", private_pem(ec.generate_private_key(ec.SECP256R1())))
    key = load_signing_key(KeyPlaces(places.directory, tmp_path / "live.pem"))
    assert not key.is_test
    assert key.kid == thumbprint(key.public_jwk)
    assert not places.directory.exists()


def test_the_key_set_holds_public_halves_and_retired_keys(places: KeyPlaces) -> None:
    load_signing_key(places)
    retired = places.directory / "retired"
    retired.mkdir()
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    (retired / "2026.pem").write_bytes(public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    keys = public_key_set(places)["keys"]
    assert len({key["kid"] for key in keys}) == 2
    assert all("d" not in key for key in keys)


def test_the_thumbprint_is_that_of_rfc_7638() -> None:
    # The EC key of RFC 7517, appendix A.1, with its widely published thumbprint.
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        "kid": "1",
    }
    assert thumbprint(jwk) == "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"


@pytest.mark.parametrize(
    "content, mode, message",
    [
        (None, 0o600, "cannot be read"),
        (b"no key", 0o600, "not an unencrypted PEM"),
        (private_pem(ed25519.Ed25519PrivateKey.generate()), 0o600, "P-256"),
        (private_pem(ec.generate_private_key(ec.SECP384R1())), 0o600, "P-256"),
        (private_pem(ec.generate_private_key(ec.SECP256R1())), 0o640, "chmod 600"),
    ],
    ids=["missing", "garbage", "other-algorithm", "other-curve", "open-to-others"],
)
def test_a_wrong_key_file_is_named(tmp_path: Path, content: bytes | None, mode: int, message: str) -> None:
    path = tmp_path / "key.pem"
    if content is not None:
        path.write_bytes(content)
        path.chmod(mode)
    with pytest.raises(ConfigurationError, match=message) as caught:
        load_signing_key(KeyPlaces(tmp_path, path))
    assert str(path) in str(caught.value)


def test_a_retired_private_key_is_refused(places: KeyPlaces) -> None:
    write_secret_once(places.directory / "retired" / "old.pem", private_pem(ec.generate_private_key(ec.SECP256R1())))
    with pytest.raises(ConfigurationError, match="only public keys"):
        public_key_set(places)
