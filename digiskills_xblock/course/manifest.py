"""What a course was built from, and what each part of it was like then (ADR 0017).

It travels with the course as a static file. From it a later build knows the base of a comparison of three: what it was, what the
teacher has made of it, what it would be now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from digiskills_framework.errors import FrameworkDataError
from digiskills_xblock.course.model import MANIFEST, TAGS, Course, CourseFileError, Ref, shown
from digiskills_xblock.course.normal import block_digest, digest_of, file_digest
from digiskills_xblock.course.sentences import Sentence
from digiskills_xblock.course.sentences import gettext_noop as _
from digiskills_xblock.course.tags import read_tags

SCHEMA = "digiskills-course-manifest/1"
TAXONOMY_FOLDER = "taxonomy/"
ALWAYS_OURS = (MANIFEST, TAGS)
_OURS_AGAIN = (TAXONOMY_FOLDER, "policies/", "assets/", "drafts/")
"""Files that the platform makes itself, or does not give back: never compared."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The record of one build.

    Attributes:
        request: see `request.CourseRequest.as_json`.
        sources: versions of what it was made from: ``{"task S3-01": "1 9f86d081884c7d65"}``.
        parts: digest of every part: ``block …``, ``policy …``, ``grading …``, ``file …``, ``tags …``.
        origins: of blocks the source they were made from.
        children: of every container its children, as ``type/name``.
    """

    request: Mapping[str, Any]
    sources: Mapping[str, str]
    parts: Mapping[str, str]
    origins: Mapping[str, str]
    children: Mapping[str, tuple[str, ...]]

    def as_bytes(self) -> bytes:
        value = {
            "schema": SCHEMA,
            "request": dict(self.request),
            "sources": dict(self.sources),
            "parts": dict(self.parts),
            "origins": dict(self.origins),
            "children": {name: list(below) for name, below in self.children.items()},
        }
        lines = (f"{json.dumps(key)}: {json.dumps(value[key], ensure_ascii=False, sort_keys=True)}" for key in sorted(value))
        return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def describe(course: Course, request: Mapping[str, Any], sources: Mapping[str, str]) -> Manifest:
    """The manifest of a course that was just built."""
    blocks = list(course.root.walk())
    return Manifest(
        request=request,
        sources=sources,
        parts=parts_of(course),
        origins={shown(block.ref): block.origin for block in blocks if block.origin},
        children=children_of(course),
    )


def parts_of(course: Course, name: str = MANIFEST) -> dict[str, str]:
    """Digest of every part of a course by what it is; the same for a course and for what the platform gives back of it.

    Args:
        name: how errors call the course.
    """
    found = {part_of(block.ref): block_digest(block) for block in course.root.walk()}
    found |= {f"policy {key}": digest_of(value) for key, value in course.policy.items()}
    found |= {f"grading {key}": digest_of(value) for key, value in course.grading.items()}
    found |= {f"file {path}": file_digest(path, course.files[path]) for path in sorted(course.files) if is_compared(path)}
    found |= {
        f"tags {shown(ref)}": digest_of(sorted(values.items())) for ref, values in read_tags(course, name).items() if ref != course.root.ref
    }
    return found


def part_of(ref: Ref) -> str:
    """The name of a block among the parts: ``block html/ds-s1-…``."""
    return f"block {shown(_placed(ref))}"


def _placed(ref: Ref) -> Ref:
    """The course's own block is the same one in every run."""
    return ("course", "") if ref[0] == "course" else ref


def is_compared(path: str) -> bool:
    """Whether a file can be touched by a teacher, so that it is compared."""
    return path not in ALWAYS_OURS and not path.startswith(_OURS_AGAIN)


def children_of(course: Course) -> dict[str, tuple[str, ...]]:
    """Of every container with children their names in order."""
    holding = [block for block in course.root.walk() if block.children]
    return {shown(_placed(block.ref)): tuple(shown(child.ref) for child in block.children) for block in holding}


def read_manifest(course: Course, name: str) -> Manifest:
    """The manifest that a course carries.

    Raises:
        CourseFileError: it has none, or one that cannot be read.
    """
    if MANIFEST not in course.files:
        remedy = Sentence.of(_("Only courses that `digiskills course build` made can be updated; build one and import it"))
        raise CourseFileError.refuse(file=name, path=MANIFEST, message=Sentence.of(_("is not in the course")), remedy=remedy)
    try:
        raw = json.loads(course.files[MANIFEST])
        if raw["schema"] != SCHEMA:
            raise _refused(name, raw["schema"])
        children = {str(key): tuple(map(str, below)) for key, below in raw["children"].items()}
        sources, parts, origins = ({str(key): str(text) for key, text in raw[name].items()} for name in ("sources", "parts", "origins"))
        return Manifest(dict(raw["request"]), sources, parts, origins, children)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _refused(name, str(error)) from error


def _refused(name: str, value: object) -> FrameworkDataError:
    message = Sentence.of(_("is no {schema}"), schema=SCHEMA)
    remedy = Sentence.of(_("Restore the file from the archive that was first imported"))
    return CourseFileError.refuse(file=name, path=MANIFEST, value=value, message=message, remedy=remedy)
