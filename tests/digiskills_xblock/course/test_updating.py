"""What a teacher has done to a course survives every update; what nobody touched becomes as it would be built now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digiskills_xblock.course.building import build_course
from digiskills_xblock.course.manifest import read_manifest
from digiskills_xblock.course.merging import Outcome, decide, interleaved
from digiskills_xblock.course.model import Block, Course, Ref
from digiskills_xblock.course.normal import block_digest
from digiskills_xblock.course.olx import course_files
from digiskills_xblock.course.reading import read_course
from digiskills_xblock.course.updating import Updated, merge_courses, update_course
from tests.digiskills_xblock.course import garden, studio

Tree = Callable[[Block], Block | None]


def mapped(block: Block, change: Tree) -> Block:
    """The tree with every block changed, from the leaves up; None takes a block out."""
    below = (change(mapped(child, change)) for child in block.children)
    return replace(block, children=tuple(child for child in below if child is not None))


def edited(course: Course, change: Tree) -> Course:
    return replace(course, root=mapped(course.root, change))


def only(ref: Ref, change: Tree) -> Tree:
    return lambda block: change(block) if block.ref == ref else block


def titled(title: str) -> Tree:
    return lambda block: replace(block, settings={**block.settings, "display_name": title})


def find(course: Course, kind: str, part: str) -> Block:
    return next(block for block in course.root.walk() if block.type == kind and part in block.name)


def outcomes(updated: Updated) -> dict[str, Outcome]:
    return {change.part: change.outcome for change in updated.changes}


@pytest.fixture(scope="module")
def now(later: tuple[Path, ...]) -> Course:
    return build_course(replace(garden.REQUEST, course="garden.citizen"), later).course


def test_what_nobody_touched_becomes_as_it_would_be_built_now(course: Course, later: tuple[Path, ...], now: Course) -> None:
    updated = update_course(course, "export", later)
    assert course_files(updated.course) == course_files(now)
    assert {change.drift for change in updated.changes} == {"library"}
    assert any(change.because == "task A1-01: – → 1 " + change.because[-16:] for change in updated.changes)


def test_names_stay_so_learners_keep_what_they_did(course: Course, now: Course) -> None:
    gone = set(course.blocks()) - set(now.blocks())
    assert {name.split("-")[1] for _, name in gone} <= {"y1", "garden"}
    assert find(course, "sequential", "ds-x1-").ref in now.blocks()


def test_a_block_that_the_teacher_touched_stays_and_is_told_apart(course: Course, later: tuple[Path, ...]) -> None:
    page, question = find(course, "html", "ds-x1-lesson-garden-x1-about"), find(course, "problem", "ds-x1-question")
    theirs = edited(edited(course, only(page.ref, titled("My own title"))), only(question.ref, titled("My question")))
    updated = update_course(theirs, "export", later)
    told = outcomes(updated)
    assert told[f"block html/{page.name}"] is Outcome.CONFLICT
    assert told[f"block problem/{question.name}"] is Outcome.KEPT
    blocks = updated.course.blocks()
    assert (blocks[page.ref].title, blocks[page.ref].body) == ("My own title", page.body)
    assert blocks[question.ref].title == "My question"


def test_what_the_teacher_took_out_stays_out(course: Course, later: tuple[Path, ...]) -> None:
    taken = find(course, "sequential", "ds-x2-")
    theirs = edited(course, only(taken.ref, lambda _block: None))
    updated = update_course(theirs, "export", later)
    assert taken.ref not in updated.course.blocks()
    # The task that X2 has now would stand in it.
    assert not any(block.settings.get("task_id") == "A1-01" and "final" not in block.name for block in updated.course.root.walk())


def test_what_is_built_no_more_stays_where_the_teacher_put_something(course: Course, later: tuple[Path, ...]) -> None:
    unit = find(course, "vertical", "ds-y1-lesson-unit")
    own = Block("html", "mine", {"display_name": "Mine"}, body="<p>Of our village</p>")
    theirs = edited(course, only(unit.ref, lambda block: replace(block, children=(*block.children, own))))
    result = update_course(theirs, "export", later).course
    assert result.blocks()[own.ref] == own
    assert result.root.parents()[own.ref] == unit.ref


def test_a_container_that_will_not_be_built_holds_what_must_stay(course: Course, now: Course) -> None:
    """The teacher took out the chapter in which a sequence would be built from now on: the sequence stays where it is."""
    sequence = find(course, "sequential", "ds-x1-sequence")
    chapter = find(course, "chapter", "group-chapter-y")
    moved = edited(now, only(sequence.ref, lambda _block: None))
    target = replace(chapter, children=(sequence,))
    root = replace(moved.root, children=(*(one for one in moved.root.children if one.ref != chapter.ref), target))
    theirs = edited(course, only(chapter.ref, lambda _block: None))
    result = merge_courses(read_manifest(course, "base"), theirs, replace(moved, root=root)).course
    assert sequence.ref in result.blocks()


def test_a_teachers_order_stays_and_news_find_their_place(course: Course, later: tuple[Path, ...]) -> None:
    sequence = find(course, "sequential", "ds-x2-sequence")
    theirs = edited(course, only(sequence.ref, lambda block: replace(block, children=block.children[::-1])))
    result = update_course(theirs, "export", later).course.blocks()[sequence.ref]
    known = [child.ref for child in result.children if child.ref in {child.ref for child in sequence.children}]
    assert known == [child.ref for child in reversed(sequence.children)]
    assert [child.settings["runs"] for child in result.walk() if "runs" in child.settings] == ["guided", "counted"]


def test_settings_of_the_course_are_compared_one_by_one(course: Course, later: tuple[Path, ...]) -> None:
    grading = {**course.grading, "GRADE_CUTOFFS": {"Pass": 0.5}}
    theirs = replace(course, policy={**course.policy, "start": "2027-09-05T00:00:00Z", "invitation_only": True}, grading=grading)
    updated = update_course(theirs, "export", later)
    assert updated.course.policy["start"] == "2027-09-05T00:00:00Z"
    assert updated.course.policy["invitation_only"] is True
    assert updated.course.grading["GRADE_CUTOFFS"] == {"Pass": 0.5}
    assert outcomes(updated)["policy start"] is Outcome.KEPT


def test_a_file_that_is_pointed_to_is_there(course: Course, later: tuple[Path, ...]) -> None:
    """A page that the teacher kept still shows its picture, although the lesson is gone; a picture that was deleted comes back."""
    page = find(course, "html", "ds-y1-lesson-garden-y1-steps")
    files = {path: content for path, content in course.files.items() if path != "static/garden-X1-step-1.svg"}
    theirs = replace(edited(course, only(page.ref, titled("Kept"))), files=files)
    result = update_course(theirs, "export", later).course
    assert "static/garden-Y1-step-1.svg" in result.files
    assert "static/garden-X1-step-1.svg" in result.files


def test_a_draft_keeps_its_block_from_being_changed_under_it(course: Course, later: tuple[Path, ...]) -> None:
    page = find(course, "html", "ds-x1-lesson-garden-x1-about")
    drafts = {f"drafts/html/{page.name}.xml": b"<html/>", f"drafts/html/{page.name}.html": b"<p>Not published yet</p>"}
    updated = update_course(replace(course, files={**course.files, **drafts}), "export", later)
    assert outcomes(updated)[f"block html/{page.name}"] is Outcome.CONFLICT
    assert updated.course.blocks()[page.ref].body == page.body
    assert drafts.items() <= updated.course.files.items()


def test_a_new_version_of_the_framework_is_told_apart_from_the_library(course: Course, tmp_path: Path) -> None:
    def rename(files: dict[str, garden.Raw]) -> None:
        files[f"frameworks/{garden.KEY}/framework"]["skills"][0]["name"] = {"vi": "Tên khác", "en": "Another name"}
        files["regulations/garden-rules/2"] = {**files["regulations/garden-rules/1"], "version": 2}

    updated = update_course(course, "export", garden.plant(tmp_path, rename))
    drifts = {change.drift for change in updated.changes}
    assert drifts == {"framework"}
    assert any("garden-rules/2" in block.settings.get("regulation", "") for block in updated.course.root.walk())


@pytest.mark.parametrize(
    "base, theirs, new, outcome",
    [
        ("a", "a", "a", Outcome.SAME),
        ("a", "b", "b", Outcome.SAME),
        ("a", "a", "b", Outcome.UPDATED),
        (None, None, "b", Outcome.ADDED),
        ("a", "a", None, Outcome.REMOVED),
        ("a", "b", "a", Outcome.KEPT),
        (None, "b", None, Outcome.KEPT),
        ("a", None, "a", Outcome.KEPT),
        ("a", None, None, Outcome.SAME),
        ("a", "b", "c", Outcome.CONFLICT),
        ("a", None, "c", Outcome.CONFLICT),
        ("a", "b", None, Outcome.CONFLICT),
    ],
)
def test_of_three_states_one_outcome(base: str | None, theirs: str | None, new: str | None, outcome: Outcome) -> None:
    assert decide(base, theirs, new) is outcome


def test_what_is_put_in_follows_what_it_followed() -> None:
    a, b, c, d = (("html", letter) for letter in "abcd")
    assert interleaved([c, a], [a, b, c, d]) == [c, d, a, b]
    assert interleaved([], [a, b]) == [a, b]
    assert interleaved([a], [d, a]) == [d, a]


@dataclass(frozen=True)
class Edit:
    """Something that a teacher does to a course."""

    kind: str
    pick: int
    other: int


edits = st.lists(
    st.builds(Edit, st.sampled_from(["title", "body", "remove", "add", "move", "reverse"]), st.integers(0, 10_000), st.integers(0, 10_000)),
    max_size=12,
)
PARENTS = {"html": "vertical", "problem": "vertical", "digiskills_practice": "vertical", "vertical": "sequential", "sequential": "chapter"}


def choose(blocks: Iterable[Block], number: int) -> Block | None:
    found = list(blocks)
    return found[number % len(found)] if found else None


def done(course: Course, edit: Edit, number: int) -> Course:
    blocks = list(course.root.walk())[1:]
    block = choose(blocks, edit.pick)
    if block is None:
        return course
    if edit.kind == "title":
        return edited(course, only(block.ref, titled(f"Title {number}")))
    if edit.kind == "body":
        page = choose((one for one in blocks if one.type == "html"), edit.pick)
        return course if page is None else edited(course, only(page.ref, lambda one: replace(one, body=f"<p>Body {number}</p>")))
    if edit.kind == "remove":
        return edited(course, only(block.ref, lambda _one: None))
    if edit.kind == "reverse":
        return edited(course, only(block.ref, lambda one: replace(one, children=one.children[::-1])))
    if edit.kind == "add":
        unit = choose((one for one in blocks if one.type == "vertical"), edit.pick)
        own = Block("html", f"own-{number}", {"display_name": f"Own {number}"}, body=f"<p>Own {number}</p>")
        return course if unit is None else edited(course, only(unit.ref, lambda one: replace(one, children=(*one.children, own))))
    target = choose((one for one in blocks if one.type == PARENTS.get(block.type)), edit.other)
    if target is None:
        return course
    out = edited(course, only(block.ref, lambda _one: None))
    return edited(out, only(target.ref, lambda one: replace(one, children=(*one.children, block))))


@pytest.mark.property
@settings(max_examples=60)
@given(edits)
def test_an_update_never_loses_what_a_teacher_did(course: Course, now: Course, made: list[Edit]) -> None:
    theirs = course
    for number, edit in enumerate(made):
        theirs = done(theirs, edit, number)
    base = read_manifest(course, "base")
    result = merge_courses(base, theirs, now).course
    before, after = course.blocks(), result.blocks()
    assert len(list(result.root.walk())) == len(after)
    touched = {ref for ref, block in theirs.blocks().items() if ref not in before or block_digest(block) != block_digest(before[ref])}
    for ref in touched - {theirs.root.ref}:
        assert block_digest(after[ref]) == block_digest(theirs.blocks()[ref])
    taken_out = set(before) - set(theirs.blocks())
    assert not taken_out & set(after)
    places, moved = result.root.parents(), theirs.root.parents()
    for ref in moved:
        if ref in before and moved[ref] != course.root.parents()[ref] and ref in after:
            assert places[ref] == moved[ref]


@pytest.mark.property
@settings(max_examples=30)
@given(edits)
def test_without_news_an_update_is_the_course_itself(course: Course, made: list[Edit]) -> None:
    theirs = course
    for number, edit in enumerate(made):
        theirs = done(theirs, edit, number)
    back = read_course(studio.exported(course_files(theirs), org=course.org, course=course.course, run=course.run), "export")
    result = merge_courses(read_manifest(course, "base"), back, course)
    order = [block.ref for block in result.course.root.walk()]
    assert order == [block.ref for block in theirs.root.walk()]
    assert not [change for change in result.changes if change.outcome is not Outcome.KEPT]
