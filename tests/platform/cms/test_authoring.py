"""What an author does with the block on a unit's page in Studio: add, set, duplicate, copy and paste, find.

openedx/edx-platform: cms/urls.py (``xblock_handler``, ``xblock_view_handler``, ``component_handler``),
openedx/core/djangoapps/content_staging/views.py
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from tests.platform.people import Answer, Person, answer
from tests.platform.places import Course

pytestmark = pytest.mark.django_db(databases="__all__")

CLIPBOARD = "/api/content-staging/v1/clipboard/"


def post(author: Person, url: str, body: Answer) -> Answer:
    return answer(author.client.post(url, json.dumps(body), content_type="application/json", HTTP_ACCEPT="application/json"))


def shown(author: Person, block: Any, view: str) -> str:
    """The HTML of a block's view, as Studio's pages fetch it."""
    where = {"usage_key_string": str(block), "view_name": view}
    return str(answer(author.client.get(reverse("xblock_view_handler", kwargs=where), HTTP_ACCEPT="application/json"))["html"])


def created(author: Person, store: Any, body: Answer) -> Any:
    """The block that a request of the unit's page has made."""
    from opaque_keys.edx.keys import UsageKey

    return store.get_item(UsageKey.from_string(str(post(author, reverse("xblock_handler"), body)["locator"])))


def settings_of(block: Any) -> tuple[Any, ...]:
    return block.task_id, block.regulation, block.audience, block.weight, block.max_attempts


def test_a_new_block_is_ready_to_play(course: Course, teacher: Person, store: Any) -> None:
    """openedx/edx-platform: cms/djangoapps/contentstore/views/preview.py::_studio_wrap_xblock shows what ``validate`` finds."""
    new = created(teacher, store, {"category": "digiskills_practice", "parent_locator": str(course.unit)})
    assert new.validate().empty
    assert str(new.location) in shown(teacher, new.location, "container_child_preview")


def test_a_whole_unit_is_shown(course: Course, teacher: Person) -> None:
    page = shown(teacher, course.unit, "container_preview")
    assert all(task in page for task in course.tasks)


def test_settings_are_edited(course: Course, teacher: Person, store: Any) -> None:
    assert "max_attempts" in shown(teacher, course.pay, "studio_view")
    url = reverse("component_handler", kwargs={"usage_key_string": str(course.pay), "handler": "submit_studio_edits"})
    post(teacher, url, {"values": {"display_name": "Trả tiền", "max_attempts": 2}, "defaults": ["weight"]})
    block = store.get_item(course.pay)
    assert (block.display_name, block.max_attempts, block.fields["weight"].is_set_on(block)) == ("Trả tiền", 2, False)


def test_a_duplicate_has_the_same_settings(course: Course, teacher: Person, store: Any) -> None:
    copy = created(teacher, store, {"duplicate_source_locator": str(course.pay), "parent_locator": str(course.unit)})
    assert copy.location != course.pay
    assert settings_of(copy) == settings_of(store.get_item(course.pay))


def test_what_is_copied_can_be_pasted(course: Course, teacher: Person, store: Any) -> None:
    """openedx/edx-platform: openedx/core/lib/xblock_serializer/block_serializer.py::XBlockSerializer"""
    assert post(teacher, CLIPBOARD, {"usage_key": str(course.pay)})["content"]["block_type"] == "digiskills_practice"
    copy = created(teacher, store, {"parent_locator": str(course.unit), "staged_content": "clipboard"})
    assert copy.location != course.pay
    assert settings_of(copy) == settings_of(store.get_item(course.pay))


def test_the_search_of_courseware_takes_it(course: Course, store: Any) -> None:
    """openedx/edx-platform: cms/djangoapps/contentstore/courseware_index.py::CoursewareSearchIndexer"""
    from cms.djangoapps.contentstore.courseware_index import CoursewareSearchIndexer

    assert CoursewareSearchIndexer.do_course_reindex(store, course.key) >= len(course.tasks)
