"""What is kept back cannot be worked out from what is shown."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from digiskills_grading.suppression import kept_back

LEAST = 5


def column(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64).reshape(-1, 1)


def group(total: int, *parts: int) -> list[tuple[int, np.ndarray]]:
    return [(total, np.array(parts))]


def marks(groups: list[tuple[int, np.ndarray]], values: np.ndarray, least: int = LEAST) -> list[bool]:
    return [bool(mark) for mark in kept_back(groups, values, least=least)[:, 0]]


def test_a_small_part_takes_the_smallest_other_with_it() -> None:
    assert marks(group(0, 1, 2, 3), column(61, 3, 8, 50)) == [False, True, True, False]


def test_two_small_parts_that_are_small_together_take_a_third() -> None:
    assert marks(group(0, 1, 2, 3), column(12, 1, 2, 9)) == [False, True, True, True]


def test_zero_is_shown_and_so_is_everything_where_nothing_is_small() -> None:
    assert marks(group(0, 1, 2, 3), column(30, 0, 10, 20)) == [False] * 4
    assert marks(group(0, 1, 2), column(3, 1, 2), least=1) == [False] * 3


def test_a_total_that_is_kept_back_is_not_the_sum_of_its_parts() -> None:
    """Unit 1 is small; unit 2 goes with it; so a part of unit 2 goes too."""
    groups = [(0, np.array([1, 2, 3])), (2, np.array([4, 5]))]
    assert marks(groups, column(74, 3, 21, 50, 10, 11)) == [False, True, True, False, True, False]


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[tuple[int, np.ndarray]], np.ndarray]:
    """A tree of figures in the order of its places; every inner place has two to four parts, and is their sum."""
    shape = draw(st.lists(st.integers(0, 4).map(lambda parts: parts if parts > 1 else 0), min_size=1, max_size=8))
    groups, size = [], 1
    for place, parts in enumerate(shape):
        if parts and place < size:
            groups.append((place, np.arange(size, size + parts)))
            size += parts
    values = np.array(draw(st.lists(st.integers(0, 12), min_size=size, max_size=size)), dtype=np.int64).reshape(-1, 1)
    for total, parts in reversed(groups):
        values[total] = values[parts].sum(axis=0)
    return groups, values


@given(tables())
def test_no_figure_that_is_kept_back_follows_from_the_others(table: tuple[list[tuple[int, np.ndarray]], np.ndarray]) -> None:
    """The equations "a total is the sum of its parts" leave every missing figure free: it is zero in no solution's difference alone."""
    groups, values = table
    hidden = [index for index, mark in enumerate(marks(groups, values)) if mark]
    equations = []
    for total, parts in groups:
        row = [Fraction(0)] * len(hidden)
        for place, sign in [(total, -1), *((int(part), 1) for part in parts)]:
            if place in hidden:
                row[hidden.index(place)] += sign
        equations.append(row)
    for index in range(len(hidden)):
        unit = [Fraction(int(other == index)) for other in range(len(hidden))]
        assert rank(equations) < rank([*equations, unit]), f"figure {hidden[index]} follows from the others"


@given(tables())
def test_everything_small_is_kept_back_and_a_shown_total_hides_no_small_remainder(
    table: tuple[list[tuple[int, np.ndarray]], np.ndarray],
) -> None:
    groups, values = table
    found = marks(groups, values)
    assert all(mark for mark, value in zip(found, values[:, 0], strict=True) if 0 < value < LEAST)
    for total, parts in groups:
        missing = [int(values[part, 0]) for part in parts if found[part]]
        if not found[total]:
            assert not missing or (len(missing) >= 2 and sum(missing) >= LEAST)


def rank(rows: list[list[Fraction]]) -> int:
    """By elimination, exactly."""
    rows = [row[:] for row in rows]
    found = 0
    for pivot in range(len(rows[0]) if rows else 0):
        at = next((index for index in range(found, len(rows)) if rows[index][pivot]), None)
        if at is None:
            continue
        rows[found], rows[at] = rows[at], rows[found]
        for index in range(len(rows)):
            if index != found and rows[index][pivot]:
                factor = rows[index][pivot] / rows[found][pivot]
                rows[index] = [a - factor * b for a, b in zip(rows[index], rows[found], strict=True)]
        found += 1
    return found
