"""What learners, authors, search and mobile apps get to see."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import translation
from webob import Request
from xblock.exceptions import NoSuchHandlerError

from digiskills_framework.tasks import load_task
from digiskills_grading.models import Attempt, Learner
from digiskills_xblock.i18n import gettext, language_from
from digiskills_xblock.practice import DigiskillsPracticeXBlock
from digiskills_xblock.settings_check import problems
from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import COURSE_KEY, TASK_IDS, Page

pytestmark = pytest.mark.django_db


def init_args(page: Page, view: str = "student_view") -> dict[str, Any]:
    fragment = page.block.render(view, {})
    found: dict[str, Any] = json.loads(re.search(r"xblock_json_init_args\">(.*?)</script>", fragment.content, re.DOTALL)[1])  # type: ignore[index]
    return found


def test_the_learners_page_starts_the_player(page: PageMaker) -> None:
    fragment = page().block.render("student_view", {})
    assert "data-init='DigiskillsPractice'" in fragment.content
    urls = [resource.data for resource in fragment.resources if resource.kind == "url"]
    assert {url.rsplit("/", 1)[1] for url in urls} >= {"player.js", "player.css"}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("task_id", TASK_IDS)
def test_the_start_page_tells_goal_reason_and_lesson(page: PageMaker, task_id: str, language: str) -> None:
    task = load_task(task_id)
    with translation.override(language):
        args = init_args(page(task_id))
    assert args["language"] == language
    assert args["task"]["title"] == task.title.text(language)
    assert args["task"]["goal"] == task.goal.text(language)
    assert len(args["task"]["lesson"]) == len(task.lesson)
    assert args["strings"]["finish"] == {"vi": "Xong", "en": "Done"}[language]


def test_looking_at_the_page_stores_nothing(page: PageMaker) -> None:
    page().block.render("student_view", {})
    assert not Learner.objects.exists()
    assert not Attempt.objects.exists()


def test_keys_of_the_browsers_storage_differ_by_person_and_block(page: PageMaker, seen_by: Callable[..., Page], other: User) -> None:
    mine = page()
    keys = {init_args(tab)["user"] for tab in (mine, seen_by(mine, other))}
    assert len(keys) == 2
    assert len({init_args(tab)["usage"] for tab in (mine, page())}) == 2
    assert str(mine.runtime.account_id) not in keys


def test_the_state_is_on_the_page(page: PageMaker) -> None:
    tab = page(max_attempts="3")
    tab.play()
    state = init_args(tab)["state"]
    assert (state["counted_used"], state["max_attempts"], state["best_score_milli"], state["stored"]) == (1, 3, 1000, True)


def test_a_block_without_a_usable_task_says_so_and_needs_no_script(page: PageMaker) -> None:
    for view in ("student_view", "author_view"):
        fragment = page("S3-01", task_version="99").block.render(view, {})
        assert "not set up correctly" in fragment.content
        assert "data-init" not in fragment.content


@pytest.mark.parametrize("language, skill", [("vi", "S3"), ("en", "S3")])
def test_authors_see_what_the_task_is_and_can_try_it(
    page: PageMaker, seen_by: Callable[..., Page], staff: User, language: str, skill: str
) -> None:
    tab = seen_by(page(), staff, refusal="author_mode")
    with translation.override(language):
        fragment = tab.block.render("author_view", {})
    assert skill in fragment.content
    assert load_task("S3-01").title.text(language) in fragment.content
    assert "data-init='DigiskillsPractice'" in fragment.content
    assert init_args(tab, "author_view")["state"]["stored"] is False


def test_the_course_team_and_nobody_else_is_shown_the_way_to_the_page_of_the_course(
    page: PageMaker, seen_by: Callable[..., Page], staff: User
) -> None:
    tab = page()
    address = f'href="/digiskills/course/{COURSE_KEY}/"'
    assert address not in tab.block.render("student_view", {}).content
    assert address in seen_by(tab, staff, is_staff=True).block.render("student_view", {}).content
    assert address not in seen_by(tab, staff, is_staff=True, refusal="masquerading").block.render("student_view", {}).content
    assert seen_by(tab, staff, refusal="author_mode").block.render("author_view", {}).content.count(address) == 1


def offered(page: Page) -> list[str]:
    """The tasks of the author's menu."""
    form = page.block.render("studio_view", {}).content
    menu = re.search(r'<select[^>]*id="xb-field-edit-task_id".*?</select>', form, re.DOTALL)
    assert menu is not None
    return re.findall(r'<option value="([^"]+)"', menu.group())


