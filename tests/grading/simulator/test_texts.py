"""What learners type: cleaned and cut alike, always."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_simulator.texts import Place, clean, cut, digit_runs, parse_text, shown

KINDS = st.sampled_from(["text", "digits", "amount", "passcode"])
# Digits and what people put between them, so that long numbers really occur.
TYPED = st.text(alphabet="0123456789 .-•aấ\u0301😀\u00a0\n", max_size=60) | st.text(max_size=40)


@given(TYPED, KINDS, st.sets(st.from_regex(r"\A[0-9]{4,12}\Z"), max_size=3))
def test_cutting_twice_is_cutting_once(text: str, kind: str, exempt: set[str]) -> None:
    once = cut(text, kind, frozenset(exempt))
    assert cut(once, kind, frozenset(exempt)) == once
    assert len(once) == len(text)


@given(TYPED, KINDS)
def test_no_long_number_survives(text: str, kind: str) -> None:
    longest = 0 if kind == "passcode" else 8 if kind == "amount" else 7
    assert all(len(run) <= longest for run in digit_runs(cut(text, kind, frozenset())))


@pytest.mark.parametrize(
    "text, kind, kept",
    [
        ("0912 345 678", "text", "•••• ••• •••"),
        ("so 001-099-001234 nhe", "text", "so •••-•••-•••••• nhe"),
        ("0000 1234 5678", "text", "0000 1234 5678"),
        ("20.000.000", "amount", "20.000.000"),
        ("0912345678", "amount", "••••••••••"),
        ("1234567", "text", "1234567"),
        ("2468", "passcode", "2468"),
        ("1111", "passcode", "••••"),
    ],
)
def test_what_is_cut(text: str, kind: str, kept: str) -> None:
    assert cut(text, kind, frozenset({"000012345678", "2468"})) == kept


@given(TYPED, KINDS, st.integers(1, 200))
def test_cleaned_text_is_bounded_and_stable(text: str, kind: str, limit: int) -> None:
    value = clean(text, kind, limit)
    if isinstance(value, int):
        assert 0 <= value <= 999_999_999
    else:
        assert len(value) <= limit


@pytest.mark.parametrize(
    "text, kind, value",
    [
        ("  Chào\u00a0 bạn  ", "text", "Chào bạn"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Lựu"), "text", "Nguyễn Thị Lựu"),
        ("a😀b\u200bc", "text", "abc"),
        ("1.250.000 đ", "amount", 1_250_000),
        ("không", "amount", 0),
        ("12-34", "digits", "1234"),
        ("١٢٣", "digits", ""),
        ("••12", "passcode", "••12"),
    ],
)
def test_cleaning(text: str, kind: str, value: object) -> None:
    assert clean(text, kind, 60) == value


@pytest.mark.parametrize(
    "value, style, text",
    [
        (1_250_000, "money", "1.250.000 đ"),
        (0, "money", "0 đ"),
        (-5000, "num", "-5.000"),
        ("0123456789", "group", "0123 4567 89"),
        ("Lựu", None, "Lựu"),
    ],
)
def test_formats(value: object, style: str | None, text: str) -> None:
    assert shown(value, style) == text


def test_places_in_texts() -> None:
    assert parse_text("Trả {amount|money} cho {payee.name}.") == ("Trả ", Place("amount", "money"), " cho ", Place("payee.name"), ".")


@pytest.mark.parametrize("text", ["{", "a } b", "{amount|euro}", "{Amount}", "{a.b.c}"])
def test_a_brace_that_opens_no_place_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"brace|format"):
        parse_text(text)
