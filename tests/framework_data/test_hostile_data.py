"""Whatever stands where a value is expected, reading ends in data or in findings."""

from __future__ import annotations

import copy
from collections.abc import Iterator
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
    | st.sampled_from(["", "X1", "X2", "X", "see", KEY, "required", "full", "none", "CB1", "citizen"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["X1", "code", "vi", "all", "skill", "levels", "rows"]), inner, max_size=3)
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


@pytest.mark.property
@given(st.sampled_from(list(_paths(regulation()))), JUNK)
def test_a_regulation_with_junk_in_any_place_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, path: tuple[str | int, ...], junk: object
) -> None:
    directory = tmp_path_factory.mktemp("data")
    write_framework(directory)
    write(directory, "regulations/sample-rules/1", _replaced(regulation(), path, junk))
    explained = True
    try:
        load_regulation("sample-rules/1", (directory,))
    except FrameworkDataError as error:
        explained = _findings(error)
    assert explained
