"""Country packs of an operator: what is refused, and where."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_framework import api
from digiskills_framework.library import SHIPPED
from digiskills_framework.pack import MoneyFormat
from digiskills_framework.strict_yaml import read_yaml
from digiskills_framework.tasks import load_task
from tests.framework_data.builders import write


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the neutral pack under the code ``yy``, in a data directory of its own."""
    shutil.copytree(SHIPPED / "packs" / "xx", tmp_path / "packs" / "yy")
    for name, field in (("pack", "code"), ("world", "pack"), ("units", "pack"), ("real-life", "pack")):
        _change(tmp_path, name, lambda raw, field=field: raw.update({field: "yy"}))
    return tmp_path


def _change(directory: Path, name: str, change: Callable[[Any], object]) -> None:
    raw: Any = read_yaml(directory / "packs" / "yy" / f"{name}.yaml").value
    change(raw)
    write(directory, f"packs/yy/{name}", raw)


def test_a_copy_of_the_neutral_pack_works(pack: Path) -> None:
    assert api.load_pack("yy", (pack,)).money == api.load_pack("xx").money
    assert api.load_units("yy", (pack,)) == api.load_units("xx")


@pytest.mark.parametrize(
    "name, change, path, message",
    [
        ("pack", lambda raw: raw.update(code="zz"), "code", "contradicts the place"),
        ("world", lambda raw: raw.update(pack="zz"), "pack", "contradicts the place"),
        ("pack", lambda raw: raw["money"].update(decimals=5), "money.decimals", "out of range"),
        ("pack", lambda raw: raw["units"].update(provider="guess"), "units.provider", "not one of the values"),
        (
            "pack",
            lambda raw: raw["help_numbers"].insert(
                0, {"code": "p", "number": "113", "purpose": {"vi": "a", "en": "a"}, "source": "s", "checked_on": "2026-02-30"}
            ),
            "help_numbers[0].checked_on",
            "not a day of the calendar",
        ),
        ("units", lambda raw: raw.update(valid_from="2026-13-01"), "valid_from", "not a day of the calendar"),
        ("units", lambda raw: raw["units"][2].update(parent="9"), "units[2].parent", "not a unit of the level above"),
        ("units", lambda raw: raw["units"][2].update(parent=None), "units[2].parent", "not a unit of the level above"),
        ("units", lambda raw: raw["units"][0].update(parent="2"), "units[0].parent", "not a unit of the level above"),
        ("units", lambda raw: raw["units"][1].update(code="1"), "units[1]", "given twice"),
        ("units", lambda raw: raw["units"][1].update(level="moon"), "units[1].level", "not a level known"),
        ("units", lambda raw: raw["units"][4].update(code="20"), "units[4].code", "another length"),
    ],
)
def test_mistakes_are_named_with_their_place(pack: Path, name: str, change: Callable[[Any], object], path: str, message: str) -> None:
    _change(pack, name, change)
    with pytest.raises(api.FrameworkDataError) as caught:
        api.load_units("yy", (pack,))
    found = [(finding.path, finding.message) for finding in caught.value.findings]
    assert any(place == path and message in text for place, text in found), found


def test_the_order_of_units_is_parents_first(pack: Path) -> None:
    _change(pack, "units", lambda raw: raw["units"].reverse())
    with pytest.raises(api.InconsistentDataError, match="given before"):
        api.load_units("yy", (pack,))


@pytest.mark.parametrize("name", ["pack", "world", "units"])
def test_a_missing_file_is_named(pack: Path, name: str) -> None:
    (pack / "packs" / "yy" / f"{name}.yaml").unlink()
    with pytest.raises(api.FrameworkDataError, match=rf"{name}\.yaml"):
        api.load_units("yy", (pack,))


def test_the_vietnamese_provider_needs_its_two_levels(pack: Path) -> None:
    _change(pack, "pack", lambda raw: raw["units"].update(provider="vietnam-provinces", levels=raw["units"]["levels"][:1]))
    with pytest.raises(api.InconsistentDataError, match="must be two levels"):
        api.load_units("yy", (pack,))


@pytest.mark.property
@given(st.integers(-(10**15), 10**15), st.integers(0, 4), st.booleans())
def test_an_amount_can_be_read_back_from_its_text(amount: int, decimals: int, symbol_first: bool) -> None:
    money = MoneyFormat(
        currency="XTS", symbol="¤", symbol_first=symbol_first, symbol_space=True, group_mark=".", decimal_mark=",", decimals=decimals
    )
    digits = money.format(amount).replace("¤", "").replace(".", "").replace(",", "").replace(" ", "")
    assert int(digits) == amount


def test_an_operators_own_pack_names_the_world_of_its_tasks(pack: Path) -> None:
    _change(pack, "world", lambda raw: raw["organisations"].update(bank="Walnut Bank"))
    assert "Walnut Bank" in repr(load_task("S3-01", pack="yy", extra=(pack,)).raw)
