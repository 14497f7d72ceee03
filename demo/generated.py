"""The demo's course as files: built by the product from the framework, in both languages, and kept until what it is made from changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from attrs import frozen

import digiskills_framework
import digiskills_xblock.course
from demo.places import VAR
from digiskills_framework.types import Language
from digiskills_xblock.course.archive import pack, unpack
from digiskills_xblock.course.building import build_course
from digiskills_xblock.course.lint import lint_course
from digiskills_xblock.course.model import PRACTICE, Course, CourseFileError
from digiskills_xblock.course.olx import course_files
from digiskills_xblock.course.reading import read_course
from digiskills_xblock.course.request import CourseRequest

ORG, CODE, RUN = "DemoX", "DIGI", "2026"
COURSE_KEY = f"course-v1:{ORG}+{CODE}+{RUN}"
REGULATION = "demo-s3-a1/1"
AUDIENCE = "citizen"
LOCALES: tuple[Language, ...] = ("vi", "en")
FOLDER = VAR / "course"
_DIGEST = 16


def request_for(locale: Language) -> CourseRequest:
    """What the demo asks for: the whole course for citizens, under a regulation that one sitting can satisfy."""
    return CourseRequest(
        framework="digiskills-vn/1.0", audience=AUDIENCE, locale=locale, regulation=REGULATION, org=ORG, course=CODE, run=RUN
    )


@cache
def generated_course(locale: Language) -> Course:
    """The course in a language, from disk if it is there, and otherwise built now: about four seconds.

    Raises:
        FrameworkDataError: data that cannot be used.
        CourseFileError: the course that was built, or the archive on disk, is not sound; an archive is then to be deleted.
    """
    kept = FOLDER / f"{CODE}-{locale}-{_inputs_digest()}.tar.gz"
    if not kept.is_file():
        _build(locale, kept)
    return read_course(unpack(kept.read_bytes(), str(kept)), str(kept))


def _build(locale: Language, target: Path) -> None:
    """Builds, lints and keeps; archives of other states of the data go."""
    course = build_course(request_for(locale)).course
    errors = [str(problem) for problem in lint_course(course, target.name).problems if problem.level == "error"]
    if errors:
        raise CourseFileError.single(file=target.name, value=errors[0], message="is not sound", remedy="See `digiskills course lint`")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob(f"{CODE}-{locale}-*"):
        old.unlink()
    draft = target.with_suffix(".draft")
    draft.write_bytes(pack(course_files(course)))
    draft.replace(target)


@cache
def _inputs_digest() -> str:
    """Over all that the course follows from: the data, the code that builds, the request."""
    digest = hashlib.sha256(repr([request_for(locale) for locale in LOCALES]).encode())
    for path in _inputs():
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:_DIGEST]


def _inputs() -> Iterator[Path]:
    for package in (digiskills_framework, digiskills_xblock.course):
        root = Path(next(iter(package.__path__)))
        yield from sorted(path for path in root.rglob("*") if path.suffix in (".py", ".yaml", ".json", ".svg"))


@frozen
class Figures:
    """What the course has."""

    units: int
    tasks: int
    questions: int

    def __str__(self) -> str:
        return f"{self.units} units, {self.tasks} tasks, {self.questions} questions"


def figures() -> Figures:
    """The same in every language."""
    blocks = list(generated_course("vi").root.walk())
    return Figures(
        units=sum(block.type == "vertical" for block in blocks),
        tasks=len({block.settings["task_id"] for block in blocks if block.type == PRACTICE}),
        questions=sum(block.type == "problem" for block in blocks),
    )
