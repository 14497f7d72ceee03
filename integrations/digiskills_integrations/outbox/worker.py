"""The delivery worker: claims what is due, has it sent, and goes by what came of it."""

from __future__ import annotations

import enum
import logging
import os
import platform
import random
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import attrs

from digiskills_framework.errors import FrameworkDataError
from digiskills_integrations import conf
from digiskills_integrations.canonical import parse_object
from digiskills_integrations.destinations.base import DestinationConfig, NotSentError, Outcome, TransportError, needs_secret
from digiskills_integrations.destinations.registry import transport_for
from digiskills_integrations.errors import ConfigurationError, StaleClaimError
from digiskills_integrations.http import connections_kept, parse_networks
from digiskills_integrations.identity.waiting import wake
from digiskills_integrations.locking import require_outermost
from digiskills_integrations.outbox import claim, gate
from digiskills_integrations.outbox.attempt import Channel, Result, Rules, exchange, write_down
from digiskills_integrations.outbox.gate import Booking
from digiskills_integrations.outbox.models import Delivery, Destination
from digiskills_integrations.outbox.policy import DEFAULT_POLICY, DeliveryPolicy
from digiskills_integrations.outbox.selectors import may_send
from digiskills_integrations.routing import profile_of

logger = logging.getLogger(__name__)


@attrs.define
class DeliveryReport:
    """What one run did. ``misconfigured`` names destinations that were passed over, with the reason; their deliveries stay due."""

    acknowledged: int = 0
    rejected: int = 0
    awaiting: int = 0
    postponed: int = 0
    dead: int = 0
    needs_identity: int = 0
    stale: int = 0
    misconfigured: dict[str, str] = attrs.Factory(dict)

    @property
    def attempts(self) -> int:
        """Exchanges made in this run."""
        return self.acknowledged + self.rejected + self.awaiting + self.postponed + self.dead + self.needs_identity + self.stale

    def count(self, result: Result) -> None:
        """One more delivery with this result."""
        setattr(self, result.value, getattr(self, result.value) + 1)


def worker_name() -> str:
    """Unique among living workers, at most 64 ASCII characters. Asked for in the process that works: a fork must have its own."""
    host = platform.node().encode("ascii", "replace").decode("ascii")[:32]
    return f"{host}:{os.getpid()}:{secrets.token_hex(4)}"


def deliver_due(
    *,
    now: datetime,
    owner: str,
    limit: int,
    destination: str | None = None,
    monotonic: Callable[[], float] = time.monotonic,
    jitter: Callable[[], float] = random.random,
    policy: DeliveryPolicy = DEFAULT_POLICY,
) -> DeliveryReport:
    """Send what is due: at most ``limit`` deliveries to each enabled destination, or to the one named ``destination``.

    A destination whose kill switch is off is passed over; what is due there stays due.

    Args:
        now: aware time at the start; later moments of the run are counted from it with ``monotonic``.
        owner: unique among living workers, see :func:`worker_name`.
        jitter: uniform numbers in ``[0, 1)`` for the schedule.

    Raises:
        RuntimeError: called inside a transaction.
    """
    require_outermost()
    started = monotonic()
    rules = Rules(clock=lambda: now + timedelta(seconds=monotonic() - started), jitter=jitter, policy=policy)
    run = _Run(owner=owner, rules=rules, report=DeliveryReport())
    destinations = Destination.objects.filter(enabled=True).order_by("code")
    if destination is not None:
        destinations = destinations.filter(code=destination)
    for row in destinations:
        if not may_send(row.code):
            continue
        try:
            channel = Channel(row, transport_for(row.kind), destination_config(row))
            wake(row, now=now)
        except (ConfigurationError, FrameworkDataError) as error:
            logger.error("destination %s is passed over: %s", row.code, error)  # noqa: TRY400 - the message says it all
            run.report.misconfigured[row.code] = str(error)
            continue
        with connections_kept():
            run.serve(channel, limit)
    return run.report


