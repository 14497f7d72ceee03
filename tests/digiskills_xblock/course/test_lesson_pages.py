"""Pages, prints and problems of a lesson: what is said, to whom, and that text stays text."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from lxml import etree, html

from digiskills_framework.lessons import content_skills, load_lesson
from digiskills_framework.pack_loader import load_pack
from digiskills_framework.questions import load_questions
from digiskills_framework.tasks import load_task
from digiskills_xblock.course.lesson_pages import Page, glossary_page, lesson_pages
from digiskills_xblock.course.page_words import seen, spoken_time
from digiskills_xblock.course.pictures import picture_names, pictures_of
from digiskills_xblock.course.print_pages import facilitator_guide, handout, lesson_plan
from digiskills_xblock.course.problems import problem_xml
from tests.digiskills_xblock.course.lessons import made_lesson, made_questions
from tests.framework_data.builders import text
from tests.framework_data.lesson_builders import question, questions

HOSTILE = {"vi": "<script>alert('Xin chào')</script> & “Gửi” <b>", "en": "<script>alert('Hi')</script> & “Send” <b>"}
KEPT = {"h3", "p", "ul", "li", "dl", "dt", "dd", "em", "details", "summary", "span", "strong", "small", "blockquote", "figure", "img"}
SKILLS = content_skills("lessons", "digiskills-vn")


def joined(pages: list[Page]) -> str:
    return "\n".join(page.html for page in pages)


def tree(source: str) -> Any:
    return html.fragment_fromstring(source, create_parent="div")


class Tags(HTMLParser):
    """Every tag and attribute, as a browser would see them."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}


def test_a_lesson_has_three_pages_with_stable_names() -> None:
    pages = lesson_pages(made_lesson(), "en", "citizen")
    assert [page.slug for page in pages] == ["about", "steps", "recap"]
    assert pages[0].title == "Applying on line in English"
    assert pages == lesson_pages(made_lesson(), "en", "citizen")


def test_each_audience_reads_its_own_story() -> None:
    for audience in ("citizen", "student", "public_sector", "enterprise_worker"):
        said = joined(lesson_pages(made_lesson(), "en", audience))
        assert f"A story for {audience}" in said
        assert said.count("A story for") == 1


def test_pages_show_the_pictures_that_there_are() -> None:
    lesson = made_lesson()
    images = tree(joined(lesson_pages(lesson, "vi", "citizen"))).findall(".//img")
    assert [image.get("src") for image in images] == [f"/static/{name}" for name in picture_names(lesson, "citizen")]
    assert all(image.get("alt") for image in images)


def test_nobody_reads_what_is_for_others() -> None:
    def some_alone(raw: dict[str, Any]) -> None:
        raw["steps"].insert(0, {**raw["steps"][0], "do": text("For clerks"), "audiences": ["public_sector"]})
        raw["mistakes"].insert(0, {**raw["mistakes"][0], "wrong": text("Of clerks"), "audiences": ["public_sector"]})

    lesson = made_lesson(change=some_alone)
    for audience, there in (("citizen", False), ("public_sector", True)):
        pages = joined(lesson_pages(lesson, "en", audience))
        paper = printed(handout(lesson, "en", load_pack("vn"), audience)).text_content()
        for said in (pages, paper):
            assert ("For clerks" in said, "Of clerks" in said) == (there, there)
        assert ("Step 4" in pages, "step-1.svg" in pages, "step-4.svg" in pages) == (there, there, True)
        assert "Step 1. " in pages
        assert list(pictures_of(lesson, "en", audience)) == [name for name in picture_names(lesson, audience) if name]


def test_the_last_page_has_mistakes_summary_real_life_with_its_date_and_sources() -> None:
    said = tree(lesson_pages(made_lesson(), "vi", "citizen")[2].html).text_content()
    for part in ("Wrong 0", "Better 2", "Line 1", "Ngoài đời", "156", "Đã kiểm tra ngày 22/11/2026.", "A fact", "a law (tra cứu năm 2026)"):
        assert part in said


def test_sources_are_folded_and_named_in_their_language() -> None:
    sources = {
        "Bộ luật Lao động 45/2019/QH14, Điều 95": "vi",
        "letter 557/BKHCN-CĐSQG, 31 Mar 2025": "en",
        "cafef.vn, 11/1/2026": None,
    }

    def cited(raw: dict[str, Any]) -> None:
        raw["claims"] = [{"statement": text("A fact"), "source": source, "seen_on": "2026"} for source in sources]

    for locale, other in (("vi", "en"), ("en", "vi")):
        page = tree(lesson_pages(made_lesson(change=cited), locale, "citizen")[2].html)
        (folded,) = page.findall("details")
        assert folded[0].tag == "summary"
        named = {span.text: span.get("lang") for span in folded.iter("span")}
        assert named == {source: language if language == other else None for source, language in sources.items()}


