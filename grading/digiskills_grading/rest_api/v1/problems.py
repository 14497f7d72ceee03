"""Every error as ``application/problem+json`` (RFC 9457).

A problem never repeats what was sent: it may be somebody's name. Its ``code`` is stable, its texts are not.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

from attrs import frozen
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions
from rest_framework.response import Response

from digiskills_grading.errors import (
    CallerError,
    DigiskillsError,
    LearnerNotFound,
    NotPermitted,
    RecordingStopped,
    RequestInProgress,
    RequestKeyReused,
)

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:digiskills:problem:"


@frozen
class FieldProblem:
    """What is wrong with one parameter or field."""

    field: str
    problem: str


class ApiProblem(Exception):
    """A refusal with its whole content.

    Attributes:
        code: stable; clients go by it.
        detail: what is wrong and what to do, without anything that was sent.
    """

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        *,
        problems: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.problems = tuple(problems)
        self.headers = dict(headers or {})


def invalid(problems: Sequence[FieldProblem]) -> ApiProblem:
    """Parameters or fields that cannot be read."""
    return ApiProblem(HTTPStatus.BAD_REQUEST, "invalid", "Some values cannot be used; see problems.", problems=problems)


def not_found() -> ApiProblem:
    """Nothing there, or nothing for this caller: the two are not told apart."""
    return ApiProblem(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address, or nothing that you may read.")


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """The exception handler of every view: each error becomes a problem; what nobody foresaw is logged and announced as Django does."""
    problem = _problem(error)
    if problem is None:
        request = context["request"]
        log.error("unforeseen error in %s", type(context["view"]).__name__, exc_info=error)
        got_request_exception.send(sender=type(context["view"]), request=getattr(request, "_request", request))
        problem = ApiProblem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "This is our fault and has been logged. Try again later.")
    return response(problem)


def response(problem: ApiProblem) -> Response:
    """A problem as it is sent."""
    body: dict[str, Any] = {
        "type": TYPE_PREFIX + problem.code,
        "title": problem.status.phrase,
        "status": int(problem.status),
        "code": problem.code,
        "detail": problem.detail,
    }
    if problem.problems:
        body["problems"] = [{"field": item.field, "problem": item.problem} for item in problem.problems]
    return Response(body, status=problem.status, headers=problem.headers, content_type=MEDIA_TYPE)


def _problem(error: Exception) -> ApiProblem | None:
    if isinstance(error, ApiProblem):
        return error
    if isinstance(error, LearnerNotFound | Http404):
        return not_found()
    if isinstance(error, DigiskillsError):
        return _of_grading(error)
    if isinstance(error, RequestDataTooBig):
        return too_large()
    if isinstance(error, SuspiciousOperation | MultiPartParserError):
        return _malformed()
    if isinstance(error, DjangoPermissionDenied):
        return _forbidden()
    return _of_framework(error) if isinstance(error, exceptions.APIException) else None


def _of_grading(error: DigiskillsError) -> ApiProblem | None:
    """None for what is our own fault."""
    if isinstance(error, NotPermitted):
        detail = "No regulation of this learner, or no membership of yours, lets you do this in this role."
        return ApiProblem(HTTPStatus.FORBIDDEN, error.code, detail)
    if isinstance(error, RequestInProgress):
        return ApiProblem(HTTPStatus.CONFLICT, error.code, str(error), headers={"Retry-After": "5"})
    if isinstance(error, RequestKeyReused):
        return ApiProblem(HTTPStatus.CONFLICT, error.code, str(error))
    if isinstance(error, RecordingStopped):
        detail = "The operator has stopped recording for now; send the same again later."
        return ApiProblem(HTTPStatus.SERVICE_UNAVAILABLE, error.code, detail, headers={"Retry-After": "300"})
    return ApiProblem(HTTPStatus.UNPROCESSABLE_ENTITY, error.code, str(error)) if isinstance(error, CallerError) else None


def too_large() -> ApiProblem:
    """The body is longer than the address takes."""
    return ApiProblem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "The body is larger than this address takes.")


def _malformed() -> ApiProblem:
    return ApiProblem(HTTPStatus.BAD_REQUEST, "malformed", "The request cannot be read; check its encoding and its structure.")


def _forbidden() -> ApiProblem:
    return ApiProblem(HTTPStatus.FORBIDDEN, "forbidden", "Your account, or the scope of your token, does not allow this.")


def _of_framework(error: exceptions.APIException) -> ApiProblem:
    if isinstance(error, exceptions.ValidationError):
        return invalid(list(_fields(error.detail)))
    if isinstance(error, exceptions.ParseError):
        return _malformed()
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        headers = {"WWW-Authenticate": str(getattr(error, "auth_header", ""))}
        return ApiProblem(HTTPStatus.UNAUTHORIZED, "not_signed_in", "Sign in, or send a valid token.", headers=headers)
    if isinstance(error, exceptions.PermissionDenied):
        return _csrf() if str(error.detail).startswith("CSRF Failed") else _forbidden()
    if isinstance(error, exceptions.MethodNotAllowed):
        return ApiProblem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "This address does not take this method; see Allow.")
    if isinstance(error, exceptions.NotAcceptable):
        return ApiProblem(HTTPStatus.NOT_ACCEPTABLE, "not_acceptable", "This address gives application/json only; see Accept.")
    if isinstance(error, exceptions.UnsupportedMediaType):
        return ApiProblem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "This address does not take this Content-Type.")
    if isinstance(error, exceptions.Throttled):
        wait = max(1, ceil(getattr(error, "wait", None) or 1))
        detail = "Too many requests; wait as long as Retry-After says."
        return ApiProblem(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", detail, headers={"Retry-After": str(wait)})
    return ApiProblem(HTTPStatus(error.status_code), "error", "The request was refused.")


def _csrf() -> ApiProblem:
    detail = "A request that changes something needs the CSRF token of your session in the header X-CSRFToken."
    return ApiProblem(HTTPStatus.FORBIDDEN, "csrf_failed", detail)


def _fields(detail: Any, path: str = "") -> Iterator[FieldProblem]:
    """The leaves of a framework's tree of messages. Messages of our serializers do not repeat values."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _fields(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _fields(inner, path)
    else:
        yield FieldProblem(path, str(detail))
