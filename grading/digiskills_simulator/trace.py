"""Traces: what the browser sends, checked in shape, freed of real-looking numbers, digested (docs/reference/engine.md §5)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from digiskills_simulator.machine import Action
from digiskills_simulator.texts import MAX_TYPED

SCHEMA = "trace/1"
MAX_ACTIONS = 500
MAX_ID = 40

# The keys of each action besides "a": target, then detail.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "tap": ("w",),
    "type": ("w", "t"),
    "choose": ("w", "o"),
    "scan": ("w", "o"),
    "open": ("p",),
    "notice": ("n",),
    "home": (),
    "back": (),
    "wait": (),
    "undo": (),
    "end": (),
}


class TraceError(ValueError):
    """A trace that is not of trace/1; nothing of it is counted.

    Attributes:
        code: ``not_a_trace``, ``too_long``, ``unknown_action``, ``wrong_keys`` or ``wrong_value``.
        index: the action's place from 0; None for the trace as a whole.
    """

    def __init__(self, code: str, message: str, index: int | None = None) -> None:
        super().__init__(message if index is None else f"action {index}: {message}")
        self.code = code
        self.index = index


@dataclass(frozen=True, slots=True)
class Trace:
    """The ordered actions of an attempt, in the payload's opaque ids."""

    actions: tuple[Action, ...]


def parse_trace(raw: object) -> Trace:
    """Check the shape of what a browser sent.

    Raises:
        TraceError: anything that trace/1 does not allow.
    """
    if not isinstance(raw, Mapping) or set(raw) != {"schema", "actions"} or raw["schema"] != SCHEMA:
        raise TraceError("not_a_trace", 'a trace is {"schema": "trace/1", "actions": [...]}')
    actions = raw["actions"]
    if not isinstance(actions, list):
        raise TraceError("not_a_trace", "actions is a list")
    if len(actions) > MAX_ACTIONS:
        raise TraceError("too_long", f"a trace has at most {MAX_ACTIONS} actions")
    return Trace(tuple(_action(entry, index) for index, entry in enumerate(actions)))


def _action(raw: object, index: int) -> Action:
    kind = raw.get("a") if isinstance(raw, Mapping) else None
    if not isinstance(raw, Mapping) or not isinstance(kind, str) or kind not in _KEYS:
        raise TraceError("unknown_action", "is none of " + ", ".join(_KEYS), index)
    keys = _KEYS[kind]
    if set(raw) != {"a", *keys}:
        raise TraceError("wrong_keys", f"'{kind}' has the keys {', '.join(('a', *keys))}", index)
    values = [raw[key] for key in keys]
    for key, value in zip(keys, values, strict=True):
        longest = MAX_TYPED if key == "t" else MAX_ID
        if not isinstance(value, str) or len(value) > longest or not _encodable(value):
            raise TraceError("wrong_value", f"'{key}' is a text of at most {longest} characters", index)
    return Action(kind, *values)


def _encodable(text: str) -> bool:
    """False for half of a surrogate pair, which JSON can carry and UTF-8 cannot."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def trace_to_json(trace: Trace) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "actions": [{"a": action.kind, **dict(zip(_KEYS[action.kind], action[1:], strict=False))} for action in trace.actions],
    }


def encode_trace(trace: Trace) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(trace_to_json(trace), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def decode_trace(body: bytes) -> Trace:
    """The inverse of `encode_trace`.

    Raises:
        TraceError: the bytes are no trace.
    """
    try:
        return parse_trace(json.loads(body))
    except ValueError as error:
        if isinstance(error, TraceError):
            raise
        raise TraceError("not_a_trace", "is not JSON") from error


def trace_digest(trace: Trace) -> str:
    """SHA-256 of the canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(encode_trace(trace)).hexdigest()
