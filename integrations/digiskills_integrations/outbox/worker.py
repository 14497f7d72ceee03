"""The delivery worker: claims what is due, sends it, and writes down what came of it."""

from __future__ import annotations

import enum
import hashlib
import logging
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import attrs

from digiskills_integrations import conf
from digiskills_integrations.canonical import canonical_json
from digiskills_integrations.destinations.base import DestinationConfig, Transport, TransportError
from digiskills_integrations.destinations.registry import transport_for
from digiskills_integrations.errors import ConfigurationError, StaleClaimError
from digiskills_integrations.http import parse_networks
from digiskills_integrations.locking import require_outermost
from digiskills_integrations.outbox import claim
from digiskills_integrations.outbox.messages import outgoing_event
from digiskills_integrations.outbox.models import Delivery, Destination, Environment
from digiskills_integrations.outbox.schedule import MAX_ATTEMPTS, next_attempt_at

logger = logging.getLogger(__name__)

# A batch is sent within its lease even if every exchange takes its full time (25 s, see http.HttpLimits).
BATCH = 8
LEASE = timedelta(seconds=300)
# A registry that fails so often in a row is left alone until the next run; the others are served meanwhile.
MAX_CONSECUTIVE_FAILURES = 3


@attrs.define
class DeliveryReport:
    """What one run did. ``misconfigured`` names destinations that were passed over, with the reason; their deliveries stay due."""

    acknowledged: int = 0
    rejected: int = 0
    postponed: int = 0
    dead: int = 0
    stale: int = 0
    misconfigured: dict[str, str] = attrs.Factory(dict)

    @property
    def attempts(self) -> int:
        """Exchanges made in this run."""
        return self.acknowledged + self.rejected + self.postponed + self.dead + self.stale


class _Verdict(enum.Enum):
    """How a run goes on with a destination after one attempt."""

    GO_ON = "go on"
    FAILED = "failed"
    LEAVE_ALONE = "leave alone"


def deliver_due(
    *,
    now: datetime,
    owner: str,
    limit: int,
    destination: str | None = None,
    monotonic: Callable[[], float] = time.monotonic,
    jitter: Callable[[], float] = random.random,
) -> DeliveryReport:
    """Send what is due: at most ``limit`` deliveries to each enabled destination, or to the one named ``destination``.

    Args:
        now: aware time at the start; later moments of the run are counted from it with ``monotonic``.
        owner: unique among living workers, such as host, process and a random part.
        jitter: uniform numbers in ``[0, 1)`` for the schedule.

    Raises:
        RuntimeError: called inside a transaction.
    """
    require_outermost()
    started = monotonic()
    run = _Run(owner=owner, clock=lambda: now + timedelta(seconds=monotonic() - started), jitter=jitter, report=DeliveryReport())
    destinations = Destination.objects.filter(enabled=True).order_by("code")
    if destination is not None:
        destinations = destinations.filter(code=destination)
    for row in destinations:
        try:
            channel = _Channel(row, transport_for(row.kind), destination_config(row))
        except ConfigurationError as error:
            logger.error("destination %s is passed over: %s", row.code, error)  # noqa: TRY400 - the message says it all
            run.report.misconfigured[row.code] = str(error)
            continue
        run.serve(channel, limit)
    return run.report


def destination_config(row: Destination) -> DestinationConfig:
    """A destination with its secret, for a transport.

    Raises:
        ConfigurationError: no such secret, or the networks are not in CIDR form.
    """
    networks = [text.strip() for text in row.allowed_networks.split(",") if text.strip()]
    return DestinationConfig(
        code=row.code,
        endpoint=row.endpoint,
        secret=conf.destination_secret(row.secret_ref),
        allowed_networks=parse_networks(networks),
    )


@attrs.frozen
class _Channel:
    row: Destination
    transport: Transport
    config: DestinationConfig


@attrs.frozen
class _Run:
    owner: str
    clock: Callable[[], datetime]
    jitter: Callable[[], float]
    report: DeliveryReport

    def serve(self, channel: _Channel, limit: int) -> None:
        """Batches for one destination until nothing is due, ``limit`` is reached, or the registry is to be left alone."""
        failures = 0
        while limit > 0:
            batch = claim.claim(channel.row.pk, now=self.clock(), owner=self.owner, lease=LEASE, limit=min(BATCH, limit))
            if not batch:
                return
            limit -= len(batch)
            for position, delivery in enumerate(batch, start=1):
                verdict = self._attempt(channel, delivery)
                failures = failures + 1 if verdict is _Verdict.FAILED else 0
                if verdict is _Verdict.LEAVE_ALONE or failures >= MAX_CONSECUTIVE_FAILURES:
                    claim.release(batch[position:], now=self.clock())
                    return

    def _attempt(self, channel: _Channel, delivery: Delivery) -> _Verdict:
        try:
            if delivery.attempts > MAX_ATTEMPTS:
                return self._bury(delivery, "worker_lost")
            if delivery.confirmation.test_mark != (channel.row.environment == Environment.SANDBOX):
                return self._bury(delivery, "wrong_environment")
            return self._send(channel, delivery)
        except StaleClaimError as error:
            logger.warning("result not written: %s", error)
            self.report.stale += 1
            return _Verdict.GO_ON

    def _send(self, channel: _Channel, delivery: Delivery) -> _Verdict:
        try:
            event = outgoing_event(delivery, channel.row)
            answer = channel.transport.send(event, channel.config, now=self.clock())
        except ConfigurationError as error:
            logger.error("delivery %s cannot be built: %s", delivery.pk, error)  # noqa: TRY400 - the message says it all
            return self._failed(channel, delivery, TransportError("misconfigured", permanent=False))
        except TransportError as error:
            return self._failed(channel, delivery, error)
        digest = hashlib.sha256(canonical_json(answer.raw)).hexdigest()
        claim.resolve(delivery, answer, digest=digest, now=self.clock())
        if answer.status == "acknowledged":
            self.report.acknowledged += 1
        else:
            self.report.rejected += 1
        logger.info("delivery %s to %s: %s", delivery.pk, channel.row.code, answer.status)
        return _Verdict.GO_ON

    def _failed(self, channel: _Channel, delivery: Delivery, error: TransportError) -> _Verdict:
        logger.warning("delivery %s to %s, attempt %s: %s", delivery.pk, channel.row.code, delivery.attempts, error.code)
        if error.gone:
            Destination.objects.filter(pk=channel.row.pk).update(enabled=False)
            logger.error("destination %s says that it is gone for good and is switched off", channel.row.code)
        moment = self.clock()
        due_at = None
        if not error.permanent:
            due_at = next_attempt_at(delivery.attempts, now=moment, jitter=self.jitter, retry_after=error.retry_after)
        if due_at is None:
            return self._bury(delivery, error.code, leave_alone=error.gone)
        claim.postpone(delivery, due_at=due_at, error=error.code)
        self.report.postponed += 1
        return _Verdict.FAILED if error.retry_after is None else _Verdict.LEAVE_ALONE

    def _bury(self, delivery: Delivery, code: str, *, leave_alone: bool = False) -> _Verdict:
        claim.bury(delivery, now=self.clock(), error=code)
        self.report.dead += 1
        logger.error("delivery %s is a dead letter: %s", delivery.pk, code)
        return _Verdict.LEAVE_ALONE if leave_alone else _Verdict.GO_ON
