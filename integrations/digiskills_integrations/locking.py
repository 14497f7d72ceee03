"""Transactions that this app owns: checked to be outermost, and repeated after a deadlock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import F

from digiskills_integrations.confirmations.models import Confirmation

Result = TypeVar("Result")
_MAX_TRIES = 5
# MySQL and MariaDB: lock wait timeout, deadlock, "record has changed since last read". SQLite: busy, locked (low byte of the code).
_MYSQL_TRANSIENT = frozenset({1205, 1213, 1020})
_SQLITE_TRANSIENT = frozenset({5, 6})


def require_outermost() -> None:
    """Refuse to work inside somebody else's transaction, where neither a retry nor a commit would be ours.

    Raises:
        RuntimeError: called inside ``atomic()``.
    """
    if connection.in_atomic_block:
        raise RuntimeError("the outbox commits each step by itself; call it outside of transaction.atomic()")


def in_own_transaction(work: Callable[[], Result]) -> Result:
    """Run ``work`` in an outermost transaction, repeated as :func:`repeated` says.

    Raises:
        RuntimeError: called inside ``atomic()``.
        OperationalError: as :func:`repeated`.
    """

    def transact() -> Result:
        with transaction.atomic(durable=True):
            return work()

    return repeated(transact)


def repeated(transact: Callable[[], Result]) -> Result:
    """Run a whole transaction again if the database broke it off for another's sake (a lost deadlock, a lock not granted), 5 tries in all.

    Raises:
        OperationalError: the database failed for another reason, or still at the last try.
    """
    for _ in range(_MAX_TRIES - 1):
        try:
            return transact()
        except OperationalError as error:
            if not _is_transient(error):
                raise
    return transact()


def _is_transient(error: OperationalError) -> bool:
    sqlite_code = getattr(error.__cause__, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return (sqlite_code & 0xFF) in _SQLITE_TRANSIENT
    return bool(error.args) and error.args[0] in _MYSQL_TRANSIENT


def lock_confirmation(confirmation_id: int) -> None:
    """Take the lock of a confirmation until the transaction ends: an UPDATE locks alike on MySQL, MariaDB and SQLite."""
    Confirmation.objects.filter(pk=confirmation_id).update(rev=F("rev") + 1)
