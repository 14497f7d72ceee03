"""Every page and question of a generated course through the real blocks of xblocks-contrib and back.

The blocks import from files and export to files as the platform's do; only the runtime that carries them is ours. Run with the current
xblocks-contrib (`make test`); the lanes leave this folder out, since the release that the platform of Teak pins has no such blocks yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from fs.memoryfs import MemoryFS
from lxml import etree
from opaque_keys.edx.keys import CourseKey
from xblock.fields import ScopeIds
from xblock.runtime import DictKeyValueStore, KvsFieldData, MemoryIdManager, Runtime

from digiskills_grading.block_fields import SkillsMixin
from digiskills_xblock.course.building import build_course
from digiskills_xblock.course.difference import differences
from digiskills_xblock.course.model import Block, Course
from digiskills_xblock.course.olx import course_files
from digiskills_xblock.course.reading import read_course
from digiskills_xblock.course.request import CourseRequest

contrib = pytest.importorskip("xblocks_contrib", reason="needs xblocks-contrib: requirements/test.txt")
BLOCKS: Mapping[str, Any] = {"html": contrib.HtmlBlock, "problem": contrib.ProblemBlock}


class FileRuntime(Runtime):  # type: ignore[misc]  # XBlock ships no types
    """Loads blocks from the files of a course and writes them to others, as the platform's importer and exporter do."""

    def __init__(self, course: Course) -> None:
        ids = MemoryIdManager()
        super().__init__(id_reader=ids, id_generator=ids, mixins=(SkillsMixin,), services={"field-data": KvsFieldData(DictKeyValueStore())})
        self.course_key = CourseKey.from_string(course.key)
        self.resources_fs, self.export_fs = MemoryFS(), MemoryFS()
        for path, content in course_files(course).items():
            self.resources_fs.makedirs(path.rpartition("/")[0], recreate=True)
            self.resources_fs.writebytes(path, content)

    def round_trip(self, block: Block) -> None:
        """Reads one block as the platform does from the pointer in its unit, and writes it to `export_fs`."""
        key = self.course_key.make_usage_key(block.type, block.name)
        cls = self.mixologist.mix(BLOCKS[block.type])
        loaded = cls.parse_xml(etree.Element(block.type, url_name=block.name), self, ScopeIds(None, block.type, key, key))
        node = etree.Element("unknown")
        loaded.add_xml_to_node(node)
        assert (node.tag, node.items()) == (block.type, [("url_name", block.name)])

    def get_policy(self, _usage_id: object) -> dict[str, object]:
        return {}

    def get_asides(self, _block: object) -> list[object]:
        return []

    def parse_asides(self, *_arguments: object) -> list[object]:
        return []

    def error_tracker(self, message: str) -> None:
        raise AssertionError(message)

    def handler_url(self, *_arguments: object, **_more: object) -> str:
        raise NotImplementedError

    def local_resource_url(self, *_arguments: object) -> str:
        raise NotImplementedError

    def resource_url(self, _resource: str) -> str:
        raise NotImplementedError

    def publish(self, *_arguments: object) -> None:
        raise NotImplementedError


@pytest.fixture(scope="module", params=["vi", "en"])
def course(request: pytest.FixtureRequest) -> Course:
    return build_course(CourseRequest(framework="digiskills-vn/1.0", locale=request.param)).course


def test_pages_and_questions_come_back_as_they_were(course: Course) -> None:
    runtime = FileRuntime(course)
    blocks = [block for block in course.root.walk() if block.type in BLOCKS]
    for block in blocks:
        runtime.round_trip(block)
    written = {path.removeprefix("/"): runtime.export_fs.readbytes(path) for path in runtime.export_fs.walk.files()}
    assert {path.partition("/")[0] for path in written} == set(BLOCKS)
    assert len(written) == sum(2 if block.type == "html" else 1 for block in blocks)
    assert differences(course, read_course({**course_files(course), **written}, "export")) == ()


def test_a_question_is_one_that_can_be_answered(course: Course) -> None:
    """The real parser of problems finds one response in each, with one right answer or several, and feedback for every choice."""
    runtime = FileRuntime(course)
    for block in course.root.walk():
        if block.type == "problem":
            key = runtime.course_key.make_usage_key(block.type, block.name)
            problem = runtime.mixologist.mix(contrib.ProblemBlock).parse_xml(
                etree.Element("problem", url_name=block.name), runtime, ScopeIds(None, block.type, key, key)
            )
            assert problem.digiskills_skills
            assert problem.max_attempts >= 1
            assert problem.problem_types <= {"multiplechoiceresponse", "choiceresponse"}
            tree = etree.fromstring(problem.data)
            choices = list(tree.iter("choice"))
            right = [choice for choice in choices if choice.get("correct") == "true"]
            assert (len(right) == 1) == (tree.find("multiplechoiceresponse") is not None)
            assert choices
            assert all(len(choice.findall("choicehint")) == 1 for choice in choices)
