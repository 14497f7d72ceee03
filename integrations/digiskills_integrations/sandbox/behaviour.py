"""How the sandbox misbehaves, when it is asked to: what real registries do on bad days."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from typing import Literal, get_args

import attrs

from digiskills_integrations.canonical import JsonObject

Mode = Literal["error", "timeout", "effect_then_timeout", "duplicate", "slow", "throttle", "half_answer"]
MODES: tuple[Mode, ...] = get_args(Mode)
MAX_SECONDS = 300.0


class BadBehaviourError(ValueError):
    """What was asked for is none of the ways in which the sandbox misbehaves; the message names field, value and remedy."""


@attrs.frozen(kw_only=True)
class Behaviour:
    """What the sandbox does to calls, in this order of probability: a share ``rate`` of them meets one of ``modes``, each as likely.

    Attributes:
        modes: empty: it behaves. ``error``: 503. ``timeout``: no answer, no effect. ``effect_then_timeout``: the effect, but no answer.
            ``duplicate``: the request is taken twice, as behind a proxy that repeats it; the second answer is given. ``slow``: a late
            answer. ``throttle``: 429 with Retry-After. ``half_answer``: the effect, and half of the answer's bytes.
        rate: 0 … 1.
        seed: the same seed gives the same sequence of choices.
        calls: so many calls are looked at, then it behaves; None: no end.
        hold_seconds: how long ``timeout`` keeps the connection before it hangs up.
        slow_seconds: how late ``slow`` is.
        retry_after: seconds that ``throttle`` asks for.
    """

    modes: tuple[Mode, ...] = ()
    rate: float = 1.0
    seed: int = 0
    calls: int | None = None
    hold_seconds: float = 40.0
    slow_seconds: float = 3.0
    retry_after: int = 1

    def as_json(self) -> JsonObject:
        """All fields."""
        return attrs.asdict(self)


def parse_behaviour(content: Mapping[str, object]) -> Behaviour:
    """A behaviour from JSON; fields that are absent have their usual values.

    Raises:
        BadBehaviourError: naming field, value and remedy.
    """
    unknown = sorted(set(content) - {field.name for field in attrs.fields(Behaviour)})
    if unknown:
        raise BadBehaviourError(f"{unknown[0]}: is not a field; use {', '.join(field.name for field in attrs.fields(Behaviour))}")
    modes = content.get("modes", ())
    if not isinstance(modes, (list, tuple)):
        raise BadBehaviourError(f"modes: {modes!r}; use a list")
    calls = content.get("calls")
    return Behaviour(
        modes=tuple(_mode(mode) for mode in modes),
        rate=_number(content, "rate", 1.0, maximum=1.0),
        seed=int(_number(content, "seed", 0, maximum=2**53)),
        calls=None if calls is None else int(_number(content, "calls", 0, maximum=2**53)),
        hold_seconds=_number(content, "hold_seconds", 40.0, maximum=MAX_SECONDS),
        slow_seconds=_number(content, "slow_seconds", 3.0, maximum=MAX_SECONDS),
        retry_after=int(_number(content, "retry_after", 1, maximum=MAX_SECONDS)),
    )


class Mischief:
    """The choice for each call, shared by the server's threads."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._lock = threading.Lock()
        self.set(behaviour)

    @property
    def behaviour(self) -> Behaviour:
        """What was asked for last."""
        return self._behaviour

    def set(self, behaviour: Behaviour) -> None:
        """Behave like this from the next call on; the sequence of choices begins anew."""
        with self._lock:
            self._behaviour = behaviour
            self._random = random.Random(behaviour.seed)  # noqa: S311 - a sequence that can be repeated, nothing secret
            self._left = behaviour.calls

    def next(self) -> Mode | None:
        """What this call meets; None: nothing bad."""
        with self._lock:
            if not self._behaviour.modes or self._left == 0:
                return None
            if self._left is not None:
                self._left -= 1
            if self._random.random() >= self._behaviour.rate:
                return None
            return self._random.choice(self._behaviour.modes)


def _mode(value: object) -> Mode:
    for mode in MODES:
        if value == mode:
            return mode
    raise BadBehaviourError(f"modes: {value!r}; use some of {', '.join(MODES)}")


def _number(content: Mapping[str, object], name: str, default: float, *, maximum: float) -> float:
    value = content.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= maximum:
        raise BadBehaviourError(f"{name}: {value!r}; use a number from 0 to {maximum:g}")
    return value
