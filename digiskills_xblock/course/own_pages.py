"""Pages that the course has of its own: the first unit, the about page, the final's first unit, what teachers find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from digiskills_framework.content_filling import reader
from digiskills_framework.lessons import PLAN_MINUTES, YOUNG_PLAN_MINUTES
from digiskills_framework.types import LocalizedText
from digiskills_xblock.course.lesson_pages import Page, glossary_page
from digiskills_xblock.course.markup import el, html, labelled
from digiskills_xblock.course.page_words import school_time, spoken_time
from digiskills_xblock.course.plan import CoursePlan, SkillPlan
from digiskills_xblock.course.print_pages import CHILD_HELPLINE
from digiskills_xblock.course.texts import AUDIENCES, TEXTS, say

PAPERS = ("handout", "lesson_plan", "facilitator_guide")


def title(plan: CoursePlan) -> str:
    """Name of the course: what the framework or the set is about, as far as the colon; then for whom."""
    named = (plan.title or plan.framework.title).text(plan.request.locale).partition(":")[0]
    about = named.removeprefix(say("framework_word", plan.request.locale))
    about = about[:1].upper() + about[1:]
    return f"{about} – {audience(plan)}" if _names_audience(plan) else about


def audience(plan: CoursePlan) -> str:
    """For whom the course is, with the school level in the words of the country."""
    locale = plan.request.locale
    name = AUDIENCES[plan.request.audience].text(locale)
    level = next((level.name.text(locale) for level in plan.pack.school_levels if level.code == plan.request.school_level), None)
    return f"{name}, {level or plan.request.school_level}" if plan.request.school_level else name


def to_learners(plan: CoursePlan, name: str, /, **values: object) -> str:
    """A text of `texts` in the words for those whom the course is for: the youngest pupils, pupils and students, everybody else."""
    kinds = ("_young",) * _is_young(plan) + ("_pupil",) * plan.request.is_for_pupils
    kind = next((kind for kind in kinds if name + kind in TEXTS), "")
    return say(name + kind, plan.request.locale, **reader(pupil=plan.request.is_for_pupils), **values)


def welcome_title(plan: CoursePlan) -> str:
    """Title of the first unit."""
    return to_learners(plan, "start_unit")


def welcome_html(plan: CoursePlan) -> str:
    """The first unit: what there is, when one passes, where help is, and what must be said of the framework and the rules."""
    return html(_welcome(plan))


def about_html(plan: CoursePlan) -> str:
    """The page by which people find the course."""
    return html([el("section", *_about(plan), class_="about")])


def short_description(plan: CoursePlan) -> str:
    """One sentence, plain text."""
    locale = plan.request.locale
    what = say(_as_practised(plan, "short_description"), locale, number=len(plan.skills), practised=_practised(plan))
    return f"{what} {say('for_whom', locale, audience=audience(plan))}" if _names_audience(plan) else what


def final_html(plan: CoursePlan) -> str:
    """The first unit of the final assessment."""
    locale, final = plan.request.locale, plan.final
    numbers = {
        "final_runs": sum(len(stratum.runs) for stratum in final.strata),
        "final_asked": sum(len(stratum.questions) for stratum in final.strata),
    }
    parts = (say(f"{name}_one" if number == 1 else name, locale, number=number) for name, number in numbers.items() if number)
    what = to_learners(plan, "final_what", parts=say("and", locale).join(parts), time=_final_time(plan))
    return html([el("p", what), el("p", to_learners(plan, "final_calm"))])


def update_html(plan: CoursePlan) -> str:
    """The first news of the course."""
    return html([el("p", labelled(to_learners(plan, "update")))])


def teachers_html(plan: CoursePlan) -> str:
    """How a teacher uses the course, and what must be said of the framework and the rules."""
    locale = plan.request.locale
    return html(
        [el("p", say("teachers_what", locale, minutes=_plan_minutes(plan))), el("p", say("teachers_change", locale)), *_notices(plan)]
    )


def papers_html(plan: CoursePlan, skill: SkillPlan, papers: Iterable[tuple[str, str]]) -> str:
    """What there is to print for a skill.

    Args:
        papers: kind (see `PAPERS`) and file name.
    """
    locale, minutes = plan.request.locale, _plan_minutes(plan)
    rows = [el("li", _link(name, say(kind, locale, minutes=minutes))) for kind, name in papers]
    able = [] if skill.can_do is None else [el("p", say("can_do", locale)), el("blockquote", el("p", skill.can_do.text(locale)))]
    shown = [el("p", say("shown", locale))] if skill.shown else []
    return html([*able, el("ul", rows) if rows else el("p", say("no_lesson", locale)), *shown])


def handouts_html(plan: CoursePlan, handouts: Iterable[tuple[SkillPlan, str]]) -> str:
    """The summaries of all skills, for learners."""
    locale = plan.request.locale
    rows = [el("li", _link(name, f"{skill.code}. {called(plan, skill).text(locale)}")) for skill, name in handouts]
    return html([el("h3", say("handouts_heading", locale)), el("ul", rows)])


def called(plan: CoursePlan, skill: SkillPlan) -> LocalizedText:
    """What learners read as a skill's name: the framework's, and for the youngest the title of their lesson, where it is one."""
    young = [lesson.young_for(plan.request.school_level) for lesson in skill.lessons]
    only = young[0] if len(young) == 1 else None
    return skill.skill.name if only is None else only.title


def glossary(plan: CoursePlan) -> Page | None:
    """The words of the course, None where there is none to explain."""
    lessons = {lesson.id: lesson for skill in plan.skills for lesson in skill.lessons}
    return glossary_page(lessons.values(), plan.request.locale, plan.request.school_level)


def _welcome(plan: CoursePlan) -> Iterator[etree._Element]:
    locale = plan.request.locale
    yield from _first_words(plan)
    yield el("h3", say("how_heading", locale))
    doing = [_as_practised(plan, name) for name in ("how_guided", "how_counted")] if _practised(plan) else []
    yield el("ol", [el("li", to_learners(plan, name, practised=_practised(plan))) for name in ("how_read", *doing, "how_check")])
    if plan.final.strata:
        yield el("p", to_learners(plan, "how_final", time=_final_time(plan)))
    yield el("h3", say("help_heading", locale))
    yield el("p", to_learners(plan, "help_helpers" if plan.same_for_all else "help"))
    yield from _helpline(plan)
    yield from _grade(plan)
    if not _is_young(plan):
        yield from _ours(plan)


def _helpline(plan: CoursePlan) -> Iterator[etree._Element]:
    """For children without a grown-up near."""
    number = next((help_number.number for help_number in plan.pack.help_numbers if help_number.code == CHILD_HELPLINE), None)
    if _is_young(plan) and number is not None:
        yield el("p", say("helpline_young", plan.request.locale, number=number))


def _plan_minutes(plan: CoursePlan) -> int:
    """Of a lesson plan of the course."""
    return YOUNG_PLAN_MINUTES if _is_young(plan) else PLAN_MINUTES


def _final_time(plan: CoursePlan) -> str:
    """How long the final takes: in minutes for pupils, whose lesson it should fit into."""
    said = school_time if plan.request.is_for_pupils else spoken_time
    return said(plan.final.minutes, plan.request.locale)


def _first_words(plan: CoursePlan) -> Iterator[etree._Element]:
    yield el("p", to_learners(plan, _as_practised(plan, "welcome"), practised=_practised(plan)))
    yield el("p", to_learners(plan, "invented"))


def _is_young(plan: CoursePlan) -> bool:
    return any(lesson.young_for(plan.request.school_level) for skill in plan.skills for lesson in skill.lessons)


def _practised(plan: CoursePlan) -> int:
    """How many skills have a task."""
    return sum(bool(skill.tasks) for skill in plan.skills)


def _as_practised(plan: CoursePlan, name: str) -> str:
    """The form of a text that promises practice with every skill, with some of them, or with none."""
    practised = _practised(plan)
    if practised == len(plan.skills):
        return name
    return f"{name}_some" if practised else f"{name}_reading"


def _names_audience(plan: CoursePlan) -> bool:
    """Whether the audience says whom the course is for. Where all learn the same, citizens are named by nothing but the framework."""
    return not (plan.same_for_all and plan.request.audience == "citizen")


def _about(plan: CoursePlan) -> Iterator[etree._Element]:
    locale = plan.request.locale
    yield el("h2", title(plan))
    yield from _first_words(plan)
    yield el("h3", to_learners(plan, "skills_heading"))
    yield el("ul", [el("li", (skill.can_do or skill.skill.name).text(locale)) for skill in plan.skills])
    yield from _grade(plan)
    yield from _ours(plan)


def _grade(plan: CoursePlan) -> Iterator[etree._Element]:
    locale = plan.request.locale
    percent = plan.regulation.values(plan.request.audience, plan.request.school_level).mastery_threshold_milli / 10
    passing = [to_learners(plan, "grade_pass", percent=f"{percent:g}", tenths=round(percent / 10))]
    if not all(skill.required for skill in plan.skills):
        passing.append(say("grade_optional", locale))
    yield el("h3", say("grade_heading", locale))
    yield el("p", " ".join(passing))


def _ours(plan: CoursePlan) -> Iterator[etree._Element]:
    """One plain line that what we wrote is ours; teachers read the notices themselves."""
    if (plan.framework.status, plan.regulation.status) != ("official", "official"):
        yield el("p", say("grade_ours", plan.request.locale))


def _notices(plan: CoursePlan) -> Iterator[etree._Element]:
    locale = plan.request.locale
    yield el("h3", say("notice_heading", locale))
    yield el("p", say("teachers_rules", locale, label=plan.regulation.label.text(locale)))
    yield el("p", plan.framework.notice.text(locale))
    yield el("p", plan.regulation.notice.text(locale))


def _link(name: str, text: str) -> etree._Element:
    return el("a", text, href=f"/static/{name}", target="_blank")
