"""JSON over an XBlock handler: bounded bodies, and every refusal as ``{"error": {"code", "message"}}`` with a 4xx status."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from webob import Request, Response

from digiskills_grading.errors import CallerError, InternalError, RecordingStopped
from digiskills_xblock.messages import status_and_text
from digiskills_xblock.pacing import seconds_to_wait

log = logging.getLogger(__name__)

MAX_BODY = 64 * 1024  # bytes; a trace of 500 taps has about 15 KB
Endpoint = Callable[[Any, dict[str, Any]], dict[str, Any]]


class RequestRefused(Exception):
    """The request is wrong; ``code`` is one of `messages.CODES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def answer(endpoint: Endpoint, block: Any, request: Request) -> Response:
    """Answer a request with what the endpoint makes of its JSON object.

    Answers 429 with ``Retry-After`` to whoever asks too often (see `pacing`); 400 to 413 with a code and a translated message when the
    endpoint refuses (`RequestRefused`, `CallerError`); 503 while the operator has stopped recording (the browser keeps its trace and
    sends it again); 500 with the code ``internal_error`` when our configuration is at fault, whose cause is logged, never shown.
    """
    return _answered(block, request, lambda: endpoint(block, read_object(request)))


def tell(endpoint: Endpoint, block: Any, request: Request) -> Response:
    """The same for a GET, which has no body and changes nothing."""
    return _answered(block, request, lambda: endpoint(block, {}))


def _answered(block: Any, request: Request, work: Callable[[], dict[str, Any]]) -> Response:
    wait = seconds_to_wait(block, request, timezone.now())
    if wait:
        return _refuse("too_many_requests", retry_after=wait)
    try:
        return _respond(200, work())
    except (RequestRefused, CallerError, RecordingStopped) as refusal:
        return _refuse(refusal.code)
    except InternalError:
        log.exception("digiskills: a request to %s failed", block.scope_ids.usage_id)
        return _refuse("internal_error")


def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body of a POST.

    Raises:
        RequestRefused: ``method_not_allowed``, ``body_too_large`` (above `MAX_BODY`) or ``body_invalid``.
    """
    if request.method != "POST":
        raise RequestRefused("method_not_allowed")
    if (request.content_length or 0) > MAX_BODY:
        raise RequestRefused("body_too_large")
    body = request.body_file.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise RequestRefused("body_too_large")
    try:
        data = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise RequestRefused("body_invalid") from error
    if not isinstance(data, dict):
        raise RequestRefused("body_invalid")
    return data


def _refuse(code: str, *, retry_after: int | None = None) -> Response:
    status, text = status_and_text(code)
    response = _respond(status, {"error": {"code": code, "message": text}})
    response.retry_after = retry_after
    return response


def _respond(status: int, data: dict[str, Any]) -> Response:
    response = Response(
        json.dumps(data, ensure_ascii=False).encode("utf-8"), content_type="application/json", charset="utf-8", status=status
    )
    response.cache_control = "no-store"
    return response
