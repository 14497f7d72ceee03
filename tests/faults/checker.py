"""Holds two histories against each other: what we committed (MariaDB) and what the registry did (the sandbox's SQLite file).

Written from docs/reference/webhook.md and outbox.md alone: plain SQL, no import from the product, its own computation of the keys.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

_EVENTS = """
SELECT c.number, e.seq, e.type, v.version, d.state, (SELECT COUNT(*) FROM digiskills_integrations_receipt r
       WHERE r.delivery_id = d.id AND r.status = 'acknowledged')
FROM digiskills_integrations_confirmationevent e
JOIN digiskills_integrations_confirmation c ON c.id = e.confirmation_id
JOIN digiskills_integrations_confirmationversion v ON v.id = e.version_id
LEFT JOIN digiskills_integrations_delivery d ON d.event_id = e.id
"""


@attrs.frozen
class Committed:
    """An event of ours. ``state``: of its delivery, None if it has none; ``receipts``: acknowledgements kept."""

    number: str
    seq: int
    operation: str
    version: int
    state: str | None
    receipts: int

    def key(self, destination: str) -> str:
        """The idempotency key that belongs to the event."""
        parts = [destination, self.number, self.version, self.operation, self.seq]
        text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


@attrs.frozen
class Effect:
    """What the registry did, in the order in which it did it."""

    key: str
    number: str
    operation: str


@attrs.frozen
class Verdict:
    """The two histories compared. ``cancelled`` events were taken back before they were sent and must have no effect."""

    committed: int
    delivered: int
    effects: int
    lost: int
    doubled: int
    out_of_order: int
    cancelled: int
    operations: dict[str, int]

    def line(self) -> str:
        return (
            f"committed {self.committed} delivered {self.delivered} effects {self.effects} "
            f"lost {self.lost} doubled {self.doubled} out-of-order {self.out_of_order}"
        )

    @property
    def is_good(self) -> bool:
        return self.committed == self.delivered == self.effects and not (self.lost or self.doubled or self.out_of_order)


def read_committed(cursor: Any) -> list[Committed]:
    """Our history, through any DB-API cursor on the platform's database."""
    cursor.execute(_EVENTS)
    return [Committed(*row) for row in cursor.fetchall()]


def read_effects(path: Path) -> list[Effect]:
    """The registry's history."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        rows = connection.execute("SELECT idempotency_key, number, operation FROM effect ORDER BY id").fetchall()
    connection.close()
    return [Effect(*row) for row in rows]


def compare(committed: Iterable[Committed], effects: Iterable[Effect], *, destination: str) -> Verdict:
    """Compare the histories of one destination.

    ``doubled`` counts effects beyond the first of one key and effects that no committed event calls for: of a change that was rolled back
    or taken back, or of a key that changed between two attempts.
    """
    everything = list(committed)
    done = list(effects)
    calls_for = [event for event in everything if event.state != "cancelled"]
    wanted = Counter(event.key(destination) for event in calls_for)
    happened = Counter(effect.key for effect in done)
    return Verdict(
        committed=len(calls_for),
        delivered=sum(event.state == "acknowledged" and event.receipts == 1 for event in calls_for),
        effects=len(done),
        lost=(wanted - happened).total(),
        doubled=(happened - wanted).total(),
        out_of_order=_inversions({event.key(destination): event for event in calls_for}, done),
        cancelled=len(everything) - len(calls_for),
        operations=dict(sorted(Counter(event.operation for event in calls_for).items())),
    )


def _inversions(wanted: dict[str, Committed], effects: list[Effect]) -> int:
    """Effects that came after one of a later event of the same record."""
    latest: dict[str, int] = defaultdict(int)
    count = 0
    for effect in effects:
        if effect.key in wanted:
            event = wanted[effect.key]
            count += event.seq < latest[event.number]
            latest[event.number] = max(latest[event.number], event.seq)
    return count
