"""The player's files for pages that are no block: the platform serves a block's files only to blocks."""

from __future__ import annotations

import gzip
from functools import cache
from importlib import resources

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from digiskills_framework import __version__

CONTENT_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".png": "image/png", ".svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"
"""The version is part of the address."""


def address(name: str) -> str:
    """Where a file of ``public/`` is found, by its path there."""
    return reverse("digiskills:try-file", args=[__version__, name])


@require_safe
def public_file(request: HttpRequest, version: str, name: str) -> HttpResponse:
    """A file of the player; packed for browsers that say they can unpack it."""
    found = _files().get(name)
    if found is None or version != __version__:
        raise Http404(name)
    plain, packed = found
    taken = "gzip" in request.headers.get("Accept-Encoding", "") and len(packed) < len(plain)
    response = HttpResponse(packed if taken else plain, content_type=CONTENT_TYPES["." + name.rpartition(".")[2]])
    if taken:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = _FOR_EVER
    response["X-Content-Type-Options"] = "nosniff"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@cache
def _files() -> dict[str, tuple[bytes, bytes]]:
    """Every file by its path in ``public/``: as it is, and packed. Read once a process; all together are under 300 KB."""
    public = resources.files("digiskills_xblock") / "public"
    found = {item.name: item.read_bytes() for item in public.iterdir() if item.is_file()}
    for folder in (item for item in public.iterdir() if item.is_dir()):
        found |= {f"{folder.name}/{item.name}": item.read_bytes() for item in folder.iterdir()}
    return {name: (content, gzip.compress(content, 9, mtime=0)) for name, content in found.items()}
