"""One attempt: what is sent, what the registry is asked, and what is written down. See worker.py for when."""

from __future__ import annotations

import enum
import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

import attrs

from digiskills_framework.errors import FrameworkDataError
from digiskills_integrations.canonical import canonical_json
from digiskills_integrations.destinations.base import (
    BatchTransport,
    DestinationConfig,
    HandedOver,
    IdentityMissingError,
    NotSentError,
    Outcome,
    OutgoingEvent,
    ReadBackTransport,
    RegistryAnswer,
    Transport,
    TransportError,
)
from digiskills_integrations.errors import ConfigurationError
from digiskills_integrations.outbox import claim
from digiskills_integrations.outbox.messages import outgoing_event
from digiskills_integrations.outbox.models import Delivery, Destination, Environment, Idempotency
from digiskills_integrations.outbox.policy import DeliveryPolicy
from digiskills_integrations.outbox.schedule import next_attempt_at

logger = logging.getLogger(__name__)


@attrs.frozen
class Channel:
    """A destination, how it is spoken to, and its secret; ``batches`` and ``read_back``: the transport, if it can do that."""

    row: Destination
    transport: Transport
    config: DestinationConfig
    batches: BatchTransport | None = attrs.field(init=False)
    read_back: ReadBackTransport | None = attrs.field(init=False)

    # Asked once: to look through a protocol takes longer than to build a query.
    @batches.default
    def _batches(self) -> BatchTransport | None:
        return self.transport if isinstance(self.transport, BatchTransport) else None

    @read_back.default
    def _read_back(self) -> ReadBackTransport | None:
        return self.transport if isinstance(self.transport, ReadBackTransport) else None


@attrs.frozen
class Rules:
    """What an attempt is made by: the clock, uniform numbers in ``[0, 1)``, and the policy."""

    clock: Callable[[], datetime]
    jitter: Callable[[], float]
    policy: DeliveryPolicy


class Result(enum.Enum):
    """What became of a delivery in this run."""

    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    AWAITING = "awaiting"
    POSTPONED = "postponed"
    DEAD = "dead"
    NEEDS_IDENTITY = "needs_identity"


def exchange(channel: Channel, deliveries: Sequence[Delivery], rules: Rules) -> list[tuple[Delivery, Outcome]]:
    """Ask about those that may have arrived already, send the rest, and return what came of each. Nothing is written."""
    results: list[tuple[Delivery, Outcome]] = []
    to_send: list[tuple[Delivery, OutgoingEvent]] = []
    for delivery in deliveries:
        try:
            event = _event(channel, delivery, rules.policy)
            found = _find(channel, delivery, event, rules) if _is_to_be_found(channel, delivery) else None
        except TransportError as error:
            results.append((delivery, error))
            continue
        if found is None:
            to_send.append((delivery, event))
        else:
            results.append((delivery, found))
    if to_send:
        outcomes = _send(channel, [event for _, event in to_send], rules)
        results += [(delivery, outcome) for (delivery, _), outcome in zip(to_send, outcomes, strict=True)]
    return results


def write_down(channel: Channel, delivery: Delivery, outcome: Outcome, rules: Rules) -> Result:
    """Write the outcome under the fence of its claim.

    Raises:
        StaleClaimError: the lease was lost; nothing is written.
    """
    now = rules.clock()
    if isinstance(outcome, RegistryAnswer):
        digest = hashlib.sha256(canonical_json(outcome.raw)).hexdigest()
        claim.resolve(delivery, outcome, digest=digest, now=now)
        logger.info("delivery %s to %s: %s", delivery.pk, channel.row.code, outcome.status)
        return Result(outcome.status)
    if delivery.handed_over_at is not None:
        return _wait(delivery, delivery.handed_over_at, outcome, now, rules.policy)
    if isinstance(outcome, HandedOver):
        claim.hand_over(delivery, reference=outcome.reference, now=now, ask_at=now + rules.policy.answer_poll)
        return Result.AWAITING
    return _fail(channel, delivery, outcome, now, rules)


