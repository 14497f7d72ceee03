"""The canonical form and the strict reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_integrations.canonical import canonical_json, parse_object

JSON_OBJECTS = st.dictionaries(
    st.text(),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=5,
    ),
    max_size=3,
)


@pytest.mark.property
@given(JSON_OBJECTS)
def test_reading_gives_back_what_was_written(value: dict[str, object]) -> None:
    raw = canonical_json(value)
    assert parse_object(raw) == value
    assert canonical_json(dict(reversed(value.items()))) == raw


@pytest.mark.parametrize(
    "raw",
    [b'{"a":1,"a":2}', b'{"a":{"b":1,"b":1}}', b'{"a":NaN}', b'{"a":-Infinity}', b"[]", b"", b"\xff", b"{", b'{"a":' + b"[" * 100_000],
    ids=["twice", "twice-inside", "nan", "infinity", "list", "empty", "not-utf8", "cut", "deep"],
)
def test_what_two_readers_could_read_differently_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_object(raw)
