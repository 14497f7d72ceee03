"""Whatever stands where a value is expected, reading ends in data or in findings."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_framework.errors import FrameworkDataError
from digiskills_framework.loader import build_bundle
from digiskills_framework.regulation_loader import load_regulation
from digiskills_framework.strict_yaml import Source
from tests.framework_data.builders import KEY, framework_files, regulation, text, write, write_framework

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 2000)
    | st.sampled_from(["", "X1", "X2", "X", "see", "five-basic", "teacher", "observed", KEY, "required", "full", "none", "CB1", "citizen"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["X1", "code", "vi", "all", "skill", "group", "evidence", "levels", "rows"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def _files() -> dict[str, Any]:
    files: dict[str, Any] = framework_files()
    files["can-do/citizen"] = {
        "schema": "can-do/1",
        "framework": KEY,
        "audience": "citizen",
        "statements": {"X1": text("one"), "X2": text("two")},
    }
    files["succession"] = {"schema": "succession/1", "from": "old/1", "to": KEY, "skills": [{"old": "A", "new": ["X1"]}]}
    files["crosswalk"]["rows"] = [{"document": "CV-3240-BTTTT-2024", "row": "1", "skills": ["X1"], "coverage": "full"}]
    return files


def _regulation() -> dict[str, Any]:
    """Every kind of node, every rule."""
    said = {"basis": "test", "source": "test"}
    content = regulation()
    pieces = {"n": 1, "assurance": ["observed"]}
    content["audiences"]["citizen"]["requires"] = {
        "all": [
            {"group": "X"},
            {"at_least": {"n": 1, "group": "X"}},
            {"weighted": {"points": 1, "of": [{"points": 1, "skill": "X2", "facet": "see"}, {"points": 1, "any": [{"skill": "X1"}]}]}},
            {"evidence": {**pieces, "skills": ["X1"], "practical": True}},
            {"each_group": {"evidence": pieces}},
        ]
    }
    optional = {"counted_m": 1, "counted_n": 2, "accepted_assurance": ["self", "observed"], "hazard_veto_days": 1}
    optional |= {"validity_days": 9, "renewal_notice_days": 1, "observers": ["teacher"], "exempters": ["official"]}
    content["rules"] |= {name: {"value": value, **said} for name, value in optional.items()}
    content["rules"]["counted_attempts"]["value"] = "m_of_n"
    content["supersedes"] = "demo-s3-a1/1"
    content["change_policy"] = {"who": {"value": "all", **said}, "completed": {"value": "review", **said}}
    return content


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a tree but its root."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from _paths(child, (*path, key))


def _replaced(tree: Any, path: tuple[str | int, ...], junk: object) -> Any:
    changed = copy.deepcopy(tree)
    target = changed
    for part in path[:-1]:
        target = target[part]
    target[path[-1]] = junk
    return changed


def _findings(error: FrameworkDataError) -> bool:
    return all(finding.file and finding.message and finding.remedy for finding in error.findings)


@pytest.mark.property
@given(st.sampled_from(list(_paths(_files()))), JUNK)
def test_a_framework_with_junk_in_any_place_is_read_or_refused(path: tuple[str | int, ...], junk: object) -> None:
    files = _replaced(_files(), path, junk)
    explained = True
    try:
        build_bundle(KEY, {name: Source(name=f"{name}.yaml", value=value) for name, value in files.items()})
    except FrameworkDataError as error:
        explained = _findings(error)
    assert explained


def test_the_regulation_that_is_broken_is_whole(tmp_path: Path) -> None:
    write_framework(tmp_path)
    write(tmp_path, "regulations/sample-rules/1", _regulation())
    assert load_regulation("sample-rules/1", (tmp_path,)).values("citizen").counted_n == 2


@pytest.mark.property
@given(st.sampled_from(list(_paths(_regulation()))), JUNK)
def test_a_regulation_with_junk_in_any_place_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, path: tuple[str | int, ...], junk: object
) -> None:
    directory = tmp_path_factory.mktemp("data")
    write_framework(directory)
    write(directory, "regulations/sample-rules/1", _replaced(_regulation(), path, junk))
    explained = True
    try:
        load_regulation("sample-rules/1", (directory,))
    except FrameworkDataError as error:
        explained = _findings(error)
    assert explained
