"""The course builder: a course for Studio's import, or one skill in a course that exists, without a command line.

One question a page, then what would be built, then the file. No JavaScript; nothing is stored: the answers travel in the address, and an
uploaded course lives in memory or in Django's temporary file until it is answered.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods

from digiskills_framework.api import FrameworkDataError
from digiskills_grading.api import data_dirs
from digiskills_grading.errors import ConfigurationError
from digiskills_xblock import compat, views
from digiskills_xblock.course.archive import unpack
from digiskills_xblock.course.building import build_course
from digiskills_xblock.course.moments import MomentError
from digiskills_xblock.course.reading import read_course
from digiskills_xblock.course.section import put_skill
from digiskills_xblock.i18n import Language, current_language, gettext, gettext_noop, language_from
from digiskills_xblock.pages import course_builder_shown as shown
from digiskills_xblock.pages.course_builder_questions import SECTION, WHOLE, Answers, Errors, Questions, Step
from digiskills_xblock.pages.course_builder_told import Told, finding_told
from digiskills_xblock.pages.public_files import address

MAX_UPLOAD = 20 * 1024 * 1024
"""Bytes. The answer holds the course once more, as an address that browsers save up to 32 MB."""
MEBIBYTE = 1024 * 1024
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
OK, REFUSED, FORBIDDEN = 200, 422, 403
View = Callable[[HttpRequest], HttpResponse]


def _for_builders(view: View) -> View:
    """Answers 403 with the reason to whoever may not create courses."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if _may_build(request.user):
            return view(request)
        return _Page(request).render(status=FORBIDDEN, forbidden=True)

    return guarded


def _may_build(user: object) -> bool:
    path = settings.DIGISKILLS_COURSE_BUILDERS
    try:
        asked: Callable[[object], bool] = import_string(path)
    except ImportError as error:
        raise ConfigurationError(f"DIGISKILLS_COURSE_BUILDERS = {path!r} cannot be imported: {error}") from error
    return asked(user)


@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@_for_builders
def builder(request: HttpRequest) -> HttpResponse:
    """GET asks, and shows what would be built; POST with the same answers builds it."""
    page = _Page(request)
    step = page.questions.open_step()
    if request.method == "POST" and step is None:
        return page.built() if page.answers.kind == WHOLE else page.put_in()
    changed = next((one for one in page.questions.steps() if one.name == page.data.get("change")), step)
    if changed is not None:
        return page.ask(changed)
    return page.check() if page.answers.kind == WHOLE else page.ask_for_file()


