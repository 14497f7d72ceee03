"""The generator is specified: these numbers must never change, or old attempts would get other scenarios."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from digiskills_simulator.prng import Stream

SEEDS = st.integers(0, 2**63 - 1)


def test_the_first_numbers_of_a_stream_are_those_of_the_specification() -> None:
    stream = Stream(42, "var:amount")
    assert [stream.next64() for _ in range(3)] == [7392182481249254987, 999452147466917380, 11779220456404391582]


@given(SEEDS, st.integers(1, 2**64))
def test_a_bounded_number_is_within_its_bound(seed: int, bound: int) -> None:
    assert 0 <= Stream(seed, "x").below(bound) < bound


@given(SEEDS, st.lists(st.integers()))
def test_a_shuffle_keeps_every_item(seed: int, items: list[int]) -> None:
    assert Counter(Stream(seed, "shuffle").shuffled(items)) == Counter(items)


def test_labels_give_unrelated_streams() -> None:
    assert Stream(1, "var:a").next64() != Stream(1, "var:b").next64()


def test_every_value_of_a_small_range_turns_up() -> None:
    assert {Stream(seed, "x").below(6) for seed in range(200)} == set(range(6))
