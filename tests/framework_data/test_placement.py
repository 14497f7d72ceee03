"""Placement models: what is shipped, and what is refused."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from digiskills_framework import api
from digiskills_framework.library import SHIPPED
from digiskills_framework.strict_yaml import read_yaml
from digiskills_framework.validation import validate
from tests.framework_data.builders import write, write_framework

PAGE = (Path(__file__).parents[2] / "docs/explanation/placement.md").read_text(encoding="utf-8")
SHIPPED_FILE = SHIPPED / "placement/default/1.yaml"


def model(**changes: Any) -> dict[str, Any]:
    """The shipped file over the sample framework, under a name of its own."""
    content: dict[str, Any] = copy.deepcopy(read_yaml(SHIPPED_FILE, name="1.yaml").value)  # type: ignore[assignment]
    return {**content, "id": "own", "framework": "sample/1.0", "after": {"X2": ["X1"]}, **changes}


def load(directory: Path, content: dict[str, Any]) -> api.PlacementModel:
    write_framework(directory)
    write(directory, "placement/own/1", content)
    return api.load_placement("own/1", (directory,))


def test_every_number_of_the_shipped_model_says_on_what_basis_it_stands() -> None:
    for key in api.list_placements():
        found = api.load_placement(key)
        assert found.key == key
        assert found.framework in api.list_frameworks()
        assert all(parameter.basis and parameter.source for parameter in found.parameters)


def test_the_typed_values_are_those_of_the_file(tmp_path: Path) -> None:
    content = model()
    content["parameters"]["weight_observed_milli"]["value"] = 1234
    content["parameters"]["start_well_milli"]["value"] = 901
    found = load(tmp_path, content)
    assert found.values.weight_milli[api.Assurance.OBSERVED] == 1234
    assert found.values.start_milli[api.StartAnswer.WELL] == 901
    assert found.after == {"X2": ("X1",)}
    assert [parameter.name for parameter in found.parameters] == list(content["parameters"])


@pytest.mark.parametrize(
    "after, message",
    [
        ({"X2": ["Z9"]}, "not a skill known here"),
        ({"Z9": ["X1"]}, "not a skill known here"),
        ({"X2": ["X1"], "X1": ["X2"]}, "builds on itself"),
        ({"X1": ["X1"]}, "builds on itself"),
    ],
)
def test_an_order_that_cannot_be_is_refused(tmp_path: Path, after: dict[str, list[str]], message: str) -> None:
    with pytest.raises(api.InconsistentDataError, match=message):
        load(tmp_path, model(after=after))
    assert any(message in finding.message for finding in validate(tmp_path).findings)


@pytest.mark.parametrize("name, value", [("prior_milli", 1001), ("half_life_days", 0), ("rest_hours", -1), ("prior_weight_milli", 0)])
def test_a_number_out_of_range_is_named(tmp_path: Path, name: str, value: int) -> None:
    content = model()
    content["parameters"][name]["value"] = value
    with pytest.raises(api.InvalidShapeError, match=name):
        load(tmp_path, content)


def test_the_steps_keep_their_order(tmp_path: Path) -> None:
    content = model()
    content["parameters"]["standard_from_milli"]["value"] = 900
    with pytest.raises(api.InconsistentDataError, match="transfer_from_milli"):
        load(tmp_path, content)


def test_a_parameter_left_out_is_named(tmp_path: Path) -> None:
    content = model()
    del content["parameters"]["rest_hours"]
    with pytest.raises(api.InvalidShapeError, match="rest_hours"):
        load(tmp_path, content)


def test_the_page_publishes_every_number() -> None:
    rows = [line.split("|") for line in PAGE.splitlines() if line.startswith("| `")]
    published = {name.strip("` "): int(value) for row in rows for name, value in zip(row[1].split(","), row[2].split(","), strict=True)}
    assert published == {parameter.name: parameter.value for parameter in api.load_placement("default/1").parameters}
