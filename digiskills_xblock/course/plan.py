"""What a course is made of, before any file of it is thought of: skills with their lessons, tasks and questions; rules; the final.

A task stands once in a course: with the skill that it is named after, or else with the first of the course's skills whose content names
it. Tasks of a skill come in the order guided, standard, transfer, then by id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from digiskills_framework.api import (
    InconsistentDataError,
    Regulation,
    Requirement,
    load_can_do,
    load_framework,
    load_pack,
    load_profile,
    load_skill_set,
)
from digiskills_framework.content import Content, contents_of
from digiskills_framework.content_types import Lesson, Question
from digiskills_framework.lessons import load_lesson
from digiskills_framework.pack import CountryPack
from digiskills_framework.questions import load_questions, questions_for
from digiskills_framework.tasks import TaskDefinition, load_task
from digiskills_framework.types import Framework, LocalizedText, RequirementProfile, Skill, SkillGroup
from digiskills_xblock.course.final_assessment import Final, SkillContent, choose_final
from digiskills_xblock.course.request import ASKED, CourseRequest, check_request
from digiskills_xblock.course.rules import choose_regulation
from digiskills_xblock.course.sentences import Sentence
from digiskills_xblock.course.sentences import gettext_noop as _
from digiskills_xblock.course.shown_tasks import ShownTask, tasks_to_show

STEPS = ("guided", "standard", "transfer")
_OPENING = re.compile(r"(\A|, )([Bb]ạn)\b")
"""Whom a statement of what one can do speaks to."""


@dataclass(frozen=True, slots=True)
class SkillPlan:
    """A skill in a course.

    Attributes:
        required: the profile demands it; the others count and may be left out.
        can_do: what a learner can do who masters it; None where the framework has no statements.
        tasks: in the clothes of the course's audience.
        shown: tasks for others that its lesson plan names; teachers show them.
        checks: questions at the end of its sequence.
        finals: questions that the final assessment may ask.
    """

    skill: Skill
    required: bool
    can_do: LocalizedText | None
    lessons: tuple[Lesson, ...]
    tasks: tuple[TaskDefinition, ...]
    shown: tuple[ShownTask, ...]
    checks: tuple[Question, ...]
    finals: tuple[Question, ...]

    @property
    def code(self) -> str:
        return self.skill.code

    @property
    def is_graded(self) -> bool:
        """Whether it gives points in the course's grade: it is required, and there is something to score."""
        return self.required and bool(self.tasks or self.checks)


@dataclass(frozen=True, slots=True)
class GroupPlan:
    group: SkillGroup
    skills: tuple[SkillPlan, ...]


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """A course: for whom, under which rules, with what.

    Attributes:
        title: of the skill set, None without one.
        same_for_all: the profile asks the same of several audiences and of no audience anything else; so it is the framework that says
            whom the course is for, as one for helpers does.
    """

    request: CourseRequest
    framework: Framework
    pack: CountryPack
    regulation: Regulation
    title: LocalizedText | None
    groups: tuple[GroupPlan, ...]
    final: Final
    same_for_all: bool

    @property
    def skills(self) -> tuple[SkillPlan, ...]:
        return tuple(skill for group in self.groups for skill in group.skills)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(skill.code for skill in self.skills if skill.required)


def plan_course(request: CourseRequest, extra: tuple[Path, ...] = ()) -> CoursePlan:
    """Collects everything that a course needs.

    Raises:
        FrameworkDataError: the request does not fit the framework, or data that cannot be used.
    """
    check_request(request, extra)
    framework = load_framework(request.framework, extra)
    wanted = _wanted(request, framework, extra)
    pack = load_pack(request.pack or framework.pack, extra)
    regulation = choose_regulation(request, tuple(code for code, required in wanted.items() if required), extra)
    skills = _skill_plans(request, framework, wanted, _Library(pack.code, regulation, extra))
    groups = tuple(
        GroupPlan(group, tuple(skill for skill in skills if skill.skill.group == group.code))
        for group in framework.groups
        if any(skill.skill.group == group.code for skill in skills)
    )
    return CoursePlan(
        request=request,
        framework=framework,
        pack=pack,
        regulation=regulation,
        title=None if request.skill_set is None else load_skill_set(request.skill_set, extra).title,
        groups=groups,
        final=choose_final([SkillContent(s.code, s.skill.group, s.tasks, s.finals) for s in skills if s.required], _period(request, pack)),
        same_for_all=_same_for_all(load_profile(framework.key, extra)),
    )


def _period(request: CourseRequest, pack: CountryPack) -> int | None:
    """Minutes of a lesson at the school of those who learn; None for everybody else."""
    return next((level.period for level in pack.school_levels if level.code == request.school_level), None)


def _same_for_all(profile: RequirementProfile) -> bool:
    asked: dict[tuple[str, str | None], set[tuple[str, Requirement]]] = {}
    for cell in profile.present():
        asked.setdefault((cell.audience, cell.level), set()).add((cell.skill, cell.requirement))
    alike = all(skills == next(iter(asked.values())) for skills in asked.values())
    return alike and len({audience for audience, _level in asked}) > 1


