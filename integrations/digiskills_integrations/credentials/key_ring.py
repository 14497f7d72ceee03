"""The two private keys that sign in this process, and every public key that a verifier may find in the DID document."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import attrs
from cryptography.hazmat.primitives.asymmetric import ed25519

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials.keys import ACTIVE_KEY_NAME as ACTIVE_SIGNING_KEY_NAME
from digiskills_integrations.credentials.keys import (
    DEVELOPMENT_KEY_NAME,
    KeyPlaces,
    SigningKey,
    load_signing_key,
    private_pem,
    public_key_set,
    read_private_key,
    retired_keys,
    write_secret_once,
)
from digiskills_integrations.credentials.multikey import to_multikey
from digiskills_integrations.errors import ConfigurationError

DEVELOPMENT_BADGE_KEY_NAME = "development-ed25519.pem"
ACTIVE_BADGE_KEY_NAME = "active-ed25519.pem"
NEXT_BADGE_KEY_NAME = "next-ed25519.pem"


@attrs.frozen
class BadgeKey:
    """An Ed25519 key. Its name (``kid``) is its public half as a Multikey, which is also the fragment of its DID URL."""

    kid: str
    private_key: ed25519.Ed25519PrivateKey = attrs.field(repr=False)
    public_key: ed25519.Ed25519PublicKey = attrs.field(repr=False)
    is_test: bool

    @classmethod
    def of(cls, private_key: ed25519.Ed25519PrivateKey, *, is_test: bool) -> BadgeKey:
        """The key with its name."""
        public_key = private_key.public_key()
        return cls(kid=to_multikey(public_key), private_key=private_key, public_key=public_key, is_test=is_test)

    def verification_method(self, did: str) -> str:
        """The DID URL under which the public half is published."""
        return f"{did}#{self.kid}"


@attrs.frozen
class KeyRing:
    """What signs: ``records`` the ``vc+jwt`` for registries, ``badges`` badges and status lists. Both are real or both are for tests."""

    records: SigningKey
    badges: BadgeKey

    @property
    def is_test(self) -> bool:
        """Whether everything that it signs carries the test mark."""
        return self.records.is_test


def load_key_ring(places: KeyPlaces) -> KeyRing:
    """The keys that sign now. Kept for this process and these files: a rotation is noticed at the next call, a fork loads its own.

    Raises:
        ConfigurationError: a key cannot be used, or one is real and the other for tests.
    """
    return _loaded(places, os.getpid(), _stamps(places))


def badge_multikeys(places: KeyPlaces) -> list[str]:
    """The public keys of badges for verifiers: the one that signs, the one that will sign next, the retired ones by file name.

    Raises:
        ConfigurationError: as :func:`load_key_ring`, or a retired file holds no public key.
    """
    coming = places.directory / NEXT_BADGE_KEY_NAME
    following = [read_badge_key(coming, is_test=False).kid] if coming.exists() else []
    retired = [to_multikey(key) for key, _is_test in retired_keys(places) if isinstance(key, ed25519.Ed25519PublicKey)]
    return [load_key_ring(places).badges.kid, *following, *retired]


def did_document(did: str, places: KeyPlaces) -> JsonObject:
    """The document of ``did``: badge keys as Multikey, record keys as JsonWebKey; retired keys are listed, revoked ones are not.

    Raises:
        ConfigurationError: as :func:`badge_multikeys`.
    """
    return build_did_document(did, badge_multikeys(places), public_key_set(places))


def build_did_document(did: str, multikeys: list[str], key_set: JsonObject) -> JsonObject:
    """The DID document of ``did`` with these keys, each allowed to make assertions."""
    methods: list[JsonObject] = [
        {"id": f"{did}#{multikey}", "type": "Multikey", "controller": did, "publicKeyMultibase": multikey} for multikey in multikeys
    ]
    methods += [{"id": f"{did}#{jwk['kid']}", "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk} for jwk in key_set["keys"]]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def read_badge_key(path: Path, *, is_test: bool) -> BadgeKey:
    """The Ed25519 key in a PEM file.

    Raises:
        ConfigurationError: the file cannot be used, or holds a key of another kind.
    """
    private_key = read_private_key(path)
    if not isinstance(private_key, ed25519.Ed25519PrivateKey):
        raise ConfigurationError(f"{path}: badges need an Ed25519 private key; make one with digiskills_keys create")
    return BadgeKey.of(private_key, is_test=is_test)


def load_badge_key(places: KeyPlaces) -> BadgeKey:
    """The Ed25519 key by the same rule as :func:`digiskills_integrations.credentials.keys.load_signing_key`.

    Raises:
        ConfigurationError: as :func:`read_badge_key`.
    """
    active = places.directory / ACTIVE_BADGE_KEY_NAME
    if places.badge_key_file is not None or active.exists():
        return read_badge_key(places.badge_key_file or active, is_test=False)
    path = places.directory / DEVELOPMENT_BADGE_KEY_NAME
    if not path.exists():
        write_secret_once(path, private_pem(ed25519.Ed25519PrivateKey.generate()))
    return read_badge_key(path, is_test=True)


@functools.lru_cache(maxsize=8)
def _loaded(places: KeyPlaces, _process: int, _stamps: tuple[object, ...]) -> KeyRing:
    real_records = places.signing_key_file is not None or (places.directory / ACTIVE_SIGNING_KEY_NAME).exists()
    real_badges = places.badge_key_file is not None or (places.directory / ACTIVE_BADGE_KEY_NAME).exists()
    if real_records != real_badges:
        raise ConfigurationError(
            f"{places.directory}: there is a real key for {'records' if real_records else 'badges'} only; "
            "set both DIGISKILLS_SIGNING_KEY_FILE and DIGISKILLS_BADGE_KEY_FILE, or run digiskills_keys create"
        )
    return KeyRing(load_signing_key(places), load_badge_key(places))


def _stamps(places: KeyPlaces) -> tuple[object, ...]:
    """What changes when another key signs: which files there are, and their inode and time."""
    names = (ACTIVE_SIGNING_KEY_NAME, ACTIVE_BADGE_KEY_NAME, DEVELOPMENT_KEY_NAME, DEVELOPMENT_BADGE_KEY_NAME)
    files = [path for path in (places.signing_key_file, places.badge_key_file) if path is not None]
    return tuple(_stamp(path) for path in (*files, *(places.directory / name for name in names)))


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns
