"""A generated course on its way into the platform."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from digiskills_xblock.course.model import Course
from digiskills_xblock.course.olx import course_files


def import_course(course: Course, store: Any, folder: Path) -> Any:
    """Imports a course under a key that is not its own, as Studio's task does; returns that key.

    openedx/edx-platform: xmodule/modulestore/xml_importer.py::import_course_from_xml
    """
    from xmodule.contentstore.django import contentstore
    from xmodule.modulestore import ModuleStoreEnum
    from xmodule.modulestore.xml_importer import import_course_from_xml

    for path, content in course_files(course).items():
        target = folder / "generated" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    key = store.make_course_key("MayTrang", "KNS1", "2027")
    import_course_from_xml(
        store,
        ModuleStoreEnum.UserID.test,
        str(folder),
        source_dirs=["generated"],
        static_content_store=contentstore(),
        target_id=key,
        raise_on_failure=True,
        create_if_not_present=True,
    )
    return key