def _event(channel: Channel, delivery: Delivery, policy: DeliveryPolicy) -> OutgoingEvent:
    """The event of a delivery.

    Raises:
        TransportError: it must not be sent, or cannot be built.
    """
    if delivery.attempts > policy.max_attempts:
        raise NotSentError("worker_lost")
    if delivery.confirmation.test_mark != (channel.row.environment == Environment.SANDBOX):
        raise NotSentError("wrong_environment")
    try:
        return outgoing_event(delivery, channel.row)
    except (ConfigurationError, FrameworkDataError) as error:
        raise _misconfigured(error) from error


def _is_to_be_found(channel: Channel, delivery: Delivery) -> bool:
    """Whether the registry is asked first: it has the event and owes the answer, or an earlier attempt may have had an effect."""
    return delivery.handed_over_at is not None or (channel.row.idempotency == Idempotency.NONE and delivery.fence > 1)


def _find(channel: Channel, delivery: Delivery, event: OutgoingEvent, rules: Rules) -> RegistryAnswer | HandedOver | None:
    if channel.read_back is None:
        # Sending blindly could double the effect; an operator must look.
        raise NotSentError("cannot_read_back")
    try:
        found = channel.read_back.find(event, channel.config, reference=delivery.handed_over_as, now=rules.clock())
    except ConfigurationError as error:
        raise _misconfigured(error) from error
    if found is None and delivery.handed_over_at is not None:
        return HandedOver(delivery.handed_over_as)
    return found


def _send(channel: Channel, events: list[OutgoingEvent], rules: Rules) -> Sequence[Outcome]:
    now = rules.clock()
    try:
        if channel.batches is not None:
            return channel.batches.send_batch(events, channel.config, now=now)
        return [channel.transport.send(event, channel.config, now=now) for event in events]
    except ConfigurationError as error:
        return [_misconfigured(error)] * len(events)
    except TransportError as error:
        return [error] * len(events)


def _misconfigured(error: ConfigurationError | FrameworkDataError) -> TransportError:
    logger.error("an event cannot be built or sent: %s", error)
    return TransportError("misconfigured", permanent=False)


def _wait(delivery: Delivery, since: datetime, outcome: HandedOver | TransportError, now: datetime, policy: DeliveryPolicy) -> Result:
    error = outcome.code if isinstance(outcome, TransportError) else ""
    if now >= since + policy.answer_patience:
        return _bury(delivery, "no_answer", now)
    claim.keep_waiting(delivery, ask_at=now + policy.answer_poll, error=error)
    return Result.AWAITING


def _fail(channel: Channel, delivery: Delivery, error: TransportError, now: datetime, rules: Rules) -> Result:
    logger.warning("delivery %s to %s, attempt %s: %s", delivery.pk, channel.row.code, delivery.attempts, error.code)
    if error.gone:
        Destination.objects.filter(pk=channel.row.pk).update(enabled=False)
        logger.error("destination %s says that it is gone for good and is switched off", channel.row.code)
    if isinstance(error, IdentityMissingError):
        claim.await_identity(delivery, now=now)
        return Result.NEEDS_IDENTITY
    if error.permanent:
        return _bury(delivery, error.code, now)
    due_at = next_attempt_at(delivery.attempts, now=now, jitter=rules.jitter, retry_after=error.retry_after, policy=rules.policy)
    if due_at is None:
        return _bury(delivery, error.code, now)
    if channel.row.idempotency == Idempotency.NONE:
        due_at = max(due_at, now + rules.policy.read_back_delay)
    claim.postpone(delivery, due_at=due_at, error=error.code)
    return Result.POSTPONED


def _bury(delivery: Delivery, code: str, now: datetime) -> Result:
    claim.bury(delivery, now=now, error=code)
    logger.error("delivery %s is a dead letter: %s", delivery.pk, code)
    return Result.DEAD
