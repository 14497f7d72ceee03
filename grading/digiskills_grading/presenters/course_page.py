"""The page of a course for those who teach it: number, date and denominator first, then skill by skill, then task by task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain

from attrs import frozen
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digiskills_framework.api import Framework, FrameworkDataError
from digiskills_grading.advice import assurance_name
from digiskills_grading.course_links import CourseLinks
from digiskills_grading.csv_export import Cell
from digiskills_grading.data import CourseLearner, CourseReport, LearnerGroup
from digiskills_grading.presenters.course_tasks import TaskCard, task_cards
from digiskills_grading.presenters.words import AUDIENCES, audience_name, country_moment, number, share
from digiskills_grading.site_data import load_framework, load_pack, load_regulation

# In the order of the bars: what is met first.
STATES = {
    "mastered": gettext_lazy("Mastered"),
    "exempt": gettext_lazy("Exempt"),
    "expired": gettext_lazy("Expired"),
    "not_yet": gettext_lazy("Not yet"),
    "not_assessed": gettext_lazy("Not assessed"),
}
MET = ("mastered", "exempt")
STATUSES = {
    "undecided": gettext_lazy("not assessed yet"),
    "not_yet": gettext_lazy("not yet"),
    "completed": gettext_lazy("completed"),
    "withdrawn": gettext_lazy("withdrawn"),
}
_SEPARATOR = "~"


@frozen(kw_only=True)
class Segment:
    """The learners in one state, as a part of a bar (percent of its width, with a point as decimal sign) and as a cell of the table."""

    state: str
    label: str
    number: str
    share: str
    x: str
    width: str


@frozen(kw_only=True)
class SkillRow:
    """One skill; ``told`` is its bar in words."""

    name: str
    met: str
    segments: tuple[Segment, ...]
    told: str


@frozen(kw_only=True)
class SkillGroup:
    """The rows of one skill group."""

    name: str
    rows: tuple[SkillRow, ...]


@frozen(kw_only=True)
class GroupChoice:
    """Learners whom the page can show: all under a regulation, or those of one audience and school level."""

    key: str
    label: str
    chosen: bool


@frozen(kw_only=True)
class CoursePage:
    """Ready to be shown; without ``as_of`` there are no figures yet.

    Attributes:
        leading: of the learners that are chosen: how many have completed, of how many.
        skills_of: denominator of the chart and of its table.
        small: figures of hazards of fewer learners are kept back; ``few`` says that the chosen learners are fewer.
        at_once: the figures may be taken while somebody waits.
        look_at: names of what has signs, with the anchor.
    """

    name: str
    url: str
    as_of: str
    learners: str
    leading: str
    about: str
    notice: str
    choices: tuple[GroupChoice, ...]
    group: str
    groups: tuple[SkillGroup, ...]
    skills_of: str
    legend: tuple[tuple[str, str], ...]
    runs: tuple[tuple[str, str], ...]
    assurance: tuple[tuple[str, str], ...]
    tasks: tuple[TaskCard, ...]
    look_at: tuple[TaskCard, ...]
    small: int
    few: bool
    at_once: bool


@frozen(kw_only=True)
class CourseShown:
    """How the figures of a course are to be shown."""

    course_key: str
    language: str
    group: str
    at_once: bool


def group_keys(report: CourseReport) -> tuple[str, ...]:
    """What may be chosen: each regulation as a whole where it has several groups, then each group."""
    return tuple(key for key, _groups in _choices(report))


def course_page(report: CourseReport | None, shown: CourseShown, links: CourseLinks) -> CoursePage:
    """The page, in the active language.

    Args:
        report: None while the figures have never been taken.
    """
    language = shown.language
    choices = [] if report is None else _choices(report)
    groups = dict(choices).get(shown.group) or (choices[0][1] if choices else ())
    group = next((key for key, members in choices if members == groups), "")
    size = sum(member.learners for member in groups)
    about, notice = _regulation_texts(groups[0].regulation, language) if groups else ("", "")
    tasks = () if report is None else task_cards(shown.course_key, report.tasks, links, language)
    return CoursePage(
        name=links.course_name(shown.course_key) or shown.course_key,
        url=links.course_url(shown.course_key),
        as_of="" if report is None else country_moment(report.taken_at),
        learners="" if report is None else number(report.learners, language),
        leading=_leading(groups, size, language),
        about=about,
        notice=notice,
        choices=tuple(GroupChoice(key=key, label=_label(members, language), chosen=key == group) for key, members in choices),
        group=group,
        groups=tuple(_skill_groups(groups, language)),
        skills_of=number(size, language),
        legend=tuple((state, str(text)) for state, text in STATES.items()),
        runs=() if report is None else _parts(((_("Guided"), report.guided), (_("Counted"), report.counted)), language),
        assurance=() if report is None else _parts([(assurance_name(c, language), n) for c, n in report.assurance.items()], language),
        tasks=tasks,
        look_at=tuple(card for card in tasks if card.flagged),
        small=settings.DIGISKILLS_SMALL_FIGURE,
        few=0 < size < settings.DIGISKILLS_SMALL_FIGURE,
        at_once=shown.at_once,
    )


def learner_rows(codes: Sequence[str], rows: Iterator[CourseLearner], *, name: str, now: datetime, language: str) -> Iterator[list[Cell]]:
    """The export: what it is and of when, what to mind, a header, then a row for each learner and track.

    Everything is translated here and not while the rows stream, when the language is another again.

    Args:
        codes: skills, a column each.
        name: of the course.
    """
    states = {state: str(text) for state, text in STATES.items()}
    statuses = {status: str(text) for status, text in STATUSES.items()}
    head: list[list[Cell]] = [
        [_("Course"), name],
        [_("As of"), country_moment(now)],
        [
            _("Mind"),
            _("One row for each learner: for the course team alone. Do not publish figures of fewer than %(n)s learners.")
            % {"n": settings.DIGISKILLS_SMALL_FIGURE},
        ],
        [_("Learner"), _("Regulation"), _("Audience"), _("School level"), _("Decision"), _("Mastered or exempt"), *codes],
    ]
    audiences = {code: audience_name(code) for code in AUDIENCES}
    levels = _level_names(language)

    def cells(row: CourseLearner) -> list[Cell]:
        return [
            row.public_id,
            row.regulation,
            audiences.get(row.audience, row.audience),
            levels.get(row.school_level, row.school_level),
            statuses[row.status],
            sum(row.skills.get(code) in MET for code in codes),
            *(states[row.skills.get(code, "not_assessed")] for code in codes),
        ]

    return chain(head, map(cells, rows))


def _choices(report: CourseReport) -> list[tuple[str, tuple[LearnerGroup, ...]]]:
    found: list[tuple[str, tuple[LearnerGroup, ...]]] = []
    for regulation in dict.fromkeys(group.regulation for group in report.groups):
        members = tuple(group for group in report.groups if group.regulation == regulation)
        if len(members) > 1:
            found.append((regulation, members))
        found += [(_SEPARATOR.join((regulation, member.audience, member.school_level)), (member,)) for member in members]
    return found


def _label(groups: Sequence[LearnerGroup], language: str) -> str:
    regulation = _regulation_texts(groups[0].regulation, language)[0]
    if len(groups) > 1:
        who = _("All learners")
    else:
        level = _level_names(language).get(groups[0].school_level, groups[0].school_level)
        who = ", ".join(part for part in (audience_name(groups[0].audience), level) if part)
    return f"{who} – {regulation}"


def _leading(groups: Sequence[LearnerGroup], size: int, language: str) -> str:
    if not groups:
        return ""
    completed = sum(group.completed for group in groups)
    values = {"part": number(completed, language), "whole": number(size, language), "share": share(completed, size)}
    return _("%(part)s of %(whole)s learners have completed (%(share)s)") % values


def _skill_groups(groups: Sequence[LearnerGroup], language: str) -> Iterator[SkillGroup]:
    """Skills by group in the order of the framework; those that it does not have last, under their codes."""
    sums: dict[str, Counter[str]] = {}
    for group in groups:
        for code, states in group.skills.items():
            sums.setdefault(code, Counter()).update(states)
    framework = _framework(groups[0].regulation) if groups else None
    left = dict(sums)
    for part in framework.groups if framework else ():
        mine = [(s.name.text(language), left.pop(s.code)) for s in framework.skills if s.group == part.code and s.code in left]  # type: ignore[union-attr]
        if mine:
            yield SkillGroup(name=part.name.text(language), rows=tuple(_row(name, states, language) for name, states in mine))
    if left:
        yield SkillGroup(name=_("Other skills"), rows=tuple(_row(code, states, language) for code, states in sorted(left.items())))


def _row(name: str, states: Mapping[str, int], language: str) -> SkillRow:
    whole = sum(states.values())
    met = sum(states.get(state, 0) for state in MET)
    segments, before = [], 0
    for state, label in STATES.items():
        amount = states.get(state, 0)
        segments.append(
            Segment(
                state=state,
                label=str(label),
                number=number(amount, language),
                share=share(amount, whole) if amount else "",
                x=f"{100 * before / max(whole, 1):.2f}%",
                width=f"{100 * amount / max(whole, 1):.2f}%",
            )
        )
        before += amount
    told = "; ".join(f"{part.label}: {part.number} ({part.share})" for part in segments if part.share)
    return SkillRow(name=name, met=share(met, whole), segments=tuple(segments), told=f"{name}. {told}.")


def _parts(amounts: Sequence[tuple[str, int]], language: str) -> tuple[tuple[str, str], ...]:
    """Label, and ``12 (30 %)`` of all of them together."""
    whole = sum(amount for _label, amount in amounts)
    return tuple((label, f"{number(amount, language)} ({share(amount, whole)})" if whole else "0") for label, amount in amounts)


def _regulation_texts(key: str, language: str) -> tuple[str, str]:
    """Label and notice; the key alone where the rules are no longer installed."""
    try:
        found = load_regulation(key)
    except FrameworkDataError:
        return key, ""
    return found.label.text(language), found.notice.text(language)


def _framework(regulation: str) -> Framework | None:
    try:
        return load_framework(load_regulation(regulation).framework)
    except FrameworkDataError:
        return None


def _level_names(language: str) -> dict[str, str]:
    return {level.code: level.name.text(language) for level in load_pack(settings.DIGISKILLS_COUNTRY_PACK).school_levels}
