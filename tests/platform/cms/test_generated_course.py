"""A generated course is imported into the real Studio under another key, exported again, and is the same.

The whole citizens' course goes through the importer and the exporter that Studio's tasks call, with its static files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from digiskills_xblock.course.building import build_course
from digiskills_xblock.course.difference import differences
from digiskills_xblock.course.lint import lint_course
from digiskills_xblock.course.model import PRACTICE, Course
from digiskills_xblock.course.reading import read_course
from digiskills_xblock.course.request import CourseRequest
from digiskills_xblock.course.updating import update_course
from tests.platform.generated import import_course

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(scope="module")
def generated() -> Course:
    return build_course(CourseRequest(framework="digiskills-vn/1.0")).course


@pytest.fixture
def imported(generated: Course, store: Any, tmp_path: Path) -> Any:
    """The key of the course in Studio."""
    return import_course(generated, store, tmp_path)


@pytest.fixture
def exported(imported: Any, store: Any, tmp_path: Path) -> Course:
    """What comes back. openedx/edx-platform: xmodule/modulestore/xml_exporter.py::export_course_to_xml"""
    from xmodule.contentstore.django import contentstore
    from xmodule.modulestore.xml_exporter import export_course_to_xml

    export_course_to_xml(store, contentstore(), imported, str(tmp_path), "exported")
    folder = tmp_path / "exported"
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return read_course(files, "export")


def test_every_block_is_there_under_its_name(imported: Any, generated: Course, store: Any) -> None:
    for block in generated.root.walk():
        if block.type != "course":
            found = store.get_item(imported.make_usage_key(block.type, block.name))
            assert found.display_name == block.title


def test_runs_have_their_task_and_their_rules(imported: Any, generated: Course, store: Any) -> None:
    for block in generated.root.walk():
        if block.type == PRACTICE:
            found = store.get_item(imported.make_usage_key(block.type, block.name))
            wanted = block.settings
            assert (found.task_id, str(found.task_version), found.regulation) == (
                wanted["task_id"],
                wanted["task_version"],
                wanted["regulation"],
            )
            assert (found.runs, found.weight) == (wanted["runs"], float(wanted["weight"]))


def test_the_course_has_its_settings_and_its_grading(imported: Any, generated: Course, store: Any) -> None:
    found = store.get_course(imported)
    assert found.display_name == generated.policy["display_name"]
    assert found.raw_grader == generated.grading["GRADER"]
    assert found.grade_cutoffs == generated.grading["GRADE_CUTOFFS"]
    assert found.certificates == generated.policy["certificates"]
    assert found.advanced_modules == [PRACTICE]


def test_teachers_papers_are_for_staff_alone(imported: Any, generated: Course, store: Any) -> None:
    chapter = next(block for block in generated.root.children if block.settings.get("visible_to_staff_only"))
    assert store.get_item(imported.make_usage_key("chapter", chapter.name)).visible_to_staff_only is True


def test_it_comes_back_unchanged(generated: Course, exported: Course) -> None:
    """Without the taxonomy, the platform keeps no tags that it could export."""
    assert [one for one in differences(generated, exported) if not one.part.startswith("tags ")] == []
    assert update_course(exported, "export").changes == ()
    assert lint_course(exported, "export").ok
