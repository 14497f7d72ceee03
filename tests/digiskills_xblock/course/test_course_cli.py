"""``digiskills course``: what is written, what is said, and with which exit code."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digiskills_xblock.course.archive import pack, unpack
from digiskills_xblock.course.cli import INDEX, course
from digiskills_xblock.course.model import Block, Course
from digiskills_xblock.course.olx import course_files
from tests.digiskills_xblock.course import garden, studio


@pytest.fixture
def data(garden_data: tuple[Path, ...]) -> list[str]:
    return ["--data", str(garden_data[0])]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(course, [str(one) for one in arguments])


def test_build_lint_update_and_diff_of_one_course(tmp_path: Path, data: list[str]) -> None:
    target, again = tmp_path / "deep" / "c.tar.gz", tmp_path / "again.tar.gz"
    done = run("build", "--framework", garden.KEY, "-o", target, *data)
    assert (done.exit_code, "3 skills (2 required)" in done.output, "without a task yet: X2, Y1" in done.output) == (0, True, True)
    assert [path.name for path in target.parent.iterdir()] == ["c.tar.gz"]
    checked = run("lint", target, *data)
    assert (checked.exit_code, checked.output.splitlines()[-1]) == (0, "no error")
    assert run("update", target, "-o", again, *data).output == "nothing to do\n"
    assert again.read_bytes() == target.read_bytes()
    assert (run("diff", target, again).exit_code, run("diff", target, again).output) == (0, "0 differences\n")


def test_answers_in_json(tmp_path: Path, data: list[str]) -> None:
    target = tmp_path / "c.tar.gz"
    built = json.loads(
        run("build", "--framework", garden.KEY, "--org", "A", "--course", "B", "--run", "C", "-o", target, "--json", *data).output
    )
    assert (built["key"], built["regulation"], built["skills"]) == ("course-v1:A+B+C", "garden-rules/1", 3)
    checked = json.loads(run("lint", target, "--json", *data).output)
    assert (checked["ok"], checked["figures"]["chapter"], checked["skills"]["X1"]["counted"]) == (True, 5, 2)
    assert {problem["level"] for problem in checked["problems"]} == {"warning"}
    assert json.loads(run("update", target, "--json", *data).output) == {"ok": True, "file": None, "changes": []}
    assert json.loads(run("diff", target, target, "--json").output) == {"ok": True, "differences": []}


def test_a_difference_is_told_and_is_exit_code_1(tmp_path: Path, course: Course) -> None:
    old, new = tmp_path / "old.tar.gz", tmp_path / "new.tar.gz"
    files = course_files(course)
    old.write_bytes(pack(files))
    page = next(path for path in files if path.startswith("html/") and path.endswith(".html"))
    new.write_bytes(pack({**files, page: b"<p>Another</p>"}))
    done = run("diff", old, new)
    assert done.exit_code == 1
    assert done.output.splitlines()[0].startswith(f"changed   block {page.removesuffix('.html')}")
    assert done.output.splitlines()[1].strip() == "content"


def test_a_course_from_studio_is_updated_under_its_own_key(tmp_path: Path, course: Course, data: list[str]) -> None:
    export, target = tmp_path / "export.tar.gz", tmp_path / "c.tar.gz"
    export.write_bytes(pack(studio.exported(course_files(course))))
    assert run("update", export, "-o", target, *data).exit_code == 0
    assert b'org="MayTrang"' in unpack(target.read_bytes(), "c")["course.xml"]


def sown(tmp_path: Path, course: Course, skill: str) -> Path:
    """The export of a course in which a skill's sequence is missing."""
    root = replace(course.root, children=tuple(_without(chapter, f"ds-{skill.lower()}-") for chapter in course.root.children))
    export = tmp_path / "export.tar.gz"
    export.write_bytes(pack(course_files(replace(course, root=root))))
    return export


def _without(block: Block, start: str) -> Block:
    return replace(block, children=tuple(child for child in block.children if not child.name.startswith(start)))


def test_a_skill_is_put_into_a_course_that_exists(tmp_path: Path, course: Course, data: list[str]) -> None:
    export, target = sown(tmp_path, course, "X1"), tmp_path / "new.tar.gz"
    before = export.read_bytes()
    arguments = ("section", export, "--skill", "X1", "--framework", garden.KEY, *data)
    told = run(*arguments)
    assert told.exit_code == 0, told.output
    assert told.output.splitlines()[0] == f"X1. Skill X1 tiếng Việt: new, built for {garden.KEY}, citizen, vi"
    assert "added     library    block vertical/ds-x1-" in told.output
    assert (export.read_bytes(), [path.name for path in tmp_path.iterdir()]) == (before, ["export.tar.gz"])
    assert run(*arguments, "-o", target).output == told.output
    again = run("section", target, "--skill", "X1", "--framework", garden.KEY, *data)
    assert again.output.splitlines()[0] == f"X1. Skill X1 tiếng Việt: in the course already, built for {garden.KEY}, citizen, vi"
    assert again.output.splitlines()[-1] == "nothing to do"


