"""The learner lock, and when a transaction is tried again.

Two submissions for a learner's last two skills, each reading the other's as "not yet", would both decide "not yet" under READ
COMMITTED. So every write about a learner happens in a transaction that is ours alone, and whose first statement raises the learner's
``rev``: the row stays locked until the end, and whoever comes second reads what the first has committed. The UPDATE comes before any
SELECT, so that this holds under REPEATABLE READ too, whose snapshot is taken at the first read; and so that SQLite takes its write
lock at once instead of failing to upgrade a read lock.

Order of locks in the whole product: learner, household, confirmation, delivery.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from django.db import OperationalError, transaction
from django.db.models import F

from digiskills_grading.errors import LearnerNotFound
from digiskills_grading.models import Learner

log = logging.getLogger(__name__)

T = TypeVar("T")

ATTEMPTS = 5
LOCKED_AT_ONCE = 500
# MySQL and MariaDB: lock wait timeout, deadlock, and MariaDB's "record has changed since last read" (innodb_snapshot_isolation).
MYSQL_TRANSIENT = frozenset({1205, 1213, 1020})
# SQLite: busy, locked (the primary code is the low byte of the extended one).
SQLITE_TRANSIENT = frozenset({5, 6})


def is_transient(error: OperationalError) -> bool:
    """Whether the same transaction may succeed if it is simply run again: a lost deadlock, a lock not granted in time."""
    sqlite_code = getattr(error.__cause__, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return (sqlite_code & 0xFF) in SQLITE_TRANSIENT
    return bool(error.args) and error.args[0] in MYSQL_TRANSIENT


@contextmanager
def learner_transaction(learner_pk: int) -> Iterator[None]:
    """Opens the outermost transaction and takes the learner lock.

    Not tried again on a deadlock: a context manager cannot run its body twice. Use `run_locked` where that is wanted.

    Raises:
        RuntimeError: inside somebody else's transaction (``durable`` of Django's atomic).
        LearnerNotFound: there is no such row.
    """
    with transaction.atomic(durable=True):
        if not Learner.objects.filter(pk=learner_pk).update(rev=F("rev") + 1):
            raise LearnerNotFound(str(learner_pk))
        yield


@contextmanager
def learners_transaction(learner_pks: Collection[int]) -> Iterator[None]:
    """`learner_transaction` for several learners, whose locks are taken in ascending order, so that two such never wait for each other.

    Raises:
        RuntimeError: inside somebody else's transaction.
        LearnerNotFound: one of them is not there.
    """
    whom = sorted(set(learner_pks))
    with transaction.atomic(durable=True):
        for start in range(0, len(whom), LOCKED_AT_ONCE):
            some = whom[start : start + LOCKED_AT_ONCE]
            if Learner.objects.filter(pk__in=some).update(rev=F("rev") + 1) != len(some):
                raise LearnerNotFound(f"one of {some[0]} … {some[-1]}")
        yield


def run_locked(
    learner_pk: int,
    work: Callable[[], T],
    *,
    attempts: int = ATTEMPTS,
    pause: Callable[[float], None] = time.sleep,
) -> T:
    """Runs ``work`` in `learner_transaction`, and again when the database broke the transaction off for another's sake.

    Args:
        work: everything that is written; run up to ``attempts`` times, so its effects must lie in the database alone.
        pause: waits that many seconds; the pause doubles from 20 ms with full jitter.

    Raises:
        django.db.OperationalError: still broken off after ``attempts`` attempts, or not for a transient reason.
        RuntimeError: inside somebody else's transaction.
    """

    def transaction_of_ours() -> T:
        with learner_transaction(learner_pk):
            return work()

    return run_again(transaction_of_ours, about=f"learner {learner_pk}", attempts=attempts, pause=pause)


def run_again(
    transaction_of_ours: Callable[[], T],
    *,
    about: str,
    attempts: int = ATTEMPTS,
    pause: Callable[[float], None] = time.sleep,
) -> T:
    """Runs a whole transaction, and again when the database broke it off for another's sake; see `run_locked`.

    Args:
        about: what is written about, for the log.

    Raises:
        django.db.OperationalError: still broken off after ``attempts`` attempts, or not for a transient reason.
    """
    for attempt in range(1, attempts + 1):
        try:
            return transaction_of_ours()
        except OperationalError as error:
            if attempt == attempts or not is_transient(error):
                raise
            log.warning("transaction about %s broken off (%s), attempt %d of %d", about, error.args[:1], attempt, attempts)
            pause(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, not a secret
    raise AssertionError("unreachable: the last attempt returns or raises")


@contextmanager
def consistent_reading() -> Iterator[None]:
    """Opens a transaction all of whose reads show one moment, while others go on writing.

    SQLite does so by itself. MySQL and MariaDB do at REPEATABLE READ, whose snapshot is taken at the first read; the platform's
    connections are READ COMMITTED. The level holds for this one transaction. Inside somebody else's transaction nothing is opened, and
    theirs says what is seen.
    """
    connection = transaction.get_connection()
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        if connection.vendor == "mysql":
            # Django begins by switching autocommit off, which uses up a level that was set before; the first read begins in earnest.
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def require_aware(now: datetime) -> datetime:
    """``now``, if it is aware.

    Raises:
        ValueError: a naive time, whose instant nobody knows.
    """
    if now.tzinfo is None:
        raise ValueError(f"an aware time is needed, not {now!r}")
    return now
