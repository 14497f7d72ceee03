"""How far a learner is and what comes next, worked out from the evidence at the moment of asking. Nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from attrs import frozen

from digiskills_framework.api import AllOf, PlacementModel, SkillRequired, StartAnswer, leaves
from digiskills_framework.tasks import TaskDefinition
from digiskills_grading import assessment
from digiskills_grading.course_links import course_links
from digiskills_grading.data import NextTask, Place, TrackProgress
from digiskills_grading.errors import RegulationChanged, UnknownContext
from digiskills_grading.models import Attempt, Decision, Learner, Track
from digiskills_grading.scoring import Evaluation, Observation, Policy, evaluate
from digiskills_grading.scoring.needs import needs_of, standing
from digiskills_grading.scoring.pieces import Cell, Needs, Offer
from digiskills_grading.scoring.placement import TASK_STEPS, Learning, Planned, TaskStep, recommend
from digiskills_grading.scoring.shortest import Way, shortest_way
from digiskills_grading.site_data import list_placements, list_tasks, load_borrowed, load_framework, load_placement, load_regulation

MOST_COURSES = 3
StartProfile = Mapping[str, StartAnswer]
"""What a learner said before the first task, by code of the skill group."""


@frozen(kw_only=True)
class _Case:
    """All that the progress of one track follows from."""

    track: Track
    policy: Policy
    evaluation: Evaluation
    observations: tuple[Observation, ...]
    offers: tuple[Offer, ...]
    model: PlacementModel
    now: datetime


def progress_of(learner: Learner, *, now: datetime, start: StartProfile) -> tuple[TrackProgress, ...]:
    """The progress of every track of a learner, oldest track first."""
    tracks = Track.objects.filter(learner_id=learner.pk, successor=None).select_related("regulation", "learner").order_by("id")
    observations = assessment.read_evidence(learner.pk).observations
    cases = [_case(track, observations, now) for track in tracks if _rules_exist(track)]
    places = _places(learner) if cases else {}
    return tuple(_progress(case, start, places) for case in cases)


def closed_tracks(learner: Learner) -> tuple[str, ...]:
    """Keys of the regulations of a learner's tracks that are not installed any more."""
    tracks = Track.objects.filter(learner_id=learner.pk, successor=None).select_related("regulation").order_by("id")
    return tuple(track.regulation.key for track in tracks if not _rules_exist(track))


def courses_of(learner: Learner) -> tuple[str, ...]:
    """Keys of the courses in which a learner made attempts, the last one first, at most three."""
    keys = Attempt.objects.filter(learner_id=learner.pk).order_by("-id").values_list("context__course_key", flat=True)
    return tuple(dict.fromkeys(keys))[:MOST_COURSES]


def _rules_exist(track: Track) -> bool:
    try:
        assessment.policy_of(track)
    except (UnknownContext, RegulationChanged):
        return False
    return True


def _case(track: Track, observations: tuple[Observation, ...], now: datetime) -> _Case:
    policy = assessment.policy_of(track)
    framework = load_regulation(policy.regulation).framework
    suiting = [task for task in _tasks() if task.serves(policy.audience, policy.school_level)]
    borrowed = load_borrowed(framework)
    return _Case(
        track=track,
        policy=policy,
        evaluation=evaluate(policy, observations, as_of=now),
        observations=observations,
        offers=tuple(_offer(task, borrowed.get(task.id, ()), policy) for task in suiting),
        model=model_for(framework),
        now=now,
    )


def _progress(case: _Case, start: StartProfile, places: Mapping[str, Place]) -> TrackProgress:
    needs = needs_of(case.policy, case.evaluation, case.observations)
    way = shortest_way(case.policy.requires, needs, case.offers, facets=case.policy.facets, accepted=case.policy.values.accepted_assurance)
    expiring = _expiring(case)
    planned = [
        *(Planned(step=step, expires_at=expiring[step.skills[0]]) for step in _renewals(case, expiring).steps),
        *(Planned(step=step) for step in (() if way is None else way.steps)),
    ]
    framework = load_framework(case.model.framework)
    learning = Learning(
        observations=standing(case.observations),
        start={skill.code: start[skill.group] for skill in framework.skills if skill.group in start},
    )
    recommended = recommend(case.model, planned, _steps_of_tasks(), learning, as_of=case.now)
    decision = Decision.objects.filter(track_id=case.track.pk, n=case.track.decision_n).first()
    required = {leaf.skill for leaf in leaves(case.policy.requires)}
    return TrackProgress(
        regulation=case.policy.regulation,
        audience=case.policy.audience,
        school_level=case.policy.school_level,
        skills=case.evaluation.skills,
        missing=case.evaluation.missing,
        decision=None if decision is None else assessment.decision_data(case.track, decision, case.track.learner.public_id),
        way=way,
        next_tasks=tuple(NextTask(recommendation=item, place=places.get(item.task or "")) for item in recommended),
        assurance=_mix(learning.observations, required),
        expiring=expiring,
    )


