"""What Studio gives back of a course that it was given: written down from the platform's source, place by place.

openedx/edx-platform: xmodule/modulestore/xml_exporter.py, xmodule/xml_block.py, xmodule/html_block.py; openedx/XBlock: xblock/core.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lxml import etree

Files = dict[str, bytes]


def exported(files: Mapping[str, bytes], *, org: str = "MayTrang", course: str = "KNS1", run: str = "2027", tags: bool = False) -> Files:
    """The files of a course after import into a course of another key, and export.

    Args:
        tags: whether the taxonomy is imported there; if not, the platform has nothing to export of it.
    """
    old = etree.fromstring(files["course.xml"]).get("url_name") or ""
    policy = json.loads(files[f"policies/{old}/policy.json"])[f"course/{old}"]
    # xmodule/xml_block.py, xml_attributes; xmodule/course_block.py, CourseBlock.__init__
    policy |= {"xml_attributes": {"filename": [f"course/{old}.xml"]}, "discussion_topics": {"General": {"id": f"i4x-{org}-{course}"}}}
    found = {path: _written(path, content) for path, content in files.items() if _comes_back(path)}
    found["course.xml"] = _tree(etree.Element("course", course=course, org=org, url_name=run))
    found[f"course/{run}.xml"] = _course(files[f"course/{old}.xml"], policy, f"{org}.{course}.{run}")
    found[f"policies/{run}/policy.json"] = _json({f"course/{run}": policy})
    found[f"policies/{run}/grading_policy.json"] = _json(json.loads(files[f"policies/{old}/grading_policy.json"]))
    found["policies/assets.json"] = _json({"cover.svg": {"contentType": "image/svg+xml", "locked": False}})
    found["assets/assets.xml"] = b"<assets/>"
    if tags:
        found["tags.csv"] = files["tags.csv"].replace(f"course-v1:{old}".encode(), f"course-v1:{run}".encode())
    return found


def _comes_back(path: str) -> bool:
    return not path.startswith(("course/", "policies/", "taxonomy/")) and path not in ("course.xml", "tags.csv")


def _written(path: str, content: bytes) -> bytes:
    """Blocks are parsed without blank text and laid out anew, settings in alphabetical order; JSON is written in ASCII."""
    if path.endswith(".xml"):
        element = etree.fromstring(content, etree.XMLParser(remove_blank_text=True))
        for node in element.iter("digiskills_practice"):
            _ordered(node, first=("url_name", "xblock-family"))
        _ordered(element, first=("filename",))
        return _tree(element)
    if path.startswith("info/") and path.endswith(".json"):
        return _json(json.loads(content))
    return content


def _ordered(element: etree._Element, first: tuple[str, ...]) -> None:
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    element.attrib.clear()
    for name in (*(name for name in first if name in attributes), *sorted(set(attributes) - set(first))):
        element.set(name, attributes[name])


def _course(content: bytes, policy: Mapping[str, Any], wiki: str) -> bytes:
    """The course's element carries its settings too, and names its wiki (xmodule/course_block.py, definition_to_xml)."""
    element = etree.fromstring(content, etree.XMLParser(remove_blank_text=True))
    for name in sorted(policy):
        if name not in ("tabs", "xml_attributes"):
            value = policy[name]
            element.set(name, value if isinstance(value, str) else json.dumps(value))
    for known in element.findall("wiki"):
        element.remove(known)
    etree.SubElement(element, "wiki", slug=wiki)
    return _tree(element)


def _tree(element: etree._Element) -> bytes:
    return etree.tostring(element, pretty_print=True, encoding="utf-8")


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, indent=4).encode()
