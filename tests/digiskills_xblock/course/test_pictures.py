"""Pictures: true to the task, the same bytes each time, small, harmless, readable without seeing them."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from digiskills_framework.content_types import Lesson, Row, Sketch, TaskPicture
from digiskills_framework.lessons import content_skills, load_lesson
from digiskills_framework.tasks import load_task
from digiskills_framework.types import LocalizedText
from digiskills_xblock.course.collation import vietnamese_key
from digiskills_xblock.course.cover import chapter_svg, cover_svg
from digiskills_xblock.course.moments import MomentError, met, moment
from digiskills_xblock.course.phone_drawings import icon_path, icons, scene, scenes
from digiskills_xblock.course.picture_look import TALLEST, draw
from digiskills_xblock.course.pictures import picture_names, pictures_of
from digiskills_xblock.course.shown import ShownScreen, ShownWidget, sketched
from digiskills_xblock.course.text_layout import width, wrap
from tests.digiskills_xblock.course.lessons import made_lesson

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "desc", "style", "rect", "path", "circle", "text"}
PUBLIC = Path(__file__).parents[3] / "digiskills_xblock" / "public"
LESSONS = [("digiskills-vn", skill) for skill in content_skills("lessons", "digiskills-vn")]
ALT = LocalizedText(vi="Mô tả", en="Description")


def picture(screen: str, mark: str | None = None) -> TaskPicture:
    return TaskPicture(task="S1-01", screen=screen, mark=mark, alt=ALT)


def texts(svg: bytes) -> list[str]:
    return [element.text or "" for element in etree.fromstring(svg).iter(f"{SVG}text")]


def check(svg: bytes, title: str | None = None) -> etree._Element:
    """What every picture promises."""
    root = etree.fromstring(svg)
    assert len(svg) <= 8192
    assert int(root.get("width", "0")) <= 320
    assert {etree.QName(element).localname for element in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "style",
        "rect",
        "path",
        "circle",
        "text",
    }
    assert not any(name.lower().startswith("on") or "href" in name for element in root.iter() for name in element.attrib)
    assert "url(" not in (root.findtext(f"{SVG}style") or "")
    assert "@import" not in (root.findtext(f"{SVG}style") or "")
    assert root.findtext(f"{SVG}desc")
    assert unicodedata.is_normalized("NFC", svg.decode())
    if title is not None:
        assert root.findtext(f"{SVG}title") == title
    return root


def test_a_moment_is_the_screen_as_the_shown_way_first_meets_it() -> None:
    task = load_task("S1-01")
    assert met(task)[:3] == ("home", "t_home", "t_slip")
    shown = moment(task, picture("p_login", "login_pin"), "en")
    assert (shown.kind, shown.title) == ("portal", "Sign in")
    assert [widget.type for widget in shown.widgets] == ["text", "input", "button"]
    assert [widget.marked for widget in shown.widgets] == [False, True, False]
    assert not shown.widgets[2].enabled


def test_what_is_typed_is_shown_and_a_passcode_is_not() -> None:
    task = load_task("S1-01")
    shown = moment(task, picture("p_login"), "vi")
    assert shown.widgets[1].text == ""
    assert not any(str(task.raw["vars"].get("pin")) in widget.text for widget in shown.widgets)


def test_the_home_screen_can_be_shown_and_an_app_ringed() -> None:
    shown = moment(load_task("S1-01"), picture("home", "portal"), "vi")
    assert shown.kind == "home"
    assert [widget.name for widget in shown.widgets if widget.marked]
    check(draw(shown, "vi", 1), "Màn hình chính")


@pytest.mark.parametrize(
    "wanted, part",
    [
        (picture("nowhere"), "has no screen 'nowhere'; it has home"),
        (picture("p_home", "nothing"), "has no 'nothing'; it has"),
        (picture("i_card"), "never meets screen 'i_card' (seed 1); it meets home"),
        (picture("home", "nothing"), "has no 'nothing'"),
    ],
)
def test_what_a_task_cannot_show_is_said(wanted: TaskPicture, part: str) -> None:
    with pytest.raises(MomentError) as caught:
        moment(load_task("S1-01"), wanted, "vi")
    assert part in str(caught.value)


def test_a_group_of_choices_is_ringed_as_a_whole() -> None:
    shown = moment(load_task("S1-01"), picture("p_reason", "reason_pick"), "en")
    assert [widget.marked for widget in shown.widgets] == [True] * 4 + [False] * 4
    ringed = [element for element in etree.fromstring(draw(shown, "en", 1)) if element.get("class") == "ring"]
    assert len(ringed) == 1
    assert float(ringed[0].get("height", "0")) > 150


def test_the_same_lesson_gives_the_same_bytes() -> None:
    lesson = made_lesson()
    first = pictures_of(lesson, "vi", "citizen")
    assert first == pictures_of(made_lesson(), "vi", "citizen")
    assert tuple(first) == picture_names(lesson, "citizen") == tuple(f"digiskills-vn-S1-step-{number}.svg" for number in (1, 2, 3))
    assert first != pictures_of(lesson, "en", "citizen")


def test_the_youngest_have_files_of_their_own() -> None:
    lesson = made_lesson(young=True)
    assert not set(pictures_of(lesson, "vi", "student", "CB1")) & set(pictures_of(lesson, "vi", "student", "TC1"))


def test_a_step_without_a_picture_has_no_file() -> None:
    def bare(raw: dict[str, list[dict[str, object]]]) -> None:
        raw["steps"][1] = {name: value for name, value in raw["steps"][1].items() if name != "picture"}

    lesson = made_lesson(change=bare)
    assert picture_names(lesson, "citizen")[1] is None
    assert len(pictures_of(lesson, "vi", "citizen")) == 2


@pytest.mark.parametrize("key", LESSONS)
def test_every_picture_of_every_shipped_lesson_keeps_its_promises(key: tuple[str, str]) -> None:
    lesson = load_lesson(*key)
    audiences: list[tuple[str, str | None]] = [(audience, "TC2" if audience == "student" else None) for audience, _text in lesson.examples]
    audiences += [("student", level) for level in (lesson.young.levels[:1] if lesson.young else ())]
    for locale in ("vi", "en"):
        for audience, level in audiences:
            for name, svg in pictures_of(lesson, locale, audience, level).items():
                root = check(svg)
                assert name.endswith(".svg")
                label = "Thực hành – không phải ứng dụng thật" if locale == "vi" else "Practice – not a real app"
                assert label in texts(svg)
                assert int(root.get("height", "0")) <= TALLEST + 250


def widget(number: int, *, marked: bool = False) -> ShownWidget:
    return ShownWidget(type="item", text=f"Row {number}", marked=marked)


def screen(*widgets: ShownWidget) -> ShownScreen:
    return ShownScreen(kind="files", app="Files", title="My files", widgets=widgets, alt="Files")


def test_a_long_screen_is_shown_in_part_with_the_ringed_row_in_it() -> None:
    rows = [widget(number, marked=number == 30) for number in range(40)]
    said = texts(draw(screen(*rows), "en", 3))
    assert "Row 30" in said
    assert "Row 0" not in said
    assert said.count("⋯") == 2
    assert "3" in said
    said = texts(draw(screen(*[widget(number) for number in range(40)]), "en", 3))
    assert "Row 0" in said
    assert said.count("⋯") == 1
    assert "3" not in said


def test_the_ring_is_thick_and_numbered_so_that_it_is_seen_without_colour() -> None:
    root = check(draw(screen(widget(1, marked=True), widget(2)), "en", 4))
    assert [element.get("class") for element in root if element.get("class") in ("halo", "ring", "badge")] == ["halo", "ring", "badge"]
    assert ".ring{stroke:#c2410c;stroke-width:4}" in (root.findtext(f"{SVG}style") or "")


KINDS = ("text", "row", "image", "bubble", "button", "item", "input", "toggle", "option", "app")
SAID = st.text(alphabet=st.sampled_from("aăêơưđmWi.,“” {<&>}\"'0"), max_size=90)
WIDGETS = st.builds(
    ShownWidget,
    type=st.sampled_from(KINDS),
    text=SAID,
    label=SAID,
    note=SAID,
    meta=st.text(alphabet="0123đ", max_size=8),
    name=st.sampled_from(["", "bank", "unheard_of"]),
    style=st.sampled_from(["", "primary", "danger", "link", "muted", "warning", "success", "me", "them", "system", "amount", "title"]),
    on=st.booleans(),
    enabled=st.booleans(),
    marked=st.booleans(),
)


@given(st.lists(WIDGETS, max_size=7), st.sampled_from(["normal", "call", "lock"]))
def test_whatever_an_author_writes_is_text_and_stays_within_the_phone(widgets: list[ShownWidget], style: str) -> None:
    svg = draw(ShownScreen("files", "Files <b>", "My & files", tuple(widgets), "Files", style=style), "vi", 1)
    root = etree.fromstring(svg)
    height = float(root.get("height", "0"))
    for element in root.iter(f"{SVG}rect", f"{SVG}circle", f"{SVG}text"):
        x, y = float(element.get("x") or element.get("cx", "0")), float(element.get("y") or element.get("cy", "0"))
        assert 0 <= x <= 320
        assert 0 <= y <= height
        assert x + float(element.get("width", "0")) <= 320


def test_a_sketch_shows_what_its_author_wrote() -> None:
    text = LocalizedText(vi="Chữ", en="Words")
    rows = (
        Row("message", (("from", text), ("text", text)), on=True),
        Row("field", (("label", text), ("value", text))),
        Row("toggle", (("label", text),), on=True),
        Row("image", (("alt", text),), name="photo"),
        Row("choice", (("text", text),), on=True, mark=True),
    )
    shown = sketched(Sketch("inbox", text, text, rows, ALT), "en")
    assert [(one.type, one.style, one.on, one.marked) for one in shown.widgets] == [
        ("bubble", "me", True, False),
        ("input", "", False, False),
        ("toggle", "", True, False),
        ("image", "", False, False),
        ("option", "", True, True),
    ]
    assert texts(draw(shown, "en", 2)).count("Words") >= 7


@given(SAID, st.integers(40, 300), st.booleans())
def test_lines_are_never_wider_than_their_place_and_lose_nothing(text: str, limit: int, bold: bool) -> None:
    lines = wrap(text, 14, limit, bold=bold)
    assert all(width(line, 14, bold=bold) <= limit for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(text.split())


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    lines = wrap("một hai ba bốn năm sáu bảy tám chín mười", 14, 60, most=2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert width(lines[1], 14) <= 60


def test_marks_on_a_letter_do_not_make_it_wider() -> None:
    assert width("Tiếng Việt", 14) == width("Tieng Viet", 14)
    assert width("đ", 14) >= width("d", 14)


def test_icons_are_those_of_the_phone() -> None:
    drawn = (PUBLIC / "icons.js").read_text(encoding="utf-8")
    assert len(icons()) == drawn.count(': "M')
    assert icon_path("unheard_of") == icons()["app"]


def test_scenes_are_those_of_the_phone() -> None:
    drawn = (PUBLIC / "pictures.js").read_text(encoding="utf-8")
    assert len(scenes()) == len(re.findall(r"^ {4}\w+: \[", drawn, re.MULTILINE))
    assert scene("unheard_of") == scenes()["any"]
    assert scene("bell") is None


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_the_cover_and_the_chapters_carry_their_names(locale: str) -> None:
    cover = cover_svg("Kỹ năng số cơ bản <cho> mọi người", locale)
    assert cover == cover_svg("Kỹ năng số cơ bản <cho> mọi người", locale)
    root = etree.fromstring(cover)
    assert (root.get("width"), root.get("lang")) == ("760", locale)
    assert " ".join(texts(cover)) == "Kỹ năng số cơ bản <cho> mọi người"
    chapters = {chapter_svg("An toàn số", locale, number) for number in range(1, 11)}
    assert len(chapters) == 10
    assert texts(chapters.pop()) == ["An toàn số"]


def test_words_stand_as_in_a_vietnamese_dictionary() -> None:
    ordered = ["2FA", "ảnh", "ăn", "âm", "bán", "da", "đa", "em", "êm", "ma", "mà", "mả", "mã", "mã QR", "má", "mạ", "mạng", "ốc"]
    assert sorted(ordered, key=vietnamese_key) == ordered
    assert vietnamese_key("Tư") < vietnamese_key("từ")


def test_a_lesson_can_be_shown_to_whomever_it_is_written_for() -> None:
    lesson: Lesson = made_lesson(young=True)
    for audience, _text in lesson.examples:
        assert pictures_of(lesson, "vi", audience, "TC1" if audience == "student" else None)
