"""The ``vc+jwt`` form: a W3C Verifiable Credential (Data Model 2.0) by "Securing Verifiable Credentials using JOSE and COSE".

The payload *is* the credential: there is no ``vc`` claim, and the header says ``typ: vc+jwt`` and ``cty: vc``.
"""

from __future__ import annotations

from datetime import datetime

from jwt import api_jws

from digiskills_integrations.canonical import JsonObject, canonical_json
from digiskills_integrations.credentials.contexts import CREDENTIALS_V2
from digiskills_integrations.credentials.keys import SigningKey
from digiskills_integrations.credentials.texts import check_text
from digiskills_integrations.credentials.verify import verify_vc_jwt
from digiskills_integrations.errors import CredentialError

VC_CONTEXT = CREDENTIALS_V2
VC_TYPE = "VerifiableCredential"


def sign_vc_jwt(credential: JsonObject, key: SigningKey, *, now: datetime) -> str:
    """``credential`` as a compact JWS (ES256) over its canonical bytes, verified through other code before it is returned.

    Args:
        credential: see :func:`digiskills_integrations.confirmations.payload.build_credential`.
        key: the private key; its ``kid`` goes into the header.
        now: aware time at which the result must verify.

    Raises:
        CredentialError: the content may not be signed (``not_nfc``, ``control_character``, ``not_integer``, ``not_json``), or the signed
            result does not verify.
    """
    check_content(credential)
    header = {"typ": "vc+jwt", "cty": "vc", "kid": key.kid}
    token = api_jws.encode(canonical_json(credential), key.private_key, algorithm="ES256", headers=header)
    verify_vc_jwt(token, {"keys": [key.public_jwk]}, now=now)
    return token


def check_content(value: object, path: str = "$") -> None:
    """Refuse what verifiers could show or canonicalise differently from what was signed.

    Raises:
        CredentialError: text that is not NFC or holds control characters; numbers with a fraction; anything that is not JSON.
    """
    match value:
        case bool() | int() | None:
            return
        case str():
            check_text(value, path)
        case dict():
            for name, member in value.items():
                if not isinstance(name, str):
                    raise CredentialError("not_json", f"{path}: the key {name!r} is not a text")
                check_text(name, path)
                check_content(member, f"{path}.{name}")
        case list() | tuple():
            for position, member in enumerate(value):
                check_content(member, f"{path}[{position}]")
        case float():
            raise CredentialError("not_integer", f"{path}: {value!r} has a fraction; write it in thousandths as an integer")
        case _:
            raise CredentialError("not_json", f"{path}: {type(value).__name__} is not JSON")
