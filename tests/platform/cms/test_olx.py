"""A course is exported and imported again with everything that an author has set, and nothing of any learner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.platform.places import Course

pytestmark = pytest.mark.django_db(databases="__all__")

SETTINGS = (
    "display_name",
    "task_id",
    "task_version",
    "regulation",
    "audience",
    "school_level",
    "runs",
    "weight",
    "max_attempts",
    "show_correctness",
)


@pytest.fixture
def exported(course: Course, store: Any, tmp_path: Path) -> Path:
    """The directory of the exported course.

    openedx/edx-platform: xmodule/modulestore/xml_exporter.py::export_course_to_xml
    """
    from xmodule.contentstore.django import contentstore
    from xmodule.modulestore.xml_exporter import export_course_to_xml

    export_course_to_xml(store, contentstore(), course.key, str(tmp_path), "exported")
    return tmp_path / "exported"


def practice_nodes(exported: Path) -> list[Any]:
    """The block's elements, wherever the platform wrote them (a pure XBlock stays inside its unit's file)."""
    return [node for path in sorted(exported.rglob("*.xml")) for node in etree.parse(path).getroot().iter("digiskills_practice")]


def test_the_export_names_task_and_rules(exported: Path) -> None:
    nodes = {node.get("task_id"): node for node in practice_nodes(exported)}
    assert set(nodes) == {"S3-01", "A1-03", "A1-10"}
    assert nodes["S3-01"].get("regulation") == "demo-s3-a1/1"
    assert nodes["S3-01"].get("weight") == "2.0"


def test_the_export_holds_nothing_of_a_learner(exported: Path) -> None:
    """openedx/XBlock: xblock/core.py::XBlock.add_xml_to_node writes every field that is set, whatever its scope."""
    names = {name for node in practice_nodes(exported) for name in node.attrib}
    assert names.isdisjoint({"current_attempt", "last_score_milli"})


def test_the_import_restores_every_setting(exported: Path, course: Course, store: Any) -> None:
    """openedx/edx-platform: xmodule/modulestore/xml_importer.py::import_course_from_xml"""
    from xmodule.contentstore.django import contentstore
    from xmodule.modulestore import ModuleStoreEnum
    from xmodule.modulestore.xml_importer import import_course_from_xml

    target = store.make_course_key("MayTrang", "KNS1", "2027")
    import_course_from_xml(
        store,
        ModuleStoreEnum.UserID.test,
        str(exported.parent),
        source_dirs=[exported.name],
        static_content_store=contentstore(),
        target_id=target,
        raise_on_failure=True,
        create_if_not_present=True,
    )
    for usage_key in course.tasks.values():
        before, after = store.get_item(usage_key), store.get_item(usage_key.map_into_course(target))
        assert {name: getattr(after, name) for name in SETTINGS} == {name: getattr(before, name) for name in SETTINGS}
