"""One skill in a course that somebody else made: put in, brought up to date, and nothing else of the course touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digiskills_xblock.course.building import build_course
from digiskills_xblock.course.difference import Difference, differences
from digiskills_xblock.course.merging import Outcome
from digiskills_xblock.course.model import MANIFEST, Block, Course, CourseFileError, Ref
from digiskills_xblock.course.normal import block_digest
from digiskills_xblock.course.olx import course_files
from digiskills_xblock.course.reading import read_course
from digiskills_xblock.course.section import PutIn, put_skill
from digiskills_xblock.course.tags import read_tags
from digiskills_xblock.course.updating import update_course
from tests.digiskills_xblock.course import garden, studio
from tests.digiskills_xblock.course.test_updating import edited, find, only, titled

Put = Callable[..., PutIn]


@pytest.fixture(scope="module")
def own() -> Course:
    """A course by hand: two chapters, a page, a video, a draft, tags of the teacher's own, a grading of her own."""
    page, video = Block("html", "p", {"display_name": "Đọc"}, body="<p>Xin chào &amp; tạm biệt</p>"), Block("video", "v", {"youtube": "1"})
    first = Block("chapter", "c1", {"display_name": "Một"}, (_sequence("s1", _unit("u1", page)), _sequence("s2", _unit("u2", video))))
    last = Block("chapter", "c2", {"display_name": "Hai"}, (_sequence("s3", _unit("u3")),))
    files = {
        "static/own.png": b"\x89PNG",
        "about/overview.html": b"<p>about</p>",
        "drafts/vertical/u2.xml": b"<vertical/>",
        "tags.csv": b'"Name","Type","ID","levels"\r\n"Mine","course","course-v1:T+K+1","basic"\r\n"  Hai","chapter","c2","hard"\r\n',
    }
    grading = {"GRADER": [{"type": "Homework", "weight": 1.0}], "GRADE_CUTOFFS": {"Pass": 0.5}}
    course = Course("T", "K", Block("course", "1", {}, (first, last)), {"display_name": "Mine"}, grading, files)
    return read_course(course_files(course), "own")


def _sequence(name: str, *units: Block) -> Block:
    return Block("sequential", name, {"display_name": name, "format": "Homework", "graded": "true"}, units)


def _unit(name: str, *inside: Block) -> Block:
    return Block("vertical", name, {"display_name": name}, inside)


@pytest.fixture
def put(garden_data: tuple[Path, ...]) -> Put:
    def made(course: Course, skill: str = "X1", extra: tuple[Path, ...] = garden_data) -> PutIn:
        return put_skill(course, garden.REQUEST, skill, "export", extra)

    return made


@pytest.fixture
def with_x1(own: Course, put: Put) -> Course:
    """The teacher's course with X1 in it, as Studio gives it back."""
    return back(put(own).course)


def back(course: Course) -> Course:
    """Through Studio, into the same course."""
    files = studio.exported(course_files(course), org=course.org, course=course.course, run=course.run)
    return read_course({**files, **({"tags.csv": course.files["tags.csv"]} if "tags.csv" in course.files else {})}, "export")


def about(found: tuple[Difference, ...]) -> set[str]:
    return {one.kind for one in found}


def outcomes(done: PutIn) -> dict[str, Outcome]:
    return {change.part: change.outcome for change in done.changes}


def test_a_skill_comes_to_the_end_in_its_groups_chapter(own: Course, put: Put) -> None:
    done = put(own)
    assert done.is_new
    assert [chapter.title for chapter in done.course.root.children] == ["Một", "Hai", "X. Group X tiếng Việt"]
    again = put(done.course, "X2").course
    assert [len(chapter.children) for chapter in again.root.children] == [2, 1, 2]


def test_nothing_else_is_touched(own: Course, put: Put) -> None:
    done = put(own)
    assert about(differences(own, done.course)) == {"added"}
    before, after = course_files(own), course_files(done.course)
    changed = {path for path in before if after[path] != before[path]}
    assert changed == {"course/1.xml", "tags.csv"}
    assert dict(read_tags(done.course, "done")).items() >= dict(read_tags(own, "own")).items()
    assert MANIFEST not in done.course.files