def test_studio_offers_the_regulations_and_audiences(page: PageMaker) -> None:
    form = page().block.render("studio_view", {}).content
    for value in ("demo-s3-a1/1", "vn-default/1", "citizen"):
        assert value in form


@pytest.mark.parametrize(
    "task_id, audience, level",
    [("S3-01", "citizen", ""), ("A1-05", "student", "CB1"), ("C1-02", "student", ""), ("T2-03", "public_sector", "")],
)
def test_studio_offers_the_tasks_that_suit_and_no_others(page: PageMaker, task_id: str, audience: str, level: str) -> None:
    found = offered(page(task_id, audience=audience, school_level=level))
    assert found == [one for one in TASK_IDS if load_task(one).serves(audience, level or None)]
    assert 0 < len(found) < len(TASK_IDS)


def test_the_menu_follows_what_the_author_chooses(page: PageMaker) -> None:
    """The script gets the whole library, and which of it suits whom."""
    fragment = page().block.studio_view({})
    assert fragment.js_init_fn == "DigiskillsPracticeSettings"
    menu = fragment.json_init_args
    assert sorted(menu["tasks"]) == sorted(TASK_IDS)
    for audience, level in (("citizen", ""), ("student", ""), ("student", "CB1"), ("student", "NC1"), ("enterprise_worker", "")):
        suits = [one for one in TASK_IDS if load_task(one).serves(audience, level or None)]
        assert menu["suits"][f"{audience}/{level}" if level else audience] == suits


@pytest.mark.parametrize(
    "fields, says",
    [
        ({"audience": "student", "school_level": "CB1", "task_id": "A1-04"}, ("A1-04 – ", "CB1", "TC2, NC1", "Choose another task")),
        ({"audience": "student"}, ("S3-01 – ", "student", "citizen, enterprise_worker", "Choose another task")),
    ],
)
def test_a_task_that_does_not_suit_is_refused_with_what_to_do(page: PageMaker, fields: dict[str, str], says: tuple[str, ...]) -> None:
    tab = page()
    status, text = save(tab, regulation="vn-default/1", **fields)
    assert status == 400
    assert all(word in str(json.loads(text)["error"]) for word in says), text
    assert tab.block.task_id == "S3-01"


def test_a_block_that_has_such_a_task_already_goes_on_and_says_so_in_studio(page: PageMaker) -> None:
    tab = page("A1-04", audience="student", school_level="CB1", regulation="vn-default/1")
    started = tab.start("guided")
    assert (started.status, tab.submit(started, tab.trace(started)).body["feedback"]["score_milli"]) == (200, 1000)
    menu = tab.block.render("studio_view", {}).content
    assert offered(tab)[0] == "A1-04"
    assert "(does not suit this audience and school level)" in menu
    assert save(tab, task_id="A1-05")[0] == 200
    assert "A1-04" not in offered(tab)


def save(page: Page, **values: object) -> tuple[int, str]:
    body = json.dumps({"values": values, "defaults": []}).encode()
    response = page.block.handle("submit_studio_edits", Request.blank("/", method="POST", body=body, content_type="application/json"))
    return response.status_int, response.text


def test_an_author_saves_settings(page: PageMaker) -> None:
    tab = page()
    assert save(tab, regulation="demo-s3-a1/1", max_attempts=2, weight=3)[0] == 200
    assert (tab.block.max_attempts, tab.block.weight) == (2, 3.0)


