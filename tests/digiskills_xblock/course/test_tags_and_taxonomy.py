"""Content tags and the taxonomy that they come from, in the forms that the platform reads."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import pytest

from digiskills_framework.api import load_framework
from digiskills_framework.types import LocalizedText, SkillGroup
from digiskills_grading.block_matching import declared_targets
from digiskills_xblock.course.model import PRACTICE, TAGS, Course, CourseFileError
from digiskills_xblock.course.tags import read_tags, write_tags
from digiskills_xblock.course.taxonomy import export_id, tags_of, taxonomy_csv, taxonomy_json

FRAMEWORK = load_framework("digiskills-vn/1.0")


def test_every_skill_is_under_its_group_and_comes_after_it() -> None:
    tags = {tag.id: tag for tag in tags_of(FRAMEWORK)}
    order = list(tags)
    assert set(FRAMEWORK.codes) <= set(order)
    assert tags["S1"].parent == "group-S"
    assert tags["A1/recognise"].parent == "A1"
    assert all(tag.parent == "" or order.index(tag.parent) < order.index(tag.id) for tag in tags.values())


def test_values_are_unique_and_hold_nothing_that_the_platform_keeps_for_itself() -> None:
    """openedx-core: openedx_tagging/models/utils.py, RESERVED_TAG_CHARS; values are compared without regard to case."""
    values = [tag.value.lower() for tag in tags_of(FRAMEWORK)]
    assert len(values) == len(set(values))
    assert not any(reserved in value for value in values for reserved in ("\t", " > ", ";"))
    assert max(map(len, values)) <= 500
    assert re.fullmatch(r"[\w\-.]+", export_id(FRAMEWORK))


def test_reserved_characters_of_a_name_are_replaced() -> None:
    group = SkillGroup("K", LocalizedText("a; b > c\td", "e"))
    assert [tag.value for tag in tags_of(replace(FRAMEWORK, groups=(group,), skills=()))] == ["K a, b › c d / e"]


def test_both_files_of_a_taxonomy_say_the_same() -> None:
    rows = list(csv.DictReader(io.StringIO(taxonomy_csv(FRAMEWORK).decode())))
    content = json.loads(taxonomy_json(FRAMEWORK))
    assert [{**tag, "parent_id": tag.get("parent_id", "")} for tag in content["tags"]] == rows
    assert set(rows[0]) == {"id", "value", "parent_id"}


def test_sequences_runs_and_questions_are_tagged_with_what_they_are_about(course: Course) -> None:
    tags = read_tags(course, "course")
    tagged = {course.blocks()[ref].type for ref in tags}
    assert tagged == {"sequential", PRACTICE, "problem"}
    values = {value for found in tags.values() for value in found["garden"]}
    assert values == {
        "X1 Skill X1 tiếng Việt / Skill X1 in English",
        "X2 Skill X2 tiếng Việt / Skill X2 in English",
        "X2/see See tiếng Việt / See in English",
        "Y1 Skill Y1 tiếng Việt / Skill Y1 in English",
    }


def test_a_row_of_the_table_is_what_the_platform_writes(course: Course) -> None:
    rows = list(csv.reader(io.StringIO(course.files[TAGS].decode(), newline="")))
    assert rows[0] == ["Name", "Type", "ID", "garden"]
    assert rows[1] == [course.policy["display_name"], "course", course.key, ""]
    assert rows[2][0] == "  Bắt đầu"
    assert len(rows) == 1 + len(course.blocks())


def test_several_values_and_taxonomies_come_back(course: Course) -> None:
    ref = course.root.children[0].ref
    tags = {ref: {"garden": ("a", "b"), "levels": ("c",)}, course.root.ref: {"levels": ("d",)}}
    files = {**course.files, TAGS: write_tags(course, tags)}
    assert read_tags(Course(course.org, course.course, course.root, course.policy, course.grading, files), "course") == tags


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("\ufeffName,Type,ID,garden\r\nx,html,page,a; b\r\n".encode(), id="byte order mark"),
        pytest.param(b"Name,Type,ID,garden\r\n\r\nx,html,page,a; b\r\n\r\n", id="blank lines"),
        pytest.param(b"Name,Type,ID,garden\r\nx,html,page,a; b,more\r\n", id="a cell beyond the head"),
        pytest.param(b"Name,Type,ID,garden,levels\r\nx,html,page,a; b\r\ny,html,other\r\n", id="short rows"),
    ],
)
def test_a_table_that_went_through_a_spreadsheet_says_the_same(course: Course, content: bytes) -> None:
    assert read_tags(replace(course, files={TAGS: content}), "given") == {("html", "page"): {"garden": ("a", "b")}}


def test_an_empty_table_has_no_tags(course: Course) -> None:
    assert read_tags(replace(course, files={TAGS: b""}), "given") == {}


@pytest.mark.parametrize("content", [b"\xff", b"Name,Type\r\nx,\r\n", b'Name,Type,ID\r\nx,"html",\r\n'])
def test_a_table_that_cannot_be_read_is_refused(course: Course, content: bytes) -> None:
    files = {**course.files, TAGS: content}
    with pytest.raises(CourseFileError) as caught:
        read_tags(Course(course.org, course.course, course.root, course.policy, course.grading, files), "given")
    assert caught.value.path == TAGS


def test_grading_reads_the_ids_as_codes() -> None:
    """The inbox takes a block's tags by their external ids, which are ours."""
    targets = declared_targets(" ".join(tag.id for tag in tags_of(FRAMEWORK) if tag.parent == "A1"))
    assert {(target.skill, target.facet) for target in targets} == {("A1", facet) for facet in FRAMEWORK.skill("A1").facet_codes}