def test_the_youngest_read_less_and_see_their_own_pictures() -> None:
    pages = lesson_pages(made_lesson(young=True), "vi", "student", "CB1")
    said = joined(pages)
    assert [page.slug for page in pages] == ["about", "steps", "recap"]
    assert "You learn" in said
    assert "-young-1.svg" in said
    for part in ("What it is", "A story", "Wrong 0", "A fact"):
        assert part not in said


def test_labels_in_quotes_are_bold() -> None:
    assert "<strong>“Send”</strong>" in lesson_pages(made_lesson(), "en", "citizen")[1].html


def test_what_an_author_writes_is_text() -> None:
    def hostile(raw: dict[str, Any]) -> None:
        raw["what"] = [HOSTILE]
        raw["steps"][0]["how"] = HOSTILE
        raw["steps"][0]["picture"]["alt"] = HOSTILE
        raw["mistakes"][0]["wrong"] = HOSTILE
        raw["claims"][0]["source"] = HOSTILE["vi"]
        raw["glossary"][0]["term"] = HOSTILE
        raw["facilitator"][0] = HOSTILE
        raw["lesson_plan"]["parts"][0]["do"] = HOSTILE

    lesson = made_lesson(change=hostile)
    for page in (*lesson_pages(lesson, "vi", "citizen"), glossary_page([lesson], "vi")):
        found = Tags(page.html)
        assert found.tags <= KEPT
        assert found.attributes <= {"src", "alt", "lang"}
    assert "<script>alert('Xin chào')</script> & “Gửi” <b>" in tree(lesson_pages(lesson, "vi", "citizen")[0].html).text_content()
    for _name, content in (handout(lesson, "vi", load_pack("vn"), "citizen"), lesson_plan(lesson, "vi"), facilitator_guide(lesson, "vi")):
        assert "script" not in Tags(content.decode()).tags


def test_the_glossary_has_every_word_once_with_its_meanings_in_the_order_of_a_dictionary() -> None:
    def words(*terms: str) -> Any:
        def change(raw: dict[str, Any]) -> None:
            raw["glossary"] = [
                {"term": {"vi": term, "en": term}, "means": {"vi": f"Nghĩa {n}", "en": f"Sense {n}"}} for n, term in enumerate(terms)
            ]

        return change

    lessons = [made_lesson(change=words("đường dẫn", "mã OTP")), made_lesson(change=words("Mã OTP", "ảnh chụp", "cổng"))]
    page = tree(glossary_page(lessons, "vi").html)
    assert [term.text for term in page.findall(".//dt")] == ["ảnh chụp", "cổng", "đường dẫn", "mã OTP"]
    assert [sense.text for sense in page.findall(".//dd")] == ["Nghĩa 1", "Nghĩa 2", "Nghĩa 0", "Nghĩa 1", "Nghĩa 0"]


def test_the_youngest_have_only_words_that_they_read_in_both_languages() -> None:
    def words(raw: dict[str, Any]) -> None:
        pairs = [("thư mục", "folder"), ("tệp", "file"), ("đồng ý", "consent"), ("thẻ", "card")]
        raw["glossary"] = [{"term": {"vi": vi, "en": en}, "means": text(f"About {en}")} for vi, en in pairs]
        raw["young"]["what"] = {"vi": "Em cất bài vào Thư mục.", "en": "Put it into a folder."}
        raw["young"]["steps"][1]["how"] = {"vi": "Bố mẹ đồng ý thì em bấm. Thẻ đây.", "en": "Your parents agree. Discard it."}

    lesson = made_lesson(young=True, change=words)
    for locale in ("vi", "en"):
        page = glossary_page([lesson], locale, "CB1")
        assert page is not None
        assert [term.text for term in tree(page.html).findall(".//dt")] == ["thư mục" if locale == "vi" else "folder"]
    everybody = glossary_page([lesson], "en", "TC1")
    assert everybody is not None
    assert len(tree(everybody.html).findall(".//dt")) == 4


def test_without_a_word_to_explain_there_is_no_glossary() -> None:
    assert glossary_page([made_lesson(young=True)], "vi", "CB2") is None
    assert glossary_page([made_lesson(young=True)], "vi", "TC1") is not None


@pytest.mark.parametrize("skill", SKILLS)
def test_every_shipped_lesson_reads_well_formed_in_both_languages(skill: str) -> None:
    lesson = load_lesson("digiskills-vn", skill)
    for locale in ("vi", "en"):
        for audience, _text in lesson.examples:
            for page in lesson_pages(lesson, locale, audience, "TC1" if audience == "student" else None):
                assert Tags(page.html).tags <= KEPT
                assert "{" not in page.html


