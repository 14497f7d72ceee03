"""Where the next page begins, as text that a client gives back unread.

A cursor is signed and belongs to one list with its filters: a position in another list would skip or repeat entries. It carries no time,
so that the same page is byte for byte the same.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from django.core.signing import BadSignature, Signer

from digiskills_grading.rest_api.v1.problems import ApiProblem, FieldProblem, invalid

MAX_LENGTH = 200
_SALT = "digiskills_grading.rest_api.v1"


def encode(list_name: str, position: int) -> str:
    """The cursor after a position of a list; ``list_name`` holds the list's filters."""
    signed = Signer(salt=f"{_SALT}:{list_name}", sep=".").sign(str(position))
    return urlsafe_b64encode(signed.encode("ascii")).decode("ascii").rstrip("=")


def decode(list_name: str, cursor: str) -> int:
    """The position of a cursor.

    Raises:
        ApiProblem: not a cursor of this list.
    """
    try:
        signed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
        return int(Signer(salt=f"{_SALT}:{list_name}", sep=".").unsign(signed))
    except (BadSignature, UnicodeError, binascii.Error) as error:
        raise _no_cursor() from error


def _no_cursor() -> ApiProblem:
    return invalid([FieldProblem("cursor", "not a cursor of this list with these filters; begin without one")])
