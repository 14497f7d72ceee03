"""What the sandbox holds, in one SQLite file: an effect for each idempotency key, never two."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import attrs

WEBHOOK = "webhook"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS effect (
    id INTEGER PRIMARY KEY,
    idempotency_key TEXT NOT NULL UNIQUE,
    credential_digest TEXT NOT NULL,
    number TEXT NOT NULL,
    operation TEXT NOT NULL,
    holder TEXT NOT NULL,
    regulation TEXT NOT NULL,
    test_mark INTEGER NOT NULL,
    received_at TEXT NOT NULL,
    arrivals INTEGER NOT NULL DEFAULT 1,
    registry TEXT NOT NULL DEFAULT 'webhook'
);
CREATE TABLE IF NOT EXISTS refusal (count INTEGER NOT NULL);
INSERT INTO refusal SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM refusal);
"""


@attrs.frozen
class NewEffect:
    """What an accepted event says. ``credential``: the signed record; ``holder``: the disclosed name, or empty.

    ``registry``: key of the registry profile under which it came, or ``webhook``.
    """

    idempotency_key: str
    credential: str = attrs.field(repr=False)
    number: str
    operation: str
    holder: str = attrs.field(repr=False)
    regulation: str
    test_mark: bool
    registry: str = WEBHOOK


@attrs.frozen
class Effect:
    """A stored effect. ``receipt`` is the sandbox's reference; ``arrivals`` counts the requests that brought it."""

    receipt: str
    number: str
    operation: str
    holder: str = attrs.field(repr=False)
    regulation: str
    test_mark: bool
    received_at: str
    arrivals: int
    registry: str


class KeyReusedError(Exception):
    """The idempotency key came again with another record."""


class SandboxStore:
    """One file; every call opens its own connection, so that the server's threads need share nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._transaction() as connection:
            connection.executescript(_SCHEMA)
            columns = [row[1] for row in connection.execute("PRAGMA table_info(effect)")]
            if "registry" not in columns:  # a file of an earlier version
                connection.execute("ALTER TABLE effect ADD COLUMN registry TEXT NOT NULL DEFAULT 'webhook'")

    def refuse_first(self, total: int) -> bool:
        """Whether this arrival is one of the first ``total`` ones, which the sandbox turns away on purpose; each call counts."""
        with self._transaction() as connection:
            (count,) = connection.execute("SELECT count FROM refusal").fetchone()
            if count >= total:
                return False
            connection.execute("UPDATE refusal SET count = count + 1")
            return True

    def record(self, new: NewEffect, *, now: datetime) -> tuple[Effect, bool]:
        """Store the effect, or find the one that this key has had already; the flag says which (True: repeated).

        A repetition is told by its record, not by its bytes: the holder's name may have been deleted between two attempts.

        Raises:
            KeyReusedError: the key is known with another record; nothing changes.
        """
        digest = hashlib.sha256(new.credential.encode("utf-8")).hexdigest()
        with self._transaction() as connection:
            known = connection.execute("SELECT credential_digest FROM effect WHERE idempotency_key = ?", (new.idempotency_key,)).fetchone()
            if known is not None and known[0] != digest:
                raise KeyReusedError(new.idempotency_key)
            if known is not None:
                connection.execute("UPDATE effect SET arrivals = arrivals + 1 WHERE idempotency_key = ?", (new.idempotency_key,))
            else:
                connection.execute(
                    "INSERT INTO effect (idempotency_key, credential_digest, number, operation, holder, regulation, test_mark, registry,"
                    " received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        new.idempotency_key,
                        digest,
                        new.number,
                        new.operation,
                        new.holder,
                        new.regulation,
                        new.test_mark,
                        new.registry,
                        now.isoformat(),
                    ),
                )
            row = connection.execute(f"{_SELECT} WHERE idempotency_key = ?", (new.idempotency_key,)).fetchone()
        return _effect(row), known is not None

    def find(self, key: str) -> Effect | None:
        """The effect that this key has had."""
        with self._transaction() as connection:
            row = connection.execute(f"{_SELECT} WHERE idempotency_key = ?", (key,)).fetchone()
        return None if row is None else _effect(row)

    def effects(self, limit: int = 200) -> list[Effect]:
        """The newest ``limit`` effects, newest first."""
        with self._transaction() as connection:
            return [_effect(row) for row in connection.execute(f"{_SELECT} ORDER BY id DESC LIMIT ?", (limit,))]

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        try:
            # IMMEDIATE takes the write lock before the first read, so that two arrivals with one key cannot both find it new.
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                yield connection
        finally:
            connection.close()


_SELECT = "SELECT id, number, operation, holder, regulation, test_mark, received_at, arrivals, registry FROM effect"


def _effect(row: tuple[int, str, str, str, str, int, str, int, str]) -> Effect:
    return Effect(f"SBX-{row[0]:06d}", row[1], row[2], row[3], row[4], bool(row[5]), row[6], row[7], row[8])
