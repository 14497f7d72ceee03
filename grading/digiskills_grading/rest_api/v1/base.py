"""What is true of every address of the API."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.http import parse_etags
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.schemas.inspectors import ViewInspector
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from digiskills_grading.data import Page
from digiskills_grading.rest_api.v1 import cursors, problems
from digiskills_grading.rest_api.v1.authentication import SessionAuthentication, TokenAuthentication
from digiskills_grading.rest_api.v1.media import ApiNegotiation, ApiParser, ApiRenderer
from digiskills_grading.rest_api.v1.operations import WRITE, ApiSchema, Operation, parts_match
from digiskills_grading.rest_api.v1.throttling import AddressRate, CallerRate

CACHING = "no-store"


@method_decorator(transaction.non_atomic_requests, name="dispatch")
class ApiView(APIView):
    """A view of the API: a child names its `operations` and its permission classes.

    Every policy of the framework is set here, so that no global setting of the platform reaches in.
    """

    operations: ClassVar[Mapping[str, Operation]] = {}
    max_body_bytes: ClassVar[int] = 64 * 1024

    authentication_classes: Sequence[type[BaseAuthentication]] = (TokenAuthentication, SessionAuthentication)
    renderer_classes = (ApiRenderer,)
    parser_classes: Sequence[type[BaseParser]] = (ApiParser,)
    content_negotiation_class = ApiNegotiation
    metadata_class = None
    versioning_class = None
    schema: ViewInspector | None = ApiSchema()
    # drf-yasg, with which the LMS describes its own APIs, leaves a view with this out.
    swagger_schema = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """In English, whatever language the request asks for: what is said here is for programmers."""
        with translation.override("en"):
            return super().dispatch(request, *args, **kwargs)

    def operation(self, request: Request) -> Operation | None:
        """What is asked for; None for a method that this address does not take."""
        method = (request.method or "").lower()
        return self.operations.get("get" if method == "head" else method)

    def get_exception_handler(self) -> Any:
        return problems.handle

    def get_throttles(self) -> list[BaseThrottle]:
        operation = self.operation(self.request)
        return [CallerRate("write" if operation is not None and operation.scope == WRITE else "read")]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who asks, whether they may, how often, and whether the question can be read."""
        try:
            super().initial(request, *args, **kwargs)
        except (exceptions.NotAuthenticated, exceptions.AuthenticationFailed):
            self._count_failure(request)
            raise
        operation = self.operation(request)
        if operation is None:
            return
        if not parts_match(operation.path, kwargs):
            raise problems.not_found()
        if int(request.META.get("CONTENT_LENGTH") or 0) > self.max_body():
            raise problems.too_large()
        self.query = _query(operation, request)

    def max_body(self) -> int:
        """How long a body may be, in bytes."""
        return self.max_body_bytes

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Cache-Control"] = self.caching()
        final["X-Content-Type-Options"] = "nosniff"
        if final.status_code == HTTPStatus.OK and request.method in ("GET", "HEAD"):
            final.add_post_render_callback(partial(_conditional, request))
        return final

    def caching(self) -> str:
        """Records of people lie in no cache."""
        return CACHING

    def page_position(self, list_name: str) -> int:
        """Where the page that is asked for begins."""
        cursor = self.query.get("cursor")
        return cursors.decode(list_name, cursor) if cursor else 0

    def page(self, list_name: str, page: Page[Any]) -> Response:
        """A page, with the cursor after it: also of the last page, so that one can come again later for what is new."""
        serializer = self.operations["get"].gives
        position = self.page_position(list_name) if page.last is None else page.last
        body = {"items": page.entries, "next": cursors.encode(list_name, position), "more": page.more}
        return Response(serializer(body).data)

    def _count_failure(self, request: Request) -> None:
        throttle = AddressRate("failed")
        if not throttle.allow_request(request, self):
            self.throttled(request, throttle.wait() or 0)


def now() -> datetime:
    """The one place where the API reads the clock."""
    return datetime.now(UTC)


def import_limit() -> int:
    """The longest file that may be sent for an import, in bytes."""
    return int(settings.DIGISKILLS_API_MAX_IMPORT_BYTES)


def _query(operation: Operation, request: Request) -> Mapping[str, Any]:
    """The parameters, checked.

    Raises:
        ApiProblem: one that is not known, given twice, or not readable.
    """
    serializer_class = operation.query
    known = [str(name) for name in serializer_class().fields]
    given = request.query_params
    faults = [problems.FieldProblem(name, "given more than once") for name in known if len(given.getlist(name)) > 1]
    if any(name not in known for name in given):
        faults.append(problems.FieldProblem("", f"unknown parameter; there are: {', '.join(known) or 'none'}"))
    if faults:
        raise problems.invalid(faults)
    serializer = serializer_class(data=given.dict())
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _conditional(request: Request, response: HttpResponse) -> HttpResponse:
    """Adds the ETag, and leaves the body out where the client has it already."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    held = [item.removeprefix("W/") for item in parse_etags(request.headers.get("If-None-Match", ""))]
    if etag not in held and "*" not in held:
        return response
    unchanged = HttpResponseNotModified()
    for name in ("ETag", "Cache-Control", "Vary", "X-Content-Type-Options"):
        if response.has_header(name):
            unchanged[name] = response[name]
    return unchanged


class Nowhere(ApiView):
    """The answer of every address under the API that there is not: a problem, to anybody, whatever was asked."""

    authentication_classes = ()
    permission_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise problems.not_found()
