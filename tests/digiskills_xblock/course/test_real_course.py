"""The citizens' course of the shipped framework: whole, clean, and every block of ours through the XBlock runtime and back."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from lxml import etree

from digiskills_xblock.course.building import Built, build_course
from digiskills_xblock.course.lint import lint_course
from digiskills_xblock.course.model import PRACTICE, Block
from digiskills_xblock.course.normal import settings_of
from digiskills_xblock.course.olx import course_files, element_of
from digiskills_xblock.course.olx_check import cleaner_problems
from digiskills_xblock.course.reading import read_course
from digiskills_xblock.course.request import CourseRequest
from digiskills_xblock.course.updating import update_course
from digiskills_xblock.settings_check import problems
from tests.digiskills_xblock.course import studio
from tests.digiskills_xblock.support import RecordingRuntime

OF_EVERY_BLOCK = "visible_to_staff_only"
"""A field that the platform mixes into every block, and the workbench into none."""
_scenarios = count()


@pytest.fixture(scope="module")
def citizens() -> Built:
    return build_course(CourseRequest(framework="digiskills-vn/1.0"))


def test_it_is_clean_but_for_the_tasks_that_are_not_written_yet(citizens: Built) -> None:
    files = course_files(citizens.course)
    report = lint_course(read_course(files, "citizens"), "citizens")
    without_task = {skill.code for skill in citizens.plan.skills if not skill.tasks}
    assert {(problem.rule, problem.where) for problem in report.problems} == {("practised", code) for code in without_task}
    assert report.ok


@pytest.mark.usefixtures("olxcleaner")
def test_it_is_clean_to_the_checks_of_studios_importer(citizens: Built) -> None:
    assert cleaner_problems(course_files(citizens.course)) == ()


def test_it_comes_back_from_studio_unchanged(citizens: Built) -> None:
    back = read_course(studio.exported(course_files(citizens.course)), "export")
    assert update_course(back, "export").changes == ()


def runs(built: Built) -> list[Block]:
    return [block for block in built.course.root.walk() if block.type == PRACTICE]


@pytest.mark.django_db
def test_every_run_goes_through_the_runtime_and_back(citizens: Built) -> None:
    """As the platform imports and exports a block that is an XBlock from the start, inside its unit's file."""
    for block in runs(citizens):
        runtime = RecordingRuntime(1)
        runtime.id_generator.set_scenario(f"course{next(_scenarios)}")
        olx = etree.tostring(element_of(block, {"xblock-family": "xblock.v1"}), encoding="unicode")
        loaded = runtime.get_block(runtime.parse_xml_string(olx))
        assert list(problems(loaded)) == []
        node = etree.Element("unknown")
        loaded.add_xml_to_node(node)
        ours = {name: value for name, value in block.settings.items() if name != OF_EVERY_BLOCK}
        assert settings_of({str(name): str(value) for name, value in node.attrib.items()}) == settings_of(ours)
        assert (node.tag, len(node), node.text) == (PRACTICE, 0, None)


def test_all_that_is_published_for_learners_is_small(citizens: Built) -> None:
    """A phone on a bad line loads a page and its pictures, not the course: no static file above 32 KB."""
    sizes = {path: len(content) for path, content in citizens.course.files.items() if path.startswith("static/")}
    assert max(sizes[path] for path in sizes if Path(path).suffix in {".svg", ".html"}) <= 32 * 1024
