"""A course to files, in the form in which Studio exports it, so that what Studio gives back can be compared line by line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from lxml import etree

from digiskills_xblock.course.model import Block, Course
from digiskills_xblock.course.normal import settings_of

_FAMILY = {"xblock-family": "xblock.v1"}


def course_files(course: Course) -> dict[str, bytes]:
    """Every file of a course by its path below the course's folder."""
    return {**course.files, **dict(_tree_files(course)), **dict(_policy_files(course))}


def _tree_files(course: Course) -> Iterator[tuple[str, bytes]]:
    pointer = etree.Element("course", url_name=course.run, org=course.org, course=course.course)
    yield "course.xml", _written(pointer)
    for block in course.root.walk():
        if not block.inline:
            yield from _block_files(block)


def _block_files(block: Block) -> Iterator[tuple[str, bytes]]:
    path = f"{block.type}/{block.name}"
    if block.type == "html":
        yield f"{path}.html", block.body.encode()
        yield f"{path}.xml", _written(etree.Element("html", {"filename": block.name, **settings_of(block.settings)}))
    else:
        yield f"{path}.xml", _written(element_of(block))


def _policy_files(course: Course) -> Iterator[tuple[str, bytes]]:
    yield f"policies/{course.run}/policy.json", json_bytes({f"course/{course.run}": dict(course.policy)})
    yield f"policies/{course.run}/grading_policy.json", json_bytes(dict(course.grading))


def json_bytes(value: object) -> bytes:
    """JSON as the platform writes it into a course: sorted, indented by four."""
    return json.dumps(value, sort_keys=True, indent=4, ensure_ascii=False).encode()


def element_of(block: Block, place: Mapping[str, str] | None = None) -> etree._Element:
    """A block's element with what is inside it: children as pointers, or in place where they are written inline.

    Args:
        place: attributes that come first: which block it is.
    """
    element = body_element(block.type, block.body)
    for name, value in {**(place or {}), **settings_of(block.settings)}.items():
        element.set(name, value)
    for child in block.children:
        pointer = {"url_name": child.name}
        element.append(element_of(child, {**pointer, **_FAMILY}) if child.inline else etree.Element(child.type, pointer))
    return element


def body_element(tag: str, body: str) -> etree._Element:
    """An element with XML inside it.

    Raises:
        lxml.etree.XMLSyntaxError: the body is no well-formed XML.
    """
    if not body:
        return etree.Element(tag)
    return etree.fromstring(f"<{tag}>{body}</{tag}>", _PARSER)


def _written(element: etree._Element) -> bytes:
    return etree.tostring(element, pretty_print=True, encoding="utf-8")


_PARSER = etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True, remove_comments=False)
