"""Figures of admin units as arrays: one line for each unit, audience by audience. Knows no tree and no table."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

LEARNER_FACTS = ("learner", "tried", "completed", "confirmed")
HOUSEHOLD_FACTS = ("household", "household_covered")

# By audience: lines of a unit's id (0: not known) and then a number for each fact. A unit may have several lines, which add up.
Figures = Mapping[str, NDArray[np.int64]]


@frozen
class Subject:
    """What figures are about: learners under a regulation, or households under the coverage rule ``key``."""

    regulation_id: int
    key: str = ""

    @property
    def facts(self) -> tuple[str, ...]:
        """Names of the figures, in the order of the columns."""
        return HOUSEHOLD_FACTS if self.key else LEARNER_FACTS


def figures_of(rows: Iterable[tuple[Any, ...]]) -> Figures:
    """From rows of audience, unit and figures, where nothing (None) is zero."""
    lines: dict[str, list[list[int]]] = defaultdict(list)
    for audience, *numbers in rows:
        lines[audience].append([number or 0 for number in numbers])
    return {audience: np.array(found, dtype=np.int64) for audience, found in lines.items()}


def joined(*parts: Figures) -> Figures:
    """All lines of all parts: what they add up to."""
    audiences = dict.fromkeys(audience for part in parts for audience in part)
    return {audience: np.concatenate([part[audience] for part in parts if audience in part]) for audience in audiences}


def condensed(figures: Figures) -> Figures:
    """One line for each unit, without those that are all zero."""
    return {audience: _condensed(lines) for audience, lines in figures.items()}


def same(some: Figures, others: Figures) -> bool:
    """Whether two condensed figures say the same; an audience without a line says nothing."""
    audiences = {audience for figures in (some, others) for audience, lines in figures.items() if len(lines)}
    return all(audience in some and audience in others and np.array_equal(some[audience], others[audience]) for audience in audiences)


def to_bytes(figures: Figures) -> bytes:
    """For storage: a line of JSON with audiences and shapes, and the numbers, compressed."""
    head = json.dumps({audience: lines.shape for audience, lines in figures.items()}).encode()
    body = b"".join(np.ascontiguousarray(lines, dtype="<i8").tobytes() for lines in figures.values())
    return zlib.compress(head + b"\n" + body, 1)


def from_bytes(stored: bytes) -> Figures:
    """What `to_bytes` stored."""
    head, _, body = zlib.decompress(stored).partition(b"\n")
    figures, start = {}, 0
    for audience, (lines, columns) in json.loads(head).items():
        figures[audience] = np.frombuffer(body, dtype="<i8", count=lines * columns, offset=start).reshape(lines, columns)
        start += lines * columns * 8
    return figures


def _condensed(lines: NDArray[np.int64]) -> NDArray[np.int64]:
    units, places = np.unique(lines[:, 0], return_inverse=True)
    sums = np.zeros((len(units), lines.shape[1]), dtype=np.int64)
    np.add.at(sums, places.reshape(-1), lines)
    sums[:, 0] = units
    kept: NDArray[np.int64] = sums[sums[:, 1:].any(axis=1)]
    return kept
