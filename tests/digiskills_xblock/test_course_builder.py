"""The course builder's page: who may use it, what it asks and refuses, the file it gives, the skill it puts into a teacher's course."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import Resolver404, resolve, reverse

from digiskills_framework.api import list_frameworks
from digiskills_grading.errors import ConfigurationError
from digiskills_xblock.course.archive import pack, unpack
from digiskills_xblock.course.building import build_course
from digiskills_xblock.course.difference import differences
from digiskills_xblock.course.model import Block, Course
from digiskills_xblock.course.olx import course_files
from digiskills_xblock.course.reading import read_course
from digiskills_xblock.course.request import CourseRequest
from digiskills_xblock.pages import course_builder

pytestmark = pytest.mark.django_db

URL = "/digiskills/course-builder/"
WHOLE = [
    ("kind", "course"),
    ("framework", "digiskills-vn/1.0"),
    ("audience", "citizen"),
    ("scope", "only"),
    ("only", "S3"),
    ("only", "C3"),
    ("locale", "vi"),
    ("org", "Truong"),
    ("course", "KNS"),
    ("run", "2026"),
]
SECTION = [("kind", "section"), *WHOLE[1:3], ("skill", "S3"), ("locale", "vi")]


@pytest.fixture
def builder(db: None) -> Client:
    """Somebody of the site's staff, before a server that asks for CSRF tokens."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create(username="linh", is_staff=True))
    return client


def ask(client: Client, pairs: list[tuple[str, str]], lang: str = "en") -> str:
    response = client.get(f"{URL}?{urlencode([*pairs, ('lang', lang)])}")
    assert response.status_code == 200
    return response.content.decode()


def build(client: Client, pairs: list[tuple[str, str]], lang: str = "en", export: Any = None) -> HttpResponse:
    """POST with the token of the page that asks."""
    token = token_of(client, pairs)
    data: dict[str, Any] = {name: [value for other, value in pairs if other == name] for name, _value in pairs}
    if export is not None:
        data["export"] = export
    response: Any = client.post(URL, {**data, "lang": lang, "csrfmiddlewaretoken": token})
    assert isinstance(response, HttpResponse)
    return response


def token_of(client: Client, pairs: list[tuple[str, str]]) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', ask(client, pairs))
    assert found is not None
    return found[1]


def without(pairs: list[tuple[str, str]], *names: str) -> list[tuple[str, str]]:
    return [pair for pair in pairs if pair[0] not in names]


def errors(html: str) -> dict[str, str]:
    """What the summary says, by the id of the field it links to; every field has its message beside it, and exists."""
    found = dict(re.findall(r'<li><a href="#field-([a-z]+)">([^<]*)</a></li>', html))
    for name, message in found.items():
        assert f'id="field-{name}"' in html
        assert re.search(rf'id="error-{name}"><span class="unseen">[^<]+</span> {re.escape(message)}</p>', html), name
    return {name: unescape(message) for name, message in found.items()}


def export_of(course: Course, name: str = "export.tar.gz") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pack(course_files(course)), "application/gzip")


def own_course() -> Course:
    """A course that a teacher has made by hand."""
    unit = Block("vertical", "v1", {"display_name": "Bài 1"}, (Block("html", "h1", {"display_name": "Đọc"}, body="<p>Xin chào</p>"),))
    chapter = Block("chapter", "c1", {"display_name": "Chương 1"}, (Block("sequential", "s1", {"display_name": "Tuần 1"}, (unit,)),))
    grading = {"GRADER": [{"type": "Homework", "min_count": 1, "drop_count": 0, "short_label": "HW", "weight": 1.0}], "GRADE_CUTOFFS": {}}
    course = Course("Truong", "TH01", Block("course", "2026", {}, (chapter,)), {"display_name": "Tin học"}, grading, {})
    return read_course(course_files(course), "own")


def saved(response: HttpResponse) -> Course:
    """The course in the link of the page."""
    html = response.content.decode()
    found = re.search(r'href="data:application/gzip;base64,([^"]+)" download="([^"]+)"', html)
    assert found is not None, html[:2000]
    assert found[2].endswith(".tar.gz")
    return read_course(unpack(base64.b64decode(unescape(found[1])), found[2]), found[2])


