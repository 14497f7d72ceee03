"""Attempts of which nothing is stored: previews in Studio, staff who look at a course as a learner, unknown runtimes.

What the server must remember between start and submit travels in a token, encrypted and authenticated, so that the browser learns
neither the seed nor can move an attempt to another person, block or task. See docs/decisions/0005.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from functools import lru_cache

from attrs import asdict, frozen
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from digiskills_grading.data import RunKind

LIFETIME = timedelta(hours=12)
_KEY_INFO = b"digiskills-practice-attempt/1"
_MAX_TOKEN = 2000  # characters; a real one has about 500


class TokenRefused(Exception):
    """The token cannot be used.

    Attributes:
        code: ``token_invalid`` (forged, damaged, of another person, block or task version) or ``token_expired``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@frozen
class StatelessAttempt:
    """A started attempt of which nothing is stored.

    Attributes:
        user: the runtime's id of the viewer, as text.
        usage: the block's usage id, as text.
        task_digest: digest of the task's content; another one means that the task was changed since.
        seed: 0 … 2**63-1, secret.
        expires: seconds since 1970.
        scored: whether it was handed in; only then may its solution be shown.
        overlay: of the task; a token that was issued before there were overlays has none.
    """

    user: str
    usage: str
    task_id: str
    task_version: int
    task_digest: str
    seed: int
    run_kind: RunKind
    expires: int
    overlay: str = ""
    scored: bool = False


def issue(attempt: StatelessAttempt) -> str:
    """The token of an attempt: URL-safe text."""
    return _fernet(settings.SECRET_KEY).encrypt(json.dumps(asdict(attempt)).encode()).decode()


def expiry(now: datetime) -> int:
    """When an attempt that starts now ends, in seconds since 1970."""
    return int((now + LIFETIME).timestamp())


def redeem(token: object, *, user: str, usage: str, now: datetime) -> StatelessAttempt:
    """The attempt of a token, if it was issued to this user in this block and is not over.

    Raises:
        TokenRefused: see its codes.
    """
    if not isinstance(token, str) or len(token) > _MAX_TOKEN:
        raise TokenRefused("token_invalid")
    try:
        contents = json.loads(_fernet(settings.SECRET_KEY).decrypt(token.encode()))
    except (InvalidToken, UnicodeEncodeError) as error:
        raise TokenRefused("token_invalid") from error
    attempt = StatelessAttempt(**contents)
    if (attempt.user, attempt.usage) != (user, usage):
        raise TokenRefused("token_invalid")
    if now.timestamp() > attempt.expires:
        raise TokenRefused("token_expired")
    return attempt


@lru_cache(maxsize=4)
def _fernet(secret: str) -> Fernet:
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_KEY_INFO).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