def _wanted(request: CourseRequest, framework: Framework, extra: tuple[Path, ...]) -> dict[str, bool]:
    """The course's skills in the framework's order, and which of them are required. Of a set, or named one by one, all are."""
    profile = load_profile(framework.key, extra)
    limit = set(request.only)
    if request.skill_set is not None:
        of_set = set(load_skill_set(request.skill_set, extra).skills)
        limit = limit & of_set if limit else of_set
    found = {}
    for code in framework.codes:
        requirement = profile.requirement(request.audience, code, request.school_level)
        if requirement is not Requirement.NONE and (not limit or code in limit):
            found[code] = bool(limit) or requirement is Requirement.REQUIRED
    missing = sorted(limit - set(found))
    if missing or not found:
        raise InconsistentDataError.single(
            file=ASKED,
            path=Sentence.of(_("only")) if request.only else Sentence.of(_("set")),
            value=", ".join(missing),
            message=Sentence.of(_("is not in the profile of {audience}"), audience=request.whom),
            remedy=Sentence.of(_("Leave these skills out, or name an audience whose profile has them")),
        )
    return found


@dataclass(frozen=True, slots=True)
class _Library:
    """Where lessons, questions and tasks come from, and under which rules they are done."""

    pack: str
    regulation: Regulation
    extra: tuple[Path, ...]

    def task(self, task_id: str) -> TaskDefinition:
        return load_task(task_id, pack=self.pack, extra=self.extra)


def _skill_plans(request: CourseRequest, framework: Framework, wanted: dict[str, bool], library: _Library) -> tuple[SkillPlan, ...]:
    pack, extra = library.pack, library.extra
    contents = contents_of(framework.key, wanted, extra)
    statements = {
        statement.skill: _said_to_pupils(statement.text) if request.is_for_pupils else statement.text
        for statement in load_can_do(framework.key, extra)
        if (statement.audience, statement.level) == (request.audience, request.school_level)
    }
    tasks = _tasks(request, contents, library)
    lessons = {
        code: tuple(load_lesson(*key, pack=pack, extra=extra, pupil=request.is_for_pupils) for key in contents[code].lessons)
        for code in wanted
    }
    return tuple(
        SkillPlan(
            skill=framework.skill(code),
            required=required,
            can_do=statements.get(code),
            lessons=lessons[code],
            tasks=tasks[code],
            shown=_shown(request, contents[code], lessons[code], library),
            **_questions(request, contents[code], pack, extra),
        )
        for code, required in wanted.items()
    )


def _said_to_pupils(text: LocalizedText) -> LocalizedText:
    """What a learner can do, spoken to "em": frameworks say "bạn" to the eldest pupils and to students, a course says one thing to all."""
    return replace(text, vi=_OPENING.sub(lambda match: f"{match[1]}{'Em' if match[2] == 'Bạn' else 'em'}", text.vi, count=1))


def _shown(request: CourseRequest, content: Content, lessons: tuple[Lesson, ...], library: _Library) -> tuple[ShownTask, ...]:
    others = (task for task in map(library.task, content.tasks) if request.audience not in task.audiences)
    return tasks_to_show(others, lessons, library.regulation, request.school_level)


def _tasks(request: CourseRequest, contents: dict[str, Content], library: _Library) -> dict[str, tuple[TaskDefinition, ...]]:
    """Of each skill the tasks that stand with it, in their order and clothes."""
    places: dict[str, str] = {}
    for code, content in contents.items():
        for task_id in content.tasks:
            if task_id.partition("-")[0] == code:
                places[task_id] = code
            places.setdefault(task_id, code)
    found: dict[str, list[TaskDefinition]] = {code: [] for code in contents}
    for task_id, code in places.items():
        task = library.task(task_id)
        if task.serves(request.audience, request.school_level):
            found[code].append(task.wearing(task.overlay_for(request.audience, request.school_level)))
    return {code: tuple(sorted(tasks, key=lambda task: (STEPS.index(task.step), task.id))) for code, tasks in found.items()}


def _questions(request: CourseRequest, content: Content, pack: str, extra: tuple[Path, ...]) -> dict[str, tuple[Question, ...]]:
    """Questions by use. A school level with questions of its own, but none for the final, gives the last of them to the final."""
    pupil = request.is_for_pupils
    everything = [question for key in content.questions for question in load_questions(*key, pack=pack, extra=extra, pupil=pupil)]
    checks = questions_for(everything, use="check", audience=request.audience, level=request.school_level)
    finals = questions_for(everything, use="final", audience=request.audience, level=request.school_level)
    own_checks, own_finals = (any(question.levels for question in asked) for asked in (checks, finals))
    if own_checks and not own_finals:
        return {"checks": checks[:-1], "finals": checks[-1:]}
    return {"checks": checks, "finals": finals}