# Who may use it.


def test_who_is_not_signed_in_is_asked_to() -> None:
    response = Client().get(URL)
    assert (response.status_code, urlsplit(response["Location"]).path) == (302, "/accounts/login/")


@pytest.mark.parametrize("account", [{}, {"is_staff": True, "is_active": False}])
def test_who_may_not_create_courses_is_told_why(account: dict[str, bool], settings: Any) -> None:
    client = Client()
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.AllowAllUsersModelBackend"]
    client.force_login(User.objects.create(username="tram", **account))
    response = client.get(URL, headers={"accept-language": "vi"})
    assert response.status_code == 403
    assert "chưa được phép" in response.content.decode()
    assert client.post(URL, dict(WHOLE)).status_code == 403


def test_a_site_may_have_rules_of_its_own() -> None:
    client = Client()
    client.force_login(User.objects.create(username="tram"))
    with override_settings(DIGISKILLS_COURSE_BUILDERS="tests.digiskills_xblock.test_course_builder.everybody"):
        assert client.get(URL).status_code == 200


def test_rules_that_are_not_there_are_named(builder: Client) -> None:
    with (
        override_settings(DIGISKILLS_COURSE_BUILDERS="tests.nowhere.may_build"),
        pytest.raises(ConfigurationError, match=r"DIGISKILLS_COURSE_BUILDERS = 'tests\.nowhere\.may_build'"),
    ):
        builder.get(URL)


def everybody(_user: object) -> bool:
    return True


def test_building_needs_the_token_of_the_page(builder: Client) -> None:
    assert builder.post(URL, dict(WHOLE)).status_code == 403


def test_the_answer_runs_nothing_and_is_kept_by_nobody(builder: Client) -> None:
    for pairs in ([], WHOLE, SECTION):
        response = builder.get(f"{URL}?{urlencode(pairs)}")
        assert response["Content-Security-Policy"] == course_builder.POLICY
        assert response["Cache-Control"] == "no-store"
        html = response.content.decode()
        assert not re.search(r"<script|\son[a-z]+=|\sstyle=", html)
        for url in re.findall(r'<link rel="stylesheet" href="([^"]+)"', html):
            assert builder.get(url).status_code == 200


def test_studio_has_the_page_and_its_files_in_a_namespace_of_its_own() -> None:
    with override_settings(ROOT_URLCONF="tests.digiskills_xblock.studio_like_urls"):
        assert resolve(reverse("digiskills:course-builder")).func is course_builder.builder
        assert resolve(reverse("digiskills:try-file", args=["1", "open.css"])).url_name == "try-file"
        with pytest.raises(Resolver404):
            resolve("/digiskills/my-skills/")


# What it asks.


def test_every_question_is_asked_once_in_its_order(builder: Client) -> None:
    """Answers each page by its first option, or as it is filled in, for every framework."""
    for framework in list_frameworks():
        pairs: list[tuple[str, str]] = [("framework", framework)]
        asked = []
        while (html := ask(builder, pairs)) and 'name="step"' in html:
            assert errors(html) == {}
            found = re.search(r'name="step" value="(\w+)"', html)
            assert found is not None
            asked.append(found[1])
            pairs += answers_of(html)
        assert asked in (
            ["kind", "audience", "skills", "rules", "key"],
            ["kind", "audience", "level", "skills", "rules", "key"],
        )
        assert 'name="csrfmiddlewaretoken"' in html


def answers_of(html: str) -> list[tuple[str, str]]:
    """The first option of each group of radio buttons, the text fields as they are; of a course's skills the first alone, to be quick."""
    radios = dict(reversed(re.findall(r'<input type="(?:radio|checkbox)" name="(\w+)" value="([^"]*)"', html)))
    radios |= {"scope": "only"} if "scope" in radios else {}
    return [*radios.items(), *re.findall(r'<input type="text" id="field-\w+" name="(\w+)" value="([^"]*)"', html)]


