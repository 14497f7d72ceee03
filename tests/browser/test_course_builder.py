"""The course builder before a teacher: every page on any screen, by keys alone, to the file; and one skill in a course of her own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from demo.runtime import TEACHER
from digiskills_xblock.course.archive import pack, unpack
from digiskills_xblock.course.building import build_course
from digiskills_xblock.course.difference import differences
from digiskills_xblock.course.olx import course_files
from digiskills_xblock.course.reading import read_course
from digiskills_xblock.course.request import CourseRequest
from tests.browser import audit
from tests.browser.conftest import DESK, PHONE, Console, DeviceMaker, LearnerMaker
from tests.browser.test_pages import SMALLEST, ZOOMED

pytestmark = pytest.mark.browser

SCREENS = pytest.mark.parametrize("screen", [PHONE, DESK], ids=["360 px", "1280 px"])
FRAMEWORK = "digiskills-vn/1.0"


def builder(new_learner: LearnerMaker, language: Any, **screen: Any) -> Page:
    teacher = new_learner(TEACHER, language=language, **screen)
    teacher.page.goto(f"{teacher.demo.url}/digiskills/course-builder/?lang={language}")
    return teacher.page


def choose(page: Page, name: str, value: str) -> None:
    """Ticks a choice by its label, as people do."""
    page.locator(f"label.option:has(input[name={name}][value='{value}'])").click()
    expect(page.locator(f"input[name={name}][value='{value}']")).to_be_checked()


def go_on(page: Page) -> None:
    """Sound as it is, sound without an answer, and on."""
    audit.whole(page)
    page.locator("main form button").click()


def answer(page: Page, *choices: tuple[str, str]) -> None:
    for name, value in choices:
        choose(page, name, value)
    go_on(page)


def saved(page: Page, button: Locator) -> Any:
    """The course that the browser saves."""
    with page.expect_download() as download:
        button.click()
    path = Path(download.value.path())
    assert download.value.suggested_filename.endswith(".tar.gz")
    return read_course(unpack(path.read_bytes(), path.name), path.name)


@SCREENS
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_course_from_the_first_question_to_the_file(new_learner: LearnerMaker, language: Any, screen: dict[str, Any]) -> None:
    page = builder(new_learner, language, **screen)
    answer(page, ("kind", "course"))
    answer(page, ("framework", FRAMEWORK))
    answer(page, ("audience", "student"))
    answer(page, ("level", "TC1"))
    answer(page, ("scope", "only"), ("only", "S3"), ("only", "C1"))
    answer(page, ("locale", language))
    page.locator("input[name=org]").fill("Truong")
    page.locator("input[name=course]").fill("KNS 6")
    go_on(page)
    audit.whole(page)
    page.locator(".problems a").click()
    expect(page.locator("input[name=course]")).to_be_focused()
    page.locator("input[name=course]").fill("KNS6")
    go_on(page)
    expect(page.get_by_text("course-v1:Truong+KNS6+1")).to_be_visible()
    audit.whole(page)
    course = saved(page, page.locator("main form button"))
    request = CourseRequest(
        framework=FRAMEWORK,
        audience="student",
        school_level="TC1",
        only=("S3", "C1"),
        locale=language,
        org="Truong",
        course="KNS6",
        run="1",
    )
    assert differences(read_course(course_files(build_course(request).course), "wanted"), course) == ()


@SCREENS
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_skill_for_a_course_that_is_there(
    new_learner: LearnerMaker, console: Console, tmp_path: Path, language: Any, screen: dict[str, Any]
) -> None:
    console.expected.append("422 (Unprocessable Entity)")
    theirs = build_course(CourseRequest(framework=FRAMEWORK, only=("A1",), org="Truong", course="TH")).course
    export = tmp_path / "export.tar.gz"
    export.write_bytes(pack(course_files(theirs)))
    page = builder(new_learner, language, **screen)
    answer(page, ("kind", "section"))
    answer(page, ("framework", FRAMEWORK))
    answer(page, ("audience", "citizen"))
    answer(page, ("skill", "S3"))
    answer(page, ("locale", language))
    go_on(page)
    expect(page.locator(".problems")).to_be_visible()
    audit.whole(page)
    page.locator("input[type=file]").set_input_files(export)
    page.locator("main form button").click()
    expect(page.locator("a.button")).to_be_visible()
    audit.whole(page)
    course = saved(page, page.locator("a.button"))
    assert {one.kind for one in differences(theirs, course)} == {"added"}
    assert any(block.settings.get("task_id") == "S3-01" for block in course.root.walk())


@pytest.mark.parametrize("screen", [SMALLEST, ZOOMED, {"color_scheme": "dark"}], ids=["320 px", "zoom 200 %", "dark"])
@pytest.mark.parametrize("step", ["", "skills", "rules", "key", "check"])
def test_every_page_is_sound(new_learner: LearnerMaker, screen: dict[str, Any], step: str) -> None:
    page = builder(new_learner, "vi", **screen)
    query = f"lang=vi&kind=course&framework={FRAMEWORK}&audience=citizen&scope=set:five-basic&locale=vi&org=A&course=B&run=1"
    page.goto(f"{page.url.partition('?')[0]}?{query if step == 'check' else f'{query}&change={step}' if step else ''}")
    audit.whole(page)


def test_keys_alone_lead_to_the_next_question(new_learner: LearnerMaker) -> None:
    teacher = new_learner(TEACHER, language="en", keyboard=True)
    page = teacher.page
    page.goto(f"{teacher.demo.url}/digiskills/course-builder/?lang=en")
    while page.evaluate("document.activeElement.name") != "kind":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("input[name=kind]").first).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=re.compile("framework"))).to_be_visible()


def test_without_javascript_nothing_is_missing(new_device: DeviceMaker, new_learner: LearnerMaker) -> None:
    device = new_device("vi", **DESK)
    new_learner(TEACHER, device=device).sign_in()
    state = device.storage_state()
    page = new_device("vi", **DESK, java_script_enabled=False, storage_state=state).new_page()
    address = device.pages[0].url.split("/", 3)
    page.goto(f"{address[0]}//{address[2]}/digiskills/course-builder/?lang=vi")
    choose(page, "kind", "course")
    page.locator("main form button").click()
    expect(page.locator("input[name=framework]").first).to_be_visible()


def test_a_learner_is_told_that_the_page_is_not_for_her(new_learner: LearnerMaker, console: Console) -> None:
    console.expected.append("403 (Forbidden)")
    learner = new_learner("gao")
    learner.page.goto(f"{learner.demo.url}/digiskills/course-builder/?lang=vi")
    expect(learner.page.get_by_role("heading", level=1)).to_have_text("Bạn chưa được phép tạo khóa học")
    audit.whole(learner.page)
