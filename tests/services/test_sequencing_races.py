"""The sequence of decisions on MariaDB: what commits late, and readers who come at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import close_old_connections, connection, connections

from digiskills_grading import api, listings, sequencing
from digiskills_grading.models import Decision
from tests.grading.helpers import AUDIENCE, NOW, REGULATION, account

pytestmark = pytest.mark.django_db(transaction=True)
COLUMNS = "track_id, n, status, evidence_upto, reasons, digest, decided_at"


def decide(first: int, last: int) -> None:
    """Decisions as they are found in the table, whatever led to them."""
    api.ensure_track(account("man"), regulation=REGULATION, audience=AUDIENCE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM digiskills_grading_track")
        (track,) = cursor.fetchone()
    Decision.objects.bulk_create(
        Decision(track_id=track, n=n, status="not_yet", evidence_upto=0, reasons="[]", digest=f"{n:064x}", decided_at=NOW)
        for n in range(first, last + 1)
    )


def numbers(after: int) -> tuple[list[int], int]:
    """What a reader who comes again gets, and the place to come again with."""
    while sequencing.place_decisions(limit=1000):
        pass
    page = listings.decisions_after(after, limit=200)
    return [entry.decision.n for entry in page.entries], page.last or after


def test_a_decision_that_is_committed_late_comes_after_those_that_were_read() -> None:
    decide(1, 1)
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO digiskills_grading_decision ({COLUMNS}) "  # noqa: S608 - constants
                "SELECT track_id, 2, status, evidence_upto, reasons, digest, decided_at FROM digiskills_grading_decision WHERE n = 1"
            )
        decide(3, 3)
        assert Decision.objects.get(n=3).pk > Decision.objects.get(n=1).pk + 1
        seen, place = numbers(0)
        assert seen == [1, 3]
        other.commit()
    finally:
        other.close()
    assert numbers(place)[0] == [2]


def test_readers_who_come_at_once_give_every_decision_one_place() -> None:
    decide(1, 120)

    def place_all(_: int) -> int:
        close_old_connections()
        given = 0
        try:
            while placed := sequencing.place_decisions(limit=7):
                given += placed
        finally:
            connections["default"].close()
        return given

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(place_all, range(4))) == 120
    assert list(Decision.objects.order_by("place").values_list("place", flat=True)) == list(range(1, 121))
