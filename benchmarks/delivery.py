"""Delivery of events: ours beside its floor (the same client library, the same SQL) and beside event-routing-backends' way of sending.

The registry is a process of its own, so that the CPU time measured is the sender's alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import requests
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from benchmarks.measuring import Sample, Work, measure_once_each
from benchmarks.tables import SAMPLE_HEAD, Table, ratio, sample_cells
from digiskills_integrations.confirmations.events import append_event
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationVersion, EventType
from digiskills_integrations.outbox.models import Delivery, DeliveryState, Destination, Receipt
from digiskills_integrations.outbox.operations import sync_destinations
from digiskills_integrations.outbox.worker import deliver_due

ROUNDS = 40
BATCH = 8
GOAL_ONE, GOAL_BATCH, GOAL_PEER = 1.5, 2.0, 4.0
KEY = b"k" * 24
SECRET = "whsec_" + base64.b64encode(KEY).decode("ascii")
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ANSWER = b'{"status":"accepted","receipt":"R-1"}'
CREDENTIAL_BYTES = 1_700  # with its envelope about 2 KB, the size of a record

# Answers every POST, keeps connections open; started as `python -c`, prints its port.
_REGISTRY = """
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWER = sys.argv[1].encode()

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        head = f"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: {len(ANSWER)}\\r\\n\\r\\n"
        self.wfile.write(head.encode() + ANSWER)

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


def delivery_table() -> Table:
    """CPU time of one delivery, from its claim to its receipt."""
    with _registry() as url, tempfile.TemporaryDirectory() as name, requests.Session() as session:
        webhook, files = _destinations(url, Path(name))
        _records(ROUNDS * 2 * (1 + BATCH))
        works: dict[str, Sequence[Work]] = {
            "one: ours": _ours(webhook, 1),
            "one: floor": _floors(webhook, session, url, 1),
            "one: event-routing-backends' client": [partial(_peer_one, url)] * ROUNDS,
            f"a batch of {BATCH}: ours, over HTTP": _ours(webhook, BATCH),
            f"a batch of {BATCH}: floor, over HTTP": _floors(webhook, session, url, BATCH),
            f"a batch of {BATCH}: ours, as signed files": _ours(files, BATCH),
            f"a batch of {BATCH}: event-routing-backends' client": [partial(_peer_batch, url)] * ROUNDS,
        }
        samples = {name: _each(sample, name) for name, sample in measure_once_each(works).items()}
        _check()
    return Table(
        title="Delivery of an event of 2 KB, from the claim to the receipt",
        head=("work", *SAMPLE_HEAD, "ours against it"),
        rows=[[name, *sample_cells(sample), _against(name, samples)] for name, sample in samples.items()],
        notes=[
            "CPU time of the sender for each event; the registry is another process on the same machine.",
            (
                "Floor: the statements that one delivery needs (claim, read back, lock, result, receipt, next), sent without an ORM, and "
                "requests with one connection kept open: what a worker in one piece for one registry could do."
            ),
            (
                "Ours keeps its connection for a run, to an address that was judged before it, and has a limit for the whole exchange, "
                "which costs a timer; the floor and the peer judge and limit nothing."
            ),
            (
                "The peer's row is its client's call alone, requests.post for each event or for all of them: no connection kept, no "
                "signature, claim, order or receipt; its routing and its own queries are not in it."
            ),
            _goals(samples),
            "Checked: every delivery is acknowledged, or handed over to the files, and has its receipt.",
        ],
    )