def test_only_students_are_asked_for_a_school_level(builder: Client) -> None:
    student = [("audience", "student") if name == "audience" else (name, value) for name, value in WHOLE]
    assert 'name="level"' in ask(builder, student)
    assert 'name="level"' not in ask(builder, WHOLE)
    assert errors(ask(builder, [*student, ("level", "TC9"), ("step", "level")])) == {"level": "Choose a school level"}
    assert "Student" not in errors(ask(builder, [*student, ("level", "TC1")]))


@pytest.mark.parametrize(
    "missing, step, wrong",
    [
        (["kind"], "kind", {"kind": "Choose what you would like to make"}),
        (["framework"], "framework", {"framework": "Choose a framework"}),
        (["audience"], "audience", {"audience": "Choose who it is for"}),
        (["scope"], "skills", {"scope": "Choose which skills the course has"}),
        (["only"], "skills", {"only": "Tick at least one skill, or choose all skills"}),
        (["locale"], "rules", {"locale": "Choose a language"}),
        (
            ["org", "course", "run"],
            "key",
            {"org": "Enter an organisation", "course": "Enter a course number", "run": "Enter a course run"},
        ),
    ],
)
def test_what_is_left_out_is_said_on_top_and_beside_the_field(
    builder: Client, missing: list[str], step: str, wrong: dict[str, str]
) -> None:
    pairs = without(WHOLE, *missing)
    assert errors(ask(builder, [*pairs, ("step", step)])) == wrong
    assert errors(ask(builder, pairs)) == {}


@pytest.mark.parametrize("name, value", [("org", "Trường"), ("course", "a b"), ("run", "2026+1"), ("org", "a/b"), ("run", "<b>")])
def test_a_key_that_studio_would_refuse_is_refused(builder: Client, name: str, value: str) -> None:
    html = ask(builder, [*without(WHOLE, name), (name, value), ("step", "key")])
    assert list(errors(html)) == [name]
    assert value in errors(html)[name]


def test_a_key_that_is_too_long_is_refused(builder: Client) -> None:
    html = ask(builder, [*without(WHOLE, "course"), ("course", "x" * 60), ("step", "key")])
    assert errors(html) == {"course": "Shorten this: the three parts together have 70 characters, and Studio takes 65"}


def test_the_proposed_number_fits_into_studio(builder: Client) -> None:
    every = [("only", code) for code in re.findall(r'name="only" value="(\w+)"', ask(builder, without(WHOLE, "scope")))]
    assert len(every) > 20
    html = ask(builder, [*without(WHOLE, "only", "org", "course", "run"), *every])
    proposed = dict(re.findall(r'id="field-\w+" name="(\w+)" value="([^"]*)"', html))
    assert sum(map(len, proposed.values())) <= 65
    assert errors(ask(builder, [*without(WHOLE, "only", "org", "course", "run"), *every, *proposed.items(), ("step", "key")])) == {}


@pytest.mark.parametrize(
    "name, value",
    [("framework", "../etc/passwd"), ("audience", "pirate"), ("scope", "set:nothing"), ("regulation", "none/9"), ("pack", "zz")],
)
def test_what_nobody_could_choose_is_asked_again(builder: Client, name: str, value: str) -> None:
    pairs = [*without(WHOLE, name), (name, value)]
    assert f'name="{name}"' in ask(builder, pairs)
    data = {key: [other for named, other in pairs if named == key] for key, _ in pairs}
    response = builder.post(URL, {**data, "csrfmiddlewaretoken": token_of(builder, WHOLE), "lang": "en"})
    assert response.status_code == 422
    assert list(errors(response.content.decode())) == [name]


def test_an_answer_can_be_changed_and_the_others_stay(builder: Client) -> None:
    html = ask(builder, WHOLE)
    links = [unescape(url) for url in re.findall(r'<dd><a href="([^"]+)"', html)]
    for url in links:
        page = builder.get(url).content.decode()
        kept = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
        shown = re.findall(r'name="(\w+)" value="([^"]*)"[^>]* checked', page)
        texts = re.findall(r'id="field-\w+" name="(\w+)" value="([^"]*)" autocomplete', page)
        assert set(WHOLE) <= {(name, unescape(value)) for name, value in [*kept, *shown, *texts]}, url


# What would be built, and the file.


