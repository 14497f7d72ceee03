"""Item analysis: the figures against their textbook definitions, and what must not change them."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, sqrt

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digiskills_grading.scoring.items import (
    LEAST_FOR_CORRELATION,
    LEAST_FOR_SHARE,
    UPPER_SHARE,
    ItemStatistics,
    correlation,
    item_statistics,
    signs,
    upper_mean,
)

Rows = list[tuple[int, int]]
ROWS: st.SearchStrategy[Rows] = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 40)), min_size=LEAST_FOR_CORRELATION, max_size=80)


def columns(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    return np.array([met for met, _ in rows], dtype=float), np.array([rest for _, rest in rows], dtype=float)


def varied(rows: Rows) -> bool:
    return len({met for met, _ in rows}) == 2 and len({rest for _, rest in rows}) > 1


@given(ROWS)
def test_discrimination_is_the_point_biserial_correlation(rows: Rows) -> None:
    assume(varied(rows))
    ones, zeros = [rest for met, rest in rows if met], [rest for met, rest in rows if not met]
    share = Fraction(len(ones), len(rows))
    mean = Fraction(sum(ones) + sum(zeros), len(rows))
    variance = sum((rest - mean) ** 2 for _, rest in rows) / len(rows)
    distance = Fraction(sum(ones), len(ones)) - Fraction(sum(zeros), len(zeros))
    wanted = float(distance) / sqrt(variance) * sqrt(share * (1 - share))
    assert correlation(*columns(rows)) == pytest.approx(wanted, abs=1e-9)


@given(ROWS)
def test_the_best_are_those_with_the_most_points_and_who_is_level_with_the_last_of_them(rows: Rows) -> None:
    assume(varied(rows))
    last = sorted((rest for _, rest in rows), reverse=True)[ceil(UPPER_SHARE * len(rows)) - 1]
    best = [met for met, rest in rows if rest >= last]
    assert upper_mean(*columns(rows)) == pytest.approx(sum(best) / len(best))


@given(ROWS, st.randoms(use_true_random=False), st.integers(1, 9), st.integers(-100, 100))
def test_neither_order_nor_scale_matters(rows: Rows, random: object, factor: int, shift: int) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    values, rest = columns(shuffled)
    one, other = item_statistics(*columns(rows)), item_statistics(values, factor * rest + shift)
    assert one is not None
    assert other is not None
    assert (other.n, other.difficulty) == (one.n, one.difficulty)
    assert other.discrimination == (one.discrimination if one.discrimination is None else pytest.approx(one.discrimination, abs=1e-9))
    assert other.upper == (one.upper if one.upper is None else pytest.approx(one.upper))


@given(ROWS)
def test_what_is_missed_discriminates_the_other_way(rows: Rows) -> None:
    met, rest = columns(rows)
    found, turned = correlation(met, rest), correlation(1 - met, rest)
    assert (found is None) == (turned is None) == (not varied(rows))
    if found is not None and turned is not None:
        assert -1 <= found <= 1
        assert turned == pytest.approx(-found, abs=1e-9)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=60).filter(lambda found: max(found) - min(found) > 1e-6))
def test_scores_between_nothing_and_everything_are_taken_as_they_are(scores: list[float]) -> None:
    values, rest = np.array(scores), np.arange(len(scores), dtype=float)
    assert correlation(values, rest) == pytest.approx(float(np.corrcoef(values, rest)[0, 1]), abs=1e-6)


def test_too_few_learners_tell_nothing() -> None:
    values = np.arange(LEAST_FOR_CORRELATION, dtype=float) % 2
    assert item_statistics(values[: LEAST_FOR_SHARE - 1], values[: LEAST_FOR_SHARE - 1]) is None
    some = item_statistics(values[: LEAST_FOR_CORRELATION - 1], values[: LEAST_FOR_CORRELATION - 1])
    assert some is not None
    assert (some.discrimination, some.upper) == (None, None)
    enough = item_statistics(values, values)
    assert enough is not None
    assert (enough.discrimination, enough.upper) == (pytest.approx(1), 1)


def test_where_all_are_equal_nobody_is_better() -> None:
    met = np.array([1.0, 0.0] * 20)
    assert item_statistics(met, np.full(40, 7.0)) == ItemStatistics(n=40, difficulty=0.5, discrimination=None, upper=None)
    with pytest.raises(ValueError, match="one value and one rest"):
        item_statistics(met, met[:-1])


@pytest.mark.parametrize(
    "difficulty, discrimination, upper, wanted",
    [
        (0.6, 0.4, 0.9, ()),
        (0.6, 0.0, 0.5, ()),
        (0.6, -0.31, 0.5, ()),
        (0.6, -0.32, 0.5, ("negative",)),
        (0.4, 0.2, 0.49, ("best_miss",)),
        (0.2, None, None, ()),
        (0.19, None, None, ("hard",)),
        (0.1, -0.4, 0.0, ("negative", "best_miss", "hard")),
    ],
)
def test_what_a_teacher_should_look_at(
    difficulty: float, discrimination: float | None, upper: float | None, wanted: tuple[str, ...]
) -> None:
    assert signs(ItemStatistics(n=40, difficulty=difficulty, discrimination=discrimination, upper=upper)) == wanted