def test_the_course_says_where_the_skill_would_not_count(own: Course, put: Put) -> None:
    assert put(own).unknown_grader == "Bài học kỹ năng"
    known = replace(own, grading={"GRADER": [{"type": "Bài học kỹ năng"}]})
    assert put(known).unknown_grader == ""


def test_the_same_again_changes_nothing(with_x1: Course, put: Put) -> None:
    done = put(with_x1)
    assert (done.is_new, done.changes, differences(with_x1, done.course)) == (False, (), ())


def test_what_nobody_touched_is_brought_up_to_date(own: Course, with_x1: Course, put: Put, later: tuple[Path, ...]) -> None:
    done = put(with_x1, extra=later)
    assert {change.outcome for change in done.changes} == {Outcome.UPDATED}
    assert {change.drift for change in done.changes} == {"library"}
    assert "A new reason" in course_text(done) or "Lý do mới" in course_text(done)
    fresh = put(own, extra=later).course
    assert differences(fresh, done.course) == ()
    assert put(back(done.course), extra=later).changes == ()


def course_text(done: PutIn) -> str:
    return " ".join(block.body for block in done.course.root.walk())


def test_a_question_more_comes_and_one_less_goes(own: Course, put: Put, later: tuple[Path, ...], garden_data: tuple[Path, ...]) -> None:
    now = put(back(put(own, "X2").course), "X2", later)
    assert Outcome.ADDED in outcomes(now).values()
    then = put(back(now.course), "X2", garden_data)
    assert Outcome.REMOVED in outcomes(then).values()
    assert differences(put(own, "X2").course, then.course) == ()


def test_what_the_teacher_changed_stays(with_x1: Course, put: Put, later: tuple[Path, ...]) -> None:
    page, question = find(with_x1, "html", "ds-x1-lesson-garden-x1-about"), find(with_x1, "problem", "ds-x1-question")
    theirs = edited(edited(with_x1, only(page.ref, titled("Mine"))), only(question.ref, titled("Also mine")))
    done = put(theirs, extra=later)
    assert outcomes(done)[f"block html/{page.name}"] is Outcome.CONFLICT
    assert outcomes(done)[f"block problem/{question.name}"] is Outcome.KEPT
    assert [done.course.blocks()[ref].title for ref in (page.ref, question.ref)] == ["Mine", "Also mine"]


def test_a_unit_that_the_teacher_moved_into_a_chapter_of_her_own_stays_there(
    with_x1: Course,
    put: Put,
    later: tuple[Path, ...],
) -> None:
    unit = find(with_x1, "vertical", "ds-x1-check")
    home: Ref = ("sequential", "s3")
    without = edited(with_x1, only(unit.ref, lambda _block: None))
    theirs = edited(without, only(home, lambda block: replace(block, children=(*block.children, unit))))
    done = put(theirs, extra=later)
    assert done.course.root.parents()[unit.ref] == home
    assert len(list(done.course.root.walk())) == len(done.course.blocks())


def test_a_unit_that_the_teacher_put_into_the_skill_stays_in_its_place(with_x1: Course, put: Put, later: tuple[Path, ...]) -> None:
    sequence = find(with_x1, "sequential", "ds-x1-")
    hers = _unit("hers", Block("html", "h", {}, body="<p>x</p>"))
    theirs = edited(with_x1, only(sequence.ref, lambda block: replace(block, children=(block.children[0], hers, *block.children[1:]))))
    done = put(theirs, extra=later).course
    assert [child.name for child in done.blocks()[sequence.ref].children][1] == hers.name
    assert [child.name for child in done.blocks()[hers.ref].children] == ["h"]


def test_a_sequence_that_the_teacher_moved_stays_where_she_put_it(with_x1: Course, put: Put, later: tuple[Path, ...]) -> None:
    sequence = find(with_x1, "sequential", "ds-x1-")
    without = edited(with_x1, only(sequence.ref, lambda _block: None))
    theirs = edited(without, only(("chapter", "c1"), lambda block: replace(block, children=(sequence, *block.children))))
    done = put(theirs, extra=later)
    assert done.course.root.children[0].children[0].ref == sequence.ref
    assert not done.is_new


