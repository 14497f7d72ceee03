"""One byte sequence for one JSON value, and a reader that refuses what two readers could understand differently."""

from __future__ import annotations

import json
from typing import Any

JsonObject = dict[str, Any]


def canonical_json(value: object) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces; the same value always gives the same bytes.

    Raises:
        ValueError: a number is NaN or infinite.
        TypeError: the value is not JSON.
    """
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def parse_object(raw: bytes | str) -> JsonObject:
    """The JSON object in ``raw``.

    Duplicate keys are refused, because one reader keeps the first and another the last; NaN and Infinity, because they are not JSON.

    Raises:
        ValueError: not UTF-8, not JSON, not an object, nested too deeply, or one of the above.
    """
    try:
        value = json.loads(raw, object_pairs_hook=_unique_pairs, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError(f"expected a JSON object, found {type(value).__name__}")  # noqa: TRY004 - one error type for one question
    return value


def _unique_pairs(pairs: list[tuple[str, Any]]) -> JsonObject:
    result: JsonObject = {}
    for key, value in pairs:
        if key in result:
            raise ValueError(f"the key {key!r} appears twice in one JSON object")
        result[key] = value
    return result


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")
