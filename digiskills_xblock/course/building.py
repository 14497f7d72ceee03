"""From a request to a course: the plan, its blocks, its files, its tags, and the manifest of it all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from digiskills_framework.content_types import Lesson
from digiskills_xblock.course import own_pages
from digiskills_xblock.course.cover import cover_svg
from digiskills_xblock.course.identity import Names
from digiskills_xblock.course.lesson_pages import Page
from digiskills_xblock.course.manifest import TAXONOMY_FOLDER, describe
from digiskills_xblock.course.model import MANIFEST, PRACTICE, TAGS, Block, Course, Ref
from digiskills_xblock.course.olx import json_bytes
from digiskills_xblock.course.pictures import pictures_of
from digiskills_xblock.course.plan import CoursePlan, SkillPlan, plan_course
from digiskills_xblock.course.policy import COVER, GLOSSARY_TAB, course_policy, grading_policy
from digiskills_xblock.course.print_pages import facilitator_guide, handout, lesson_plan
from digiskills_xblock.course.request import CourseRequest
from digiskills_xblock.course.tags import Values, write_tags
from digiskills_xblock.course.taxonomy import export_id, tags_of, taxonomy_csv, taxonomy_json
from digiskills_xblock.course.units import Maker, Papers


@dataclass(frozen=True, slots=True)
class Built:
    """A course with the plan that it was built from."""

    plan: CoursePlan
    course: Course


def build_course(request: CourseRequest, extra: tuple[Path, ...] = ()) -> Built:
    """The whole course: the same for the same request and data, whenever and wherever it is built.

    Raises:
        FrameworkDataError: the request does not fit the framework, or data that cannot be used.
        MomentError: a lesson's picture cannot be made from its task.
    """
    plan = plan_course(request, extra)
    static, papers = _static(plan)
    glossary = own_pages.glossary(plan)
    maker = Maker(plan, Names.of(plan.framework, extra), papers)
    course = Course(
        org=request.org,
        course=request.course_code,
        root=Block("course", request.run, {}, tuple(maker.chapters())),
        policy=course_policy(plan, glossary=glossary is not None),
        grading=grading_policy(plan),
        files={**static, **_extras(plan, papers, glossary)},
    )
    tagged = replace(course, files={**course.files, TAGS: write_tags(course, _tags(plan, course))})
    record = describe(tagged, request.as_json(), sources_of(plan))
    return Built(plan, replace(tagged, files={**tagged.files, MANIFEST: record.as_bytes()}))


def sources_of(plan: CoursePlan) -> dict[str, str]:
    """The version of everything that a course is made from, by its name: number where there is one, and digest."""
    found = {f"framework {plan.framework.id}": plan.framework.version, f"regulation {plan.regulation.id}": str(plan.regulation.version)}
    for skill in plan.skills:
        tasks = (*skill.tasks, *(shown.task for shown in skill.shown))
        found |= {f"task {task.id}": f"{task.version} {task.digest[:16]}" for task in tasks}
        found |= {f"lesson {lesson.id}": f"{lesson.version} {lesson.digest[:16]}" for lesson in skill.lessons}
        found |= {f"questions {one.framework}/{one.skill}": str(one.version) for one in (*skill.checks, *skill.finals)}
    return found


def _static(plan: CoursePlan) -> tuple[dict[str, bytes], Papers]:
    """The course's static files, and which of them are there to be printed."""
    request, locale = plan.request, plan.request.locale
    files = {f"static/{COVER}": cover_svg(own_pages.title(plan), locale)}
    papers: dict[str, tuple[tuple[str, str], ...]] = {}
    for skill in plan.skills:
        for lesson in skill.lessons:
            pictures = pictures_of(lesson, locale, request.audience, request.school_level, plan.pack.code)
            files |= {f"static/{name}": content for name, content in pictures.items()}
            printed = _printed(plan, skill, lesson)
            files |= {f"static/{name}": content for _, name, content in printed}
            papers[skill.code] = (*papers.get(skill.code, ()), *((kind, name) for kind, name, _ in printed))
    return files, papers


def _printed(plan: CoursePlan, skill: SkillPlan, lesson: Lesson) -> list[tuple[str, str, bytes]]:
    locale, level = plan.request.locale, plan.request.school_level
    made = (
        handout(lesson, locale, plan.pack, plan.request.audience, level),
        lesson_plan(lesson, locale, level),
        facilitator_guide(lesson, locale, (*skill.tasks, *(shown.task for shown in skill.shown)), level),
    )
    return [(kind, *paper) for kind, paper in zip(own_pages.PAPERS, made, strict=True)]


def _extras(plan: CoursePlan, papers: Papers, glossary: Page | None) -> dict[str, bytes]:
    """About page, news, handouts, glossary, taxonomy."""
    request = plan.request
    handouts = [(skill, name) for skill in plan.skills for kind, name in papers.get(skill.code, ()) if kind == "handout"]
    opened = date.fromisoformat(request.start[:10])
    news = [{"content": own_pages.update_html(plan), "date": f"{opened:%B %d, %Y}", "id": 1, "status": "visible"}]
    taxonomy = f"{TAXONOMY_FOLDER}{export_id(plan.framework)}"
    tabs = {} if glossary is None else {f"tabs/{GLOSSARY_TAB}.html": glossary.html.encode()}
    return {
        "about/overview.html": own_pages.about_html(plan).encode(),
        "about/short_description.html": own_pages.short_description(plan).encode(),
        "info/handouts.html": own_pages.handouts_html(plan, handouts).encode(),
        "info/updates.html": b"",
        "info/updates.items.json": json_bytes(news),
        **tabs,
        f"{taxonomy}.json": taxonomy_json(plan.framework),
        f"{taxonomy}.csv": taxonomy_csv(plan.framework),
    }


def _tags(plan: CoursePlan, course: Course) -> dict[Ref, Values]:
    """The skill, or its facets, of every sequence, run and question."""
    values = {tag.id: tag.value for tag in tags_of(plan.framework)}
    shows = practised(plan)
    coded = ((block.ref, _codes(block, shows)) for block in course.root.walk())
    found = {ref: tuple(values[code] for code in codes if code in values) for ref, codes in coded}
    return {ref: {export_id(plan.framework): tags} for ref, tags in found.items() if tags}


def _codes(block: Block, shows: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if block.origin.startswith("skill "):
        return (block.origin.rpartition("/")[2],)
    if block.type == PRACTICE:
        return shows.get(block.settings["task_id"], ())
    return tuple(block.settings.get("digiskills_skills", "").split())


def practised(plan: CoursePlan) -> Mapping[str, tuple[str, ...]]:
    """Which of the course's skills each of its tasks shows: the one that it stands with, and others that it names."""
    codes = {skill.code for skill in plan.skills}
    return {
        task.id: tuple(dict.fromkeys((skill.code, *(code for code in task.skills if code in codes))))
        for skill in plan.skills
        for task in skill.tasks
    }
