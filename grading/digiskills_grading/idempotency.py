"""Writes that a client may ask for twice: the second time it gets the answer of the first."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen
from django.db import IntegrityError, transaction

from digiskills_grading.errors import RequestInProgress, RequestKeyReused
from digiskills_grading.models import ApiRequest

KEPT = timedelta(days=1)
# After so long without an answer the process that did the work is taken for dead. Every write behind a key may be done again.
STALLED = timedelta(minutes=15)
_PURGED_AT_ONCE = 1000


@frozen
class StoredAnswer:
    """What a finished request was answered; ``body`` is JSON."""

    status: int
    body: str


def begin(user_id: int, key: str, fingerprint: str, *, now: datetime) -> StoredAnswer | None:
    """Takes the key for a request that is to be done now, or gives the answer that it got already.

    Args:
        key: chosen by the client, unique within its account for a day.
        fingerprint: SHA-256 of what is asked for.

    Raises:
        RequestKeyReused: the key was used for another request.
        RequestInProgress: the same request is being worked on.
    """
    _purge(now)
    try:
        with transaction.atomic():
            ApiRequest.objects.create(user_id=user_id, key=key, fingerprint=fingerprint, created_at=now)
    except IntegrityError:
        return _met_again(user_id, key, fingerprint, now)
    return None


def finish(user_id: int, key: str, answer: StoredAnswer) -> None:
    """Keeps the answer for whoever asks again."""
    ApiRequest.objects.filter(user_id=user_id, key=key).update(status=answer.status, body=answer.body)


def give_up(user_id: int, key: str) -> None:
    """Frees the key of a request that failed without an answer worth keeping."""
    ApiRequest.objects.filter(user_id=user_id, key=key, status=None).delete()


def _met_again(user_id: int, key: str, fingerprint: str, now: datetime) -> StoredAnswer | None:
    known = ApiRequest.objects.filter(user_id=user_id, key=key).first()
    if known is None:  # given up in this moment
        raise RequestInProgress(key)
    if known.fingerprint != fingerprint:
        raise RequestKeyReused(key)
    if known.status is not None:
        return StoredAnswer(known.status, known.body)
    stalled = ApiRequest.objects.filter(pk=known.pk, status=None, created_at__lte=now - STALLED)
    if not stalled.update(created_at=now):
        raise RequestInProgress(key)
    return None


def _purge(now: datetime) -> None:
    """Deletes what is older than a day. A bounded piece at a time: whoever comes next deletes more."""
    old = ApiRequest.objects.filter(created_at__lt=now - KEPT).values_list("pk", flat=True)[:_PURGED_AT_ONCE]
    ApiRequest.objects.filter(pk__in=list(old)).delete()
