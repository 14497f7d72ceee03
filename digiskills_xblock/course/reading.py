"""Files to a course: ours, and what Studio exports. Nothing is lost: what is not understood stays as it is, among the files.

Read are ``course.xml``, the containers with their children, and the blocks in units. A block of a type that nests others in a way of its
own (a content experiment, a library's block) is kept as its XML; the files it points to stay among the course's files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lxml import etree

from digiskills_framework.errors import FrameworkDataError
from digiskills_xblock.course.model import CONTAINERS, Block, Course, CourseFileError
from digiskills_xblock.course.normal import inner_xml, settings_of
from digiskills_xblock.course.sentences import Sentence
from digiskills_xblock.course.sentences import gettext_noop as _

MAX_BLOCKS = 20_000
_MISSING = Sentence.of(_("is pointed to and missing"))
_AGAIN = Sentence.of(_("Export the course again"))
_REPAIR = Sentence.of(_("Repair it, or export the course again"))
_NO_BLOCKS = frozenset({"wiki", "textbook"})


def read_course(files: Mapping[str, bytes], name: str) -> Course:
    """The course in these files.

    Args:
        files: by path below the course's folder; see `archive.unpack`.
        name: how errors call the course.

    Raises:
        CourseFileError: a file that is pointed to is missing, is not well-formed, or is reached twice.
    """
    return _Reader(dict(files), name).course()


class _Reader:
    """Takes files away as they are understood; what is left belongs to the course as files."""

    def __init__(self, files: dict[str, bytes], name: str) -> None:
        self.left = files
        self.name = name
        self.seen: set[tuple[str, str]] = set()

    def course(self) -> Course:
        pointer = self._parsed("course.xml")
        missing = [part for part in ("url_name", "org", "course") if not pointer.get(part)]
        if pointer.tag != "course" or missing:
            raise self._refused(
                "course.xml",
                ", ".join(missing) or pointer.tag,
                Sentence.of(_("does not name the course")),
                Sentence.of(_("Restore url_name, org and course")),
            )
        org, code, run = pointer.get("org", ""), pointer.get("course", ""), pointer.get("url_name", "")
        root = self._block(pointer)
        policy = self._json(f"policies/{run}/policy.json").get(f"course/{run}", {})
        policy.pop("xml_attributes", None)  # where the course's file was, the last time
        grading = self._json(f"policies/{run}/grading_policy.json")
        # The platform writes the course's settings twice; the policy is what it reads last.
        settings = {key: value for key, value in root.settings.items() if key not in policy}
        root = Block(root.type, root.name, settings, root.children, root.body)
        return Course(org=org, course=code, root=root, policy=policy, grading=grading, files=self.left)

    def _block(self, node: etree._Element) -> Block:
        tag, name = str(node.tag), node.get("url_name") or node.get("slug") or ""
        if not name:
            raise self._refused(
                tag,
                "",
                Sentence.of(_("is a block without url_name")),
                Sentence.of(_("Export the course from Studio, which names every block")),
            )
        if (tag, name) in self.seen or len(self.seen) >= MAX_BLOCKS:
            raise self._refused(
                f"{tag}/{name}",
                len(self.seen),
                Sentence.of(_("stands in the course twice, or is one too many")),
                Sentence.of(_("Remove one of them")),
            )
        self.seen.add((tag, name))
        pointer = _is_pointer(node)
        path = f"{tag}/{name}.xml"
        element = self._parsed(path) if pointer and path in self.left else node
        if pointer and element is node and tag in CONTAINERS:
            raise self._refused(path, name, _MISSING, _AGAIN)
        inline = element is node
        return self._container(element, tag, name) if tag in CONTAINERS else self._leaf(element, tag, name, inline=inline)

    def _container(self, element: etree._Element, tag: str, name: str) -> Block:
        blocks = [child for child in element.iterchildren("*") if child.tag not in _NO_BLOCKS]
        children = tuple(self._block(child) for child in blocks)
        for child in blocks:
            element.remove(child)
        return Block(tag, name, settings_of(_attributes(element)), children, inner_xml(element))

    def _leaf(self, element: etree._Element, tag: str, name: str, *, inline: bool) -> Block:
        settings = settings_of(_attributes(element))
        if tag == "html":
            return Block(tag, name, settings, body=self._html(element, name))
        return Block(tag, name, settings, body=inner_xml(element), inline=inline)

    def _html(self, element: etree._Element, name: str) -> str:
        filename = element.get("filename")
        if filename is None:
            return inner_xml(element)
        path = f"html/{filename}.html"
        if path not in self.left:
            raise self._refused(path, name, _MISSING, _AGAIN)
        try:
            return self.left.pop(path).decode()
        except UnicodeDecodeError as error:
            raise self._refused(path, str(error), Sentence.of(_("is not UTF-8")), Sentence.of(_("Save the file as UTF-8"))) from error

    def _parsed(self, path: str) -> etree._Element:
        try:
            return etree.fromstring(self.left.pop(path), _PARSER)
        except KeyError:
            raise self._refused(path, "", Sentence.of(_("is missing")), _AGAIN) from None
        except etree.XMLSyntaxError as error:
            raise self._refused(path, str(error), Sentence.of(_("is not well-formed XML")), _REPAIR) from error

    def _json(self, path: str) -> dict[str, Any]:
        try:
            value = json.loads(self.left.pop(path, b"{}"))
        except ValueError as error:
            raise self._refused(path, str(error), Sentence.of(_("is no JSON")), _REPAIR) from error
        if not isinstance(value, dict):
            raise self._refused(path, type(value).__name__, Sentence.of(_("is no JSON object")), _AGAIN)
        return value

    def _refused(self, path: str, value: object, message: Sentence, remedy: Sentence) -> FrameworkDataError:
        return CourseFileError.refuse(file=self.name, path=path, value=value, message=message, remedy=remedy)


def _is_pointer(node: etree._Element) -> bool:
    """Whether an element only names the file that its block is in (openedx/edx-platform: xmodule/xml_block.py, is_pointer_tag)."""
    expected = {"url_name", "course", "org"} if node.tag == "course" else {"url_name"}
    return len(node) == 0 and set(_attributes(node)) == expected and not (node.text or "").strip()


def _attributes(node: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in node.attrib.items()}


_PARSER = etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True, remove_pis=True)
