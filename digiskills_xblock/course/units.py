"""The blocks of a course: chapters by group, a sequence for each skill, the final, the part for teachers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from digiskills_framework.content_types import Lesson, Question
from digiskills_framework.tasks import TaskDefinition
from digiskills_xblock.course import own_pages
from digiskills_xblock.course.final_assessment import Stratum
from digiskills_xblock.course.identity import Names
from digiskills_xblock.course.lesson_pages import Page, lesson_pages
from digiskills_xblock.course.model import PRACTICE, Block
from digiskills_xblock.course.normal import inner_xml, settings_of
from digiskills_xblock.course.plan import CoursePlan, GroupPlan, SkillPlan
from digiskills_xblock.course.policy import final_type, skills_type
from digiskills_xblock.course.problems import FINAL_ATTEMPTS, problem_xml
from digiskills_xblock.course.texts import say

RUN_WEIGHT = 5.0
"""Points of a scored run; a question has one. Doing counts more than knowing."""

Papers = Mapping[str, tuple[tuple[str, str], ...]]
"""What there is to print, by skill: kind and file name."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the blocks of one course."""

    plan: CoursePlan
    names: Names
    papers: Papers

    @property
    def locale(self) -> str:
        return self.plan.request.locale

    def chapters(self) -> Iterator[Block]:
        """All chapters in order."""
        yield self._start()
        for group in self.plan.groups:
            chapter = self._group(group)
            if chapter.children:
                yield chapter
        if self.plan.final.strata:
            yield self._final()
        yield self._teachers()

    def _start(self) -> Block:
        unit = self._reading("start", Page("welcome", own_pages.welcome_title(self.plan), own_pages.welcome_html(self.plan)))
        return self._chapter("start", self._say("start"), [self._sequence("start", self._say("start"), [unit])])

    def _group(self, group: GroupPlan) -> Block:
        title = self._say("group", code=group.group.code, name=group.group.name.text(self.locale))
        sequences = [self._skill(skill) for skill in group.skills]
        # A skill for which nothing is written yet has no sequence; the lint says so.
        return self._chapter("group", title, [one for one in sequences if one.children], group.group.code)

    def _skill(self, skill: SkillPlan) -> Block:
        name = "skill" if skill.required else "skill_optional"
        title = self._say(name, code=skill.code, name=own_pages.called(self.plan, skill).text(self.locale))
        units = [*self._lessons(skill), *self._runs(skill), *self._checks(skill)]
        graded = {"format": skills_type(self.plan), "graded": "true"} if skill.is_graded else {}
        return Block(
            "sequential",
            self.names.skill(skill.code, "sequence"),
            {"display_name": title, **graded},
            tuple(units),
            origin=f"skill {self.plan.framework.id}/{skill.code}",
        )

    def _lessons(self, skill: SkillPlan) -> Iterator[Block]:
        request = self.plan.request
        for lesson in skill.lessons:
            for page in lesson_pages(lesson, self.locale, request.audience, request.school_level):
                yield self._lesson_page(skill.code, lesson, page)

    def _lesson_page(self, code: str, lesson: Lesson, page: Page) -> Block:
        parts, origin = (lesson.framework, lesson.skill, page.slug), f"lesson {lesson.id}"
        inside = Block("html", self.names.skill(code, "lesson", *parts), {"display_name": page.title}, body=page.html, origin=origin)
        return self._unit(self.names.skill(code, "lesson-unit", *parts), page.title, [inside], origin)

    def _runs(self, skill: SkillPlan) -> Iterator[Block]:
        for task in skill.tasks:
            for kind in ("guided", "counted"):
                yield self._run(self.names.skill(skill.code, f"{kind}-unit", task.id), skill.code, task, kind)

    def _run(self, unit_name: str, code: str, task: TaskDefinition, kind: str, place: str = "") -> Block:
        """A unit with one task; ``place`` tells the final's run of a task from the lesson's."""
        request = self.plan.request
        level = {"school_level": request.school_level} if request.school_level else {}
        practice = self._practice(self.names.skill(code, f"{place}{kind}", task.id), task, kind, {"audience": request.audience, **level})
        # A scored run of an optional skill is no part of the grade, so its title promises none.
        graded = kind != "counted" or any(skill.is_graded for skill in self.plan.skills if skill.code == code)
        title = self._say(kind if graded else "counted_optional", title=task.title.text(self.locale))
        return self._unit(unit_name, title, [practice], practice.origin)

    def _practice(self, name: str, task: TaskDefinition, kind: str, learner: Mapping[str, str]) -> Block:
        """A task; ``learner`` has the audience, and the school level of students."""
        settings = {
            "display_name": task.title.text(self.locale),
            "task_id": task.id,
            "task_version": str(task.version),
            "regulation": self.plan.regulation.key,
            **learner,
            "runs": kind,
            "weight": str(RUN_WEIGHT if kind == "counted" else 0.0),
        }
        return Block(PRACTICE, name, settings, inline=True, origin=f"task {task.id}")

    def _checks(self, skill: SkillPlan) -> Iterator[Block]:
        if skill.checks:
            problems = [self._problem(skill.code, question, number) for number, question in enumerate(skill.checks, start=1)]
            yield self._unit(self.names.skill(skill.code, "check-unit"), self._say("check"), problems)

    def _problem(self, code: str, question: Question, number: int, *, final: bool = False) -> Block:
        element = problem_xml(
            question, code, self.locale, title=self._say("question_final" if final else "question", code=code, number=number)
        )
        # A check question may stand in the final; see `plan`.
        element.attrib.update({"max_attempts": str(FINAL_ATTEMPTS), "showanswer": "never"} if final else {})
        settings = settings_of({str(key): str(value) for key, value in element.attrib.items()})
        name = self.names.skill(code, "question", question.framework, question.skill, question.id)
        return Block("problem", name, settings, body=inner_xml(element), origin=f"questions {question.framework}/{question.skill}")

    def _final(self) -> Block:
        title = self._say("final")
        intro = self._reading("final", Page("intro", self._say("final_intro"), own_pages.final_html(self.plan)))
        units, asked = [intro], 1
        for stratum in self.plan.final.strata:
            units += self._stratum(stratum, asked)
            asked += len(stratum.questions)
        graded = {"format": final_type(self.plan), "graded": "true"}
        return self._chapter("final", title, [self._sequence("final", title, units, graded)])

    def _stratum(self, stratum: Stratum, first: int) -> Iterator[Block]:
        """The units of a group's part; ``first`` is the number of its first question in the whole final."""
        for run in stratum.runs:
            yield self._run(self.names.skill(run.skill, "final-counted-unit", run.task.id), run.skill, run.task, "counted", "final-")
        if stratum.questions:
            name = next(group.group.name for group in self.plan.groups if group.group.code == stratum.group)
            asked = enumerate(stratum.questions, start=first)
            problems = [self._problem(one.skill, one.question, number, final=True) for number, one in asked]
            title = self._say("final_questions", name=name.text(self.locale))
            yield self._unit(self.names.course("final-questions-unit", stratum.group), title, problems)

    def _teachers(self) -> Block:
        first = self._reading("teachers", Page("first", self._say("teachers_first"), own_pages.teachers_html(self.plan)))
        sequences = [self._sequence("teachers", self._say("teachers_first"), [first])]
        for group in self.plan.groups:
            title = self._say("group", code=group.group.code, name=group.group.name.text(self.locale))
            units = [self._papers(skill) for skill in group.skills]
            sequences.append(self._sequence("teachers-group", title, units, {}, group.group.code))
        return _for_staff(self._chapter("teachers", self._say("teachers"), sequences))

    def _papers(self, skill: SkillPlan) -> Block:
        title = self._say("teachers_skill", code=skill.code, name=skill.skill.name.text(self.locale))
        page = own_pages.papers_html(self.plan, skill, self.papers.get(skill.code, ()))
        inside = Block("html", self.names.skill(skill.code, "papers"), {"display_name": title}, body=page)
        return self._unit(self.names.skill(skill.code, "papers-unit"), title, [inside, *self._shown(skill)])

    def _shown(self, skill: SkillPlan) -> Iterator[Block]:
        """What teachers show of the tasks that their plan names and the course's learners do not get."""
        for shown in skill.shown:
            name = self.names.skill(skill.code, "shown-guided", shown.task.id)
            yield self._practice(name, shown.task, "guided", {"audience": shown.audience})

    def _reading(self, kind: str, page: Page) -> Block:
        inside = Block("html", self.names.course(f"{kind}-page", page.slug), {"display_name": page.title}, body=page.html)
        return self._unit(self.names.course(f"{kind}-unit", page.slug), page.title, [inside])

    def _unit(self, name: str, title: str, inside: Iterable[Block], origin: str = "") -> Block:
        return Block("vertical", name, {"display_name": title}, tuple(inside), origin=origin)

    def _sequence(self, kind: str, title: str, units: Iterable[Block], settings: Mapping[str, str] | None = None, *parts: str) -> Block:
        return Block("sequential", self.names.course(f"{kind}-sequence", *parts), {"display_name": title, **(settings or {})}, tuple(units))

    def _chapter(self, kind: str, title: str, sequences: Iterable[Block], *parts: str) -> Block:
        return Block("chapter", self.names.course(f"{kind}-chapter", *parts), {"display_name": title}, tuple(sequences))

    def _say(self, name: str, /, **values: object) -> str:
        return say(name, self.locale, **values)


def _for_staff(block: Block) -> Block:
    """Hidden from learners, with all below it.

    Each block says so itself. A chapter that is hidden vanishes from the outline, but whoever has the address of a block in it is shown
    the block: the LMS loads a block's parents for the person who asks, and one that is refused is no parent to inherit from
    (openedx/edx-platform: lms/djangoapps/courseware/block_render.py, ``get_block_for_descriptor``).
    """
    inside = tuple(_for_staff(child) for child in block.children)
    return replace(block, settings={**block.settings, "visible_to_staff_only": "true"}, children=inside)
