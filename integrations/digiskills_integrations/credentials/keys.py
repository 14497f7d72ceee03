"""Keys on disk: the ES256 key that signs records for registries, the Ed25519 key that signs badges, and reading and writing them."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from pathlib import Path

import attrs
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from digiskills_integrations.canonical import JsonObject, canonical_json
from digiskills_integrations.errors import ConfigurationError

DEVELOPMENT_KEY_NAME = "development-es256.pem"
ACTIVE_KEY_NAME = "active-es256.pem"
NEXT_KEY_NAME = "next-es256.pem"
RETIRED_KEYS_FOLDER = "retired"
TEST_KEY_PREFIX = "TEST-"
_COORDINATE_BYTES = 32
PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey


@attrs.frozen
class KeyPlaces:
    """Where keys are kept.

    Attributes:
        directory: holds the keys that ``digiskills_keys`` makes (``active-*.pem``, ``next-*.pem``), else development keys, made there on
            first use, and ``retired/*.pem``, public keys that still verify old records.
        signing_key_file: a PEM file with the operator's own P-256 private key; it goes before those of the directory.
        badge_key_file: the same for the Ed25519 private key of the badges.
    """

    directory: Path
    signing_key_file: Path | None = None
    badge_key_file: Path | None = None


@attrs.frozen
class SigningKey:
    """A private key with its name (``kid``: RFC 7638 thumbprint, prefixed for a development key) and its public half as a JWK."""

    kid: str
    private_key: ec.EllipticCurvePrivateKey = attrs.field(repr=False)
    public_jwk: JsonObject
    is_test: bool


def load_signing_key(places: KeyPlaces) -> SigningKey:
    """The operator's key if there is one (file of the settings, else the active key), else the development key, made if it is not there.

    Raises:
        ConfigurationError: the file is missing, unreadable, open to others, or holds no P-256 private key.
    """
    active = places.directory / ACTIVE_KEY_NAME
    if places.signing_key_file is not None or active.exists():
        return read_signing_key(places.signing_key_file or active, is_test=False)
    path = places.directory / DEVELOPMENT_KEY_NAME
    if not path.exists():
        write_secret_once(path, new_private_pem())
    return read_signing_key(path, is_test=True)


def public_key_set(places: KeyPlaces) -> JsonObject:
    """The JWK set (RFC 7517) for verifiers: the signing key first, then the one that will sign next, then the retired ones by file name.

    Retired keys of badges are not in it: a badge names its key by DID.

    Raises:
        ConfigurationError: as :func:`load_signing_key`, or a retired file holds no public key of a kind that we use.
    """
    coming = places.directory / NEXT_KEY_NAME
    following = [read_signing_key(coming, is_test=False).public_jwk] if coming.exists() else []
    retired = [_public_jwk(key, is_test=is_test) for key, is_test in retired_keys(places) if isinstance(key, ec.EllipticCurvePublicKey)]
    return {"keys": [load_signing_key(places).public_jwk, *following, *retired]}


def retired_keys(places: KeyPlaces) -> list[tuple[PublicKey, bool]]:
    """The public keys that still verify old records, by file name, each with whether it was a development key.

    Raises:
        ConfigurationError: a file holds no public key of the curve P-256 or Ed25519.
    """
    found = sorted((places.directory / RETIRED_KEYS_FOLDER).glob("*.pem"))
    return [(read_public_key(path), path.name.startswith(TEST_KEY_PREFIX)) for path in found]


def write_secret_once(path: Path, content: bytes) -> None:
    """Create ``path`` with mode 0600 unless it exists; of two processes that start together, both end with the first one's content."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # created with mode 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        # Unlike a rename, a link does not replace what another process has put there meanwhile.
        os.link(temporary, path)
    except FileExistsError:
        return
    finally:
        Path(temporary).unlink()


def read_secret(path: Path) -> bytes:
    """The content of a key file that only its owner may read.

    Raises:
        ConfigurationError: missing, unreadable, or readable by others.
    """
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path}: the key file cannot be read ({error.strerror}); name an existing file") from error
    if mode & 0o077:
        raise ConfigurationError(f"{path}: the key file is open to others (mode {mode & 0o777:04o}); run chmod 600 on it")
    return content


def thumbprint(jwk: JsonObject) -> str:
    """RFC 7638 thumbprint (SHA-256, base64url) of an EC public key."""
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    return _base64url(hashlib.sha256(canonical_json(members)).digest())


def read_private_key(path: Path) -> object:
    """The private key in a PEM file that only its owner may read; the caller judges its kind.

    Raises:
        ConfigurationError: as :func:`read_secret`, or no unencrypted PEM private key.
    """
    content = read_secret(path)
    try:
        return serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigurationError(f"{path}: not an unencrypted PEM private key; make one with digiskills_keys create") from error


def read_signing_key(path: Path, *, is_test: bool) -> SigningKey:
    """The ES256 key in a PEM file.

    Raises:
        ConfigurationError: as :func:`read_private_key`, or a key of another kind.
    """
    private_key = read_private_key(path)
    if not isinstance(private_key, ec.EllipticCurvePrivateKey) or not isinstance(private_key.curve, ec.SECP256R1):
        raise ConfigurationError(f"{path}: ES256 needs a private key of the curve P-256; make one for that curve")
    jwk = _public_jwk(private_key.public_key(), is_test=is_test)
    return SigningKey(kid=jwk["kid"], private_key=private_key, public_jwk=jwk, is_test=is_test)


def read_public_key(path: Path) -> PublicKey:
    """The public key in a PEM file.

    Raises:
        ConfigurationError: not a public key of the curve P-256 or Ed25519.
    """
    try:
        public_key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise ConfigurationError(f"{path}: not a PEM public key; put only public keys there") from error
    if isinstance(public_key, ed25519.Ed25519PublicKey):
        return public_key
    if isinstance(public_key, ec.EllipticCurvePublicKey) and isinstance(public_key.curve, ec.SECP256R1):
        return public_key
    raise ConfigurationError(f"{path}: expected a public key of the curve P-256 or Ed25519")


def _public_jwk(public_key: ec.EllipticCurvePublicKey, *, is_test: bool) -> JsonObject:
    numbers = public_key.public_numbers()
    jwk: JsonObject = {
        "kty": "EC",
        "crv": "P-256",
        "x": _base64url(numbers.x.to_bytes(_COORDINATE_BYTES)),
        "y": _base64url(numbers.y.to_bytes(_COORDINATE_BYTES)),
        "use": "sig",
        "alg": "ES256",
    }
    jwk["kid"] = (TEST_KEY_PREFIX if is_test else "") + thumbprint(jwk)
    return jwk


def signing_kid(key: ec.EllipticCurvePublicKey, *, is_test: bool) -> str:
    """The name of an ES256 key: its RFC 7638 thumbprint, prefixed for a development key."""
    return str(_public_jwk(key, is_test=is_test)["kid"])


def new_private_pem() -> bytes:
    """A fresh P-256 private key, PKCS#8 PEM, unencrypted."""
    return private_pem(ec.generate_private_key(ec.SECP256R1()))


def private_pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    """A private key as unencrypted PKCS#8 PEM."""
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def public_pem(key: PublicKey) -> bytes:
    """A public key as SubjectPublicKeyInfo PEM."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
