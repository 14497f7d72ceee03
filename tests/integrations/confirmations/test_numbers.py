"""Numbers of confirmations: every slip of a person shows."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_integrations.confirmations.numbers import ALPHABET, NUMBER_LENGTH, format_number, is_test_number, new_number, parse_number

pytestmark = pytest.mark.property


@st.composite
def numbers(draw: st.DrawFn) -> str:
    symbols = draw(st.lists(st.integers(0, 31), min_size=12, max_size=12))
    return new_number(test=draw(st.booleans()), random_below=lambda _: symbols.pop())


@given(numbers())
def test_a_number_reads_back_however_it_is_typed(number: str) -> None:
    printed = format_number(number)
    sloppy = printed.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert [parse_number(text) for text in (number, printed, sloppy, f"  {printed}  ")] == [number] * 4
    assert len(number) == NUMBER_LENGTH


@given(numbers(), st.integers(1, NUMBER_LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_always_detected(number: str, position: int, symbol: str) -> None:
    wrong = number[:position] + symbol + number[position + 1 :]
    assert (parse_number(wrong) is None) == (wrong != number)


@given(numbers(), st.integers(0, NUMBER_LENGTH - 1), st.integers(0, NUMBER_LENGTH - 1))
def test_two_swapped_symbols_are_always_detected(number: str, first: int, second: int) -> None:
    symbols = list(number)
    symbols[first], symbols[second] = symbols[second], symbols[first]
    wrong = "".join(symbols)
    assert (parse_number(wrong) is None) == (wrong != number)


@given(st.text(max_size=80))
def test_any_text_is_a_number_or_none(text: str) -> None:
    parsed = parse_number(text)
    assert parsed is None or parse_number(format_number(parsed)) == parsed


def test_the_test_range_is_told_at_sight() -> None:
    test, live = (new_number(test=flag, random_below=secrets.randbelow) for flag in (True, False))
    assert (test[0], live[0]) == ("T", "D")
    assert is_test_number(test)
    assert not is_test_number(live)
    assert len(format_number(test)) == 17


def test_a_number_of_no_range_is_refused() -> None:
    # All zeros satisfies the check equation, but 0 is no range.
    assert parse_number("0" * NUMBER_LENGTH) is None
