"""The learner's page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen
from django.utils.translation import gettext_lazy

from digiskills_framework.api import Framework, load_framework, load_regulation
from digiskills_grading import selectors
from digiskills_grading.data import ConfirmationSummary, LearnerRef, TrackOverview
from digiskills_grading.learners import find
from digiskills_grading.policies import load_policy
from digiskills_grading.ports import confirmations_of
from digiskills_grading.presenters.words import audience_name, day
from digiskills_grading.scoring import required_skills
from digiskills_grading.sentences import points, sentences, skill_name

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


def my_skills_page(learner: LearnerRef, language: str, *, now: datetime) -> MySkillsPage:
    """The page of one learner; also for somebody who never began."""
    person = find(learner)
    cards = tuple(_card(overview, language, now) for overview in selectors.track_overviews(learner))
    return MySkillsPage(tracks=cards, confirmations=() if person is None else confirmations_of(person.public_id))


def _card(overview: TrackOverview, language: str, now: datetime) -> TrackCard:
    regulation = load_regulation(overview.regulation)
    framework = load_framework(regulation.framework)
    decision = overview.decision
    status = "undecided" if decision is None else decision.status
    lines = tuple(_skill_lines(overview, framework, language, now))
    return TrackCard(
        title=regulation.label.text(language),
        audience=audience_name(overview.audience),
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