def _expiring(case: _Case) -> dict[str, datetime]:
    """When mastery ends, of the required skills of which it ends soon."""
    days = case.policy.values.renewal_notice_days or case.model.values.renew_days
    required = {leaf.skill for leaf in leaves(case.policy.requires)}
    return {
        state.skill: state.expires_at
        for state in case.evaluation.skills
        if state.state == "mastered" and state.skill in required
        if state.expires_at is not None and state.expires_at - timedelta(days=days) <= case.now
    }


def _renewals(case: _Case, expiring: Mapping[str, datetime]) -> Way:
    """The fewest pieces that keep what ends soon."""
    cells: list[Cell] = [
        (state.skill, cell.facet)
        for state in case.evaluation.skills
        for cell in state.cells
        if state.skill in expiring and cell.expires_at == expiring[state.skill]
    ]
    tree = AllOf(tuple(SkillRequired(skill, facet or None) for skill, facet in cells))
    way = shortest_way(tree, Needs(cells=dict.fromkeys(cells, 1)), case.offers, facets=case.policy.facets)
    return Way(steps=(), exact=True) if way is None else way


def _mix(observations: Sequence[Observation], required: Iterable[str]) -> dict[str, int]:
    """Pieces of evidence on required skills, by assurance; what carries several skills counts once."""
    wanted = set(required)
    pieces = {item.piece or item.key: item.assurance for item in observations if item.skill in wanted}
    return dict(Counter(pieces.values()))


def _places(learner: Learner) -> dict[str, Place]:
    """Where the tasks can be done: in the block in which the learner did it last, else where a course of the learner offers it."""
    links = course_links()
    rows = (
        Attempt.objects.filter(learner_id=learner.pk)
        .order_by("-id")
        .values_list("task_version__task_id", "context__course_key", "context__usage_key")
    )
    found: dict[str, tuple[str, str]] = {}
    courses: dict[str, None] = {}
    for task, course_key, usage_key in rows:
        found.setdefault(task, (course_key, usage_key))
        courses[course_key] = None
    for course_key in list(courses)[:MOST_COURSES]:
        for task, usage_key in links.tasks(course_key).items():
            found.setdefault(task, (course_key, usage_key))
    return {task: Place(course_key=course, usage_key=usage, url=links.block_url(course, usage)) for task, (course, usage) in found.items()}


@lru_cache(maxsize=8)
def model_for(framework: str) -> PlacementModel:
    """The newest placement model for a framework; the shipped default, which then says nothing of its skills, where there is none."""
    models = [load_placement(key) for key in list_placements()]
    own = [model for model in models if model.framework == framework]
    return max(own or models, key=lambda model: (model.id == "default", model.version))


@lru_cache(maxsize=1)
def _tasks() -> tuple[TaskDefinition, ...]:
    return list_tasks()


@lru_cache(maxsize=1)
def _steps_of_tasks() -> dict[str, TaskStep]:
    return {task.id: next(step for step in TASK_STEPS if step == task.raw["step"]) for task in _tasks()}


def _offer(task: TaskDefinition, borrowers: Iterable[str], policy: Policy) -> Offer:
    """What a task can be evidence of: of the skills that it names, and of those of the track's framework that borrow it, as wholes."""
    named = [(item["skill"], item.get("facets")) for item in task.raw["skills"]]
    shown = [*named, *((skill, None) for skill in borrowers)]
    cells = {(skill, facet) for skill, facets in shown for facet in facets or policy.facets.get(skill) or ("",)}
    return Offer(key=task.id, cells=frozenset(cells))