@pytest.mark.parametrize(
    "field, value, says",
    [
        ("task_id", "Z9-99", "S3-01"),
        ("task_version", 99, "Versions known here"),
        ("regulation", "none/1", "demo-s3-a1/1"),
        ("audience", "nobody", "citizen"),
        ("school_level", "XX9", "TC1"),
        ("weight", -1, "0 to 1000"),
        ("max_attempts", 0, "from 1"),
        ("show_correctness", "maybe", "past_due"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_field_value_and_choices(page: PageMaker, field: str, value: object, says: str) -> None:
    tab = page()
    before = getattr(tab.block, field)
    status, text = save(tab, **{field: value})
    message = json.loads(text)["error"] if "error" in text else text
    assert status == 400
    assert says in str(message)
    assert str(value) in str(message)
    assert getattr(tab.block, field) == before


def test_problems_are_told_in_vietnamese(page: PageMaker) -> None:
    data = SimpleNamespace(
        task_id="S3-01",
        task_version=0,
        regulation="demo-s3-a1/1",
        audience="citizen",
        school_level="",
        runs="both",
        weight=-2,
        max_attempts=None,
        show_correctness="always",
    )
    with translation.override("vi"):
        assert list(problems(data)) == ["Trọng số: không dùng được “-2”. Giá trị hợp lệ: một số từ 0 đến 1000."]


def test_search_finds_the_task_by_its_texts_and_no_answers(page: PageMaker) -> None:
    entry = page().block.index_dictionary()
    task = load_task("S3-01")
    assert task.title.vi in entry["content"]["task"]
    assert task.title.en in entry["content"]["task"]
    for goal in task.raw["goals"]:
        assert goal["text"]["vi"] not in entry["content"]["task"]


def test_mobile_apps_get_the_task_and_nothing_of_its_content(page: PageMaker) -> None:
    assert page().block.student_view_data() == {"task_id": "S3-01", "task_version": 0}


@pytest.mark.parametrize(
    "tag, language", [("vi", "vi"), ("vi-VN", "vi"), ("vi_VN", "vi"), ("VI", "vi"), ("en", "en"), ("fr", "en"), (None, "en"), (5, "en")]
)
def test_every_language_tag_has_one_of_ours(tag: object, language: str) -> None:
    assert language_from(tag) == language


def test_names_of_fields_are_translated_for_authors(page: PageMaker) -> None:
    block = page().block
    with translation.override("vi"):
        assert block.ugettext(DigiskillsPracticeXBlock.weight.display_name) == "Trọng số"
    assert gettext("Weight", "en") == "Weight"


# Fields that the platform mixes into every block (xmodule/modulestore/inheritance.py, xmodule/x_module.py,
# lms/djangoapps/lms_xblock/mixin.py, at 5923546) and that a plain attribute of ours would hide. A field of the same name and
# meaning is fine: it inherits the course's value.
FIELDS_OF_THE_PLATFORM = (
    *("graded", "start", "due", "relative_weeks_due", "visible_to_staff_only", "graceperiod", "group_access", "showanswer"),
    *("show_correctness", "rerandomize", "days_early_for_beta", "static_asset_path", "use_latex_compiler", "max_attempts", "hide_from_toc"),
    *("format", "chrome", "default_tab", "source_file", "user_partitions", "in_entrance_exam", "is_time_limited", "display_name", "tags"),
)


def test_no_field_of_the_platform_is_hidden_by_an_attribute() -> None:
    hidden = [
        name for name in FIELDS_OF_THE_PLATFORM if hasattr(DigiskillsPracticeXBlock, name) and name not in DigiskillsPracticeXBlock.fields
    ]
    assert hidden == []


def test_other_handlers_do_not_exist(page: PageMaker) -> None:
    with pytest.raises(NoSuchHandlerError):
        page().block.handle("delete", Request.blank("/", method="POST", body=b"{}"))


def test_nobody_signed_in_keeps_nothing_on_the_device_and_wipes_nothing(page: PageMaker, seen_by: Callable[..., Page]) -> None:
    mine = page()
    assert init_args(mine)["user"]
    assert init_args(seen_by(mine, None, refusal="not_signed_in"))["user"] == ""