@contextmanager
def _registry() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-c", _REGISTRY, ANSWER.decode()], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/events"
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def _destinations(url: str, folder: Path) -> tuple[Destination, Destination]:
    settings.DIGISKILLS_DESTINATION_SECRETS = {"bench-http": SECRET, "bench-file": SECRET}
    settings.DIGISKILLS_PII_KEYS = [Fernet.generate_key().decode()]
    for name in ("outgoing", "answers"):
        (folder / name).mkdir()
    http = {"code": "bench-http", "kind": "webhook", "endpoint": url, "allowed_networks": ["127.0.0.0/8"], "environment": "sandbox"}
    file = {"code": "bench-file", "kind": "file", "endpoint": folder.as_uri(), "environment": "sandbox"}
    sync_destinations([http, file])
    return Destination.objects.get(code="bench-http"), Destination.objects.get(code="bench-file")


def _records(count: int) -> None:
    """So many records of one event, each with one delivery to either destination."""
    credential = base64.urlsafe_b64encode(os.urandom(CREDENTIAL_BYTES * 3 // 4)).decode()
    with transaction.atomic():
        for n in range(count):
            confirmation = Confirmation.objects.create(
                number=f"TBENCH{n:08d}", learner_public_id=f"{n:026d}", regulation="demo-s3-a1/1", audience="citizen",
                issue_no=1, test_mark=True, issued_at=NOW,
            )  # fmt: skip
            version = ConfirmationVersion.objects.create(
                confirmation=confirmation, version=1, payload="{}", jwt=credential, digest="d" * 64, key_id="TEST-bench",
                valid_from=NOW, created_at=NOW,
            )  # fmt: skip
            append_event(confirmation, kind=EventType.ISSUED, version=version, now=NOW)


def _ours(destination: Destination, size: int) -> list[Work]:
    return [partial(_deliver, destination.code, size)] * ROUNDS


def _deliver(code: str, size: int) -> None:
    report = deliver_due(now=NOW, owner="bench", limit=size, destination=code)
    assert report.acknowledged + report.awaiting == size, report


def _floors(destination: Destination, session: requests.Session, url: str, size: int) -> list[Work]:
    return [partial(_floor, destination.pk, session, url, size)] * ROUNDS


def _floor(destination: int, session: requests.Session, url: str, size: int) -> None:
    """The same statements in the same transactions, by cursor; the same body and signature; one connection."""
    with connection.cursor() as cursor:
        rows = _floor_claim(cursor, destination, size)
        assert len(rows) == size
        for pk, confirmation, credential in rows:
            _post(session, url, credential)
            _floor_resolve(cursor, pk, confirmation, destination)


def _floor_claim(cursor: CursorWrapper, destination: int, size: int) -> list[tuple[int, int, str]]:
    """Id, confirmation and signed record of each claimed delivery."""
    lease = NOW + timedelta(minutes=5)
    cursor.execute(
        "SELECT id FROM digiskills_integrations_delivery WHERE destination_id = %s AND state IN ('ready', 'leased', 'awaiting')"
        " AND due_at <= %s ORDER BY due_at, id LIMIT %s",
        [destination, NOW, size],
    )
    candidates = [pk for (pk,) in cursor.fetchall()]
    places = ", ".join(["%s"] * len(candidates))
    with transaction.atomic():
        cursor.execute(
            "UPDATE digiskills_integrations_delivery"  # noqa: S608 - placeholders only
            " SET state = 'leased', owner = 'floor', fence = fence + 1, attempts = attempts + 1,"
            f" lease_until = %s, due_at = %s WHERE id IN ({places}) AND due_at <= %s AND state IN ('ready', 'leased', 'awaiting')",
            [lease, lease, *candidates, NOW],
        )
    cursor.execute(
        "SELECT d.id, d.confirmation_id, v.jwt, d.*, e.*, v.*, c.* FROM digiskills_integrations_delivery d"  # noqa: S608 - as above
        " JOIN digiskills_integrations_confirmationevent e ON e.id = d.event_id"
        " JOIN digiskills_integrations_confirmationversion v ON v.id = e.version_id"
        " JOIN digiskills_integrations_confirmation c ON c.id = d.confirmation_id"
        f" WHERE d.owner = 'floor' AND d.state = 'leased' AND d.id IN ({places})",
        candidates,
    )
    return [row[:3] for row in cursor.fetchall()]


def _floor_resolve(cursor: CursorWrapper, pk: int, confirmation: int, destination: int) -> None:
    with transaction.atomic():
        cursor.execute("UPDATE digiskills_integrations_confirmation SET rev = rev + 1 WHERE id = %s", [confirmation])
        cursor.execute(
            "UPDATE digiskills_integrations_delivery SET state = 'acknowledged', owner = '', lease_until = NULL, due_at = %s"
            " WHERE id = %s AND state = 'leased' AND owner = 'floor'",
            [NOW, pk],
        )
        cursor.execute(
            "INSERT INTO digiskills_integrations_receipt (delivery_id, fence, status, reference, reason, digest, received_at)"
            " VALUES (%s, 1, 'acknowledged', 'R-1', '', %s, %s)",
            [pk, hashlib.sha256(ANSWER).hexdigest(), NOW],
        )
        cursor.execute(
            "SELECT id, state FROM digiskills_integrations_delivery WHERE confirmation_id = %s AND destination_id = %s"
            " AND state NOT IN ('acknowledged', 'rejected', 'cancelled') ORDER BY seq LIMIT 1",
            [confirmation, destination],
        )


def _post(session: requests.Session, url: str, credential: str) -> None:
    body = json.dumps({"id": "k", "type": "t", "data": {"credential": credential}}).encode()
    stamp = str(int(NOW.timestamp()))
    signature = base64.b64encode(hmac.digest(KEY, b"k." + stamp.encode() + b"." + body, hashlib.sha256)).decode()
    headers = {"Content-Type": "application/json", "webhook-id": "k", "webhook-timestamp": stamp, "webhook-signature": f"v1,{signature}"}
    answer = session.post(url, data=body, headers=headers, timeout=10)
    assert answer.json()["status"] == "accepted"


def _event() -> dict[str, object]:
    return {"id": "k", "type": "t", "data": {"credential": "c" * CREDENTIAL_BYTES}}


def _peer_one(url: str) -> None:
    assert requests.post(url, json=_event(), headers={"Authorization": "Bearer x"}, timeout=10).ok


def _peer_batch(url: str) -> None:
    assert requests.post(url, json=[_event() for _ in range(BATCH)], headers={"Authorization": "Bearer x"}, timeout=10).ok


def _each(sample: Sample, name: str) -> Sample:
    """The sample for one event."""
    size = BATCH if name.startswith("a batch") else 1
    return Sample(tuple(seconds / size for seconds in sample.seconds), size)


def _against(name: str, samples: dict[str, Sample]) -> str:
    kind = name.partition(":")[0]
    ours = "one: ours" if kind == "one" else f"{kind}: ours, over HTTP"
    return ratio(samples[ours].median, samples[name].median)


def _goals(samples: dict[str, Sample]) -> str:
    batch = f"a batch of {BATCH}"
    one = samples["one: ours"].median / samples["one: floor"].median
    many = samples[f"{batch}: ours, over HTTP"].median / samples[f"{batch}: floor, over HTTP"].median
    peer = samples["one: event-routing-backends' client"].median / samples["one: ours"].median
    return (
        f"Goals: at most {GOAL_ONE} times the floor for one, measured {one:.1f}; at most {GOAL_BATCH} times in a batch, "
        f"measured {many:.1f}; {GOAL_PEER} times less than the peer, measured {peer:.1f} times, against its client's call alone."
    )


def _check() -> None:
    """Every delivery of the run is where it belongs.

    Raises:
        AssertionError: one is not.
    """
    resolved = Delivery.objects.filter(state=DeliveryState.ACKNOWLEDGED)
    assert resolved.count() == Receipt.objects.count() == 2 * ROUNDS * (1 + BATCH)
    assert Delivery.objects.filter(state=DeliveryState.AWAITING).count() == ROUNDS * BATCH
