"""Written, read, packed, unpacked, through Studio and back: nothing changes, and nothing that is wrong is taken."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_framework.api import FrameworkDataError
from digiskills_xblock.course import archive
from digiskills_xblock.course.difference import differences
from digiskills_xblock.course.lint import lint_course
from digiskills_xblock.course.model import MANIFEST, Course, CourseFileError
from digiskills_xblock.course.olx import course_files
from digiskills_xblock.course.reading import read_course
from digiskills_xblock.course.updating import update_course
from tests.digiskills_xblock.course import garden, studio

Entries = list[tuple[tarfile.TarInfo, bytes]]


def entry(name: str, content: bytes = b"x", kind: bytes = tarfile.REGTYPE) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(content) if kind == tarfile.REGTYPE else 0, kind, "/etc/passwd"
    return info, content


def packed(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as made:
        for info, content in entries:
            made.addfile(info, io.BytesIO(content))
    return target.getvalue()


def test_what_is_read_is_what_was_written(course: Course) -> None:
    files = course_files(course)
    back = read_course(archive.unpack(archive.pack(files), "course"), "course")
    assert differences(course, back) == ()
    assert course_files(back) == files


@pytest.mark.parametrize("tags", [True, False], ids=["with our taxonomy", "without"])
def test_through_studio_and_back_nothing_changes(course: Course, garden_data: tuple[Path, ...], tags: bool) -> None:
    """Under another key, laid out anew, with the platform's own bookkeeping in it."""
    back = read_course(studio.exported(course_files(course), tags=tags), "export")
    assert [one for one in differences(course, back) if not one.part.startswith("tags ")] == []
    updated = update_course(back, "export", garden_data)
    assert updated.changes == ()
    assert (updated.course.org, updated.course.course, updated.course.run) == ("MayTrang", "KNS1", "2027")
    assert differences(back, updated.course) == (() if tags else differences(back, updated.course))
    assert [one for one in differences(course, updated.course) if not one.part.startswith("tags course")] == []
    assert lint_course(updated.course, "updated", garden_data).ok


def test_an_update_of_an_update_changes_nothing(course: Course, garden_data: tuple[Path, ...]) -> None:
    once = update_course(read_course(studio.exported(course_files(course)), "export"), "export", garden_data).course
    twice = update_course(read_course(studio.exported(course_files(once)), "export"), "export", garden_data)
    assert twice.changes == ()
    assert course_files(twice.course) == course_files(once)


def test_blocks_that_are_not_understood_stay_as_they_are(course: Course, garden_data: tuple[Path, ...]) -> None:
    files = studio.exported(course_files(course))
    unit = next(path for path in files if path.startswith("vertical/"))
    files[unit] = files[unit].replace(
        b"</vertical>", b'<video url_name="v"/><split_test url_name="s" a="1"><vertical url_name="inner"/></split_test></vertical>'
    )
    files |= {"video/v.xml": b'<video youtube="1"/>', "vertical/inner.xml": b"<vertical/>"}
    back = course_files(update_course(read_course(files, "export"), "export", garden_data).course)
    assert back["vertical/inner.xml"] == files["vertical/inner.xml"]
    assert back["video/v.xml"].strip() == files["video/v.xml"]
    assert b'<split_test url_name="s"' in back[unit]
    assert b'<vertical url_name="inner"/>' in back[unit]


@pytest.mark.parametrize(
    "entries, says",
    [
        ([entry("course/course.xml", b"<course/>"), entry("../evil")], "leads out"),
        ([entry("/etc/course.xml")], "leads out"),
        ([entry("course\\..\\course.xml")], "leads out"),
        ([entry("course/course.xml"), entry("course/link", kind=tarfile.SYMTYPE)], "is a link"),
        ([entry("course/course.xml"), entry("course/hard", kind=tarfile.LNKTYPE)], "is a link"),
        ([entry("course/course.xml"), entry("course/pipe", kind=tarfile.FIFOTYPE)], "is a link or a device"),
        ([entry("course/course.xml"), entry("course/course.xml")], "twice"),
        ([entry("course/readme.txt")], "no course.xml"),
    ],
)
def test_what_an_archive_must_not_hold(entries: Entries, says: str) -> None:
    with pytest.raises(CourseFileError, match=says) as caught:
        archive.unpack(packed(*entries), "given.tar.gz")
    assert caught.value.file == "given.tar.gz"


