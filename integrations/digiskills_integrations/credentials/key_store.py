"""The life of the keys in the key directory: made, published before they sign, replaced, kept for old records, revoked.

A key's state is where its file lies: ``next-*.pem`` is published and does not sign yet, ``active-*.pem`` signs, ``retired/`` holds public
halves that still verify, ``revoked/`` those that verify nothing any more. Each step can be repeated after a crash.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import attrs
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from digiskills_integrations.credentials.key_ring import (
    ACTIVE_BADGE_KEY_NAME,
    DEVELOPMENT_BADGE_KEY_NAME,
    NEXT_BADGE_KEY_NAME,
    BadgeKey,
    read_badge_key,
)
from digiskills_integrations.credentials.keys import (
    ACTIVE_KEY_NAME,
    DEVELOPMENT_KEY_NAME,
    NEXT_KEY_NAME,
    RETIRED_KEYS_FOLDER,
    TEST_KEY_PREFIX,
    KeyPlaces,
    PublicKey,
    SigningKey,
    new_private_pem,
    private_pem,
    public_pem,
    read_public_key,
    read_signing_key,
    signing_kid,
    write_secret_once,
)
from digiskills_integrations.credentials.multikey import to_multikey
from digiskills_integrations.errors import ConfigurationError

REVOKED_KEYS_FOLDER = "revoked"
# Verifiers may keep the key set and the DID document for an hour, so a key is published for so long before it signs.
PUBLISHED_BEFORE_USE = timedelta(hours=1)
KeyState = Literal["development", "next", "active", "retired", "revoked"]


@attrs.frozen
class ListedKey:
    """One key as ``digiskills_keys list`` shows it."""

    kid: str
    algorithm: Literal["ES256", "Ed25519"]
    state: KeyState
    path: Path


@attrs.frozen
class _Kind:
    """One of the two algorithms: the names of its files, how it is made and how it is read."""

    active: str
    coming: str
    development: str
    make: Callable[[], bytes]
    read: Callable[..., SigningKey | BadgeKey]


_KINDS = (
    _Kind(ACTIVE_KEY_NAME, NEXT_KEY_NAME, DEVELOPMENT_KEY_NAME, new_private_pem, read_signing_key),
    _Kind(
        ACTIVE_BADGE_KEY_NAME,
        NEXT_BADGE_KEY_NAME,
        DEVELOPMENT_BADGE_KEY_NAME,
        lambda: private_pem(ed25519.Ed25519PrivateKey.generate()),
        read_badge_key,
    ),
)


def create_keys(places: KeyPlaces) -> list[ListedKey]:
    """Make the first real keys; they sign from now on. Public halves of development keys are kept, so that trials still verify.

    Raises:
        ConfigurationError: keys come from the settings, or there are active keys already.
    """
    _require_own_directory(places)
    if all((places.directory / kind.active).exists() for kind in _KINDS):
        raise ConfigurationError(f"{places.directory}: there are active keys already; digiskills_keys rotate replaces them")
    for kind in _KINDS:
        development = places.directory / kind.development
        if development.exists():
            _retire(places, kind.read(development, is_test=True))
        write_secret_once(places.directory / kind.active, kind.make())
    return [key for key in list_keys(places) if key.state == "active"]


def rotate_keys(places: KeyPlaces, *, now: datetime, at_once: bool = False) -> list[ListedKey]:
    """First call: make the next keys and publish them. Second call, an hour later: let them sign and retire those before.

    Args:
        places: the key directory.
        now: aware time.
        at_once: do not wait: after a theft it is better that a verifier with an old document fails for an hour.

    Returns:
        The keys whose state changed: ``next`` after the first call, ``active`` after the second.

    Raises:
        ConfigurationError: keys come from the settings, there are none to replace, or the next ones are not published long enough.
    """
    _require_own_directory(places)
    if not all((places.directory / kind.active).exists() for kind in _KINDS):
        raise ConfigurationError(f"{places.directory}: there are no active keys to replace; run digiskills_keys create")
    waiting = [kind for kind in _KINDS if (places.directory / kind.coming).exists()]
    if not waiting:
        waiting = list(_KINDS)
        for kind in _KINDS:
            write_secret_once(places.directory / kind.coming, kind.make())
        if not at_once:
            return [key for key in list_keys(places) if key.state == "next"]
    ready = max(_written_at(places.directory / kind.coming) for kind in waiting) + PUBLISHED_BEFORE_USE
    if now < ready and not at_once:
        raise ConfigurationError(f"the next keys are published, and may sign from {ready.isoformat(timespec='seconds')}; rotate again then")
    for kind in waiting:
        _retire(places, kind.read(places.directory / kind.active, is_test=False))
        (places.directory / kind.coming).replace(places.directory / kind.active)
    return [key for key in list_keys(places) if key.state == "active"]


def revoke_key(places: KeyPlaces, kid: str) -> ListedKey:
    """Take a retired key out of the published documents: no record that it signed verifies any more.

    Raises:
        ConfigurationError: no retired key has this name; the message says what to do with one that still signs.
    """
    found = next((key for key in list_keys(places) if key.kid == kid), None)
    if found is None:
        raise ConfigurationError(f"there is no key {kid!r}; digiskills_keys list shows those that exist")
    if found.state != "retired":
        raise ConfigurationError(f"the key {kid} is {found.state}; only a retired key is revoked: digiskills_keys rotate --now retires it")
    folder = places.directory / REVOKED_KEYS_FOLDER
    folder.mkdir(exist_ok=True)
    found.path.replace(folder / found.path.name)
    return attrs.evolve(found, state="revoked", path=folder / found.path.name)


def list_keys(places: KeyPlaces) -> list[ListedKey]:
    """Every key of the directory and of the settings: those that sign, then next, retired, revoked, development.

    Raises:
        ConfigurationError: a file holds no usable key.
    """
    listed: list[ListedKey] = []
    for kind, setting in zip(_KINDS, (places.signing_key_file, places.badge_key_file), strict=True):
        directory = places.directory
        states: list[tuple[KeyState, Path]] = [
            ("active", setting or directory / kind.active),
            ("next", directory / kind.coming),
            ("development", directory / kind.development),
        ]
        listed += [_listed(kind.read(path, is_test=state == "development"), state, path) for state, path in states if path.exists()]
    folders: tuple[tuple[KeyState, str], ...] = (("retired", RETIRED_KEYS_FOLDER), ("revoked", REVOKED_KEYS_FOLDER))
    for state, folder in folders:
        listed += [_listed_public(path, state) for path in sorted((places.directory / folder).glob("*.pem"))]
    order: list[KeyState] = ["active", "next", "retired", "revoked", "development"]
    return sorted(listed, key=lambda key: order.index(key.state))


def _require_own_directory(places: KeyPlaces) -> None:
    if places.signing_key_file is not None or places.badge_key_file is not None:
        raise ConfigurationError(
            "the keys come from DIGISKILLS_SIGNING_KEY_FILE and DIGISKILLS_BADGE_KEY_FILE: replace those files yourself, and put the old "
            f"public halves into {places.directory / RETIRED_KEYS_FOLDER}"
        )


def _retire(places: KeyPlaces, key: SigningKey | BadgeKey) -> None:
    """Keep the public half; the same key gives the same file."""
    folder = places.directory / RETIRED_KEYS_FOLDER
    folder.mkdir(exist_ok=True)
    name = key.kid if key.kid.startswith(TEST_KEY_PREFIX) or not key.is_test else TEST_KEY_PREFIX + key.kid
    (folder / f"{name}.pem").write_bytes(public_pem(key.private_key.public_key()))


def _listed(key: SigningKey | BadgeKey, state: KeyState, path: Path) -> ListedKey:
    return ListedKey(key.kid, "ES256" if isinstance(key, SigningKey) else "Ed25519", state, path)


def _listed_public(path: Path, state: KeyState) -> ListedKey:
    key: PublicKey = read_public_key(path)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return ListedKey(signing_kid(key, is_test=path.name.startswith(TEST_KEY_PREFIX)), "ES256", state, path)
    return ListedKey(to_multikey(key), "Ed25519", state, path)


def _written_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
