"""The learner's page: what I can do, what is missing, what comes next, and how it came about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from attrs import evolve, frozen
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digiskills_framework.api import Framework, leaves
from digiskills_grading import course_links, selectors
from digiskills_grading.advice import ASSURANCES, advice, assurance_name
from digiskills_grading.data import ConfirmationSummary, LearnerRef, NextTask, TrackProgress
from digiskills_grading.learners import find
from digiskills_grading.policies import load_policy
from digiskills_grading.ports import confirmations_of
from digiskills_grading.presenters.record_history import HistoryLine, history_lines
from digiskills_grading.presenters.skill_chart import SIDE, SKILL_STATES, GroupLine, skill_groups
from digiskills_grading.presenters.words import audience_name, day
from digiskills_grading.progress import StartProfile
from digiskills_grading.scoring import Policy, Reason
from digiskills_grading.sentences import facet_name, sentences, skill_name
from digiskills_grading.site_data import load_can_do, load_framework, load_regulation, load_task

HEADLINES = {
    "completed": gettext_lazy("You have completed everything that is required here."),
    "not_yet": gettext_lazy("You are on the way."),
    "withdrawn": gettext_lazy("The completion was withdrawn."),
    "undecided": gettext_lazy("You have not done a counted task yet."),
}
CAN_DO_STATES = ("mastered", "expiring")
HISTORY_LINES = 30


@frozen(kw_only=True)
class StepCard:
    """One thing to do next.

    Attributes:
        title: of the task; of the skill where there is no task for it.
        about: skills and parts that it is about.
        minutes: about how long it takes; None where nobody can say.
        times: how often it is to be done.
        how: which run to choose, or whom to ask.
        url: where it can be done; empty where no course of the learner is known to have it.
    """

    title: str
    about: str
    minutes: int | None
    how: str
    why: tuple[str, ...]
    url: str
    times: int = 1


@frozen(kw_only=True)
class TrackCard:
    """One track on the learner's page.

    Attributes:
        done, required: skills.
        chart_width: of each row of the chart, in its own units.
        expiring: names of skills that end soon.
        missing: sentences; ``untried`` has the skills for which the sentence would be that there was no counted task yet.
        steps: what there is a task for; ``other_steps`` are the skills for which the library has none.
        shortest: whether no shorter way than ``pieces`` tasks exists.
        blocked: nothing that counts could ever meet the rules; an operator has to look.
        assurance: how the results came about: number and words.
    """

    title: str
    audience: str
    notice: str
    status: str
    headline: str
    decided_on: str
    done: int
    required: int
    groups: tuple[GroupLine, ...]
    chart_width: int
    can_do: tuple[str, ...]
    expiring: tuple[str, ...]
    missing: tuple[str, ...]
    untried: tuple[str, ...]
    pieces: int
    steps: tuple[StepCard, ...]
    other_steps: tuple[str, ...]
    shortest: bool
    blocked: bool
    assurance: tuple[tuple[int, str], ...]


@frozen(kw_only=True)
class CourseLine:
    """A course of the learner to go back to."""

    name: str
    url: str


@frozen(kw_only=True)
class MySkillsPage:
    """The learner's page; without tracks it says how to begin.

    Attributes:
        closed: tracks whose rules are not installed any more, by what they are called.
        may_say_more: the learner has not said where to begin, and nothing was tried yet.
    """

    tracks: tuple[TrackCard, ...]
    closed: tuple[str, ...]
    courses: tuple[CourseLine, ...]
    history: tuple[HistoryLine, ...]
    confirmations: tuple[ConfirmationSummary, ...]
    may_say_more: bool
    legend: tuple[tuple[str, str], ...]


def my_skills_page(learner: LearnerRef, language: str, *, now: datetime, start: StartProfile) -> MySkillsPage:
    """The page of one learner; also for somebody who never began.

    Args:
        start: by skill group what the learner said before the first task; empty when nothing.
    """
    person = find(learner)
    tracks = selectors.track_progress(learner, now=now, start=start)
    history = selectors.learner_history(learner, limit=HISTORY_LINES)
    frameworks = [load_framework(load_regulation(track.regulation).framework) for track in tracks]
    names = {skill.code: skill.name.text(language) for framework in frameworks for skill in framework.skills}
    return MySkillsPage(
        tracks=tuple(_card(track, framework, language) for track, framework in zip(tracks, frameworks, strict=True)),
        closed=selectors.closed_tracks(learner),
        courses=tuple(_courses(learner)),
        history=history_lines(history, names, language),
        confirmations=() if person is None else confirmations_of(person.public_id),
        may_say_more=not start and not any(track.skills for track in tracks),
        legend=tuple((state, str(text)) for state, text in SKILL_STATES.items()),
    )


def _courses(learner: LearnerRef) -> Iterator[CourseLine]:
    links = course_links.course_links()
    for course_key in selectors.courses_of(learner):
        url = links.course_url(course_key)
        if url:
            yield CourseLine(name=links.course_name(course_key) or _("My course"), url=url)


def _card(track: TrackProgress, framework: Framework, language: str) -> TrackCard:
    regulation = load_regulation(track.regulation)
    policy = load_policy(track.regulation, track.audience, track.school_level)
    required = tuple(leaves(policy.requires))
    groups = skill_groups(required, track.skills, track.expiring, framework, language)
    own = [item for item in track.next_tasks if item.recommendation.task is not None or item.recommendation.assurance]
    status = "undecided" if track.decision is None else track.decision.status
    return TrackCard(
        title=regulation.label.text(language),
        audience=audience_name(track.audience),
        notice=regulation.notice.text(language),
        status=status,
        headline=str(HEADLINES[status]),
        decided_on="" if track.decision is None else day(track.decision.decided_at),
        done=sum(group.met for group in groups),
        required=sum(len(group.lines) for group in groups),
        groups=groups,
        chart_width=max((len(group.lines) for group in groups), default=1) * SIDE,
        can_do=tuple(_can_do(groups, policy, framework, language)),
        expiring=tuple(skill_name(framework, code, language) for code in track.expiring),
        missing=sentences([reason for reason in track.missing if not _is_untried(reason)], framework, language),
        untried=tuple(skill_name(framework, str(reason.params["skill"]), language) for reason in track.missing if _is_untried(reason)),
        pieces=len(track.next_tasks),
        steps=_together(_step(item, framework, language) for item in own),
        other_steps=tuple(dict.fromkeys(_about(item, framework, language) for item in track.next_tasks if item not in own)),
        shortest=track.way is not None and track.way.exact and not track.expiring,
        blocked=track.way is None,
        assurance=tuple((track.assurance[code], assurance_name(code, language)) for code in ASSURANCES["vi"] if code in track.assurance),
    )


def _can_do(groups: tuple[GroupLine, ...], policy: Policy, framework: Framework, language: str) -> Iterator[str]:
    """What the learner can do now: the statements of the mastered skills, at the school level if there is one."""
    statements = {
        (str(statement.audience), statement.level, statement.skill): statement.text.text(language)
        for statement in load_can_do(framework.key)
    }
    for group in groups:
        for line in group.lines:
            told = statements.get((str(policy.audience), policy.school_level, line.code))
            if line.state in CAN_DO_STATES and told is not None:
                yield told


def _together(steps: Iterable[StepCard]) -> tuple[StepCard, ...]:
    """What is to be done several times, once."""
    return tuple(evolve(step, times=times) for step, times in Counter(steps).items())


def _is_untried(reason: Reason) -> bool:
    return reason.code == "not_assessed" and "facet" not in reason.params


def _step(item: NextTask, framework: Framework, language: str) -> StepCard:
    found = item.recommendation
    about = _about(item, framework, language)
    task = None if found.task is None else load_task(found.task)
    return StepCard(
        title=about if task is None else task.title.text(language),
        about=about,
        minutes=None if task is None else task.minutes,
        how=_how(item),
        why=advice(found, framework, language),
        url="" if item.place is None else item.place.url,
    )


def _about(item: NextTask, framework: Framework, language: str) -> str:
    """The skills, and the parts if it is about parts: ``Protecting yourself in cyberspace: Recognising a scam``."""
    found = item.recommendation
    names = ", ".join(skill_name(framework, code, language) for code in found.skills)
    parts = ", ".join(facet_name(framework, found.skills[0], facet, language) for facet in found.facets)
    return f"{names}: {parts}" if parts else names


def _how(item: NextTask) -> str:
    if item.recommendation.assurance:
        return _("Ask your course team or the community digital technology team when you can do it with them.")
    if item.recommendation.run_kind == "guided":
        return _("Choose the guided run first, then the counted one.")
    return _("Choose the counted run.")
