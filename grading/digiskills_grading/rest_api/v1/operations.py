"""What one operation takes and gives: the view checks requests by it, and the OpenAPI document is made of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Literal

from attrs import field, frozen
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.serializers import Serializer

from digiskills_grading.rest_api.v1 import problems
from digiskills_grading.rest_api.v1.shapes import ProblemSerializer

Scope = Literal["digiskills:read", "digiskills:write"]
READ: Scope = "digiskills:read"
WRITE: Scope = "digiskills:write"

PUBLIC_ID = "^[0-9A-HJKMNP-TV-Z]{26}$"
IDEMPOTENCY_KEY = "^[A-Za-z0-9_-]{1,64}$"
JSON = "application/json"

_READ_PROBLEMS = (HTTPStatus.NOT_ACCEPTABLE,)
_WRITE_PROBLEMS = (
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_ALWAYS = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS)


@frozen(kw_only=True)
class PathPart:
    """A variable of the address; ``pattern`` is what it looks like: anything else is not found."""

    name: str
    about: str
    pattern: str


@frozen(kw_only=True)
class Operation:
    """One method of one address.

    Attributes:
        id: name of the method in generated clients; never changes.
        query: the parameters it takes; any other is refused.
        gives: the body of the answer.
        takes: the body of the request, for writing.
        public: needs no account.
    """

    id: str
    tag: str
    summary: str
    about: str
    gives: type[Serializer[Any]]
    query: type[Serializer[Any]]
    path: tuple[PathPart, ...] = ()
    takes: type[Serializer[Any]] | None = None
    success: HTTPStatus = HTTPStatus.OK
    scope: Scope = field(default=READ)
    public: bool = False

    @property
    def writes(self) -> bool:
        """Whether it changes something, and so takes an idempotency key."""
        return self.takes is not None


class ApiSchema(AutoSchema):
    """The part of the OpenAPI document that describes one operation."""

    @property
    def _described(self) -> Operation:
        operations: Mapping[str, Operation] = getattr(self.view, "operations", {})
        return operations[self.method.lower()]

    def get_operation_id(self) -> str:
        return self._described.id

    def get_summary(self) -> str:
        return self._described.summary

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular's own class has it
        return self._described.about

    def get_tags(self) -> list[str]:
        return [self._described.tag]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Either way of signing in; a restricted token needs the scope."""
        return [{}] if self._described.public else [{"session": []}, {"token": [self._described.scope]}]

    def get_request_serializer(self) -> Any:
        return self._described.takes

    def get_response_serializers(self) -> Any:
        operation = self._described
        given: dict[Any, Any] = {(int(operation.success), JSON): OpenApiResponse(operation.gives, description="Done")}
        if not operation.writes:
            given[int(HTTPStatus.NOT_MODIFIED)] = OpenApiResponse(description="Nothing has changed since the ETag of If-None-Match")
        for status in sorted({*_ALWAYS, *(_WRITE_PROBLEMS if operation.writes else _READ_PROBLEMS)}):
            given[(int(status), problems.MEDIA_TYPE)] = OpenApiResponse(ProblemSerializer, description=status.phrase)
        return given

    def get_override_parameters(self) -> list[Any]:
        operation = self._described
        path = [
            OpenApiParameter(part.name, str, OpenApiParameter.PATH, description=part.about, pattern=part.pattern) for part in operation.path
        ]
        query = [operation.query] if operation.query().fields else []
        return [*path, *query, *(_WRITE_HEADERS if operation.writes else _READ_HEADERS), _RETRY_AFTER]


_READ_HEADERS = (
    OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="An ETag: 304 without a body if nothing changed"),
    OpenApiParameter(
        "ETag", str, OpenApiParameter.HEADER, response=["200", "304"], description="Changes when the body changes", required=True
    ),
)
_WRITE_HEADERS = (
    OpenApiParameter(
        "Idempotency-Key",
        str,
        OpenApiParameter.HEADER,
        required=True,
        pattern=IDEMPOTENCY_KEY,
        description="Chosen by you, new for every request that you mean. The same key again within a day gives the same answer.",
    ),
)
_RETRY_AFTER = OpenApiParameter(
    "Retry-After", int, OpenApiParameter.HEADER, response=["429", "503"], required=True, description="Seconds to wait"
)


def parts_match(parts: tuple[PathPart, ...], given: Mapping[str, Any]) -> bool:
    """Whether the variables of an address look as they must."""
    return all(re.fullmatch(part.pattern[1:-1], str(given.get(part.name, ""))) for part in parts)
