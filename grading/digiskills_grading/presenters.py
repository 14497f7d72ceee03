"""What the pages show, as plain values: names instead of codes, sentences instead of reasons, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digiskills_framework.api import Framework, load_framework, load_regulation
from digiskills_grading import selectors
from digiskills_grading.csv_export import Cell
from digiskills_grading.data import ConfirmationSummary, LearnerRef, TrackOverview, UnitReport, UnitRow
from digiskills_grading.learners import find
from digiskills_grading.policies import load_policy
from digiskills_grading.ports import confirmations_of
from digiskills_grading.scoring import required_skills
from digiskills_grading.sentences import points, sentences, skill_name

AUDIENCES = {
    "citizen": gettext_lazy("Citizens"),
    "student": gettext_lazy("Pupils and students"),
    "public_sector": gettext_lazy("Public sector"),
    "enterprise_worker": gettext_lazy("Workers in enterprises"),
}
SKILL_STATES = {
    "mastered": gettext_lazy("Mastered"),
    "not_yet": gettext_lazy("Not yet"),
    "not_assessed": gettext_lazy("Not tried yet"),
    "expired": gettext_lazy("Expired"),
}
HEADLINES = {
    "completed": gettext_lazy("You have completed everything that is required here."),
    "not_yet": gettext_lazy("You are on the way."),
    "withdrawn": gettext_lazy("The completion was withdrawn."),
    "undecided": gettext_lazy("You have not done a counted task yet."),
}


@frozen(kw_only=True)
class SkillLine:
    """One skill on the learner's page; ``points`` is empty before the first counted task."""

    code: str
    name: str
    state: str
    state_text: str
    points: str
    since: str


@frozen(kw_only=True)
class TrackCard:
    """One track on the learner's page."""

    title: str
    audience: str
    notice: str
    status: str
    headline: str
    decided_on: str
    done: int
    skills: tuple[SkillLine, ...]
    missing: tuple[str, ...]


@frozen(kw_only=True)
class MySkillsPage:
    """The learner's page; without tracks it says how to begin."""

    tracks: tuple[TrackCard, ...]
    confirmations: tuple[ConfirmationSummary, ...]


@frozen(kw_only=True)
class UnitLine:
    """A row of the officials' table; shares are whole percents of learners, empty without learners."""

    unit: str
    name: str
    depth: int
    audience: str
    row: UnitRow
    tried_share: str
    completed_share: str
    confirmed_share: str


@frozen(kw_only=True)
class UnitsPage:
    """The officials' table with its date."""

    regulation: str
    regulation_label: str
    notice: str
    as_of: str
    under: str | None
    regulations: tuple[str, ...]
    lines: tuple[UnitLine, ...]
    totals: tuple[UnitLine, ...]


def my_skills_page(learner: LearnerRef, language: str, *, now: datetime) -> MySkillsPage:
    """The page of one learner; also for somebody who never began."""
    person = find(learner)
    cards = tuple(_card(overview, language, now) for overview in selectors.track_overviews(learner))
    return MySkillsPage(tracks=cards, confirmations=() if person is None else confirmations_of(person.public_id))


def units_page(report: UnitReport, *, under: str | None, regulations: tuple[str, ...], language: str) -> UnitsPage:
    """The page of the table, in the active language."""
    regulation = load_regulation(report.regulation) if report.regulation else None
    return UnitsPage(
        regulation=report.regulation,
        regulation_label="" if regulation is None else regulation.label.text(language),
        notice="" if regulation is None else regulation.notice.text(language),
        as_of=moment(report.as_of),
        under=under,
        regulations=regulations,
        lines=tuple(_unit_line(row) for row in report.rows),
        totals=tuple(_unit_line(row) for row in report.totals),
    )


def units_table(report: UnitReport, language: str) -> Iterator[list[Cell]]:
    """The table as rows for export: what it is and of when first, then a header, then one row for each unit and audience."""
    label = load_regulation(report.regulation).label.text(language) if report.regulation else ""
    yield [_("Regulation"), label, report.regulation]
    yield [_("As of"), moment(report.as_of)]
    yield [_("Unit code"), _("Admin unit"), _("Audience"), _("Learners"), _("Tried"), _("Completed"), _("Confirmed")]
    for row in report.rows:
        yield [row.unit, _unit_name(row), _audience(row.audience), row.learners, row.tried, row.completed, row.confirmed]
    for row in report.totals:
        yield ["", _("All units"), _audience(row.audience), row.learners, row.tried, row.completed, row.confirmed]


def moment(when: datetime) -> str:
    """A time as people read it, with its zone: 22/11/2026 14:05 (+07)."""
    local = localtime(when)
    return f"{local:%d/%m/%Y %H:%M} ({local:%Z})"


def _card(overview: TrackOverview, language: str, now: datetime) -> TrackCard:
    regulation = load_regulation(overview.regulation)
    framework = load_framework(regulation.framework)
    decision = overview.decision
    status = "undecided" if decision is None else decision.status
    lines = tuple(_skill_lines(overview, framework, language, now))
    return TrackCard(
        title=regulation.label.text(language),
        audience=_audience(overview.audience),
        notice=regulation.notice.text(language),
        status=status,
        headline=str(HEADLINES[status]),
        decided_on="" if decision is None else day(decision.decided_at),
        done=sum(line.state == "mastered" for line in lines),
        skills=lines,
        missing=() if decision is None or status == "completed" else sentences(decision.reasons, framework, language),
    )


def _skill_lines(overview: TrackOverview, framework: Framework, language: str, now: datetime) -> Iterator[SkillLine]:
    """The required skills in the order of the framework, with their state."""
    known = {mastery.skill: mastery for mastery in overview.skills}
    required = required_skills(load_policy(overview.regulation, overview.audience, overview.school_level))
    for code in sorted(required, key=lambda code: framework.codes.index(code) if code in framework.codes else len(framework.codes)):
        mastery = known.get(code)
        state: str = "not_assessed" if mastery is None else mastery.state
        if mastery is not None and mastery.expires_at is not None and mastery.expires_at <= now:
            state = "expired"
        yield SkillLine(
            code=code,
            name=skill_name(framework, code, language),
            state=state,
            state_text=str(SKILL_STATES[state]),
            points="" if mastery is None or mastery.value_milli is None else points(mastery.value_milli, language),
            since="" if mastery is None or mastery.since is None else day(mastery.since),
        )


def day(when: datetime) -> str:
    """A date as people read it: 22/11/2026."""
    return f"{localtime(when):%d/%m/%Y}"


def _unit_line(row: UnitRow) -> UnitLine:
    return UnitLine(
        unit=row.unit,
        name=_unit_name(row),
        depth=row.depth,
        audience=_audience(row.audience),
        row=row,
        tried_share=_share(row.tried, row.learners),
        completed_share=_share(row.completed, row.learners),
        confirmed_share=_share(row.confirmed, row.learners),
    )


def _unit_name(row: UnitRow) -> str:
    return row.name or _("Unit not known")


def _audience(code: str) -> str:
    return str(AUDIENCES.get(code, code))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole > 0 else ""
