"""Names say what a block is: stable over orders, titles and successions, and never given to anything else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from opaque_keys.edx.keys import CourseKey, UsageKey

from digiskills_framework.api import load_framework
from digiskills_xblock.course.identity import MAX_NAME, Names, block_name, skill_origin
from tests.framework_data.builders import framework_files, write, write_framework

parts = st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=4).map(tuple)


@given(parts)
def test_a_name_fits_into_a_key_of_the_platform(some: tuple[str, ...]) -> None:
    name = block_name(*some)
    assert re.fullmatch(r"ds-[a-z0-9-]*", name)
    assert len(name) <= MAX_NAME
    key = CourseKey.from_string("course-v1:A+B+C").make_usage_key("html", name)
    assert UsageKey.from_string(str(key)).block_id == name


@given(parts, parts)
def test_other_parts_have_another_name(some: tuple[str, ...], others: tuple[str, ...]) -> None:
    assert (block_name(*some) == block_name(*others)) is (some == others)


def test_names_that_were_given_once_stay() -> None:
    """These names hang on learners' state: if this fails, every course that is out there would lose it."""
    names = Names.of(load_framework("digiskills-vn/1.0"))
    assert names.skill("S1", "sequence") == "ds-s1-sequence-6631b977f504"
    assert names.skill("S1", "question", "digiskills-vn", "S1", "q1") == "ds-s1-question-digiskills-vn-s1-q1-d1932a18137a"
    assert names.skill("A1", "counted", "A1-03") == "ds-a1-counted-a1-03-e4e8e3685f6d"
    assert names.course("final-chapter") == "ds-digiskills-vn-final-chapter-a808b8e285f1"


def test_a_name_knows_neither_audience_nor_version() -> None:
    framework = load_framework("digiskills-vn/1.0")
    assert Names.of(replace(framework, version="2.0")).skill("S1", "sequence") == Names.of(framework).skill("S1", "sequence")


def succession(tmp_path: Path, *rows: tuple[str, list[str]]) -> Names:
    """Names of sample/2.0, whose skills X1 and X2 come from sample/1.0 by these rows."""
    files = framework_files()
    write_framework(tmp_path, files)
    for name, content in files.items():
        change = {"version": "2.0"} if name == "framework" else {"framework": "sample/2.0"}
        write(tmp_path, f"frameworks/sample/2.0/{name}", content | change)
    skills = [{"old": old, "new": new} for old, new in rows]
    write(
        tmp_path, "frameworks/sample/2.0/succession", {"schema": "succession/1", "from": "sample/1.0", "to": "sample/2.0", "skills": skills}
    )
    return Names.of(load_framework("sample/2.0", (tmp_path,)), (tmp_path,))


def test_a_skill_with_a_new_code_keeps_its_names(tmp_path: Path) -> None:
    swapped = succession(tmp_path, ("X1", ["X2"]), ("X2", ["X1"]))
    old = Names.of(load_framework("sample/1.0", (tmp_path,)), (tmp_path,))
    assert swapped.skill("X2", "sequence") == old.skill("X1", "sequence")
    assert swapped.skill("X1", "sequence") == old.skill("X2", "sequence")


def test_a_code_that_was_given_to_another_skill_begins_anew(tmp_path: Path) -> None:
    reused = succession(tmp_path, ("X1", ["X2"]), ("X2", []))
    old = Names.of(load_framework("sample/1.0", (tmp_path,)), (tmp_path,))
    assert reused.skill("X2", "sequence") == old.skill("X1", "sequence")
    assert reused.skill("X1", "sequence") not in {old.skill(code, "sequence") for code in ("X1", "X2")}


def test_split_and_merged_skills_begin_anew(tmp_path: Path) -> None:
    split = succession(tmp_path, ("X1", ["X1", "X2"]), ("X2", []))
    framework = load_framework("sample/2.0", (tmp_path,))
    origins = {skill_origin(framework, code, (tmp_path,)) for code in ("X1", "X2")}
    assert origins == {("sample", "X1@2.0"), ("sample", "X2@2.0")}
    old = Names.of(load_framework("sample/1.0", (tmp_path,)), (tmp_path,))
    assert not {split.skill(code, "sequence") for code in ("X1", "X2")} & {old.skill(code, "sequence") for code in ("X1", "X2")}
