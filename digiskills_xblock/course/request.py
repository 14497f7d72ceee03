"""What is asked for: one course, for whom, in which language, under which rules; and where in the platform it will live."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey

from digiskills_framework.api import FrameworkDataError, InconsistentDataError, load_framework, load_profile, load_skill_set
from digiskills_framework.types import LANGUAGES, Audience, Framework, Language
from digiskills_xblock.course.sentences import Sentence
from digiskills_xblock.course.sentences import gettext_noop as _

DEFAULT_ORG = "DigiSkills"
DEFAULT_RUN = "1"
DEFAULT_START = "2026-01-01T00:00:00Z"
"""In the past, so that a course is open as soon as its team publishes it; the team sets its own date in Studio."""
DEFAULT_END = "2035-12-31T00:00:00Z"
"""The checks of Studio's importer want one."""
ASKED = Sentence.of(_("the course asked for"))
"""What errors call a request, in place of a file."""
_AUDIENCE, _LEVEL, _KEY = Sentence.of(_("audience")), Sentence.of(_("school level")), Sentence.of(_("key"))
_START, _END = Sentence.of(_("start")), Sentence.of(_("end"))
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRequest:
    """One course to build.

    Attributes:
        framework: key, ``digiskills-vn/1.0``.
        school_level: for students; None for everybody else.
        skill_set: id of a set that the course is limited to; None for the whole profile.
        only: codes of skills that the course is limited to; empty for no limit.
        pack: code of a country pack; None for the framework's own.
        regulation: key; None for the one that fits best.
        org, course, run: parts of the course's key. Empty ``course``: made from framework, audience, level and language.
        start, end: from when and until when learners may enter, ``2026-01-01T00:00:00Z``.
    """

    framework: str
    audience: str = "citizen"
    school_level: str | None = None
    locale: Language = "vi"
    skill_set: str | None = None
    only: tuple[str, ...] = ()
    pack: str | None = None
    regulation: str | None = None
    org: str = DEFAULT_ORG
    course: str = ""
    run: str = DEFAULT_RUN
    start: str = DEFAULT_START
    end: str = DEFAULT_END

    @property
    def course_code(self) -> str:
        """The middle of the course's key: as given, or ``digiskills-vn.student.TC1.en``."""
        parts = [self.framework.partition("/")[0], self.audience, self.school_level, self.skill_set, *self.only]
        language = None if self.locale == "vi" else self.locale
        return self.course or ".".join(part for part in (*parts, language) if part)

    @property
    def key(self) -> str:
        return f"course-v1:{self.org}+{self.course_code}+{self.run}"

    @property
    def is_for_pupils(self) -> bool:
        """Whether pupils and students read it."""
        return self.audience == Audience.STUDENT

    @property
    def whom(self) -> str:
        """``citizen``, ``student TC1``"""
        return " ".join(filter(None, (self.audience, self.school_level)))

    def as_json(self) -> dict[str, Any]:
        """For the manifest: what was asked for, with the course's key in full."""
        values = {**asdict(self), "course": self.course_code}
        return {item.name: values[item.name] for item in fields(self) if values[item.name] not in (None, "", ())}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> CourseRequest:
        """The request that a manifest holds.

        Raises:
            FrameworkDataError: it has fields that we do not know, or lacks the framework.
        """
        try:
            return replace(cls(**dict(raw)), only=tuple(raw.get("only", ())))
        except (TypeError, ValueError) as error:
            message = Sentence.of(_("is not what this program writes"))
            remedy = Sentence.of(_("Update the program, or restore the file from the archive that was first imported"))
            raise InconsistentDataError.single(file="manifest", path="request", value=str(error), message=message, remedy=remedy) from error


def check_request(request: CourseRequest, extra: tuple[Path, ...] = ()) -> None:
    """What the framework does not know is refused before anything is built.

    Raises:
        FrameworkDataError: an unknown framework, audience, school level, skill, set; a key or a date that the platform would refuse.
    """
    framework, profile = load_framework(request.framework, extra), load_profile(request.framework, extra)
    columns = list(dict.fromkeys((str(cell.audience), cell.level) for cell in profile.present()))
    audiences = list(dict.fromkeys(audience for audience, _ in columns))
    if request.audience not in audiences:
        raise _refused(_AUDIENCE, request.audience, _is_no(_("is no audience of {framework}"), framework), _one_of(audiences))
    levels = [level for audience, level in columns if audience == request.audience and level is not None]
    if levels and request.school_level not in levels:
        raise _refused(_LEVEL, request.school_level, Sentence.of(_("is needed for students")), _one_of(levels))
    if not levels and request.school_level is not None:
        raise _refused(
            _LEVEL,
            request.school_level,
            Sentence.of(_("is for {audience} only"), audience=Audience.STUDENT),
            Sentence.of(_("Leave it out")),
        )
    if request.locale not in LANGUAGES:
        raise _refused(Sentence.of(_("locale")), request.locale, Sentence.of(_("is no language of ours")), _one_of(LANGUAGES))
    _check_skills(request, framework, extra)
    _check_key(request)


def _check_skills(request: CourseRequest, framework: Framework, extra: tuple[Path, ...]) -> None:
    for code in request.only:
        check_skill(Sentence.of(_("only")), code, framework)
    if request.skill_set is not None:
        found = load_skill_set(request.skill_set, extra)
        if found.framework != framework.key:
            raise _refused(
                Sentence.of(_("set")),
                request.skill_set,
                Sentence.of(_("is a set of {framework}"), framework=found.framework),
                Sentence.of(_("Use a set of {framework}"), framework=framework.key),
            )


def check_skill(asked: Sentence, code: str, framework: Framework) -> None:
    """A skill that the framework does not have is refused.

    Args:
        asked: what the skill was asked for as, for the error.

    Raises:
        FrameworkDataError: it is unknown; the error names those there are.
    """
    if code not in framework.codes:
        raise _refused(
            asked,
            code,
            _is_no(_("is no skill of {framework}"), framework),
            Sentence.of(_("Use some of: {choices}"), choices=", ".join(framework.codes)),
        )


def _check_key(request: CourseRequest) -> None:
    for name, moment in ((_START, request.start), (_END, request.end)):
        if not _MOMENT.match(moment):
            raise _refused(name, moment, Sentence.of(_("is no moment in UTC")), Sentence.of(_("Write it as 2026-09-05T00:00:00Z")))
    if request.end <= request.start:
        raise _refused(
            _END, request.end, Sentence.of(_("is not after the start, {start}"), start=request.start), Sentence.of(_("Name a later end"))
        )
    try:
        parsed = CourseKey.from_string(request.key)
    except InvalidKeyError as error:
        remedy = Sentence.of(_("Use letters, digits, '.', '-', '_' and '~' for organisation, course and run"))
        raise _refused(_KEY, request.key, Sentence.of(_("is no key of a course")), remedy) from error
    if (parsed.org, parsed.course, parsed.run) != (request.org, request.course_code, request.run):
        raise _refused(
            _KEY, request.key, Sentence.of(_("has a part with '+' in it")), Sentence.of(_("Write organisation, course and run without it"))
        )


def _is_no(pattern: str, framework: Framework) -> Sentence:
    return Sentence.of(pattern, framework=framework.key)


def _one_of(choices: Iterable[str]) -> Sentence:
    return Sentence.of(_("Use one of: {choices}"), choices=", ".join(choices))


def _refused(what: Sentence, value: object, message: Sentence, remedy: Sentence) -> FrameworkDataError:
    return InconsistentDataError.single(file=ASKED, path=what, value=value or "", message=message, remedy=remedy)
