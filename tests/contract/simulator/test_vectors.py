"""Hand-written runs that both machines must reproduce, state by state (docs/reference/engine.md §4, §5)."""

from __future__ import annotations

import itertools
import json
from importlib import resources
from typing import Any

import jsonschema
import pytest

from digiskills_simulator.texts import clean, cut
from tests.contract.simulator.both_machines import HERE, Json, in_browser_script, in_python

VECTORS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((HERE / "vectors").glob("*.json"))}
TEXTS = json.loads((HERE / "texts.json").read_text(encoding="utf-8"))
SCHEMAS = resources.files("digiskills_framework") / "schemas"


def expected_snapshots(vector: Json) -> list[Json]:
    """Each step names what changes; all else stays. ``vars`` and ``last`` are changed by key."""
    snapshots = [vector["initial"]]
    for step in vector["steps"]:
        before, changes = snapshots[-1], step["changes"]
        merged = {name: {**before[name], **changes.get(name, {})} for name in ("vars", "last")}
        snapshots.append({**before, **changes, **merged})
    return snapshots


def actions_of(vector: Json) -> list[Json]:
    return [step["action"] for step in vector["steps"]]


@pytest.fixture(scope="module")
def browser_answers(node_executable: str) -> dict[str, Json]:
    jobs = [{"payload": vector["payload"], "actions": actions_of(vector)} for vector in VECTORS.values()]
    return dict(zip(VECTORS, in_browser_script(node_executable, jobs), strict=True))


@pytest.mark.parametrize("name", VECTORS)
def test_the_servers_machine_follows_the_vector(name: str) -> None:
    vector = VECTORS[name]
    assert in_python(vector["payload"], actions_of(vector))["snapshots"] == expected_snapshots(vector), vector["about"]


@pytest.mark.parametrize("name", VECTORS)
def test_the_browsers_machine_follows_the_vector(name: str, browser_answers: dict[str, Json]) -> None:
    assert browser_answers[name]["snapshots"] == expected_snapshots(VECTORS[name]), VECTORS[name]["about"]


@pytest.mark.parametrize("name", VECTORS)
def test_a_step_is_accepted_exactly_when_it_is_counted(name: str, browser_answers: dict[str, Json]) -> None:
    snapshots = expected_snapshots(VECTORS[name])
    counted = [after["steps"] > before["steps"] for before, after in itertools.pairwise(snapshots)]
    assert browser_answers[name]["accepted"] == counted


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_has_the_shape_of_a_payload(name: str) -> None:
    schema: Any = json.loads((SCHEMAS / "payload-1.json").read_text(encoding="utf-8"))
    jsonschema.validate(VECTORS[name]["payload"], schema)


def test_typed_texts_are_cleaned_and_cut_alike(node_executable: str) -> None:
    [browser] = in_browser_script(node_executable, [{"texts": TEXTS}])
    for case, theirs in zip(TEXTS, browser["texts"], strict=True):
        exempt = frozenset(case["exempt"])
        assert clean(case["text"], case["kind"], case.get("max", 60)) == case["clean"] == theirs["clean"], case
        assert cut(case["text"], case["kind"], exempt) == case["cut"] == theirs["cut"], case
        assert theirs["real"] == case["real"], case