def test_a_skill_that_the_teacher_took_out_can_be_put_in_again(with_x1: Course, put: Put) -> None:
    sequence = find(with_x1, "sequential", "ds-x1-")
    theirs = edited(with_x1, only(sequence.ref, lambda _block: None))
    done = put(theirs)
    assert done.is_new
    assert sequence.ref in done.course.blocks()
    assert put(back(done.course)).changes == ()


def test_a_skill_without_its_record_is_not_guessed_at(with_x1: Course, put: Put) -> None:
    record = next(path for path in with_x1.files if path.startswith("static/ds-x1-sequence"))
    theirs = replace(with_x1, files={path: content for path, content in with_x1.files.items() if path != record})
    with pytest.raises(CourseFileError) as caught:
        put(theirs)
    assert caught.value.path == record


def test_a_skill_of_which_nothing_is_written_is_refused(own: Course, put: Put, later: tuple[Path, ...]) -> None:
    with pytest.raises(CourseFileError, match="no lesson, task or question"):
        put(own, "Y1", later)


def test_one_skill_of_a_course_that_was_built_whole(course: Course, put: Put, later: tuple[Path, ...]) -> None:
    """The rest of the course keeps its record, so that it is brought up to date later as if nothing had been."""
    theirs = back(course)
    done = put(theirs, extra=later)
    mine = {part.partition("/")[2] for part in outcomes(done)}
    changed = [one for one in differences(theirs, done.course) if not one.part.startswith("tags")]
    assert {one.part.partition("/")[2] for one in changed} == mine
    assert all("-x1-" in name or "X1" in name for name in mine)
    whole, at_once = update_course(back(done.course), "export", later), update_course(theirs, "export", later)
    assert differences(at_once.course, whole.course) == ()
    assert course_files(whole.course)[MANIFEST] == course_files(at_once.course)[MANIFEST]


def test_a_skill_more_in_a_course_that_was_built_whole_survives_its_update(garden_data: tuple[Path, ...], put: Put) -> None:
    small = build_course(replace(garden.REQUEST, only=("X1",)), garden_data).course
    more = put(back(small), "X2").course
    updated = update_course(back(more), "export", garden_data)
    assert {change.outcome for change in updated.changes} <= {Outcome.KEPT}
    assert find(updated.course, "sequential", "ds-x2-").children
    assert put(back(updated.course), "X2").changes == ()


@given(data=st.data())
@settings(max_examples=40)
def test_whatever_the_teacher_did_elsewhere_stays(
    data: st.DataObject,
    course: Course,
    garden_data: tuple[Path, ...],
    later: tuple[Path, ...],
) -> None:
    """Random titles, bodies and deletions outside of the sequence: the update leaves all of it as it is."""
    inside = {block.ref for block in find(course, "sequential", "ds-x1-").walk()}
    outside = [block for block in course.root.walk() if block.ref not in inside and block.type in ("html", "problem", "vertical")]
    holding = {ref for ref, parent in course.root.parents().items() if parent[0] == "vertical"}
    picked = data.draw(st.lists(st.sampled_from(outside), unique_by=lambda block: block.ref, max_size=6))
    theirs = course
    for block in picked:
        taken_out = block.ref in holding and data.draw(st.booleans())
        theirs = edited(theirs, only(block.ref, (lambda _block: None) if taken_out else titled(data.draw(st.sampled_from("abc")))))
    done = put_skill(theirs, garden.REQUEST, "X1", "export", later).course
    before, after = theirs.blocks(), done.blocks()
    for ref in set(before) - inside:
        assert block_digest(after[ref]) == block_digest(before[ref])
        assert [child.ref for child in after[ref].children if child.ref not in inside] == [
            child.ref for child in before[ref].children if child.ref not in inside
        ]
    assert set(after) - set(before) <= inside | {ref for ref in after if "-x1-" in ref[1]}