def printed(file: tuple[str, bytes]) -> Any:
    name, content = file
    assert re.fullmatch(r"[a-z-]+-digiskills-vn-S1\.html", name)
    assert content.startswith(b"<!DOCTYPE html>\n")
    found = Tags(content.decode())
    assert not found.tags & {"script", "iframe", "object", "link", "img"}
    assert not [name for name in found.attributes if name.startswith("on") or name in ("src", "href", "style")]
    assert b"url(" not in content
    return html.document_fromstring(content)


def test_the_handout_has_what_one_keeps() -> None:
    page = printed(handout(made_lesson(), "vi", load_pack("vn"), "citizen"))
    said = page.text_content()
    for part in ("Line 0", "Do this", "Wrong 1", "Better 1", "113", "156", "111"):
        assert part in said
    assert page.get("lang") == "vi"
    assert handout(made_lesson(), "vi", load_pack("vn"), "citizen") == handout(made_lesson(), "vi", load_pack("vn"), "citizen")


def test_a_step_that_asks_is_not_ended_twice() -> None:
    def asking(raw: dict[str, Any]) -> None:
        raw["steps"][0]["do"]["en"] = "Whose is it?"

    said = printed(handout(made_lesson(change=asking), "en", load_pack("vn"), "citizen")).text_content()
    assert "Whose is it? Tap “Send”" in said
    assert "Do this in English. Tap" in said


@pytest.mark.parametrize("said", ["Say: “No.”", "Ask: “Whose?”", "Say: ‘No.’", "Go (and come back.)"])
def test_a_step_that_ends_with_what_is_said_is_not_ended_twice(said: str) -> None:
    def saying(raw: dict[str, Any]) -> None:
        raw["steps"][0]["do"]["en"] = said
        raw["steps"][1]["do"]["en"] = "Tap “Send”"

    paper = printed(handout(made_lesson(change=saying), "en", load_pack("vn"), "citizen")).text_content()
    assert f"{said} Tap" in paper
    assert "Tap “Send”. Tap" in paper


def test_the_youngest_have_papers_of_their_own() -> None:
    lesson = made_lesson(young=True)
    plan = printed(lesson_plan(lesson, "en", "CB1"))
    assert plan.find(".//h1").text == "For children in English"
    assert [int(minutes) for minutes in re.findall(r"(\d+) min(?!utes)", plan.text_content())] == [5, 10, 10, 10]
    assert "Cards in English" in plan.text_content()
    assert "Parts, 35 minutes" in plan.text_content()
    guide = printed(facilitator_guide(lesson, "en", level="CB2")).text_content()
    assert "Note for the teacher 0" in guide
    assert "Note 0 in" not in guide
    assert lesson_plan(lesson, "en", "TC1") == lesson_plan(lesson, "en")


def test_a_title_with_quotes_is_quoted_with_single_ones_inside() -> None:
    task = load_task("S1-01")
    titled = replace(task, title=replace(task.title, en="The “gift”"))
    said = printed(facilitator_guide(made_lesson(), "en", [titled])).text_content()
    assert "“The ‘gift’”" in said


def test_a_country_without_help_numbers_prints_none() -> None:
    assert (
        "Numbers to keep" not in printed(handout(made_lesson(), "en", replace(load_pack("vn"), help_numbers=()), "citizen")).text_content()
    )


def test_a_longer_handout_is_set_smaller_to_stay_on_its_sheet() -> None:
    def longer(count: int) -> Any:
        def change(raw: dict[str, Any]) -> None:
            raw["steps"][0]["how"] = text("word " * count + "end")

        return change

    sizes = [
        printed(handout(made_lesson(change=longer(count)), "en", load_pack("vn"), "citizen")).find("body").get("class")
        for count in (1, 250, 450, 700)
    ]
    assert sizes == ["roomy", "tight", "dense", "densest"]


def test_the_plan_has_its_minutes() -> None:
    said = printed(lesson_plan(made_lesson(), "en")).text_content()
    assert [int(minutes) for minutes in re.findall(r"(\d+) min(?!utes)", said)] == [5, 10, 15, 15]
    assert "Pens in English" in said


def test_the_guide_has_the_notes_of_the_lesson_and_of_its_tasks() -> None:
    task = load_task("S1-01")
    said = printed(facilitator_guide(made_lesson(), "vi", [task])).text_content()
    assert "Note 2 tiếng Việt" in said
    assert task.title.vi in said
    assert task.raw["facilitator"]["say"]["vi"] in said


