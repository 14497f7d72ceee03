"""What a course team declares at a block of any kind survives export and import of the course."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.platform.places import Course
from tests.platform.problems import add_problem

pytestmark = pytest.mark.django_db(databases="__all__")


def test_the_field_goes_out_as_an_attribute_and_comes_back(course: Course, store: Any, tmp_path: Path) -> None:
    """Every block has the field (settings.XBLOCK_MIXINS), so that it is one of its settings and no unknown attribute.

    openedx/edx-platform: xmodule/xml_block.py::XmlMixin.add_xml_to_node, xmodule/modulestore/xml_importer.py::import_course_from_xml
    """
    from xmodule.contentstore.django import contentstore
    from xmodule.modulestore import ModuleStoreEnum
    from xmodule.modulestore.xml_exporter import export_course_to_xml
    from xmodule.modulestore.xml_importer import import_course_from_xml

    problem = add_problem(course, skills="S3 A1/recognise")
    export_course_to_xml(store, contentstore(), course.key, str(tmp_path), "exported")
    nodes = [node for path in tmp_path.rglob("*.xml") for node in etree.parse(path).getroot().iter("problem")]
    assert {node.get("digiskills_skills") for node in nodes} >= {"S3 A1/recognise"}
    target = store.make_course_key("MayTrang", "KNS1", "2027")
    import_course_from_xml(
        store,
        ModuleStoreEnum.UserID.test,
        str(tmp_path),
        source_dirs=["exported"],
        static_content_store=contentstore(),
        target_id=target,
        raise_on_failure=True,
        create_if_not_present=True,
    )
    assert store.get_item(problem.map_into_course(target)).digiskills_skills == "S3 A1/recognise"
