"""DID documents: which key a verification method names, and the DID that belongs to a place on the web."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials.multikey import from_multikey
from digiskills_integrations.errors import ConfigurationError, CredentialError

_METHOD = "did:web:"
_FILE = "/did.json"


def did_web(document_url: str) -> str:
    """The DID whose document is at ``document_url``: ``https://host/path/did.json`` is ``did:web:host:path``.

    Raises:
        ConfigurationError: the address is not of that form.
    """
    parts = urlsplit(document_url)
    if not parts.netloc or not parts.path.endswith(_FILE):
        raise ConfigurationError(f"{document_url!r} cannot be the address of a DID document; it must end with {_FILE}")
    path = [segment for segment in parts.path.removesuffix(_FILE).split("/") if segment]
    return _METHOD + ":".join([quote(parts.netloc, safe=""), *path])


def document_url(did: str) -> str:
    """Where the document of a ``did:web`` is.

    Raises:
        CredentialError: ``unknown_key``: a DID of another method, which is not resolved here.
    """
    if not did.startswith(_METHOD):
        raise CredentialError("unknown_key", f"{did!r} is no did:web; give its document")
    host, *path = did.removeprefix(_METHOD).split(":")
    where = "/".join(path) if path else ".well-known"
    return f"https://{unquote(host)}/{where}{_FILE}"


def badge_key(document: JsonObject, did: str, verification_method: str) -> Ed25519PublicKey:
    """The Ed25519 key that ``verification_method`` names in the DID document of ``did``.

    Raises:
        CredentialError: ``unknown_key``: another DID's document, no such method, one that may not make assertions, or a method of another
            DID; ``bad_key``: not an Ed25519 Multikey.
    """
    if document.get("id") != did or verification_method.partition("#")[0] != did:
        raise CredentialError("unknown_key", f"the key {verification_method} is not one of the issuer {did} or of this DID document")
    found = [method for method in _members(document, "verificationMethod") if _id(method) == verification_method]
    asserting = [_id(method) for method in _members(document, "assertionMethod")]
    if len(found) != 1 or verification_method not in asserting:
        raise CredentialError("unknown_key", f"the DID document does not list {verification_method} for assertions; fetch the current one")
    method = found[0]
    if not isinstance(method, dict) or method.get("type") != "Multikey" or method.get("controller") != did:
        raise CredentialError("bad_key", f"{verification_method} is not a Multikey of {did}")
    return from_multikey(str(method.get("publicKeyMultibase")))


def _members(document: JsonObject, name: str) -> list[object]:
    value = document.get(name)
    return value if isinstance(value, list) else []


def _id(method: object) -> object:
    return method.get("id") if isinstance(method, dict) else method
