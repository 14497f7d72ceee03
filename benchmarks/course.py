"""Generating and packing a course, beside the least that writes the same files: lxml and tarfile, with everything known beforehand."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from unittest.mock import patch

from lxml import etree

from benchmarks.measuring import Sample, measure
from benchmarks.tables import SAMPLE_HEAD, Table, sample_cells
from digiskills_framework.content_types import Lesson
from digiskills_xblock.course import building
from digiskills_xblock.course.archive import FOLDER, pack, unpack
from digiskills_xblock.course.lint import lint_course
from digiskills_xblock.course.olx import course_files
from digiskills_xblock.course.reading import read_course
from digiskills_xblock.course.request import CourseRequest

REQUEST = CourseRequest(framework="digiskills-vn/1.0")
GOAL = 1.25
_DOCTYPE = b"<!DOCTYPE html>\n"
OURS, FLOOR, FLOOR_AS_IT_COMES = "generate + pack", "floor, gz level 6", "floor, gz as tarfile has it (9)"

Content = Mapping[str, bytes]
Tree = tuple[str, dict[str, str], str | None, str | None, list[Any]]
"""An element taken apart: tag, attributes, text, tail, children."""
Write = Callable[[], bytes]


def building_table() -> Table:
    """CPU time of the citizens' course, its pictures apart."""
    with patch.object(building, "pictures_of", _drawn_once()):
        files = course_files(building.build_course(REQUEST).course)
        writers, rest = _writers(files)
        _check(files, writers)
        works = {OURS: _ours, FLOOR: partial(_floor, writers, 6), FLOOR_AS_IT_COMES: partial(_floor, writers, 9)}
        samples = measure(works, rounds=15, repetitions=3)
    lint = measure({"lint, without olxcleaner": partial(_lint, pack(files))}, rounds=5, repetitions=1)
    return _table(samples | lint, files, rest)


def _table(samples: Mapping[str, Sample], files: Content, rest: int) -> Table:
    ours, floor, as_it_comes = (samples[name].median for name in (OURS, FLOOR, FLOOR_AS_IT_COMES))
    return Table(
        "A course, generated and packed",
        ("work", *SAMPLE_HEAD),
        [[name, *sample_cells(sample)] for name, sample in samples.items()],
        [
            f"{len(files):,} files of {sum(map(len, files.values())):,} bytes; the data is loaded and the pictures are drawn beforehand.",
            f"The floor makes XML and HTML with lxml, and the archive with tarfile; {rest:,} files, mostly pictures, come as they are.",
            "Checked: the floor's tar is ours, byte by byte; a second build has the same bytes; the lint finds no error.",
            f"Goal: ≤ {GOAL:g} times the floor; it is {ours / floor:.2f}, and {ours / as_it_comes:.2f} with tarfile's own level of gz.",
        ],
    )


def _ours() -> bytes:
    return pack(course_files(building.build_course(REQUEST).course))


def _lint(packed: bytes) -> None:
    if not lint_course(read_course(unpack(packed, "course"), "course"), "course").ok:
        raise AssertionError("the lint finds errors in the course")


def _check(files: Content, writers: Mapping[str, Write]) -> None:
    if gzip.decompress(_ours()) != gzip.decompress(_floor(writers, 6)):
        raise AssertionError("the floor writes other bytes than we do")
    if _ours() != pack(files):
        raise AssertionError("a second build has other bytes than the first")


def _floor(writers: Mapping[str, Write], level: int) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz", compresslevel=level) as archive:
        for path, write in writers.items():
            content = write()
            entry = tarfile.TarInfo(f"{FOLDER}/{path}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return target.getvalue()


def _drawn_once() -> Callable[..., dict[str, bytes]]:
    """`pictures_of`, which draws for each lesson once."""
    kept: dict[tuple[str, str], dict[str, bytes]] = {}
    real = building.pictures_of

    def drawn(lesson: Lesson, locale: str, *more: Any) -> dict[str, bytes]:
        if (lesson.id, locale) not in kept:
            kept[lesson.id, locale] = real(lesson, locale, *more)
        return kept[lesson.id, locale]

    return drawn


def _writers(files: Content) -> tuple[dict[str, Write], int]:
    """For each file a function that makes it from elements taken apart; how many are taken as they are."""
    found = {path: _writer(path, files[path]) for path in sorted(files)}
    return {path: write or partial(bytes, files[path]) for path, write in found.items()}, sum(write is None for write in found.values())


def _writer(path: str, content: bytes) -> Write | None:
    if path.endswith(".xml"):
        tree = _apart(etree.fromstring(content, etree.XMLParser(remove_blank_text=True)))
        return partial(_xml, tree)
    if not path.endswith(".html") or not content:
        return None
    page = etree.fromstring(content.decode(), etree.HTMLParser(remove_blank_text=True))
    if content.startswith(_DOCTYPE):
        write: Write = partial(_page, _apart(page))
    else:
        write = partial(_html, [_apart(element) for element in page.iterfind("body/*")])
    return write if write() == content else None


def _page(tree: Tree) -> bytes:
    return _DOCTYPE + etree.tostring(_together(tree), method="html", encoding="utf-8") + b"\n"


def _xml(tree: Tree) -> bytes:
    return etree.tostring(_together(tree), pretty_print=True, encoding="utf-8")


def _html(trees: list[Tree]) -> bytes:
    return "\n".join(etree.tostring(_together(tree), method="html", encoding="unicode", with_tail=False) for tree in trees).encode()


def _apart(element: etree._Element) -> Tree:
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    return str(element.tag), attributes, element.text, element.tail, [_apart(child) for child in element]


def _together(tree: Tree, parent: etree._Element | None = None) -> etree._Element:
    tag, attributes, text, tail, children = tree
    element = etree.Element(tag, attributes) if parent is None else etree.SubElement(parent, tag, attributes)
    element.text, element.tail = text, tail
    for child in children:
        _together(child, element)
    return element
