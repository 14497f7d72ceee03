"""The engine's own pseudo-random numbers: the same in every version of Python, specified in docs/reference/engine.md §3."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

_MASK = 0xFFFFFFFFFFFFFFFF
_RANGE = 1 << 64

T = TypeVar("T")


class Stream:
    """SplitMix64 (Steele, Lea, Flood 2014), started from the SHA-256 of ``"{seed}:{label}"``.

    Every use has its own label, so that adding a variable to a task never changes what another one draws.
    """

    __slots__ = ("_state",)

    def __init__(self, seed: int, label: str) -> None:
        self._state = int.from_bytes(hashlib.sha256(f"{seed}:{label}".encode("ascii")).digest()[:8], "big")

    def next64(self) -> int:
        """The next integer in 0 … 2**64 - 1."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)

    def below(self, bound: int) -> int:
        """A uniform integer in 0 … bound - 1; ``bound`` is 1 … 2**64."""
        limit = _RANGE // bound * bound
        drawn = self.next64()
        while drawn >= limit:
            drawn = self.next64()
        return drawn % bound

    def choice(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """A Fisher-Yates permutation, from the last index down."""
        result = list(items)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result
