"""POST of a CloudEvents 1.0 envelope, signed by Standard Webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

from standardwebhooks import Webhook

from digiskills_integrations import http
from digiskills_integrations.canonical import canonical_json, parse_object
from digiskills_integrations.destinations.base import DestinationConfig, OutgoingEvent, ReceiptStatus, RegistryAnswer, TransportError
from digiskills_integrations.destinations.http_answers import REASON_LENGTH, REFERENCE_LENGTH, failure, is_success, text_of
from digiskills_integrations.destinations.webhook.secret import decode_secret

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
EVENT_SOURCE = "urn:digiskills:confirmations"
_STATUS: Mapping[object, ReceiptStatus] = {"accepted": "acknowledged", "rejected": "rejected"}


class WebhookTransport:
    """Sends to any registry that speaks docs/reference/webhook.md."""

    def send(self, event: OutgoingEvent, destination: DestinationConfig, *, now: datetime) -> RegistryAnswer:
        body = envelope(event)
        limits = http.HttpLimits(allowed_networks=destination.allowed_networks)
        headers = signed_headers(body, key=event.idempotency_key, secret=destination.secret, now=now)
        try:
            answer = http.post(destination.endpoint, body=body, headers=headers, limits=limits)
        except http.HttpError as error:
            raise TransportError(error.code, permanent=error.permanent) from error
        return _read_answer(answer, now)

    def find(self, event: OutgoingEvent, destination: DestinationConfig, *, reference: str, now: datetime) -> RegistryAnswer | None:
        """Ask for the receipt under the event's key (docs/reference/webhook.md, "Asking for a receipt")."""
        limits = http.HttpLimits(allowed_networks=destination.allowed_networks)
        headers = signed_headers(b"", key=event.idempotency_key, secret=destination.secret, now=now)
        try:
            answer = http.get(_receipt_url(destination.endpoint, event.idempotency_key), headers=headers, limits=limits)
        except http.HttpError as error:
            raise TransportError(error.code, permanent=error.permanent) from error
        return None if _says_unknown(answer) else _read_answer(answer, now)


def _receipt_url(endpoint: str, key: str) -> str:
    parts = urlsplit(endpoint)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{key}"))


def _says_unknown(answer: http.HttpAnswer) -> bool:
    """Whether the registry says that it never got the event. Its word counts: a mere 404 is also what a wrong address answers."""
    if answer.status != 404:
        return False
    try:
        return parse_object(answer.body).get("status") == "unknown"
    except ValueError:
        return False


def envelope(event: OutgoingEvent) -> bytes:
    """The body: CloudEvents 1.0 in structured JSON mode; equal data give equal bytes."""
    return canonical_json(
        {
            "specversion": "1.0",
            "id": event.idempotency_key,
            "source": EVENT_SOURCE,
            "type": event.event_type,
            "time": event.occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "data": event.data,
        }
    )


def signed_headers(body: bytes, *, key: str, secret: str, now: datetime) -> dict[str, str]:
    """Headers of one attempt; the timestamp is that of the attempt, so that a recorded request cannot be replayed later.

    Raises:
        ConfigurationError: the secret is not one.
    """
    moment = now.astimezone(UTC)
    signature = Webhook(decode_secret(secret)).sign(msg_id=key, timestamp=moment, data=body.decode("utf-8"))
    return {
        "Content-Type": CONTENT_TYPE,
        "Idempotency-Key": key,
        "webhook-id": key,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signature,
    }


def _read_answer(answer: http.HttpAnswer, now: datetime) -> RegistryAnswer:
    if is_success(answer) or answer.status == 422:
        return _receipt(answer)
    raise failure(answer, now)


def _receipt(answer: http.HttpAnswer) -> RegistryAnswer:
    try:
        content = parse_object(answer.body)
    except ValueError as error:
        raise TransportError("unreadable_receipt", permanent=False) from error
    status = _STATUS.get(content.get("status")) if isinstance(content.get("status"), str) else None
    # A refusal must come as 422 and an acceptance as 2xx; anything else is a registry that contradicts itself.
    if status is None or (status == "rejected") != (answer.status == 422):
        raise TransportError("unreadable_receipt", permanent=False)
    return RegistryAnswer(
        status=status,
        reference=text_of(content, "receipt")[:REFERENCE_LENGTH],
        reason=text_of(content, "reason")[:REASON_LENGTH],
        raw=content,
    )
