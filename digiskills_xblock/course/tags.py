"""``tags.csv``: the content tags of a course's blocks, as the platform exports and imports them.

openedx/edx-platform: openedx/core/djangoapps/content_tagging/api.py, generate_csv_rows and import_course_tags_from_csv.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from digiskills_framework.errors import FrameworkDataError
from digiskills_xblock.course.model import TAGS, Block, Course, CourseFileError, Ref
from digiskills_xblock.course.sentences import Sentence
from digiskills_xblock.course.sentences import gettext_noop as _

Values = Mapping[str, tuple[str, ...]]
"""Values by the taxonomy's export id."""
Tags = Mapping[Ref, Values]

_HEAD = ("Name", "Type", "ID")
_SEPARATOR = ";"
_INDENT = "  "


def write_tags(course: Course, tags: Tags) -> bytes:
    """The file: one row a block in the order of the course, one column a taxonomy."""
    taxonomies = sorted({taxonomy for values in tags.values() for taxonomy in values})
    target = io.StringIO()
    writer = csv.writer(target, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow((*_HEAD, *taxonomies))
    for block, depth in _with_depth(course.root, 0):
        name = course.key if block.type == "course" else block.name
        cells = (f"{_SEPARATOR} ".join(tags.get(block.ref, {}).get(taxonomy, ())) for taxonomy in taxonomies)
        title = str(course.policy.get("display_name", course.run)) if block.type == "course" else block.title
        writer.writerow((depth * _INDENT + title, block.type, name, *cells))
    return target.getvalue().encode()


def read_tags(course: Course, name: str) -> Tags:
    """Tags by block; of the course itself by its own reference. Empty where the course has no such file.

    Raises:
        CourseFileError: the file cannot be read.
    """
    if TAGS not in course.files:
        return {}
    try:
        head, *rows = [row for row in csv.reader(io.StringIO(course.files[TAGS].decode("utf-8-sig"), newline="")) if row] or [[]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refused(name, str(error)) from error
    found = {}
    for cells in rows:
        row = dict(zip(head, cells, strict=False))  # what stands beyond the head belongs to no taxonomy
        if not row.get("Type") or not row.get("ID"):
            raise _refused(name, row)
        ref = course.root.ref if row["Type"] == "course" else (row["Type"], row["ID"])
        found[ref] = {key: _split(text) for key, text in row.items() if text and key not in _HEAD}
    return {ref: values for ref, values in found.items() if values}


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(_SEPARATOR) if part.strip())


def _with_depth(block: Block, depth: int) -> Iterator[tuple[Block, int]]:
    yield block, depth
    for child in block.children:
        yield from _with_depth(child, depth + 1)


def _refused(name: str, value: object) -> FrameworkDataError:
    message = Sentence.of(_("is no table of tags with the columns Name, Type and ID"))
    remedy = Sentence.of(_("Export the course again, or remove the file"))
    return CourseFileError.refuse(file=name, path=TAGS, value=value, message=message, remedy=remedy)