def destination_config(row: Destination) -> DestinationConfig:
    """A destination with its secret, for a transport.

    Raises:
        ConfigurationError: no such secret, or the networks are not in CIDR form.
        FrameworkDataError: its registry profile cannot be used.
    """
    auth = parse_object(row.auth) if row.auth else {}
    networks = [text.strip() for text in row.allowed_networks.split(",") if text.strip()]
    return DestinationConfig(
        code=row.code,
        endpoint=row.endpoint,
        secret=conf.destination_secret(row.secret_ref) if needs_secret(auth) else "",
        allowed_networks=parse_networks(networks),
        profile=profile_of(row),
        auth=auth,
    )


class _Kind(enum.Enum):
    """What an exchange says about a registry."""

    ANSWER = "it works"
    FAILURE = "it does not"
    GONE = "it never will again"
    NOTHING = "it was not asked"


@attrs.frozen
class _Sign:
    """``retry_after``: seconds that it asked for."""

    kind: _Kind
    retry_after: float | None = None


def _sign(outcomes: list[Outcome]) -> _Sign:
    """What the outcomes of one exchange say about the registry; a record that is at fault itself is no failure of the registry."""
    heard = [outcome for outcome in outcomes if not isinstance(outcome, NotSentError)]
    errors = [outcome for outcome in heard if isinstance(outcome, TransportError)]
    transient = [error for error in errors if not error.permanent]
    if not heard:
        return _Sign(_Kind.NOTHING)
    if any(error.gone for error in errors):
        return _Sign(_Kind.GONE)
    if len(transient) < len(heard):
        return _Sign(_Kind.ANSWER)
    return _Sign(_Kind.FAILURE, max((error.retry_after for error in transient if error.retry_after is not None), default=None))


@attrs.frozen
class _Run:
    owner: str
    rules: Rules
    report: DeliveryReport

    def serve(self, channel: Channel, limit: int) -> None:
        """Batches for one destination until nothing is due, ``limit`` is reached, or the registry is to be left alone."""
        policy, destination_id = self.rules.policy, channel.row.pk
        going_on = True
        while limit > 0 and going_on and may_send(channel.row.code):
            now = self.rules.clock()
            seen = gate.state_of(destination_id)
            room = seen.room(now=now, policy=policy)
            batch = claim.claim(destination_id, now=now, owner=self.owner, lease=policy.lease, limit=min(room, limit))
            if not batch:
                return
            booking = gate.book(destination_id, len(batch), seen=seen, now=now, policy=policy)
            limit -= len(batch)
            going_on = booking.count == len(batch)
            claim.release(batch[booking.count :], now=now)
            going_on = self._deliver(channel, batch[: booking.count], booking) and going_on

    def _deliver(self, channel: Channel, batch: list[Delivery], booking: Booking) -> bool:
        """Send a batch; what a failure leaves unsent is given back. Returns whether the registry may be spoken to again at once."""
        size = 1 if channel.batches is None else max(1, len(batch))
        known_to_work = False  # the gate hears of the first answer and of each failure: a good registry costs one write a batch
        for start in range(0, len(batch), size):
            results = exchange(channel, batch[start : start + size], self.rules)
            for delivery, outcome in results:
                self._record(channel, delivery, outcome)
            sign = _sign([outcome for _, outcome in results])
            if self._is_to_be_left_alone(channel, sign, booking):
                claim.release(batch[start + size :], now=self.rules.clock())
                return False
            if sign.kind is _Kind.NOTHING:
                gate.unused(channel.row.pk, booking)
            elif sign.kind is _Kind.ANSWER and not known_to_work:
                gate.answered(channel.row.pk, booking)
            known_to_work = sign.kind is _Kind.ANSWER or (known_to_work and sign.kind is _Kind.NOTHING)
        return True

    def _is_to_be_left_alone(self, channel: Channel, sign: _Sign, booking: Booking) -> bool:
        if sign.kind is not _Kind.FAILURE:
            return sign.kind is _Kind.GONE
        return gate.failed(channel.row.pk, booking, now=self.rules.clock(), retry_after=sign.retry_after, policy=self.rules.policy)

    def _record(self, channel: Channel, delivery: Delivery, outcome: Outcome) -> None:
        try:
            self.report.count(write_down(channel, delivery, outcome, self.rules))
        except StaleClaimError as error:
            logger.warning("result not written: %s", error)
            self.report.stale += 1
