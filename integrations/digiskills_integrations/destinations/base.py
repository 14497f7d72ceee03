"""What every kind of destination has in common. No Django here: a transport gets all it needs as arguments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

import attrs

from digiskills_framework.api import RegistryProfile
from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.errors import IntegrationsError
from digiskills_integrations.http import Network

ReceiptStatus = Literal["acknowledged", "rejected"]


@attrs.frozen
class DestinationConfig:
    """One registry as a transport sees it.

    Attributes:
        code: the operator's short name of the registry, part of the idempotency key.
        endpoint: absolute URL.
        secret: shared secret, from settings; never stored with the destination.
        allowed_networks: private networks in which the registry may live.
        profile: what makes the transport this particular registry; None for transports that need none.
        auth: how to sign in, without secrets; the transport says what it understands.
    """

    code: str
    endpoint: str
    secret: str = attrs.field(repr=False)
    allowed_networks: tuple[Network, ...] = ()
    profile: RegistryProfile | None = None
    auth: JsonObject = attrs.Factory(dict)


@attrs.frozen
class OutgoingEvent:
    """One event for one registry.

    Attributes:
        idempotency_key: the same on every attempt, so that the registry can tell a repetition from a new event.
        event_type: ``org.digiskills.confirmation.<action>.v1``.
        occurred_at: aware time of the event, not of the attempt.
        data: the content, JSON-ready; the same on every attempt, unless the holder's name was deleted in between.
        facts: for destinations with a registry profile, what its mapping may name, such as a citizen's number.
    """

    idempotency_key: str
    event_type: str
    occurred_at: datetime
    data: JsonObject = attrs.field(repr=False)
    facts: JsonObject = attrs.field(factory=dict, repr=False)


@attrs.frozen
class RegistryAnswer:
    """What a registry answered to an event that it understood.

    Attributes:
        status: ``acknowledged``: it holds the record; ``rejected``: it refuses this record for a reason of its own, and sending it again
            will not help.
        reference: the registry's own id of its receipt, at most 128 characters.
        reason: the registry's word for a rejection, at most 200 characters.
        raw: the parsed answer.
    """

    status: ReceiptStatus
    reference: str
    reason: str
    raw: JsonObject


@attrs.frozen
class HandedOver:
    """The registry has got the event and will answer later; it is asked by ``find`` until then.

    Attributes:
        reference: under which the answer will be found, at most 64 ASCII characters.
    """

    reference: str


class TransportError(IntegrationsError):
    """The event was not delivered.

    Attributes:
        code: stable short word; it is what the delivery row keeps, never the other side's text.
        permanent: trying again cannot help before somebody acts.
        retry_after: seconds that the registry asked to be left alone.
        gone: the registry says that this endpoint will never work again (410); the destination is switched off.
    """

    def __init__(self, code: str, *, permanent: bool, retry_after: float | None = None, gone: bool = False) -> None:
        super().__init__(f"not delivered: {code}")
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after
        self.gone = gone


class NotSentError(TransportError):
    """Nothing was sent, for a reason of the record's own: it says nothing about the registry."""

    def __init__(self, code: str) -> None:
        super().__init__(code, permanent=True)


class IdentityMissingError(NotSentError):
    """The registry knows people by a number, and this learner's is not there."""

    def __init__(self) -> None:
        super().__init__("needs_identity")


# What became of one event.
Outcome = RegistryAnswer | HandedOver | TransportError


class Transport(Protocol):
    """A kind of destination. Implementations are stateless and make no attempt twice by themselves: the outbox owns the schedule.

    A kind whose endpoints are no http(s) URLs says so in an attribute ``schemes``, see :func:`endpoint_schemes`.
    """

    def send(self, event: OutgoingEvent, destination: DestinationConfig, *, now: datetime) -> RegistryAnswer | HandedOver:
        """Deliver once.

        Raises:
            TransportError: see its attributes for what to do.
            ConfigurationError: the destination's secret or address cannot be used; tried again later.
        """


@runtime_checkable
class BatchTransport(Protocol):
    """A transport that carries several events at once; the outbox then never calls ``send``."""

    def send_batch(self, events: Sequence[OutgoingEvent], destination: DestinationConfig, *, now: datetime) -> Sequence[Outcome]:
        """Deliver all once; one outcome for each event, in their order. No two events are of one confirmation.

        Raises:
            TransportError: nothing was delivered, or nothing is known of any of them.
            ConfigurationError: as :meth:`Transport.send`.
        """


@runtime_checkable
class ReadBackTransport(Protocol):
    """A transport that can ask what became of an event: needed for registries that answer later or do not know our keys again."""

    def find(
        self, event: OutgoingEvent, destination: DestinationConfig, *, reference: str, now: datetime
    ) -> RegistryAnswer | HandedOver | None:
        """The registry's answer if it holds the event, ``HandedOver`` if it has got it and not answered yet, None if it never got it.

        Args:
            reference: of the hand-over; empty when an earlier attempt ended without a result.

        Raises:
            TransportError: it could not be learned.
            ConfigurationError: as :meth:`Transport.send`.
        """


def endpoint_schemes(transport: Transport) -> tuple[str, ...]:
    """URL schemes in which an endpoint of this kind is written."""
    schemes: tuple[str, ...] = getattr(transport, "schemes", ("http", "https"))
    return schemes


def needs_secret(auth: JsonObject) -> bool:
    """Whether a destination that signs in like this has a shared secret; with mutual TLS alone the certificate is all."""
    return auth.get("kind") != "mtls"