class _Page:
    """One request and its answer."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.data: QueryDict = request.POST if request.method == "POST" else request.GET
        wanted = self.data.get("lang")
        self.language = language_from(wanted) if wanted else current_language()
        self.extra: tuple[Path, ...] = data_dirs()
        self.answers = Answers.of(self.data)
        self.questions = Questions(self.answers, self.language, self.extra)

    def ask(self, step: Step) -> HttpResponse:
        """The questions of one page; what is wrong with their answers only where they were just given."""
        just_given = self.request.method == "POST" or self.data.get("step") == step.name
        errors = step.errors(self.questions) if just_given else {}
        fields = list(step.fields(self.questions))
        asked = {field.name for field in fields}
        return self.render(
            status=REFUSED if self.request.method == "POST" else OK,
            title=gettext(step.title, self.language),
            step=step.name,
            fields=[(field, errors.get(field.name, "")) for field in fields],
            alone=len(fields) == 1,
            summary=[(f"field-{name}", message) for name, message in errors.items()],
            hidden=[pair for pair in self.answers.pairs() if pair[0] not in asked],
            back=self._before(step),
        )

    def check(self) -> HttpResponse:
        """What would be built, and the button that builds it."""
        try:
            course = shown.course_shown(build_course(self.answers.request(), self.extra), self.language, self.extra)
        except (FrameworkDataError, MomentError) as error:
            return self._refused(error, gettext_noop("This course cannot be built"))
        title = gettext("Check before you build", self.language)
        home, import_page = compat.studio_addresses(course["key"])
        return self.render(
            title=title, lines=self._lines(), course=course, hidden=self.answers.pairs(), studio_home=home, studio_import=import_page
        )

    def built(self) -> HttpResponse:
        """The course as a file."""
        try:
            course = build_course(self.answers.request(), self.extra).course
        except (FrameworkDataError, MomentError) as error:
            return self._refused(error, gettext_noop("This course cannot be built"))
        response = HttpResponse(shown.packed(course), content_type="application/gzip")
        response["Content-Disposition"] = f'attachment; filename="{shown.file_name(course)}"'
        return _private(response)

    def ask_for_file(self, errors: Errors | None = None, details: tuple[Told, ...] = ()) -> HttpResponse:
        """Where a teacher gives the export of a course."""
        wrong = errors or {}
        return self.render(
            status=REFUSED if wrong else OK,
            title=gettext("Give the export of your course", self.language),
            upload=True,
            upload_error=wrong.get("export", ""),
            export_hint=gettext(EXPORT_HINT, self.language).format(most=MAX_UPLOAD // MEBIBYTE),
            summary=[(f"field-{name}", message) for name, message in wrong.items()],
            details=details,
            lines=self._lines(),
            hidden=self.answers.pairs(),
        )

    def put_in(self) -> HttpResponse:
        """The teacher's course with the skill in it, and what was done."""
        given = self.request.FILES.get("export")
        if not isinstance(given, UploadedFile):
            return self.ask_for_file({"export": gettext("Choose the file that Studio exported", self.language)})
        if (given.size or 0) > MAX_UPLOAD:
            message = gettext("The file is larger than {most} MB. Take large files out of the course and export it again", self.language)
            return self.ask_for_file({"export": message.format(most=MAX_UPLOAD // MEBIBYTE)})
        name = Path(given.name or "export.tar.gz").name
        try:
            theirs = read_course(unpack(given.read(), name), name)
            result = put_skill(theirs, self.answers.request(), self.answers.skill, name, self.extra)
        except (FrameworkDataError, MomentError) as error:
            message = gettext("This file cannot be used. Give the .tar.gz that Studio exports, unchanged", self.language)
            return self.ask_for_file({"export": message}, _details(error, self.language))
        done = (
            gettext_noop("Your course, with the skill in it") if result.is_new else gettext_noop("Your course, with the skill up to date")
        )
        home, import_page = compat.studio_addresses(result.course.key)
        section = shown.section_shown(result, self.language, self.extra)
        return self.render(title=gettext(done, self.language), section=section, studio_home=home, studio_import=import_page)

    def render(self, *, status: int = OK, **context: Any) -> HttpResponse:
        """The page with what all pages have."""
        other = "en" if self.language == "vi" else "vi"
        pairs = self.answers.pairs()
        kept = [("change", str(self.data["change"]))] if "change" in self.data else []
        shared = {
            "language": self.language,
            "other": other,
            "other_name": {"vi": "Tiếng Việt", "en": "English"}[other],
            "other_url": self._url([*pairs, *kept], other),
            "start_url": self._url([]),
            "action": reverse("digiskills:course-builder"),
            "csrf_token": get_token(self.request),
            "is_section": self.answers.kind == SECTION,
            "text": {name: gettext(text, self.language) for name, text in TEXTS.items()},
            "css": (address("open.css"), address("course-builder.css")),
        }
        return _private(HttpResponse(views.render("course_builder", {**shared, **context}), status=status))

    def _refused(self, error: FrameworkDataError | MomentError, message: str) -> HttpResponse:
        title = gettext(message, self.language)
        return self.render(
            status=REFUSED, title=title, summary=[("answers", title)], details=_details(error, self.language), lines=self._lines()
        )

    def _lines(self) -> list[tuple[shown.Answered, str]]:
        return [(line, self._url([*self.answers.pairs(), ("change", line.step)])) for line in shown.answered(self.questions)]

    def _before(self, step: Step) -> str:
        """Address of the page before; empty for the first."""
        names = [one.name for one in self.questions.steps()]
        place = names.index(step.name)
        return self._url([*self.answers.pairs(), ("change", names[place - 1])]) if place else ""

    def _url(self, pairs: list[tuple[str, str]], language: str = "") -> str:
        return f"{reverse('digiskills:course-builder')}?{urlencode([*pairs, ('lang', language or self.language)])}"


def _details(error: FrameworkDataError | MomentError, language: Language) -> tuple[Told, ...]:
    if isinstance(error, FrameworkDataError):
        return tuple(finding_told(finding, language) for finding in error.findings)
    return (Told(str(error), "en"),)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


EXPORT_HINT = gettext_noop("In Studio: Tools, then Export. The file is read, answered and forgotten; it is not kept. At most {most} MB.")
TEXTS = {
    "site": gettext_noop("Digital skills: course builder"),
    "forbidden": gettext_noop("You may not build courses"),
    "forbidden_what": gettext_noop("This page is for people who may create courses. Ask whoever runs your Studio for that permission."),
    "problem": gettext_noop("There is a problem"),
    "error": gettext_noop("Error:"),
    "back": gettext_noop("Back"),
    "on": gettext_noop("Continue"),
    "answers": gettext_noop("Your answers"),
    "change": gettext_noop("Change"),
    "what": gettext_noop("What would be built"),
    "no_task": gettext_noop("Skills without a practice task yet"),
    "no_task_what": gettext_noop("They have a lesson and questions. A task comes with a later version; update the course then."),
    "problems": gettext_noop("What the checks say"),
    "clean": gettext_noop("The checks of a finished course found nothing else."),
    "skill": gettext_noop("Skill"),
    "pages": gettext_noop("Pages"),
    "tasks": gettext_noop("Tasks"),
    "questions": gettext_noop("Questions"),
    "pass_mark": gettext_noop("Pass mark"),
    "regulation": gettext_noop("Rules of assessment"),
    "key": gettext_noop("Key of the course"),
    "build": gettext_noop("Build the course and save the file"),
    "then": gettext_noop("Then, in Studio"),
    "create": gettext_noop("Create an empty course."),
    "create_link": gettext_noop("Your courses in Studio"),
    "import": gettext_noop("In that course, open Tools and then Import, and choose the file."),
    "import_same": gettext_noop("In this course, open Tools and then Import, and choose the file. It takes the place of what is there."),
    "import_link": gettext_noop("Import page of this course"),
    "import_made": gettext_noop("It is there once a course of this key exists."),
    "look": gettext_noop("Look at the course, set its dates, and publish it."),
    "export": gettext_noop("Export of your course (.tar.gz)"),
    "put_in": gettext_noop("Put the skill in and show me what changes"),
    "details": gettext_noop("Exactly"),
    "save": gettext_noop("Save the course"),
    "not_yet": gettext_noop("Nothing has changed in Studio yet."),
    "nothing": gettext_noop("Everything is up to date already: nothing has changed."),
    "rest": gettext_noop("Everything else in your course is as it was."),
    "built_as": gettext_noop("The skill is built for:"),
    "grader": gettext_noop(
        "It does not count in the grade yet: your course has no assignment type of this name. Add it under Settings, Grading, or choose "
        "another type in the subsection:"
    ),
    "again": gettext_noop("Start again"),
}
