"""What verifiers fetch: the DID document with our public keys, and the signed status lists. Public, without account, no writes."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from digiskills_integrations import conf
from digiskills_integrations.canonical import canonical_json
from digiskills_integrations.credentials.key_ring import did_document, load_key_ring
from digiskills_integrations.credentials.status import find_list, signed_list

_DOCUMENT_SECONDS = 3600
# How long a withdrawal may stay unseen in a cache on the way.
_STATUS_SECONDS = 300


@transaction.non_atomic_requests
@require_safe
@cache_control(public=True, max_age=_DOCUMENT_SECONDS)
def did(request: HttpRequest) -> HttpResponse:
    """The DID document of the issuer: of the test issuer while development keys sign."""
    places = conf.key_places()
    return _did_document(conf.issuer_did(test=load_key_ring(places).is_test))


@transaction.non_atomic_requests
@require_safe
@cache_control(public=True, max_age=_DOCUMENT_SECONDS)
def test_did(request: HttpRequest) -> HttpResponse:
    """The DID document of the test issuer, whose name never resolves: for trials of regulations on a platform with real keys."""
    return _did_document(conf.issuer_did(test=True))


@transaction.non_atomic_requests
@require_safe
def status_list(request: HttpRequest, code: str) -> HttpResponse:
    """A signed Bitstring status list; a verifier that has the current one gets 304."""
    found = find_list(code)
    if found is None:
        raise Http404
    credential = signed_list(
        found,
        url=conf.status_list_url(found.code),
        issuer_did=conf.issuer_did(test=found.test_mark),
        key=load_key_ring(conf.key_places()).badges,
        now=timezone.now(),
    )
    body = canonical_json(credential)
    etag = f'"{hashlib.sha256(body).hexdigest()}"'
    known = etag in parse_etags(request.headers.get("If-None-Match", ""))
    response = HttpResponseNotModified() if known else HttpResponse(body, content_type="application/vc")
    response["ETag"] = etag
    response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=_STATUS_SECONDS)
    return response


def _did_document(identifier: str) -> HttpResponse:
    response = JsonResponse(did_document(identifier, conf.key_places()), content_type="application/did+ld+json")
    response["Access-Control-Allow-Origin"] = "*"  # verifiers in a browser
    return response
