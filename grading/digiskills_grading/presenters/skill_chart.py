"""The required skills as a chart and as a table: the same lines, drawn and written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from attrs import frozen
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digiskills_framework.api import Framework, SkillRequired
from digiskills_grading.presenters.words import day
from digiskills_grading.scoring import SkillState
from digiskills_grading.sentences import facet_name, points, skill_name

SKILL_STATES = {
    "mastered": gettext_lazy("Mastered"),
    "expiring": gettext_lazy("Mastered, ends soon"),
    "exempt": gettext_lazy("Not asked of you"),
    "not_yet": gettext_lazy("Not yet"),
    "expired": gettext_lazy("Expired"),
    "not_assessed": gettext_lazy("Not tried yet"),
}
MET = frozenset({"mastered", "expiring", "exempt"})
SIDE = 28  # of one square of the chart, in its own units


@frozen(kw_only=True)
class SkillLine:
    """One skill of the learner's page.

    Attributes:
        points: of 100, as text; empty where there is no single number.
        note: since when it is mastered, until when, or when it ended.
        facets: names of the parts with their state, where they differ.
        x: left edge of its square in the chart.
    """

    code: str
    name: str
    state: str
    state_text: str
    points: str
    note: str
    facets: tuple[tuple[str, str], ...]
    x: int


@frozen(kw_only=True)
class GroupLine:
    """One skill group: a row of the chart, and some rows of the table.

    Attributes:
        told: the row in words, for those who do not see it.
    """

    name: str
    lines: tuple[SkillLine, ...]
    met: int
    told: str


def skill_groups(
    required: Sequence[SkillRequired], states: Sequence[SkillState], expiring: Mapping[str, datetime], framework: Framework, language: str
) -> tuple[GroupLine, ...]:
    """The required skills by group, in the order of the framework; skills it does not have come last, under their codes."""
    wanted = {leaf.skill for leaf in required}
    by_code = {state.skill: state for state in states}
    found = []
    for group in framework.groups:
        codes = [skill.code for skill in framework.skills if skill.group == group.code and skill.code in wanted]
        if codes:
            found.append(_group(group.name.text(language), _lines(codes, by_code, expiring, framework, language)))
    strangers = sorted(wanted - set(framework.codes))
    if strangers:
        found.append(_group(_("Other skills"), _lines(strangers, by_code, expiring, framework, language)))
    return tuple(found)


def _group(name: str, lines: Iterator[SkillLine]) -> GroupLine:
    rows = tuple(lines)
    told = "; ".join(f"{row.name}: {row.state_text}" for row in rows)
    return GroupLine(name=name, lines=rows, met=sum(row.state in MET for row in rows), told=f"{name}. {told}.")


def _lines(
    codes: Sequence[str], by_code: Mapping[str, SkillState], expiring: Mapping[str, datetime], framework: Framework, language: str
) -> Iterator[SkillLine]:
    for place, code in enumerate(codes):
        state = by_code.get(code)
        shown = "not_assessed" if state is None else "expiring" if code in expiring else state.state
        yield SkillLine(
            code=code,
            name=skill_name(framework, code, language),
            state=shown,
            state_text=str(SKILL_STATES[shown]),
            points="" if state is None or state.value_milli is None or shown == "exempt" else points(state.value_milli, language),
            note="" if state is None else _note(state, shown),
            facets=() if state is None else _facets(state, framework, language),
            x=place * SIDE,
        )


def _note(state: SkillState, shown: str) -> str:
    if shown == "expired" and state.expires_at is not None:
        return _("ended on %(date)s") % {"date": day(state.expires_at)}
    if shown in ("mastered", "expiring") and state.expires_at is not None:
        return _("valid until %(date)s") % {"date": day(state.expires_at)}
    return _("since %(date)s") % {"date": day(state.since)} if shown == "mastered" and state.since is not None else ""


def _facets(state: SkillState, framework: Framework, language: str) -> tuple[tuple[str, str], ...]:
    """The parts of a skill whose parts are not all in one state."""
    if len({cell.state for cell in state.cells}) <= 1:
        return ()
    return tuple((facet_name(framework, state.skill, cell.facet, language), str(SKILL_STATES[cell.state])) for cell in state.cells)