def test_an_archive_that_unfolds_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 1 << 16)
    with pytest.raises(CourseFileError, match="unfolds"):
        archive.unpack(gzip.compress(bytes(1 << 20)), "bomb")


@pytest.mark.parametrize(
    "content", [b"", b"no archive", gzip.compress(b"no tar"), packed(entry("course.xml"))[:-20]], ids=["empty", "text", "gz", "cut"]
)
def test_what_is_no_archive_is_told_so(content: bytes) -> None:
    with pytest.raises(CourseFileError):
        archive.unpack(content, "given")


@pytest.mark.parametrize(
    "path, content, says",
    [
        ("course.xml", b"<course>", "not well-formed"),
        ("course.xml", b"<library/>", "does not name the course"),
        ("chapter/ds-garden-start", None, "pointed to and missing"),
        ("html/ds-garden-start-page", None, "pointed to and missing"),
        ("html/ds-garden-start-page", b"\xff", "not UTF-8"),
        ("policies/1/policy.json", b"{", "is no JSON"),
        ("policies/1/policy.json", b"[]", "no JSON object"),
        ("static/digiskills-manifest.json", b"{}", "digiskills-course-manifest/1"),
        ("static/digiskills-manifest.json", None, "is not in the course"),
    ],
)
def test_a_broken_course_is_refused_with_the_file(
    course: Course, garden_data: tuple[Path, ...], path: str, content: bytes | None, says: str
) -> None:
    files = dict(course_files(course))
    suffix = "html" if path.startswith("html/") else ""
    for name in [name for name in files if name.startswith(path) and name.endswith(suffix)]:
        del files[name]
        if content is not None:
            files[name] = content
    with pytest.raises(CourseFileError, match=says):
        update_course(read_course(files, "broken"), "broken", garden_data)


@pytest.mark.parametrize("request_", [{"framework": garden.KEY, "wings": 2}, {"audience": "citizen"}, 7])
def test_a_manifest_of_another_program_is_refused(course: Course, garden_data: tuple[Path, ...], request_: object) -> None:
    raw = {**json.loads(course.files[MANIFEST]), "request": request_}
    broken = replace(course, files={**course.files, MANIFEST: json.dumps(raw).encode()})
    for read in (update_course, lint_course):
        with pytest.raises(FrameworkDataError):
            read(broken, "export", garden_data)


def test_entities_are_not_unfolded(course: Course) -> None:
    files = dict(course_files(course))
    files["course.xml"] = b'<!DOCTYPE course [<!ENTITY e SYSTEM "file:///etc/passwd">]><course url_name="1" org="&e;" course="c"/>'
    with pytest.raises(CourseFileError):
        read_course(files, "hostile")


def test_an_archive_of_a_whole_course_is_the_same_twice(course: Course) -> None:
    assert archive.tar(course_files(course)) == archive.tar(dict(reversed(course_files(course).items())))
    assert garden.REQUEST.key == "course-v1:DigiSkills+garden.citizen+1"


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="\0/\\:"), min_size=1, max_size=150), st.binary(max_size=1100), max_size=8
    )
)
def test_the_tar_is_what_tarfile_would_write(files: dict[str, bytes]) -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as made:
        for path in sorted(files):
            info = tarfile.TarInfo(f"course/{path}")
            info.size, info.mode = len(files[path]), 0o644
            made.addfile(info, io.BytesIO(files[path]))
    assert archive.tar(files) == target.getvalue()
