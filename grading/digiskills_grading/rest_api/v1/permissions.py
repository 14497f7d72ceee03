"""What a caller may do at all; whose records it may read is `digiskills_grading.access`.

Permissions of the account grant, the scope of a token narrows: neither replaces the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from digiskills_grading.access import RESOURCES, Caller
from digiskills_grading.rest_api.v1.authentication import token_of

if TYPE_CHECKING:
    from digiskills_grading.rest_api.v1.base import ApiView

OWN_RECORDS = "user:me"
VIEW = {resource: f"digiskills_grading.view_{resource}" for resource in RESOURCES}
IMPORT = "digiskills_grading.import_evidence"
IMPORT_ASSURED = "digiskills_grading.import_assured_evidence"


def caller_of(request: Request) -> Caller:
    """Who asks, as the reads take it."""
    grants = frozenset(resource for resource, permission in VIEW.items() if request.user.has_perm(permission))
    return Caller(user_id=_user_id(request), grants=grants, own_only=own_records_only(request))


def own_records_only(request: Request) -> bool:
    """Whether the token is narrowed to the account's own records.

    The platform puts ``user:me`` also into the tokens by which its own pages act for whoever is signed in; as everywhere in the platform,
    filters bind restricted programs only.
    """
    token = token_of(request)
    return token is not None and token.restricted and OWN_RECORDS in token.filters


def _user_id(request: Request) -> int:
    if request.user.pk is None:
        raise TypeError("nobody is signed in; IsSignedIn comes before every view")
    return int(request.user.pk)


class IsSignedIn(BasePermission):
    """An account that is active, which the check of a token alone does not ask for."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated and request.user.is_active)


class InScope(BasePermission):
    """A restricted token has the scope of the operation, and no filter but ``user:me``: another one would be overlooked."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        token = token_of(request)
        if token is None or not token.restricted:
            return True
        operation = _api_view(view).operation(request)
        return operation is None or (operation.scope in token.scopes and token.filters <= {OWN_RECORDS})


class MayReadAllDecisions(BasePermission):
    """The account may view decisions of everybody, and the token is not narrowed."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.has_perm(VIEW["decision"]) and not own_records_only(request)


class MayImport(BasePermission):
    """The account may import results, and the token is not narrowed."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.has_perm(IMPORT) and not own_records_only(request)


def _api_view(view: APIView) -> ApiView:
    from digiskills_grading.rest_api.v1.base import ApiView

    if not isinstance(view, ApiView):
        raise TypeError(f"{type(view).__name__} is no view of this API")
    return view
