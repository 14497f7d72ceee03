"""The learner lock, and when a transaction is tried again."""

from __future__ import annotations

import sqlite3

import pytest
from django.db import IntegrityError, OperationalError, transaction

from digiskills_grading import api
from digiskills_grading.errors import LearnerNotFound
from digiskills_grading.models import Learner
from digiskills_grading.transactions import is_transient, learner_transaction, run_locked
from tests.grading.helpers import NOW, account, attempt, block


def lost_deadlock() -> OperationalError:
    return OperationalError(1213, "Deadlock found when trying to get lock; try restarting transaction")


@pytest.fixture
def learner(db: None) -> Learner:
    return Learner.objects.create(public_id="0" * 26, created_at=NOW)


class Flaky:
    """Work that is broken off so many times before it is done."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.failures, self.error, self.runs = failures, error, 0

    def __call__(self) -> int:
        self.runs += 1
        if self.runs <= self.failures:
            raise self.error
        return self.runs


def test_every_write_raises_the_revision(learner: Learner) -> None:
    for expected in (1, 2):
        with learner_transaction(learner.pk):
            assert Learner.objects.get().rev == expected


def test_an_id_of_other_letters_than_ascii_is_never_stored(db: None) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        Learner.objects.create(public_id="ậ" * 26, created_at=NOW)


def test_work_that_fails_leaves_nothing_and_not_even_the_revision(learner: Learner) -> None:
    def work() -> None:
        Learner.objects.filter(pk=learner.pk).update(public_id="1" * 26)
        raise IntegrityError

    with pytest.raises(IntegrityError):
        run_locked(learner.pk, work)
    learner.refresh_from_db()
    assert (learner.rev, learner.public_id) == (0, "0" * 26)


@pytest.mark.parametrize("code", [1205, 1213, 1020])
def test_a_lost_deadlock_is_tried_again_with_growing_pauses(learner: Learner, code: int) -> None:
    pauses: list[float] = []
    work = Flaky(3, OperationalError(code, "broken off"))
    assert run_locked(learner.pk, work, pause=pauses.append) == 4
    assert len(pauses) == 3
    assert all(0 <= pause <= 0.02 * 2**attempt for attempt, pause in enumerate(pauses, start=1))


def test_after_so_many_attempts_the_error_is_the_callers(learner: Learner) -> None:
    work = Flaky(9, lost_deadlock())
    with pytest.raises(OperationalError):
        run_locked(learner.pk, work, attempts=3, pause=lambda _: None)
    assert work.runs == 3


@pytest.mark.parametrize("error", [OperationalError(1054, "Unknown column"), OperationalError(), IntegrityError(1062, "Duplicate entry")])
def test_other_errors_are_not_tried_again(learner: Learner, error: Exception) -> None:
    work = Flaky(9, error)
    with pytest.raises(type(error)):
        run_locked(learner.pk, work)
    assert work.runs == 1


@pytest.mark.parametrize("code, transient", [(5, True), (6, True), (5 | 1 << 8, True), (1, False)])
def test_a_busy_sqlite_is_transient(code: int, transient: bool) -> None:
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorcode = code
    error = OperationalError("database is locked")
    error.__cause__ = cause
    assert is_transient(error) is transient


def test_nobody_is_locked_who_is_not_there(db: None) -> None:
    with pytest.raises(LearnerNotFound):
        run_locked(1, lambda: None)


@pytest.mark.django_db(transaction=True)
def test_inside_somebody_elses_transaction_nothing_is_written() -> None:
    learner = account("man")
    started = api.start_attempt(learner, block(), run_kind="counted", now=NOW)
    writes = [
        lambda: api.start_attempt(learner, block("other"), run_kind="counted", now=NOW),
        lambda: api.submit_attempt(learner, started.public_id, {"schema": "trace/1", "actions": []}, now=NOW),
        lambda: api.ensure_track(learner, regulation="demo-s3-a1/1", audience="citizen"),
        lambda: attempt(learner, block("third")),
    ]
    for write in writes:
        with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
            write()
    assert Learner.objects.get().attempts.count() == 1
