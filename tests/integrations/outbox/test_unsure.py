"""Registries of which one cannot be sure: that do not know a key again, that answer later, that were never told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from digiskills_integrations.confirmations.events import append_event
from digiskills_integrations.confirmations.models import Confirmation, EventType
from digiskills_integrations.destinations.file.signature import sign
from digiskills_integrations.errors import ConfigurationError
from digiskills_integrations.locking import in_own_transaction
from digiskills_integrations.outbox import claim
from digiskills_integrations.outbox.models import Delivery, DeliveryState, Destination, Receipt
from digiskills_integrations.outbox.operations import cancel, give_up, redrive
from digiskills_integrations.outbox.policy import DEFAULT_POLICY as POLICY
from digiskills_integrations.outbox.worker import DeliveryReport, deliver_due
from tests.integrations.conftest import NOW, SECRET, Script, answer, serving
from tests.integrations.outbox.conftest import Issue
from tests.integrations.records import completed_learner, names, registry

ACCEPTED = answer(201, b'{"status":"accepted","receipt":"R-7"}')
UNKNOWN = answer(404, b'{"status":"unknown"}')
DAY = timedelta(days=1)


def deliver(after: timedelta = timedelta(), *, limit: int = 100) -> DeliveryReport:
    return deliver_due(now=NOW + after, owner="test", limit=limit, monotonic=lambda: 0.0, jitter=lambda: 1.0)


def by_method(**reactions: Callable[[BaseHTTPRequestHandler, int], None]) -> Callable[[BaseHTTPRequestHandler, int], None]:
    return lambda handler, arrival: reactions[handler.command](handler, arrival)


def methods(script: Script) -> list[str]:
    return [arrival.method for arrival in script.arrivals]


# A registry that does not know a key again


def test_a_first_attempt_asks_nothing(issue: Issue) -> None:
    with serving(ACCEPTED) as script:
        issue(f"{script.url}/events", idempotency="none")
        assert deliver() == DeliveryReport(acknowledged=1)
    assert methods(script) == ["POST"]


def test_before_a_repetition_the_registry_is_asked_and_not_told_again(issue: Issue) -> None:
    """The effect was there, its answer was lost: the receipt is read back, and nothing is sent a second time."""
    with serving(by_method(POST=answer(504), GET=ACCEPTED)) as script:
        issue(f"{script.url}/events?tenant=1", idempotency="none")
        assert deliver() == DeliveryReport(postponed=1)
        assert deliver(POLICY.read_back_delay - timedelta(seconds=1)) == DeliveryReport()
        assert deliver(POLICY.read_back_delay) == DeliveryReport(acknowledged=1)
    assert methods(script) == ["POST", "GET"]
    post, get = script.arrivals
    assert get.path == f"/events/{post.headers['webhook-id']}?tenant=1"
    assert get.headers["webhook-signature"].startswith("v1,")
    assert (Receipt.objects.get().reference, Receipt.objects.get().fence) == ("R-7", 2)


def test_what_the_registry_never_got_is_sent_again(issue: Issue) -> None:
    def post(handler: BaseHTTPRequestHandler, arrival: int) -> None:
        (answer(503) if arrival == 1 else ACCEPTED)(handler, arrival)

    with serving(by_method(POST=post, GET=UNKNOWN)) as script:
        issue(f"{script.url}/events", idempotency="none")
        deliver()
        assert deliver(DAY) == DeliveryReport(acknowledged=1)
    assert methods(script) == ["POST", "GET", "POST"]


@pytest.mark.parametrize("reaction", [answer(404), answer(404, b'{"status":["unknown"]}'), answer(500), answer(200, b"{}")])
def test_while_it_cannot_be_learned_nothing_is_sent(issue: Issue, reaction: Callable[[BaseHTTPRequestHandler, int], None]) -> None:
    """A bare 404 is also what a wrong address answers, so that it is not taken for "never got it"."""
    with serving(by_method(POST=answer(504), GET=reaction)) as script:
        issue(f"{script.url}/events", idempotency="none")
        deliver()
        assert deliver(DAY) == DeliveryReport(postponed=1)
    assert methods(script) == ["POST", "GET"]


def test_after_a_killed_worker_the_registry_is_asked_first(issue: Issue) -> None:
    with serving(by_method(GET=ACCEPTED)) as script:
        [delivery] = issue(f"{script.url}/events", idempotency="none")
        claim.claim(delivery.destination_id, now=NOW, owner="killed", lease=POLICY.lease, limit=1)
        assert deliver(POLICY.lease) == DeliveryReport(acknowledged=1)
    assert methods(script) == ["GET"]


def test_after_a_redrive_the_registry_is_asked_first(issue: Issue) -> None:
    with serving(by_method(POST=answer(400), GET=ACCEPTED)) as script:
        issue(f"{script.url}/events", idempotency="none")
        assert deliver() == DeliveryReport(dead=1)
        redrive("sandbox", now=NOW)
        assert deliver() == DeliveryReport(acknowledged=1)
    assert methods(script) == ["POST", "GET"]


def test_a_registry_that_knows_keys_is_not_asked(issue: Issue) -> None:
    def post(handler: BaseHTTPRequestHandler, arrival: int) -> None:
        (answer(504) if arrival == 1 else ACCEPTED)(handler, arrival)

    with serving(by_method(POST=post)) as script:
        issue(f"{script.url}/events")
        deliver()
        assert deliver(DAY) == DeliveryReport(acknowledged=1)
    assert methods(script) == ["POST", "POST"]


# A registry that answers later


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("outgoing", "answers"):
        (tmp_path / "exchange" / name).mkdir(parents=True)
    return tmp_path / "exchange"


def acknowledge(folder: Path) -> None:
    """Plays the registry: answers every event of every batch that lies there."""
    for batch in (folder / "outgoing").glob("*.ndjson"):
        ids = [json.loads(line)["id"] for line in batch.read_text(encoding="utf-8").splitlines()]
        content = "".join(json.dumps({"id": key, "status": "accepted", "receipt": key[:8]}) + "\n" for key in ids).encode()
        path = folder / "answers" / f"{batch.stem}.ack.ndjson"
        path.write_bytes(content)
        path.with_name(f"{path.name}.sig").write_text(sign(path.name, content, SECRET))


def events_in(folder: Path) -> list[int]:
    return sorted(len(batch.read_bytes().splitlines()) for batch in (folder / "outgoing").glob("*.ndjson"))


def test_a_batch_is_handed_over_once_and_its_answers_are_kept(issue: Issue, folder: Path) -> None:
    issue(folder.as_uri(), kind="file", count=POLICY.batch + 1)
    assert deliver() == DeliveryReport(awaiting=POLICY.batch + 1)
    assert events_in(folder) == [1, POLICY.batch]
    assert deliver(POLICY.answer_poll) == DeliveryReport(awaiting=POLICY.batch + 1)
    assert set(Delivery.objects.values_list("state", "attempts")) == {("awaiting", 1)}
    acknowledge(folder)
    assert deliver(2 * POLICY.answer_poll) == DeliveryReport(acknowledged=POLICY.batch + 1)
    assert events_in(folder) == [1, POLICY.batch]
    assert Receipt.objects.count() == POLICY.batch + 1
    assert deliver(DAY) == DeliveryReport()


def test_an_answer_that_never_comes_ends_in_a_dead_letter_that_can_be_sent_again(issue: Issue, folder: Path) -> None:
    issue(folder.as_uri(), kind="file")
    deliver()
    assert deliver(POLICY.answer_patience - timedelta(seconds=1)) == DeliveryReport(awaiting=1)
    assert deliver(POLICY.answer_patience + POLICY.answer_poll) == DeliveryReport(dead=1)
    assert Delivery.objects.get().last_error == "no_answer"
    redrive("sandbox", now=NOW)
    assert deliver(DAY) == DeliveryReport(awaiting=1)
    assert events_in(folder) == [1, 1]


def test_a_bad_answer_is_waited_out_and_told(issue: Issue, folder: Path) -> None:
    issue(folder.as_uri(), kind="file")
    deliver()
    acknowledge(folder)
    for path in (folder / "answers").glob("*.sig"):
        path.write_text("v1,AAAA")
    assert deliver(POLICY.answer_poll) == DeliveryReport(awaiting=1)
    assert (Delivery.objects.get().state, Delivery.objects.get().last_error) == (DeliveryState.AWAITING, "bad_signature")


def test_a_folder_that_is_away_postpones(issue: Issue, folder: Path) -> None:
    issue(folder.as_uri(), kind="file")
    (folder / "outgoing").rmdir()
    assert deliver() == DeliveryReport(postponed=1)
    assert Delivery.objects.get().last_error == "misconfigured"


@pytest.mark.parametrize(
    "options, message",
    [
        ({"kind": "file"}, r"endpoint: not file:// and an absolute path"),
        ({"kind": "file", "url": "file://host/x"}, r"endpoint: not file"),
        ({"url": "file:///x"}, r"endpoint: not an absolute http"),
        ({"idempotency": "maybe"}, r"idempotency: 'maybe'"),
        ({"rate_per_minute": 0}, r"rate_per_minute: 0"),
        ({"rate_per_minute": True}, r"rate_per_minute: True"),
    ],
    ids=str,
)
def test_a_wrong_setting_is_named(platform: Settings, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        registry(platform, options.pop("url", "http://127.0.0.1:9/"), **options)


# A registry that was never told


def withdraw(confirmation: Confirmation) -> None:
    version = confirmation.versions.latest("version")
    in_own_transaction(lambda: append_event(confirmation, kind=EventType.WITHDRAWN, version=version, now=NOW))


def states() -> list[str]:
    return list(Delivery.objects.order_by("destination_id", "seq").values_list("state", flat=True))


def test_a_withdrawal_before_the_first_attempt_cancels_both(issue: Issue) -> None:
    with serving(ACCEPTED) as script:
        [delivery] = issue(script.url)
        withdraw(delivery.confirmation)
        assert states() == ["cancelled", "cancelled"]
        assert deliver(DAY) == DeliveryReport()
    assert script.arrivals == []


def test_a_registry_that_may_know_is_told_in_order(issue: Issue) -> None:
    with serving(ACCEPTED) as script:
        [delivery] = issue(script.url)
        claim.claim(delivery.destination_id, now=NOW, owner="killed", lease=POLICY.lease, limit=1)
        withdraw(delivery.confirmation)
        assert states() == ["leased", "blocked"]
        deliver(POLICY.lease)
    assert [json.loads(arrival.body)["data"]["operation"] for arrival in script.arrivals] == ["issued", "withdrawn"]


def test_each_registry_is_judged_by_itself(issue: Issue, platform: Settings) -> None:
    with serving(ACCEPTED) as script:
        registry(platform, script.url, code="told")
        [delivery] = issue(script.url, code="untold")
        assert deliver_due(now=NOW, owner="test", limit=1, destination="told") == DeliveryReport(acknowledged=1)
        withdraw(delivery.confirmation)
    assert states() == ["acknowledged", "ready", "cancelled", "cancelled"]


def test_a_record_that_comes_back_is_told_although_its_beginning_was_cancelled(issue: Issue) -> None:
    [delivery] = issue()
    withdraw(delivery.confirmation)
    version = delivery.confirmation.versions.latest("version")
    in_own_transaction(lambda: append_event(delivery.confirmation, kind=EventType.REINSTATED, version=version, now=NOW))
    assert states() == ["cancelled", "cancelled", "ready"]


# What an operator decides


def test_an_unsent_event_can_be_cancelled_and_a_tried_one_cannot(issue: Issue) -> None:
    [delivery] = issue()
    number = delivery.confirmation.number
    assert [cancel("sandbox", number, now=NOW) for _ in range(2)] == [1, 0]
    Delivery.objects.update(state=DeliveryState.READY, fence=1)
    assert cancel("sandbox", number, now=NOW) == 0
    assert cancel("sandbox", "T0000000000001", now=NOW) == 0


def test_a_dead_letter_that_is_given_up_lets_the_next_go(issue: Issue) -> None:
    with serving(answer(400)) as script:
        [delivery] = issue(script.url)
        deliver()
        withdraw(delivery.confirmation)
        assert states() == ["dead", "blocked"]
        assert give_up("sandbox", delivery.confirmation.number, now=NOW) == 1
    assert states() == ["cancelled", "ready"]
    assert Delivery.objects.order_by("seq")[0].last_error == "http_400"


# A registry that fails for everybody


def test_the_breaker_holds_for_later_runs_and_one_event_tries_again(issue: Issue) -> None:
    with serving(answer(500)) as script:
        issue(script.url, count=10)
        assert deliver() == DeliveryReport(postponed=POLICY.breaker_failures)
        assert deliver(POLICY.breaker_pause - timedelta(seconds=1)) == DeliveryReport()
        assert deliver(POLICY.breaker_pause) == DeliveryReport(postponed=1)
        redrive("sandbox", now=NOW)
        assert Destination.objects.get().failures == 0
    assert len(script.arrivals) == POLICY.breaker_failures + 1


def test_after_it_has_recovered_everything_goes(issue: Issue) -> None:

    def respond(handler: BaseHTTPRequestHandler, arrival: int) -> None:
        (answer(500) if arrival <= POLICY.breaker_failures else ACCEPTED)(handler, arrival)

    with serving(respond) as script:
        issue(script.url, count=10)
        deliver()
        assert deliver(DAY) == DeliveryReport(acknowledged=10)


def test_a_record_that_cannot_be_sent_says_nothing_about_the_registry(issue: Issue) -> None:
    with serving(ACCEPTED) as script:
        first, second = issue(script.url, count=2)
        Destination.objects.update(failures=POLICY.breaker_failures)
        Delivery.objects.filter(pk=first.pk).update(attempts=POLICY.max_attempts)
        assert deliver() == DeliveryReport(dead=1, acknowledged=1)
        second.refresh_from_db()
    assert second.state == DeliveryState.ACKNOWLEDGED
    assert Destination.objects.get().failures == 0


def test_a_rate_is_kept(issue: Issue) -> None:
    with serving(ACCEPTED) as script:
        issue(script.url, count=10, rate_per_minute=8)
        sent = [deliver(timedelta(seconds=second)).acknowledged for second in range(0, 120, 5)]
    assert sent[0] > 0
    assert (sum(sent[:12]), sum(sent)) == (8, 10)
    assert not Delivery.objects.filter(attempts__gt=1).exists()


def test_a_learner_named_by_nobody_stays_unnamed_in_the_files(platform: Settings, issue: Issue, folder: Path) -> None:
    completed_learner()
    issue(folder.as_uri(), kind="file", share_name=False)
    deliver()
    assert not [path for path in (folder / "outgoing").iterdir() if names(path.read_text("utf-8"))]
