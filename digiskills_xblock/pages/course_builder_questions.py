"""What the course builder asks, one page after the other, and which answers it takes.

An answer travels in the address until the course is built, so that the way back, a reload and a link to a half-filled form all work,
and nothing is kept on the server.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import cast

from attrs import asdict, evolve, field, fields, frozen
from django.http import QueryDict

from digiskills_framework.api import (
    Framework,
    list_frameworks,
    list_packs,
    list_regulations,
    list_skill_sets,
    load_framework,
    load_pack,
    load_profile,
    load_regulation,
    load_skill_set,
)
from digiskills_framework.types import LANGUAGES
from digiskills_framework.types import Language as CourseLanguage
from digiskills_xblock.course.request import DEFAULT_ORG, DEFAULT_RUN, CourseRequest
from digiskills_xblock.course.texts import AUDIENCES
from digiskills_xblock.i18n import Language, gettext, gettext_noop

WHOLE, SECTION = "course", "section"
ALL, SINGLE, OF_SET = "all", "only", "set:"
MAX_KEY = 65
"""Characters of organisation, number and run together, as Studio allows them (common/static/common/js/components/utils/view_utils.js)."""
_KEY_PART = re.compile(r"[A-Za-z0-9._~-]+")
LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}

Errors = dict[str, str]
"""What is wrong with an answer, by the name of its field."""


@frozen
class Answers:
    """What was answered so far; an empty text where nothing was.

    Attributes:
        kind: `WHOLE` for a course, `SECTION` for one skill in a course that exists.
        scope: which skills: `ALL`, `OF_SET` with the set's id, `SINGLE` for those in ``only``.
        skill: of a section.
        pack, regulation: empty for what fits best.
        given: the fields that the answer named at all, so that one that was left empty is told from one that was never asked.
    """

    kind: str = ""
    framework: str = ""
    audience: str = ""
    level: str = ""
    scope: str = ""
    only: tuple[str, ...] = ()
    skill: str = ""
    locale: str = ""
    pack: str = ""
    regulation: str = ""
    org: str = ""
    course: str = ""
    run: str = ""
    given: frozenset[str] = field(default=frozenset(), eq=False)

    @classmethod
    def of(cls, data: QueryDict) -> Answers:
        """The answers among the fields of a form or an address."""
        names = [item.name for item in fields(cls) if item.name not in ("only", "given")]
        texts = {name: str(data.get(name, "")).strip() for name in names}
        return cls(**texts, only=tuple(map(str, data.getlist("only"))), given=frozenset(data))

    def pairs(self) -> list[tuple[str, str]]:
        """For an address or hidden fields: every answer that was given, by the name of its field."""
        texts = asdict(self, filter=lambda item, _value: item.name not in ("only", "given"))
        return [(name, value) for name, value in texts.items() if value] + [("only", code) for code in self.only]

    def request(self) -> CourseRequest:
        """What is asked of the builder. Answers that passed `Questions.open_step`."""
        skill_set = self.scope.removeprefix(OF_SET) if self.scope.startswith(OF_SET) else None
        single = (self.skill,) if self.kind == SECTION else self.only if self.scope == SINGLE else ()
        return CourseRequest(
            framework=self.framework,
            audience=self.audience,
            school_level=self.level or None,
            locale=cast(CourseLanguage, self.locale),
            skill_set=skill_set if self.kind == WHOLE else None,
            only=single,
            pack=self.pack or None,
            regulation=self.regulation or None,
            org=self.org or DEFAULT_ORG,
            course=self.course,
            run=self.run or DEFAULT_RUN,
        )


@frozen
class Option:
    value: str
    text: str
    hint: str = ""
    chosen: bool = False


@frozen
class Field:
    """One question of a page.

    Attributes:
        control: ``radio``, ``checkbox``, ``select`` or ``text``.
        groups: options with the heading above them; an empty one for none.
    """

    name: str
    label: str
    control: str
    value: str = ""
    hint: str = ""
    groups: tuple[tuple[str, tuple[Option, ...]], ...] = ()


@frozen
class Step:
    """One page of questions."""

    name: str
    title: str
    fields: Callable[[Questions], Iterator[Field]]
    errors: Callable[[Questions], Errors]
    applies: Callable[[Questions], bool] = lambda _questions: True


class Questions:
    """The pages for the answers so far, in one language."""

    def __init__(self, answers: Answers, language: Language, extra: tuple[Path, ...]) -> None:
        self.answers, self.language, self.extra = answers, language, extra

    def open_step(self) -> Step | None:
        """The first page whose answers are missing or cannot be used; None where everything is answered."""
        return next((step for step in self.steps() if step.errors(self)), None)

    def steps(self) -> Iterator[Step]:
        """The pages for these answers, each once the ones before it can be used."""
        for step in STEPS:
            if step.applies(self):
                yield step
                if step.errors(self):
                    return

    def say(self, text: str, /, **values: object) -> str:
        """A text of ours in the page's language."""
        return gettext(text, self.language).format(**values)

    @cached_property
    def framework(self) -> Framework:
        return load_framework(self.answers.framework, self.extra)

    @cached_property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Audiences and school levels that the framework's profile has; an empty level where there are none."""
        cells = load_profile(self.answers.framework, self.extra).present()
        return tuple(dict.fromkeys((str(cell.audience), cell.level or "") for cell in cells))

    @cached_property
    def levels(self) -> tuple[str, ...]:
        return tuple(level for audience, level in self.columns if audience == self.answers.audience and level)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Skills that the profile has for this audience."""
        cells = load_profile(self.answers.framework, self.extra).present()
        wanted = (self.answers.audience, self.answers.level)
        there = {cell.skill for cell in cells if (str(cell.audience), cell.level or "") == wanted}
        return tuple(code for code in self.framework.codes if code in there)

    @cached_property
    def sets(self) -> tuple[str, ...]:
        """Sets of skills that the profile has for this audience."""
        found = (load_skill_set(name, self.extra) for name in list_skill_sets(self.extra))
        return tuple(one.id for one in found if one.framework == self.answers.framework and set(one.skills) <= set(self.codes))

    @cached_property
    def regulations(self) -> tuple[str, ...]:
        """Regulations that say something of this audience: those for this framework, or all where it has none of its own."""
        everything = {key: load_regulation(key, self.extra) for key in list_regulations(self.extra)}
        real = {key: found for key, found in everything.items() if found.status != "demo"}
        usable = {key: found for key, found in real.items() if self.answers.audience in found.audience_codes()}
        own = tuple(key for key, found in usable.items() if found.framework == self.answers.framework)
        return own or tuple(usable)

    def options(self, name: str, named: Mapping[str, str], hints: Mapping[str, str] | None = None) -> tuple[Option, ...]:
        """Options by their values, the one that was answered marked."""
        chosen = getattr(self.answers, name)
        held = chosen if isinstance(chosen, tuple) else (chosen,)
        return tuple(Option(value, text, (hints or {}).get(value, ""), value in held) for value, text in named.items())

    def skills(self, name: str) -> tuple[tuple[str, tuple[Option, ...]], ...]:
        """The skills by group."""
        found = []
        for group in self.framework.groups:
            codes = [code for code in self.codes if self.framework.skill(code).group == group.code]
            named = {code: f"{code}. {self.framework.skill(code).name.text(self.language)}" for code in codes}
            if named:
                found.append((group.name.text(self.language), self.options(name, named)))
        return tuple(found)

    def key_code(self) -> str:
        """The course number that we propose, short enough for Studio."""
        request = evolve(self.answers, course="").request()
        room = MAX_KEY - len(DEFAULT_ORG) - len(DEFAULT_RUN)
        return request.course_code if len(request.course_code) <= room else request.course_code[:room].rstrip("._-")


def _one_of(name: str, known: tuple[str, ...], message: str, questions: Questions) -> Errors:
    return {} if getattr(questions.answers, name) in known else {name: questions.say(message)}


def _radio(questions: Questions, name: str, label: str, named: Mapping[str, str], hints: Mapping[str, str] | None = None) -> Field:
    return Field(name, questions.say(label), "radio", groups=(("", questions.options(name, named, hints)),))


def _ask_kind(questions: Questions) -> Iterator[Field]:
    named = {
        WHOLE: questions.say(gettext_noop("A whole course")),
        SECTION: questions.say(gettext_noop("One skill, for a course that I already have")),
    }
    hints = {
        WHOLE: questions.say(gettext_noop("You get a file that Studio imports into an empty course.")),
        SECTION: questions.say(gettext_noop("You give the export of your course, and get it back with the skill in it. The rest stays.")),
    }
    yield _radio(questions, "kind", gettext_noop("What would you like to make?"), named, hints)


def _ask_framework(questions: Questions) -> Iterator[Field]:
    found = {key: load_framework(key, questions.extra) for key in list_frameworks(questions.extra)}
    named = {key: framework.title.text(questions.language) for key, framework in found.items()}
    hints = {key: questions.say(gettext_noop("{number} skills"), number=len(framework.codes)) for key, framework in found.items()}
    yield _radio(questions, "framework", gettext_noop("Which framework?"), named, hints)


def _ask_audience(questions: Questions) -> Iterator[Field]:
    audiences = dict.fromkeys(audience for audience, _level in questions.columns)
    named = {audience: AUDIENCES[audience].text(questions.language) for audience in audiences}
    yield _radio(questions, "audience", gettext_noop("Who is it for?"), named)


def _ask_level(questions: Questions) -> Iterator[Field]:
    pack = load_pack(questions.framework.pack, questions.extra)
    known = {level.code: level for level in pack.school_levels}
    named = {code: known[code].name.text(questions.language) if code in known else code for code in questions.levels}
    grades = {code: known[code].grades for code in questions.levels if code in known}
    hints = {
        code: questions.say(gettext_noop("grades {first} to {last}"), first=min(numbers), last=max(numbers))
        for code, numbers in grades.items()
        if numbers
    }
    yield _radio(questions, "level", gettext_noop("Which school level?"), named, hints)


def _ask_skills(questions: Questions) -> Iterator[Field]:
    sets = {f"{OF_SET}{name}": load_skill_set(name, questions.extra) for name in questions.sets}
    named = {
        ALL: questions.say(gettext_noop("All skills that this audience has")),
        **{value: found.title.text(questions.language) for value, found in sets.items()},
        SINGLE: questions.say(gettext_noop("The skills that I tick below")),
    }
    hints = {ALL: questions.say(gettext_noop("{number} skills"), number=len(questions.codes))}
    hints |= {value: ", ".join(found.skills) for value, found in sets.items()}
    yield _radio(questions, "scope", gettext_noop("Which skills?"), named, hints)
    yield Field("only", questions.say(gettext_noop("Single skills")), "checkbox", groups=questions.skills("only"))


def _check_skills(questions: Questions) -> Errors:
    answers = questions.answers
    if answers.scope not in (ALL, SINGLE, *(f"{OF_SET}{name}" for name in questions.sets)):
        return {"scope": questions.say(gettext_noop("Choose which skills the course has"))}
    if answers.scope == SINGLE and not (answers.only and set(answers.only) <= set(questions.codes)):
        return {"only": questions.say(gettext_noop("Tick at least one skill, or choose all skills"))}
    return {}


def _ask_skill(questions: Questions) -> Iterator[Field]:
    yield Field("skill", questions.say(gettext_noop("Which skill?")), "radio", groups=questions.skills("skill"))


def _ask_rules(questions: Questions) -> Iterator[Field]:
    yield _radio(questions, "locale", gettext_noop("Language of the course"), LANGUAGE_NAMES)
    packs = {code: load_pack(code, questions.extra).name.text(questions.language) for code in list_packs(questions.extra)}
    named = {"": questions.say(gettext_noop("The framework's own")), **packs}
    hint = questions.say(gettext_noop("Names, money, help numbers and school levels come from here."))
    label = questions.say(gettext_noop("Country"))
    yield Field("pack", label, "select", hint=hint, groups=(("", questions.options("pack", named)),))
    found = {key: load_regulation(key, questions.extra).label.text(questions.language) for key in questions.regulations}
    named = {"": questions.say(gettext_noop("The one that fits best")), **{key: f"{label} ({key})" for key, label in found.items()}}
    hint = questions.say(gettext_noop("It says from which score a skill counts as mastered, and which skills are needed."))
    label = questions.say(gettext_noop("Rules of assessment"))
    yield Field("regulation", label, "select", hint=hint, groups=(("", questions.options("regulation", named)),))


def _check_rules(questions: Questions) -> Errors:
    unknown = gettext_noop("Choose one of the list")
    return {
        **_one_of("locale", LANGUAGES, gettext_noop("Choose a language"), questions),
        **_one_of("pack", ("", *list_packs(questions.extra)), unknown, questions),
        **_one_of("regulation", ("", *questions.regulations), unknown, questions),
    }


def _ask_key(questions: Questions) -> Iterator[Field]:
    answers = questions.answers
    proposed = {"org": DEFAULT_ORG, "course": questions.key_code(), "run": DEFAULT_RUN}
    values = {name: getattr(answers, name) if name in answers.given else value for name, value in proposed.items()}
    labels = {
        "org": (gettext_noop("Organisation"), gettext_noop("For example the short name of your school or department.")),
        "course": (gettext_noop("Course number"), gettext_noop("Letters, digits, and . _ ~ - without spaces.")),
        "run": (gettext_noop("Course run"), gettext_noop("For example 2026 or 2026-1.")),
    }
    for name, (label, hint) in labels.items():
        yield Field(name, questions.say(label), "text", values[name], questions.say(hint))


def _check_key(questions: Questions) -> Errors:
    answers = questions.answers
    parts = {
        "org": (answers.org, gettext_noop("Enter an organisation")),
        "course": (answers.course, gettext_noop("Enter a course number")),
        "run": (answers.run, gettext_noop("Enter a course run")),
    }
    wrong = {name: questions.say(message) for name, (text, message) in parts.items() if not text}
    for name, (text, _message) in parts.items():
        if text and not _KEY_PART.fullmatch(text):
            wrong[name] = questions.say(gettext_noop("Use only letters without accents, digits, and . _ ~ - in “{text}”"), text=text)
    length = sum(len(text) for text, _message in parts.values())
    if not wrong and length > MAX_KEY:
        message = gettext_noop("Shorten this: the three parts together have {length} characters, and Studio takes {most}")
        wrong["course"] = questions.say(message, length=length, most=MAX_KEY)
    return wrong


STEPS = (
    Step(
        "kind",
        gettext_noop("What would you like to make?"),
        _ask_kind,
        lambda questions: _one_of("kind", (WHOLE, SECTION), gettext_noop("Choose what you would like to make"), questions),
    ),
    Step(
        "framework",
        gettext_noop("Which framework?"),
        _ask_framework,
        lambda questions: _one_of("framework", list_frameworks(questions.extra), gettext_noop("Choose a framework"), questions),
    ),
    Step(
        "audience",
        gettext_noop("Who is it for?"),
        _ask_audience,
        lambda questions: _one_of("audience", tuple(dict(questions.columns)), gettext_noop("Choose who it is for"), questions),
    ),
    Step(
        "level",
        gettext_noop("Which school level?"),
        _ask_level,
        lambda questions: _one_of("level", questions.levels, gettext_noop("Choose a school level"), questions),
        lambda questions: bool(questions.levels),
    ),
    Step("skills", gettext_noop("Which skills?"), _ask_skills, _check_skills, lambda questions: questions.answers.kind == WHOLE),
    Step(
        "skill",
        gettext_noop("Which skill?"),
        _ask_skill,
        lambda questions: _one_of("skill", questions.codes, gettext_noop("Choose a skill"), questions),
        lambda questions: questions.answers.kind == SECTION,
    ),
    Step("rules", gettext_noop("Language and rules"), _ask_rules, _check_rules),
    Step(
        "key",
        gettext_noop("What is the course called in Studio?"),
        _ask_key,
        _check_key,
        lambda questions: questions.answers.kind == WHOLE,
    ),
)
