"""The course builder in the real Studio: at its address, for whoever may create courses there, with links to Studio's own pages.

openedx/edx-platform: common/djangoapps/student/auth.py::user_has_role, cms/urls.py; openedx/edx-django-utils: plugins/plugin_urls.py
"""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from digiskills_xblock import compat
from tests.platform.people import PASSWORD, Person
from tests.platform.places import BUILDER_ANSWERS

pytestmark = pytest.mark.django_db(databases="__all__")

KEY = "course-v1:Truong+KNS+2026"


@pytest.fixture
def teacher() -> Person:
    from common.djangoapps.student.tests.factories import UserFactory

    return Person.signed_in(UserFactory(password=PASSWORD))


@pytest.fixture
def only_named(settings: Any) -> None:
    """Courses are created by those alone whom the operator has named."""
    settings.FEATURES = {**settings.FEATURES, "ENABLE_CREATOR_GROUP": True}


def status(person: Person) -> int:
    return int(person.client.get(reverse("digiskills:course-builder")).status_code)


def test_it_is_where_the_documentation_says() -> None:
    assert reverse("digiskills:course-builder") == "/digiskills/course-builder/"


def test_everybody_may_where_everybody_creates_courses(teacher: Person) -> None:
    assert status(teacher) == 200


@pytest.mark.usefixtures("only_named")
def test_whoever_is_not_named_may_not(teacher: Person) -> None:
    assert status(teacher) == 403


@pytest.mark.usefixtures("only_named")
def test_a_course_creator_may(teacher: Person) -> None:
    from common.djangoapps.student.roles import CourseCreatorRole

    CourseCreatorRole().add_users(teacher.user)
    assert status(teacher) == 200


@pytest.mark.usefixtures("only_named")
def test_a_course_creator_of_one_organisation_may(teacher: Person) -> None:
    from common.djangoapps.student.roles import OrgContentCreatorRole

    OrgContentCreatorRole(org="Truong").add_users(teacher.user)
    assert status(teacher) == 200


def test_nobody_may_where_nobody_creates_courses(teacher: Person, settings: Any) -> None:
    settings.FEATURES = {**settings.FEATURES, "DISABLE_COURSE_CREATION": True}
    assert status(teacher) == 403


def test_it_links_to_the_import_page_of_studio(teacher: Person) -> None:
    home, importing = compat.studio_addresses(KEY)
    assert (home, importing) == (reverse("home"), f"/import/{KEY}")
    page = teacher.client.get(reverse("digiskills:course-builder"), BUILDER_ANSWERS).content.decode()
    assert f'href="{importing}"' in page
    assert f'href="{home}"' in page


def test_it_gives_the_file(teacher: Person) -> None:
    response = teacher.client.post(reverse("digiskills:course-builder"), BUILDER_ANSWERS)
    assert (response.status_code, response["Content-Type"]) == (200, "application/gzip")
