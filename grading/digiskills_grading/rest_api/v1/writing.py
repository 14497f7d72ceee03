"""Doing what a client asks for once, however often it asks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from digiskills_grading import idempotency
from digiskills_grading.idempotency import StoredAnswer
from digiskills_grading.rest_api.v1 import problems
from digiskills_grading.rest_api.v1.operations import IDEMPOTENCY_KEY
from digiskills_grading.rest_api.v1.permissions import caller_of


def idempotency_key(request: Request) -> str:
    """The key that the client chose for what it asks for.

    Raises:
        ApiProblem: none, or not like one.
    """
    key = request.headers.get("Idempotency-Key", "")
    if re.fullmatch(IDEMPOTENCY_KEY[1:-1], key) is None:
        raise problems.invalid([problems.FieldProblem("Idempotency-Key", "needed: 1 to 64 letters, digits, - or _, new for every request")])
    return key


def answer_once(request: Request, fingerprint: str, work: Callable[[], Mapping[str, Any]], *, now: datetime) -> Response:
    """The answer of ``work``, or the one that the same request got before under its key.

    Args:
        fingerprint: SHA-256 of everything that is asked for.
        work: must be such that doing it again after a crash does no harm; gives the body. What it raises frees the key.

    Raises:
        ApiProblem: the key is not like one.
        RequestKeyReused, RequestInProgress: see `idempotency.begin`.
    """
    key, user_id = idempotency_key(request), caller_of(request).user_id
    known = idempotency.begin(user_id, key, fingerprint, now=now)
    if known is not None:
        return Response(json.loads(known.body), status=known.status)
    try:
        body = dict(work())
    except BaseException:
        idempotency.give_up(user_id, key)
        raise
    idempotency.finish(user_id, key, StoredAnswer(HTTPStatus.OK, json.dumps(body)))
    return Response(body)
