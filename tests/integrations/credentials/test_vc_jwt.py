"""The signed form: what another verifier sees, and that no leaf can be changed."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from digiskills_integrations.canonical import JsonObject, canonical_json
from digiskills_integrations.credentials.keys import KeyPlaces, SigningKey, load_signing_key
from digiskills_integrations.credentials.vc_jwt import check_content, sign_vc_jwt
from digiskills_integrations.credentials.verify import verify_vc_jwt
from digiskills_integrations.errors import CredentialError
from tests.integrations.conftest import NOW, sample_credential


def decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def key_set(key: SigningKey) -> JsonObject:
    return {"keys": [key.public_jwk]}


def forge(key: SigningKey, payload: bytes, **header: object) -> str:
    """A token over any bytes with any header, signed with the right key."""
    return jwt.api_jws.encode(payload, key.private_key, algorithm="ES256", headers={"typ": "vc+jwt", "cty": "vc", "kid": key.kid, **header})


def test_the_header_and_payload_are_those_of_vc_jose_cose(token: str, key: SigningKey) -> None:
    header, payload, _ = token.split(".")
    assert json.loads(decode(header)) == {"alg": "ES256", "typ": "vc+jwt", "cty": "vc", "kid": key.kid}
    assert json.loads(decode(payload)) == sample_credential()


def test_another_library_and_the_bare_primitive_accept_it(token: str, key: SigningKey) -> None:
    public = jwt.PyJWK(key.public_jwk).key
    assert json.loads(jwt.api_jws.decode(token, public, algorithms=["ES256"])) == sample_credential()
    signed, _, signature = token.rpartition(".")
    raw = decode(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))


def test_verification_gives_the_content(token: str, key: SigningKey) -> None:
    verified = verify_vc_jwt(token, key_set(key), now=NOW)
    assert verified.payload == sample_credential()
    assert verified.is_test


def test_a_test_mark_in_the_content_is_seen_without_a_test_key(key: SigningKey) -> None:
    jwk = {**key.public_jwk, "kid": "live"}
    verified = verify_vc_jwt(forge(key, canonical_json(sample_credential()), kid="live"), {"keys": [jwk]}, now=NOW)
    assert verified.is_test


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from leaves(value[key], (*path, key))
    else:
        yield path


@pytest.mark.parametrize("path", list(leaves(sample_credential())), ids=str)
def test_a_changed_leaf_does_not_verify(path: tuple[Any, ...], token: str, key: SigningKey) -> None:
    changed: Any = copy.deepcopy(sample_credential())
    target = changed
    for step in path[:-1]:
        target = target[step]
    value = target[path[-1]]
    target[path[-1]] = (not value) if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value}x"
    header, _, signature = token.split(".")
    with pytest.raises(CredentialError) as caught:
        verify_vc_jwt(f"{header}.{encode(canonical_json(changed))}.{signature}", key_set(key), now=NOW)
    assert caught.value.code == "bad_signature"


@pytest.mark.property
@given(data=st.data())
def test_no_flipped_bit_of_a_token_verifies(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    key = load_signing_key(KeyPlaces(tmp_path_factory.getbasetemp() / "flip"))
    token = sign_vc_jwt(sample_credential(), key, now=NOW)
    position = data.draw(st.integers(0, len(token) - 1))
    replacement = data.draw(st.sampled_from("ABCxyz019-_.=é \n"))
    changed = token[:position] + replacement + token[position + 1 :]
    if changed != token:
        with pytest.raises(CredentialError):
            verify_vc_jwt(changed, key_set(key), now=NOW)


@pytest.mark.property
@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,90}", fullmatch=True))
def test_hostile_tokens_end_in_a_defined_error(text: str) -> None:
    with pytest.raises(CredentialError):
        verify_vc_jwt(text, {"keys": []}, now=NOW)


@pytest.mark.parametrize(
    "header, code",
    [
        ({"typ": "JWT"}, "wrong_type"),
        ({"cty": "other"}, "wrong_type"),
        ({"crit": ["exp"]}, "wrong_type"),
        ({"kid": "other"}, "unknown_key"),
        ({"kid": ""}, "unknown_key"),
    ],
    ids=str,
)
def test_a_wrong_header_is_refused(key: SigningKey, header: dict[str, Any], code: str) -> None:
    with pytest.raises(CredentialError) as caught:
        verify_vc_jwt(forge(key, canonical_json(sample_credential()), **header), key_set(key), now=NOW)
    assert caught.value.code == code


def test_an_unsigned_token_is_refused(token: str, key: SigningKey) -> None:
    header = encode(canonical_json({"alg": "none", "typ": "vc+jwt", "cty": "vc", "kid": key.kid}))
    with pytest.raises(CredentialError) as caught:
        verify_vc_jwt(f"{header}.{token.split('.')[1]}.", key_set(key), now=NOW)
    assert caught.value.code == "wrong_type"


@pytest.mark.parametrize(
    "change, code",
    [
        ({"@context": ["https://example.org"]}, "not_a_credential"),
        ({"type": ["Other"]}, "not_a_credential"),
        ({"vc": {}}, "not_a_credential"),
        ({"credentialSubject": "x"}, "not_a_credential"),
        ({"validFrom": "yesterday"}, "not_a_credential"),
        ({"validFrom": "2026-11-22T09:00:00"}, "not_a_credential"),
        ({"validFrom": 5}, "not_a_credential"),
    ],
    ids=str,
)
def test_signed_content_that_is_no_credential_is_refused(key: SigningKey, change: JsonObject, code: str) -> None:
    with pytest.raises(CredentialError) as caught:
        verify_vc_jwt(forge(key, canonical_json({**sample_credential(), **change})), key_set(key), now=NOW)
    assert caught.value.code == code


def test_duplicate_keys_in_signed_content_are_refused(key: SigningKey) -> None:
    payload = canonical_json(sample_credential())[:-1] + b',"testMark":false}'
    with pytest.raises(CredentialError) as caught:
        verify_vc_jwt(forge(key, payload), key_set(key), now=NOW)
    assert caught.value.code == "malformed"


@pytest.mark.parametrize("shift, code", [(timedelta(hours=-1), "not_yet_valid"), (timedelta(days=365), "expired")])
def test_the_period_of_validity_counts(token: str, key: SigningKey, shift: timedelta, code: str) -> None:
    with pytest.raises(CredentialError) as caught:
        verify_vc_jwt(token, key_set(key), now=NOW + shift)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "change",
    [{"kty": "RSA"}, {"crv": "P-384"}, {"use": "enc"}, {"x": "AAAA"}, {"x": 1}, {"x": "_" * 43}, {"y": encode(b"\0" * 32)}],
    ids=str,
)
def test_a_wrong_key_is_refused(token: str, key: SigningKey, change: JsonObject) -> None:
    with pytest.raises(CredentialError) as caught:
        verify_vc_jwt(token, {"keys": [{**key.public_jwk, **change}]}, now=NOW)
    assert caught.value.code in ("bad_key", "malformed")


def test_two_keys_of_one_name_are_refused(token: str, key: SigningKey) -> None:
    with pytest.raises(CredentialError) as caught:
        verify_vc_jwt(token, {"keys": [key.public_jwk, key.public_jwk]}, now=NOW)
    assert caught.value.code == "unknown_key"


@pytest.mark.parametrize(
    "value, code",
    [
        ({"name": "Le\u0323\u0302"}, "not_nfc"),
        ({"Le\u0323\u0302": 1}, "not_nfc"),
        (["a\u0008"], "control_character"),
        ({"a": "\x7f"}, "control_character"),
        ({"a": "\ud800"}, "control_character"),
        ({"a": [1.5]}, "not_integer"),
        ({1: "a"}, "not_json"),
        ({"a": b"x"}, "not_json"),
    ],
)
def test_content_that_verifiers_could_read_differently_is_not_signed(key: SigningKey, value: Any, code: str) -> None:
    with pytest.raises(CredentialError) as caught:
        sign_vc_jwt({**sample_credential(), "extra": value}, key, now=NOW)
    assert caught.value.code == code


def test_names_of_every_kind_may_be_signed() -> None:
    check_content({"name": 'Đặng "Thuỳ" \\ 👩‍🌾 ' + "ơ" * 200})
