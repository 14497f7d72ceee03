"""Pages that the course has of its own: the first unit, the about page, the final's first unit, what teachers find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from digiskills_xblock.course.markup import el, html, labelled
from digiskills_xblock.course.plan import CoursePlan, SkillPlan
from digiskills_xblock.course.texts import AUDIENCES, TEXTS, say

PAPERS = ("handout", "lesson_plan", "facilitator_guide")


def title(plan: CoursePlan) -> str:
    """Name of the course: of the framework, as far as the colon, or of the set; then for whom."""
    named = (plan.title or plan.framework.title).text(plan.request.locale)
    return f"{named.partition(':')[0]} – {audience(plan)}"


def audience(plan: CoursePlan) -> str:
    """For whom the course is, with the school level in the words of the country."""
    locale = plan.request.locale
    name = AUDIENCES[plan.request.audience].text(locale)
    level = next((level.name.text(locale) for level in plan.pack.school_levels if level.code == plan.request.school_level), None)
    return f"{name}, {level or plan.request.school_level}" if plan.request.school_level else name


def welcome_title(plan: CoursePlan) -> str:
    """Title of the first unit."""
    return _to(plan, "start_unit")


def welcome_html(plan: CoursePlan) -> str:
    """The first unit: what there is, when one passes, where help is, and what must be said of the framework and the rules."""
    return html(_welcome(plan))


def about_html(plan: CoursePlan) -> str:
    """The page by which people find the course."""
    return html([el("section", *_about(plan), class_="about")])


def short_description(plan: CoursePlan) -> str:
    """One sentence, plain text."""
    name = "short_description" if _practises(plan) else "short_description_reading"
    practised = sum(bool(skill.tasks) for skill in plan.skills)
    return say(name, plan.request.locale, number=len(plan.skills), practised=practised, audience=audience(plan))


def final_html(plan: CoursePlan) -> str:
    """The first unit of the final assessment."""
    locale, final = plan.request.locale, plan.final
    runs, questions = (sum(len(part) for part in parts) for parts in zip(*((s.runs, s.questions) for s in final.strata), strict=True))
    what = say("final_what" if runs else "final_what_questions", locale, runs=runs, questions=questions, minutes=final.minutes)
    return html([el("p", what), el("p", _to(plan, "final_calm"))])


def update_html(plan: CoursePlan) -> str:
    """The first news of the course."""
    return html([el("p", labelled(_to(plan, "update")))])


def teachers_html(plan: CoursePlan) -> str:
    """How a teacher uses the course."""
    locale = plan.request.locale
    return html([el("p", say("teachers_what", locale)), el("p", say("teachers_change", locale)), *_notices(plan)])


def papers_html(skill: SkillPlan, papers: Iterable[tuple[str, str]], locale: str) -> str:
    """What there is to print for a skill.

    Args:
        papers: kind (see `PAPERS`) and file name.
    """
    rows = [el("li", _link(name, say(kind, locale))) for kind, name in papers]
    about = [] if skill.can_do is None else [el("p", skill.can_do.text(locale))]
    return html([*about, el("ul", rows) if rows else el("p", say("no_lesson", locale))])


def handouts_html(handouts: Iterable[tuple[SkillPlan, str]], locale: str) -> str:
    """The summaries of all skills, for learners."""
    rows = [el("li", _link(name, f"{skill.code}. {skill.skill.name.text(locale)}")) for skill, name in handouts]
    return html([el("h3", say("handouts_heading", locale)), el("ul", rows)])


def _welcome(plan: CoursePlan) -> Iterator[etree._Element]:
    locale = plan.request.locale
    yield el("p", _first_words(plan))
    yield el("h3", say("how_heading", locale))
    parts = ("how_read", "how_guided", "how_counted", "how_check") if _practises(plan) else ("how_read", "how_check")
    yield el("ol", [el("li", _to(plan, name)) for name in parts])
    if plan.final.strata:
        yield el("p", _to(plan, "how_final", minutes=plan.final.minutes))
    yield el("h3", say("help_heading", locale))
    yield el("p", _to(plan, "help"))
    yield from _grade(plan)
    yield from _notices(plan)


def _first_words(plan: CoursePlan) -> str:
    return _to(plan, "welcome" if _practises(plan) else "welcome_reading")


def _to(plan: CoursePlan, name: str, /, **values: object) -> str:
    """A text in the words for those whom the course is for: pupils who read the lessons for the youngest are spoken to as such."""
    young = any(lesson.young_for(plan.request.school_level) for skill in plan.skills for lesson in skill.lessons)
    return say(f"{name}_young" if young and f"{name}_young" in TEXTS else name, plan.request.locale, **values)


def _practises(plan: CoursePlan) -> bool:
    return any(skill.tasks for skill in plan.skills)


def _about(plan: CoursePlan) -> Iterator[etree._Element]:
    locale = plan.request.locale
    yield el("h2", title(plan))
    yield el("p", _first_words(plan))
    yield el("h3", _to(plan, "skills_heading"))
    yield el("ul", [el("li", (skill.can_do or skill.skill.name).text(locale)) for skill in plan.skills])
    yield from _grade(plan)
    yield from _notices(plan)


def _grade(plan: CoursePlan) -> Iterator[etree._Element]:
    locale = plan.request.locale
    percent = plan.regulation.values(plan.request.audience, plan.request.school_level).mastery_threshold_milli / 10
    yield el("h3", say("grade_heading", locale))
    yield el("p", _to(plan, "grade_pass", percent=f"{percent:g}"))
    yield el("p", say("grade_rules", locale, label=plan.regulation.label.text(locale)))


def _notices(plan: CoursePlan) -> Iterator[etree._Element]:
    locale = plan.request.locale
    yield el("h3", say("notice_heading", locale))
    yield el("p", plan.framework.notice.text(locale))
    yield el("p", plan.regulation.notice.text(locale))


def _link(name: str, text: str) -> etree._Element:
    return el("a", text, href=f"/static/{name}", target="_blank")
