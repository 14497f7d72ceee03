"""Where the learner's page links to: addresses that the LMS has, and the tasks of a published course."""

from __future__ import annotations

import pytest

from digiskills_grading.course_links import course_links
from tests.platform.people import Person
from tests.platform.places import Course

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_course_offers_its_tasks_by_the_keys_of_their_blocks(course: Course) -> None:
    """openedx/edx-platform: xmodule/modulestore/mixed.py::MixedModuleStore.get_items, with a qualifier ``category``."""
    found = course_links().tasks(str(course.key))
    assert found == {task: str(usage_key) for task, usage_key in course.tasks.items()}


def test_the_link_of_a_block_leads_into_the_course(course: Course, learner: Person) -> None:
    """openedx/edx-platform: lms/urls.py names ``jump_to``; lms/djangoapps/courseware/views/views.py::jump_to redirects."""
    url = course_links().block_url(str(course.key), str(course.pay))
    assert str(course.key) in url
    assert learner.client.get(url).status_code == 302


def test_a_course_has_an_address(course: Course) -> None:
    """openedx/edx-platform: openedx/features/course_experience/__init__.py::course_home_url."""
    assert str(course.key) in course_links().course_url(str(course.key))


@pytest.mark.parametrize("key", ["", "no course", "course-v1:No+Such+Course"])
def test_a_course_that_is_gone_has_no_name_and_offers_nothing(key: str, course: Course) -> None:
    """openedx/edx-platform: xmodule/modulestore/mixed.py::MixedModuleStore.get_items of a course that is not there."""
    assert course_links().course_name(key) == ""
    assert course_links().tasks(key) == {}
