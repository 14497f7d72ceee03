"""The way of a teacher through Studio's own addresses: a new run, the builder's file, import, export, a skill put into a course.

openedx/edx-platform: cms/djangoapps/contentstore/views/course.py::course_handler, views/import_export.py (``import_handler``,
``export_handler``), tasks.py (``import_olx``, ``export_olx``)
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from digiskills_grading.doctor import surroundings
from digiskills_xblock.course.archive import pack, unpack
from digiskills_xblock.course.model import Course
from digiskills_xblock.course.olx import course_files
from digiskills_xblock.course.reading import read_course
from digiskills_xblock.course.request import CourseRequest
from digiskills_xblock.course.section import put_skill
from digiskills_xblock.course.updating import update_course
from tests.platform.people import PASSWORD, Person
from tests.platform.places import BUILDER_ANSWERS

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def author(store: Any) -> Person:
    """Somebody with an account and no rights."""
    from common.djangoapps.student.tests.factories import UserFactory

    return Person.signed_in(UserFactory(password=PASSWORD))


@pytest.fixture
def run(author: Person) -> str:
    """The key of the empty run that the author has made in Studio."""
    body = {"org": "Truong", "number": "KNS", "display_name": "Kỹ năng số", "run": "2026"}
    response = author.client.post(
        reverse("course_handler"), json.dumps(body), content_type="application/json", HTTP_ACCEPT="application/json"
    )
    assert response.status_code == 200, response.content
    return str(json.loads(response.content)["course_key"])


@pytest.fixture(autouse=True)
def _olx_is_checked(settings: Any, tmp_path: Path) -> None:
    """Studio's importer checks what it is given, which is off by default, set as the doctor says; it unpacks into a folder of its own.

    openedx/edx-platform: cms/djangoapps/contentstore/tasks.py::validate_course_olx
    """
    settings.FEATURES = {**settings.FEATURES, "ENABLE_COURSE_OLX_VALIDATION": True}
    settings.COURSE_OLX_VALIDATION_IGNORE_LIST = ["InvalidHTML"]
    settings.GITHUB_REPO_ROOT = str(tmp_path)


def give(author: Person, run: str, packed: bytes) -> None:
    """Imports a file, with nothing said against it."""
    from user_tasks.models import UserTaskStatus

    send(author, run, packed)
    task = UserTaskStatus.objects.latest("id")
    assert (task.state, [artifact.text for artifact in task.artifacts.all()]) == (UserTaskStatus.SUCCEEDED, [])


def send(author: Person, run: str, packed: bytes) -> None:
    """Sends a file as Studio's page does; the task runs at once."""
    data = {"course-data": SimpleUploadedFile("khoa-hoc.tar.gz", packed, content_type="application/gzip")}
    response = author.client.post(reverse("import_handler", args=[run]), data, HTTP_ACCEPT="application/json")
    assert response.status_code == 200, response.content


def take(author: Person, run: str) -> Course:
    """Exports a course as Studio's page does."""
    from user_tasks.models import UserTaskArtifact, UserTaskStatus

    assert author.client.post(reverse("export_handler", args=[run]), HTTP_ACCEPT="application/json").status_code == 200
    task = UserTaskStatus.objects.latest("id")
    assert task.state == UserTaskStatus.SUCCEEDED
    with UserTaskArtifact.objects.get(status=task, name="Output").file.open("rb") as packed:
        return read_course(unpack(packed.read(), "export.tar.gz"), "export")


def titles(store: Any, run: str) -> list[str]:
    from opaque_keys.edx.keys import CourseKey

    return [chapter.display_name for chapter in store.get_course(CourseKey.from_string(run)).get_children()]


def test_what_the_builder_gives_is_imported_and_comes_back_up_to_date(author: Person, run: str, store: Any) -> None:
    packed = author.client.post(reverse("digiskills:course-builder"), BUILDER_ANSWERS).content
    give(author, run, packed)
    built = read_course(unpack(packed, "built"), "built")
    assert titles(store, run) == [chapter.title for chapter in built.root.children]
    assert update_course(take(author, run), "export").changes == ()


def test_a_file_can_be_imported_twice(author: Person, run: str, store: Any) -> None:
    packed = author.client.post(reverse("digiskills:course-builder"), BUILDER_ANSWERS).content
    give(author, run, packed)
    before = titles(store, run)
    give(author, run, packed)
    assert titles(store, run) == before
    assert update_course(take(author, run), "export").changes == ()


def test_a_skill_is_put_into_a_course_that_somebody_made_in_studio(author: Person, run: str, store: Any) -> None:
    from opaque_keys.edx.keys import CourseKey
    from xmodule.modulestore.tests.factories import BlockFactory

    parent = store.get_course(CourseKey.from_string(run))
    for category in ("chapter", "sequential", "vertical"):
        parent = BlockFactory.create(parent=parent, category=category, display_name=f"Của tôi: {category}")
    BlockFactory.create(parent=parent, category="html", display_name="Lời chào", data="<p>Chào các bác</p>")
    theirs = take(author, run)
    done = put_skill(theirs, CourseRequest(framework="digiskills-vn/1.0", only=("S3",)), "S3", "export")
    assert done.is_new
    give(author, run, pack(course_files(done.course)))
    assert titles(store, run)[0] == "Của tôi: chapter"
    assert done.title in [
        block.display_name for block in store.get_items(parent.location.course_key, qualifiers={"category": "sequential"})
    ]
    back = take(author, run)
    again = put_skill(back, CourseRequest(framework="digiskills-vn/1.0", only=("S3",)), "S3", "export")
    assert (again.is_new, again.changes) == (False, ())


def test_the_doctor_knows_whether_the_importer_would_refuse_our_pages(author: Person, run: str, settings: Any) -> None:
    from user_tasks.models import UserTaskStatus

    settings.COURSE_OLX_VALIDATION_IGNORE_LIST = None
    (finding,) = surroundings.course_import(timezone.now())
    packed = author.client.post(reverse("digiskills:course-builder"), BUILDER_ANSWERS).content
    send(author, run, packed)
    expected = UserTaskStatus.SUCCEEDED if finding.level == "ok" else UserTaskStatus.FAILED
    assert UserTaskStatus.objects.latest("id").state == expected