@pytest.mark.parametrize(
    "value, locale, shown",
    [
        ("2026", "vi", "tra cứu năm 2026"),
        ("2026-03", "vi", "tra cứu tháng 3/2026"),
        ("2026-03-05", "vi", "tra cứu ngày 5/3/2026"),
        ("2026", "en", "seen in 2026"),
        ("2026-03", "en", "seen in March 2026"),
        ("2026-03-05", "en", "seen on 5 March 2026"),
    ],
)
def test_days_months_and_years_are_written_as_people_write_them(value: str, locale: str, shown: str) -> None:
    assert seen(value, locale) == shown


@pytest.mark.parametrize(
    "minutes, vietnamese, english",
    [
        (8, "8 phút", "8 minutes"),
        (15, "nửa tiếng", "half an hour"),
        (74, "một tiếng", "an hour"),
        (92, "một tiếng rưỡi", "an hour and a half"),
        (180, "ba tiếng", "three hours"),
        (210, "3 tiếng rưỡi", "3 and a half hours"),
        (240, "4 tiếng", "4 hours"),
    ],
)
def test_a_long_time_is_told_in_half_hours(minutes: int, vietnamese: str, english: str) -> None:
    assert (spoken_time(minutes, "vi"), spoken_time(minutes, "en")) == (vietnamese, english)


def test_a_question_with_one_right_answer_is_a_multiple_choice_problem() -> None:
    (first, *_rest) = made_questions()
    problem = problem_xml(first, "S1", "en")
    assert dict(problem.attrib) == {
        "display_name": "Situation",
        "digiskills_skills": "S1",
        "max_attempts": "2",
        "showanswer": "finished",
    }
    (response,) = problem
    assert response.tag == "multiplechoiceresponse"
    assert [child.tag for child in response] == ["label", "choicegroup", "solution"]
    choices = response.findall("choicegroup/choice")
    assert [choice.get("correct") for choice in choices] == ["true", "false", "false"]
    assert [choice.text for choice in choices] == ["Choice 0 0 in English", "Choice 0 1 in English", "Choice 0 2 in English"]
    assert [choice.findtext("choicehint") for choice in choices] == ["Because in English"] * 3
    assert "Why in English" in etree.tostring(response.find("solution"), method="text", encoding="unicode")
    assert response.get("partial_credit") is None
    assert response.find("choicegroup").get("shuffle") is None


def test_a_question_with_several_right_answers_is_a_checkbox_problem() -> None:
    several = next(item for item in made_questions() if item.several)
    (response,) = problem_xml(several, "S1", "vi")
    assert response.tag == "choiceresponse"
    assert [child.tag for child in response] == ["label", "checkboxgroup", "solution"]
    choices = response.findall("checkboxgroup/choice")
    assert [choice.get("correct") for choice in choices].count("true") == 2
    assert {hint.get("selected") for hint in response.iter("choicehint")} == {"true"}


def test_the_final_assessment_keeps_its_answers() -> None:
    final = next(item for item in made_questions() if item.use == "final")
    problem = problem_xml(final, "1.1", "vi")
    assert (problem.get("showanswer"), problem.get("max_attempts"), problem.get("digiskills_skills")) == ("never", "1", "1.1")
    assert problem_xml(final, "1.1", "vi", max_attempts=3, title="Câu 7").get("max_attempts") == "3"
    assert problem_xml(final, "1.1", "vi", max_attempts=3, title="Câu 7").get("display_name") == "Câu 7"


def test_a_question_about_a_facet_is_evidence_for_it() -> None:
    raw = {**questions("A1"), "questions": [{**question(1), "facet": "recognise"}]}
    assert problem_xml(made_questions(raw)[0], "A1", "vi").get("digiskills_skills") == "A1/recognise"


def test_what_a_question_says_is_text() -> None:
    raw = {**questions(), "questions": [{**question(1), "ask": HOSTILE, "why": HOSTILE}]}
    written = etree.tostring(problem_xml(made_questions(raw)[0], "S1", "vi"), encoding="unicode")
    assert "<script" not in written
    assert etree.fromstring(written).findtext(".//label") == HOSTILE["vi"]


@pytest.mark.parametrize("skill", content_skills("questions", "digiskills-vn"))
def test_every_shipped_question_becomes_a_problem_with_feedback_for_each_choice(skill: str) -> None:
    for item in load_questions("digiskills-vn", skill):
        for locale in ("vi", "en"):
            problem = problem_xml(item, skill, locale)
            assert len(list(problem.iter("choicehint"))) == len(list(problem.iter("choice"))) == len(item.choices)
            assert all((choice.text or "").strip() for choice in problem.iter("choice"))