def test_it_shows_what_would_be_built_before_it_is(builder: Client) -> None:
    html = ask(builder, WHOLE)
    built = build_course(CourseRequest(framework="digiskills-vn/1.0", only=("S3", "C3"), org="Truong", course="KNS", run="2026"))
    tasks = {task.id for skill in built.plan.skills for task in skill.tasks}
    problems = [block for block in built.course.root.walk() if block.type == "problem"]
    figures = {name: int(number) for number, name in re.findall(r"<li><b>(\d+)</b> ([^<]+)</li>", html)}
    assert figures == {
        "sections": len(built.course.root.children),
        "skills": 2,
        "of them required": 2,
        "practice tasks": len(tasks),
        "questions": len(problems),
    }
    assert "course-v1:Truong+KNS+2026" in html


def test_skills_without_a_task_are_named(builder: Client) -> None:
    pairs = [*without(WHOLE, "scope", "only"), ("scope", "all")]
    built = build_course(CourseRequest(framework="digiskills-vn/1.0"))
    html = unescape(ask(builder, pairs, "vi"))
    for skill in built.plan.skills:
        listed = f"<li>{skill.code}. {skill.skill.name.vi}</li>" in html
        assert listed is (not skill.tasks), skill.code


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_file_is_the_course_that_the_command_builds(builder: Client, lang: str) -> None:
    response = build(builder, WHOLE, lang)
    assert (response.status_code, response["Content-Type"]) == (200, "application/gzip")
    assert response["Content-Disposition"] == 'attachment; filename="KNS-2026.tar.gz"'
    request = CourseRequest(framework="digiskills-vn/1.0", only=("S3", "C3"), org="Truong", course="KNS", run="2026")
    assert response.content == pack(course_files(build_course(request).course))


def test_every_answer_reaches_the_course(builder: Client) -> None:
    pairs = [
        ("kind", "course"),
        ("framework", "digiskills-vn/1.0"),
        ("audience", "student"),
        ("level", "TC1"),
        ("scope", "only"),
        ("only", "S3"),
        ("locale", "en"),
        ("pack", "xx"),
        ("regulation", "vn-default/1"),
        ("org", "School"),
        ("course", "ICT.7"),
        ("run", "a_b"),
    ]
    course = read_course(unpack(build(builder, pairs).content, "built"), "built")
    request = CourseRequest(
        framework="digiskills-vn/1.0",
        audience="student",
        school_level="TC1",
        only=("S3",),
        locale="en",
        pack="xx",
        regulation="vn-default/1",
        org="School",
        course="ICT.7",
        run="a_b",
    )
    assert differences(read_course(course_files(build_course(request).course), "wanted"), course) == ()


# One skill in a teacher's course.


def test_a_skill_is_put_into_a_teachers_course_and_nothing_else_changes(builder: Client) -> None:
    theirs = own_course()
    response = build(builder, SECTION, export=export_of(theirs))
    assert response.status_code == 200
    course = saved(response)
    changed = differences(theirs, course)
    assert {one.kind for one in changed} == {"added"}
    assert all("s3" in one.part.lower() or one.part.startswith("block chapter/ds-") for one in changed)
    html = unescape(response.content.decode())
    assert "Everything else in your course is as it was." in html
    assert "<b>Bài học kỹ năng</b>" in html  # the assignment type that the teacher's grading does not know


def test_the_same_skill_again_changes_nothing(builder: Client) -> None:
    course = saved(build(builder, SECTION, export=export_of(own_course())))
    response = build(builder, SECTION, export=export_of(course))
    assert "Everything is up to date already" in response.content.decode()
    assert differences(course, saved(response)) == ()


def test_what_a_teacher_changed_in_a_skill_stays_and_is_said(builder: Client) -> None:
    course = saved(build(builder, SECTION, export=export_of(own_course())))
    files = dict(course_files(course))
    page = next(path for path in sorted(files) if path.startswith("html/ds-s3") and path.endswith(".html"))
    files[page] = "<p>Lời của cô giáo</p>".encode()
    response = build(builder, SECTION, export=SimpleUploadedFile("x.tar.gz", pack(files)))
    assert "Yours, and stays as it is" in response.content.decode()
    assert course_files(saved(response))[page] == files[page]


