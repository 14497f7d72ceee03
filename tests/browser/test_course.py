"""The course of the demo as learners meet it: pages, questions, progress; for fingers and for keys, with and without script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from demo.generated import generated_course
from demo.outline import outline, runs_of
from demo.questions import Question, question_of
from demo.runtime import TEACHER
from digiskills_xblock.course.model import Block
from digiskills_xblock.i18n import Language
from tests.browser import audit
from tests.browser.conftest import DESK, PHONE, DeviceMaker, LearnerMaker
from tests.browser.hands import Keyboard
from tests.browser.playing import Learner
from tests.browser.test_pages import LARGE_TEXT, SMALLEST, ZOOMED

pytestmark = pytest.mark.browser

WORDS: dict[Language, dict[str, str]] = {
    "vi": {"answer": "Trả lời câu này", "again": "Trả lời lại", "right": "Bạn trả lời đúng.", "wrong": "Chưa đúng.", "next": "Phần sau"},
    "en": {
        "answer": "Answer this question",
        "again": "Answer again",
        "right": "Your answer is right.",
        "wrong": "Not quite.",
        "next": "Next",
    },
}
TASK = "S3-01"


def units_of(code: str, language: Language = "vi") -> tuple[Block, ...]:
    """The units of a skill."""
    [sequence] = [one for chapter in outline(language).chapters for one in chapter.children if one.title.startswith(f"{code}. ")]
    return sequence.children


def questions_in(unit: Block) -> list[Question]:
    return [question_of(leaf) for leaf in unit.children]


def numbers(question: Question, *, right: bool) -> list[int]:
    """Right choices; or one wrong one."""
    found = [number for number, choice in enumerate(question.choices) if choice.right is right]
    return found if right else found[:1]


def open_unit(learner: Learner, unit: Block) -> Page:
    learner.page.goto(f"{learner.demo.url}/units/{unit.name}/")
    return learner.page


def choose(learner: Learner, box: Locator, question: Question, wanted: list[int]) -> None:
    """Takes these choices and no others."""
    if not question.several:
        learner.hands.pick(box.get_by_role("radio").all(), wanted[0])
        return
    for number, option in enumerate(box.get_by_role("checkbox").all()):
        if option.is_checked() != (number in wanted):
            option.press("Space") if isinstance(learner.hands, Keyboard) else option.tap()


def respond(learner: Learner, question: Question, *, right: bool, again: bool = False) -> Locator:
    """Answers a question and returns its place on the page that comes back."""
    words, box = WORDS[learner.language], learner.page.locator(f"#{question.name}")
    choose(learner, box, question, numbers(question, right=right))
    learner.hands.press(box.get_by_role("button", name=words["again" if again else "answer"]))
    expect(box.get_by_text(words["right" if right else "wrong"])).to_be_visible()
    return box


def score_of(page: Page, code: str) -> str:
    """What the progress page says of a skill."""
    return page.locator(".rows li").filter(has=page.get_by_role("link", name=re.compile(rf"^{code}\. "))).inner_text()


@pytest.mark.parametrize("keyboard", [False, True], ids=["touch", "keys"])
def test_a_learner_reads_answers_plays_and_sees_it_count(new_learner: LearnerMaker, keyboard: bool) -> None:
    language: Language = "en" if keyboard else "vi"
    learner = new_learner("tram" if keyboard else "man", language=language, keyboard=keyboard)
    page, words, units = learner.page, WORDS[language], units_of("S3", language)
    open_unit(learner, units[0])
    for unit in units[1:3]:
        learner.hands.press(page.get_by_role("link", name=re.compile(f"^(← |){words['next']}")))
        expect(page.get_by_role("heading", level=2, name=unit.title, exact=True)).to_be_visible()
    first, second, *_ = questions_in(units[-1])
    open_unit(learner, units[-1])
    box = respond(learner, first, right=False)
    expect(box.get_by_text(first.choices[numbers(first, right=False)[0]].because)).to_be_visible()
    expect(page.get_by_text(first.why[-1])).to_have_count(0)
    box = respond(learner, first, right=True, again=True)
    expect(box.get_by_text(first.why[-1])).to_be_visible()
    expect(box.get_by_role("button")).to_have_count(0)
    respond(learner, second, right=False)
    learner.open_task(TASK)
    assert learner.play(learner.start("counted")).score_milli == 1000
    page.goto(f"{learner.demo.url}/progress/")
    # 5 points of the run and 1 of the question, of two runs and five questions.
    assert "40 %" in score_of(page, "S3")
    audit.whole(page)
    link = page.get_by_role("main").get_by_role("link", name=re.compile("Kỹ năng số của tôi|My digital skills"))
    learner.hands.press(link)
    expect(page).to_have_url(re.compile("/digiskills/my-skills/"))
    page.goto(f"{learner.demo.url}/digiskills/my-skills/?lang={language}")
    _reload_until(page, re.compile("Kết quả một bài tập trong khóa học|Result of an exercise in your course"))
    played = "Quét mã trả tiền ở chợ" if language == "vi" else "Pay at the market by QR"
    expect(page.get_by_role("listitem").filter(has_text=played).first).to_contain_text("100")


def _reload_until(page: Page, text: re.Pattern[str]) -> None:
    """The worker looks at scores once a second."""
    for _ in range(20):
        if page.get_by_text(text).count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_answer_is_in_the_page_before_it_is_given(new_learner: LearnerMaker, language: Language) -> None:
    learner = new_learner("gao", language=language)
    for code in ("K1", "T1"):
        unit = units_of(code, language)[-1]
        answer = learner.page.request.get(f"{learner.demo.url}/units/{unit.name}/")
        text = answer.text()
        for question in questions_in(unit):
            assert question.choices[0].text.partition("'")[0].partition("&")[0][:20] in text
            secrets = [*(choice.because for choice in question.choices), *question.why[1:]]
            assert [secret for secret in secrets if secret[:25] in text] == []
        assert "correct" not in text


def test_the_same_answer_twice_and_none_at_all_cost_nothing(new_learner: LearnerMaker) -> None:
    learner = new_learner("gao")
    unit = units_of("D1")[-1]
    page, words = open_unit(learner, unit), WORDS["vi"]
    question, other, *_ = questions_in(unit)
    page.locator(f"#{question.name}").get_by_role("button", name=words["answer"]).tap()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_attribute("href", f"#{question.name}")
    audit.whole(page)
    respond(learner, question, right=False)
    left = page.locator(f"#{question.name}").get_by_text("Số lần còn được trả lời: 1")
    expect(left).to_be_visible()
    # What was chosen elsewhere is kept, and a press without another choice is no second try.
    picked = page.locator(f"#{other.name}").get_by_role("radio" if not other.several else "checkbox").first
    picked.check()
    page.locator(f"#{question.name}").get_by_role("button", name=words["again"]).tap()
    expect(left).to_be_visible()
    expect(picked).to_be_checked()
    page.reload()
    expect(picked).to_be_checked()
    audit.whole(page)


def test_the_whole_check_works_without_script(new_device: DeviceMaker, new_learner: LearnerMaker) -> None:
    learner = new_learner("gao", java_script_enabled=False)
    unit = units_of("K1")[-1]
    page = open_unit(learner, unit)
    for question in questions_in(unit):
        respond(learner, question, right=True)
    page.goto(f"{learner.demo.url}/progress/")
    assert "100 %" in score_of(page, "K1")


def test_a_tab_that_is_behind_cannot_answer_once_more(new_learner: LearnerMaker) -> None:
    first = new_learner("gao")
    unit = units_of("I2")[-1]
    question = questions_in(unit)[0]
    open_unit(first, unit)
    second = new_learner("gao", device=first.page.context)
    open_unit(second, unit)
    respond(first, question, right=True)
    box = second.page.locator(f"#{question.name}")
    choose(second, box, question, numbers(question, right=False))
    box.get_by_role("button", name=WORDS["vi"]["answer"]).tap()
    expect(box.get_by_text(WORDS["vi"]["right"])).to_be_visible()


def test_the_language_changes_the_course_and_keeps_the_place(new_learner: LearnerMaker) -> None:
    learner = new_learner("gao")
    vietnamese, english = units_of("S1", "vi")[0], units_of("S1", "en")[0]
    page = open_unit(learner, vietnamese)
    expect(page.get_by_role("heading", level=2, name=vietnamese.title, exact=True)).to_be_visible()
    page.get_by_role("button", name="English").tap()
    expect(page.get_by_role("heading", level=2, name=english.title, exact=True)).to_be_visible()
    assert page.url.endswith(f"/units/{vietnamese.name}/")
    assert english.title != vietnamese.title


def test_going_on_leads_to_what_is_not_done(new_learner: LearnerMaker) -> None:
    learner = new_learner("gao")
    units = units_of("P1")
    page = open_unit(learner, units[0])
    page.goto(f"{learner.demo.url}/")
    page.get_by_role("link", name=re.compile("^Học tiếp")).tap()
    expect(page).to_have_url(re.compile(f"/units/{units[1].name}/$"))
    page.get_by_text("Phần 2 / 6").tap()
    expect(page.get_by_role("link", name=f"{units[0].title} (Đã xong)")).to_be_visible()


def test_only_the_team_finds_what_is_for_teachers(new_learner: LearnerMaker) -> None:
    chapter = outline("vi").chapters[-1]
    unit = chapter.children[1].children[0]
    learner, teacher = new_learner("gao"), new_learner(TEACHER)
    expect(learner.page.get_by_text(chapter.title)).to_have_count(0)
    assert learner.page.request.get(f"{learner.demo.url}/units/{unit.name}/").status == 404
    expect(teacher.page.get_by_role("heading", level=2, name=chapter.title)).to_be_visible()
    audit.whole(open_unit(teacher, unit))
    papers = teacher.page.locator(".reading").get_by_role("link").all()
    addresses = [paper.get_attribute("href") or "" for paper in papers]
    assert len(addresses) == 3
    for address in addresses:
        answer = teacher.page.request.get(f"{teacher.demo.url}{address}")
        assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def walk(learner: Learner) -> Iterator[Page]:
    """A page of every kind: outline, first unit, lesson with pictures, run, questions, final, progress, glossary, papers."""
    page, base = learner.page, learner.demo.url
    units, final = units_of("C3", learner.language), outline(learner.language).chapters[-2].children[0].children
    names = [outline("vi").chapters[0].children[0].children[0].name, *(unit.name for unit in (*units, *final[:2]))]
    for path in ("/", *(f"/units/{name}/" for name in names), "/progress/", "/pages/glossary/", "/pages/handouts/"):
        page.goto(f"{base}{path}")
        if page.locator(".digiskills-practice").count():
            page.get_by_role("heading", level=3).first.wait_for()
        yield page


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["360 px", "1280 px"])
def test_axe_finds_nothing(new_learner: LearnerMaker, language: Language, screen: dict[str, Any]) -> None:
    for page in walk(new_learner("gao", language=language, **screen)):
        audit.whole(page)


@pytest.mark.parametrize("screen", [SMALLEST, ZOOMED], ids=["320 px", "zoom 200 %"])
def test_nothing_scrolls_sideways_with_text_of_any_size(new_learner: LearnerMaker, screen: dict[str, Any]) -> None:
    for page in walk(new_learner("gao", **screen)):
        audit.layout(page)
        page.add_style_tag(content=LARGE_TEXT)
        audit.layout(page)


def test_every_picture_of_a_lesson_is_shown(new_learner: LearnerMaker) -> None:
    page = open_unit(new_learner("gao"), units_of("S3")[1])
    images = page.locator(".reading img")
    assert images.count() >= 3
    for image in images.all():
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("complete", True)
        assert image.evaluate("node => node.naturalWidth") > 0
        assert image.get_attribute("alt")


def test_both_languages_have_the_same_blocks() -> None:
    vietnamese, english = (generated_course(language).root for language in ("vi", "en"))
    assert [block.ref for block in vietnamese.walk()] == [block.ref for block in english.walk()]
    assert set(runs_of(TASK)) == {"guided", "counted"}
