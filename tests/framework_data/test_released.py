"""What was released stays as it was released."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from digiskills_framework import api
from digiskills_framework.library import LOCK_NAME, SHIPPED, digest, list_entries_at, read_entry, read_lock
from digiskills_framework.releasing import VERSIONED_KINDS, release
from digiskills_framework.strict_yaml import parse_yaml
from digiskills_framework.tasks import load_task
from digiskills_framework.validation import validate
from tests.framework_data.builders import KEY, framework_files, regulation, write, write_framework

ENTRY = f"frameworks/{KEY}"


def test_a_released_framework_loads_while_it_is_unchanged(tmp_path: Path) -> None:
    write_framework(tmp_path)
    recorded = release(tmp_path, ENTRY)
    assert read_lock(tmp_path) == {ENTRY: recorded}
    assert api.load_framework(KEY, (tmp_path,)).key == KEY
    assert release(tmp_path, ENTRY) == recorded


@pytest.mark.parametrize("name", ["framework", "profile", "crosswalk"])
def test_a_change_of_any_file_is_refused(tmp_path: Path, name: str) -> None:
    folder = write_framework(tmp_path)
    release(tmp_path, ENTRY)
    file = folder / f"{name}.yaml"
    changed = json.loads(file.read_text(encoding="utf-8"))
    changed["framework" if name != "framework" else "source"] = "changed/1.0"
    write(tmp_path, f"{ENTRY}/{name}", changed)
    with pytest.raises(api.ReleasedDataChangedError, match="new version"):
        api.load_framework(KEY, (tmp_path,))
    with pytest.raises(api.ReleasedDataChangedError):
        release(tmp_path, ENTRY)


def test_a_file_added_or_removed_is_a_change(tmp_path: Path) -> None:
    folder = write_framework(tmp_path)
    release(tmp_path, ENTRY)
    write(tmp_path, f"{ENTRY}/notes", {"a": 1})
    assert [finding.message[:12] for finding in validate(tmp_path).findings] == ["differs from"]
    (folder / "notes.yaml").unlink()
    assert validate(tmp_path).findings == ()


def test_what_a_framework_borrows_may_grow_after_its_release(tmp_path: Path) -> None:
    write_framework(tmp_path)
    recorded = release(tmp_path, ENTRY)
    write(tmp_path, f"{ENTRY}/content", {"schema": "content/1", "framework": KEY, "skills": {"X1": {"tasks": ["S3-01"]}}})
    assert release(tmp_path, ENTRY) == recorded
    assert api.load_borrowed(KEY, (tmp_path,)) == {"S3-01": ("X1",)}


def test_a_released_version_that_is_gone_is_reported(tmp_path: Path) -> None:
    folder = write_framework(tmp_path)
    release(tmp_path, ENTRY)
    write(tmp_path, "frameworks/other/1.0/framework", framework_files()["framework"])
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    assert ENTRY in {finding.path for finding in validate(tmp_path).findings if finding.file == LOCK_NAME}


def test_layout_and_comments_are_no_change() -> None:
    plain = parse_yaml(b"a: 1\nb: [x, 'y']\n", name="f")
    other = parse_yaml(b"# words\nb:\n  - x\n  - y\na: 1\n", name="g")
    assert digest({"f": plain}) == digest({"f": other})
    assert digest({"f": plain}) != digest({"g": plain})


def test_releasing_what_is_not_there_names_what_is(tmp_path: Path) -> None:
    write_framework(tmp_path)
    with pytest.raises(api.UnknownDataError, match=ENTRY):
        release(tmp_path, "frameworks/other/1.0")


def test_everything_shipped_with_a_version_is_released() -> None:
    entries = [entry for kind in VERSIONED_KINDS if kind != "tasks" for entry in list_entries_at(SHIPPED, kind)]
    recorded = {key: value for key, value in read_lock(SHIPPED).items() if not key.startswith("tasks/")}
    assert recorded == {entry.lock_key: digest(read_entry(entry)) for entry in entries}


def test_a_task_is_released_under_its_id_and_version(tmp_path: Path) -> None:
    write(tmp_path, "tasks/X1/X1-01/2", {"schema": "scenario/1"})
    release(tmp_path, "tasks/X1-01/2")
    write(tmp_path, "tasks/X1/X1-01/2", {"schema": "scenario/1", "id": "X1-01"})
    with pytest.raises(api.ReleasedDataChangedError):
        load_task("X1-01", 2, extra=(tmp_path,))


def test_validate_reports_every_broken_entry_and_not_only_the_first(tmp_path: Path) -> None:
    files = framework_files()
    files["framework"]["pack"] = "zz"
    write_framework(tmp_path, files)
    broken = regulation()
    del broken["label"]
    write(tmp_path, "regulations/sample-rules/1", broken)
    write(tmp_path, "packs/yy/pack", {"schema": "pack/1"})
    report = validate(tmp_path)
    assert set(report.checked) == {ENTRY, "regulations/sample-rules/1", "packs/yy"}
    found = {finding.file for finding in report.findings}
    assert {"packs", "regulations/sample-rules/1.yaml", "packs/yy"} <= found


def test_validate_holds_a_profile_to_the_school_levels_of_its_country(tmp_path: Path) -> None:
    files = framework_files()
    levels = files["profile"]["audiences"]["student"]["levels"]
    levels["ZZ9"] = levels.pop("CB1")
    write_framework(tmp_path, files)
    assert [finding.path for finding in validate(tmp_path).findings] == ["audiences.student.levels"]


def test_validate_says_so_when_there_is_nothing(tmp_path: Path) -> None:
    assert [finding.message for finding in validate(tmp_path).findings] == ["holds no framework data"]