def test_a_section_says_where_its_skill_does_not_count_and_answers_in_json(tmp_path: Path, course: Course, data: list[str]) -> None:
    export = sown(tmp_path, replace(course, grading={"GRADER": [{"type": "Homework", "weight": 1.0}]}), "X1")
    arguments = ("section", export, "--skill", "X1", "--framework", garden.KEY, "--locale", "en", *data)
    assert "does not count in the grade: no assignment type is called Skill" in run(*arguments).output
    answer = json.loads(run(*arguments, "--json").output)
    assert (answer["ok"], answer["file"], answer["new"], answer["unknown_grader"]) == (True, None, True, "Skill")
    assert (answer["title"], answer["key"], answer["request"]["locale"]) == ("X1. Skill X1 in English", course.key, "en")
    put_in = {change["outcome"] for change in answer["changes"] if change["part"].startswith("block sequential/ds-x1-")}
    assert put_in == {"added"}


@pytest.mark.parametrize(
    "skill, audience, says",
    [("Z1", "citizen", "is no skill of garden/1.0 (value: Z1). Use some of: X1, X2, Y1"), ("X1", "student", "Use one of: citizen")],
)
def test_a_section_that_cannot_be_built_writes_nothing(
    tmp_path: Path, course: Course, data: list[str], skill: str, audience: str, says: str
) -> None:
    export = sown(tmp_path, course, "X1")
    options = ("--skill", skill, "--audience", audience, "--framework", garden.KEY, "-o", tmp_path / "new.tar.gz")
    done = run("section", export, *options, *data)
    assert (done.exit_code, says in done.output) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["export.tar.gz"]
    assert run("section", export, *data).exit_code == 2


def test_a_lint_with_errors_is_exit_code_1(tmp_path: Path, course: Course, data: list[str]) -> None:
    target = tmp_path / "c.tar.gz"
    files = {path: content for path, content in course_files(course).items() if path != "static/digiskills-cover.svg"}
    target.write_bytes(pack(files))
    done = run("lint", target, *data)
    assert done.exit_code == 1
    assert "error: link at policy.json" in done.output


@pytest.mark.parametrize(
    "arguments, says",
    [
        (("build", "--framework", "garden/9", "-o", "OUT"), "is not known"),
        (("build", "--framework", garden.KEY, "--audience", "student", "-o", "OUT"), "Use one of: citizen"),
        (("build", "--framework", garden.KEY, "--only", "X1,Z1", "-o", "OUT"), "Z1"),
    ],
)
def test_what_cannot_be_built_writes_nothing(tmp_path: Path, data: list[str], arguments: tuple[str, ...], says: str) -> None:
    target = tmp_path / "c.tar.gz"
    done = run(*(target if one == "OUT" else one for one in arguments), *data)
    assert done.exit_code == 1
    assert says in done.output
    assert not list(tmp_path.iterdir())


def test_what_is_no_course_is_refused(tmp_path: Path, data: list[str]) -> None:
    file = tmp_path / "text.tar.gz"
    file.write_text("no archive")
    section = ("section", file, "--skill", "X1", *data)
    for command in (("lint", file, *data), ("update", file, *data), ("diff", file, file), section):
        done = run(*command)
        assert (done.exit_code, "is no whole .tar.gz" in done.output) == (1, True)
    assert json.loads(run("lint", file, "--json", *data).output)["ok"] is False


def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path, data: list[str]) -> None:
    (tmp_path / "file").write_text("")
    done = run("build", "--framework", garden.KEY, "-o", tmp_path / "file" / "c.tar.gz", *data)
    assert done.exit_code == 1
    assert "cannot be written" in done.output


def test_all_courses_are_the_same_bytes_on_a_second_build(tmp_path: Path, data: list[str]) -> None:
    arguments = ("all", "--out", tmp_path, "--framework", garden.KEY, *data)
    assert run(*arguments).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [INDEX, "garden.citizen.en.tar.gz", "garden.citizen.tar.gz"]
    assert "all the same bytes again" in run(*arguments, "--check").output
    (tmp_path / "garden.citizen.tar.gz").write_bytes(b"other")
    checked = run(*arguments, "--check")
    assert checked.exit_code == 1
    assert "differs from a second build" in checked.output
    assert (tmp_path / "garden.citizen.tar.gz").read_bytes() == b"other"
