"""What every test inside a checkout of the platform needs. Without one, each is reported as not run, with the reason.

Nothing of the platform is imported when these modules are collected, so that collecting them works everywhere; what is imported from it
lies inside fixtures and tests. Places in its source are named as ``openedx/edx-platform: path::name``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.platform.people import PASSWORD, Person
from tests.platform.places import REGULATION, Course

HERE = Path(__file__).parent
VARIABLE = "DIGISKILLS_EDX_PLATFORM"
HOW_TO = "docs/how-to/run-the-platform-tests.md"


def reason_not_to_run(service: str) -> str | None:
    """Why tests of a service ("lms", "cms") cannot run in this process; None when they can."""
    checkout = os.environ.get(VARIABLE)
    if not checkout:
        return f"needs a checkout of the platform: set {VARIABLE} to its path ({HOW_TO})"
    if not (Path(checkout) / service / "envs" / "test.py").is_file():
        return f"{VARIABLE} is {checkout!r}, which has no {service}/envs/test.py: name a checkout of the platform ({HOW_TO})"
    if f"{service}.urls" != settings.ROOT_URLCONF:
        return f"runs in a process of its own, with --ds={service}.envs.test ({HOW_TO})"
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not item.path.is_relative_to(HERE):
            continue
        item.add_marker("platform")
        reason = reason_not_to_run(item.path.relative_to(HERE).parts[0])
        if reason is not None:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def _django_clear_site_cache() -> None:
    """In place of pytest-django's fixture of this name, which the platform's cache isolation cannot live with.

    openedx/edx-platform: cms/conftest.py::_django_clear_site_cache
    """


@pytest.fixture(autouse=True)
def no_webpack_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages render although the platform's own JavaScript was not built.

    openedx/edx-platform: cms/conftest.py::no_webpack_loader
    """
    monkeypatch.setattr("webpack_loader.templatetags.webpack_loader.render_bundle", lambda *_, **__: "")
    monkeypatch.setattr("webpack_loader.utils.get_as_tags", lambda *_, **__: [])
    monkeypatch.setattr("webpack_loader.utils.get_files", lambda *_, **__: [])


@pytest.fixture
def store(db: None) -> Iterator[Any]:
    """An empty modulestore and empty caches for one test.

    openedx/edx-platform: xmodule/modulestore/tests/django_utils.py::ModuleStoreTestCase.setUp
    """
    from lms.djangoapps.courseware.field_overrides import OverrideFieldData
    from xmodule.modulestore.django import modulestore
    from xmodule.modulestore.tests.django_utils import ModuleStoreIsolationMixin

    ModuleStoreIsolationMixin.start_modulestore_isolation()
    OverrideFieldData.provider_classes = None
    try:
        yield modulestore()
    finally:
        ModuleStoreIsolationMixin.end_modulestore_isolation()


@pytest.fixture
def course(store: Any) -> Course:
    """A published course with one graded subsection, whose unit holds the three tasks that the demo regulation asks for.

    openedx/edx-platform: xmodule/modulestore/tests/factories.py::BlockFactory._create (unknown keywords become fields; a block is
    published with its parent)
    """
    from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
    from xmodule.modulestore.tests.factories import BlockFactory, CourseFactory

    run = CourseFactory.create(org="MayTrang", number="KNS1", run="2026", start=datetime(2020, 1, 1, tzinfo=UTC))
    chapter = BlockFactory.create(parent=run, category="chapter", display_name="Chapter")
    section = BlockFactory.create(
        parent=chapter, category="sequential", display_name="Homework", metadata={"graded": True, "format": "Homework"}
    )
    unit = BlockFactory.create(parent=section, category="vertical", display_name="Unit")
    tasks = {
        task_id: BlockFactory.create(
            parent=unit,
            category="digiskills_practice",
            display_name=task_id,
            task_id=task_id,
            regulation=REGULATION,
            audience="citizen",
            weight=2.0,
            max_attempts=3,
        ).location
        for task_id in ("S3-01", "A1-03", "A1-10")
    }
    # Publishing sends no signal here, so nobody else makes the overview on which access depends.
    CourseOverview.load_from_module_store(run.id)
    return Course(key=run.id, section=section.location, unit=unit.location, tasks=tasks)


@pytest.fixture
def learner(course: Course) -> Person:
    """Enrolled, signed in."""
    return enrolled(course)


@pytest.fixture
def other_learner(course: Course) -> Person:
    """Enrolled in the same course, signed in with a browser of their own."""
    return enrolled(course)


@pytest.fixture
def teacher(course: Course) -> Person:
    """Of the course team with the rights of an instructor, signed in.

    openedx/edx-platform: common/djangoapps/student/tests/factories.py::InstructorFactory
    """
    from common.djangoapps.student.tests.factories import InstructorFactory

    return Person.signed_in(InstructorFactory(course_key=course.key, password=PASSWORD))


def enrolled(course: Course) -> Person:
    """A new account in the course. openedx/edx-platform: common/djangoapps/student/tests/factories.py::UserFactory"""
    from common.djangoapps.student.models import CourseEnrollment
    from common.djangoapps.student.tests.factories import UserFactory

    user = UserFactory(password=PASSWORD)
    CourseEnrollment.enroll(user, course.key)
    return Person.signed_in(user)