def refused(response: HttpResponse) -> str:
    assert response.status_code == 422
    html = response.content.decode()
    assert list(errors(html)) == ["export"]
    return unescape(html)


def test_no_file_is_said(builder: Client) -> None:
    assert "Choose the file that Studio exported" in refused(build(builder, SECTION))


@pytest.mark.parametrize("content", [b"", b"hello", b"\x1f\x8b broken", pack({"about/overview.html": b""})])
def test_what_is_no_export_is_refused(builder: Client, content: bytes) -> None:
    refused(build(builder, SECTION, export=SimpleUploadedFile("export.tar.gz", content or b" ")))


def test_a_file_that_leads_out_of_its_folder_is_refused(builder: Client) -> None:
    files = {**course_files(own_course()), "../../etc/passwd": b"x"}
    assert "leads out of the course" in refused(build(builder, SECTION, export=SimpleUploadedFile("export.tar.gz", pack(files))))


def test_a_file_that_is_too_large_is_not_read(builder: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course_builder, "MAX_UPLOAD", 100)
    assert "larger than" in refused(build(builder, SECTION, export=export_of(own_course())))


def test_a_skill_without_its_record_is_not_guessed_at(builder: Client) -> None:
    course = saved(build(builder, SECTION, export=export_of(own_course())))
    files = {path: content for path, content in course_files(course).items() if not re.fullmatch(r"static/ds-.*\.json", path)}
    html = refused(build(builder, SECTION, export=SimpleUploadedFile("x.tar.gz", pack(files))))
    assert "what the teacher changed cannot be told apart" in html


def details(response: HttpResponse) -> list[str]:
    """What exactly is wrong, without what is marked as English."""
    refused(response)
    alert = response.content.decode().partition('role="alert"')[2].partition("</section>")[0]
    return [unescape(text) for text in re.findall(r"<li>([^<]+)</li>", alert)]


def spoilt(change: str) -> bytes:
    """An export that cannot be used for one reason."""
    files = course_files(own_course())
    spoils: dict[str, Callable[[], dict[str, bytes]]] = {
        "outside": lambda: {**files, "../../etc/passwd": b"x"},
        "no course": lambda: {"about/overview.html": b""},
        "missing": lambda: {path: content for path, content in files.items() if path != "html/h1.html"},
        "xml": lambda: {**files, "course.xml": b"<course"},
        "json": lambda: {**files, "policies/2026/policy.json": b"{"},
        "tags": lambda: {**files, "tags.csv": b"a,b\r\n1,2\r\n"},
    }
    return b"no archive" if change == "archive" else pack(spoils[change]())


@pytest.mark.parametrize(
    "change, english, vietnamese",
    [
        ("archive", "is no whole .tar.gz", "không phải là tệp .tar.gz trọn vẹn"),
        ("outside", "leads out of the course's folder", "dẫn ra ngoài thư mục của khóa học"),
        ("no course", "has no course.xml among its files", "không có tệp course.xml"),
        ("missing", "is pointed to and missing", "được trỏ tới nhưng không có"),
        ("xml", "is not well-formed XML", "không phải là XML đúng cú pháp"),
        ("json", "is no JSON", "không phải là JSON"),
        ("tags", "is no table of tags", "không phải là bảng nhãn"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_the_language_of_the_page(builder: Client, change: str, english: str, vietnamese: str) -> None:
    said = {}
    for lang in ("en", "vi"):
        (said[lang],) = details(build(builder, SECTION, lang, SimpleUploadedFile("export.tar.gz", spoilt(change))))
    assert english in said["en"]
    assert vietnamese in said["vi"]
    assert not re.search(r"\b(the|is|value|again|course's)\b", re.sub(r"\(giá trị: .*?\)\. ", "", said["vi"]))


def test_the_way_back_leads_through_the_pages(builder: Client) -> None:
    url = f"{URL}?{urlencode(without(SECTION, 'locale'))}"
    seen = []
    while found := re.search(r'class="back"><a href="([^"]+)"', builder.get(url).content.decode()):
        url = unescape(found[1])
        seen.append(dict(parse_qsl(urlsplit(url).query))["change"])
    assert seen == ["skill", "audience", "framework", "kind"]
