"""In which order practice is offered: a plain estimate for each skill, and what follows from it.

The model, its numbers and its limits are published in docs/explanation/placement.md. It chooses an order and nothing else: no rule of
mastery and no start of an attempt asks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Literal

from attrs import field, frozen

from digiskills_framework.api import Assurance, PlacementModel, PlacementValues, StartAnswer
from digiskills_grading.scoring.shortest import Step
from digiskills_grading.scoring.types import Observation, Reason

TaskStep = Literal["guided", "standard", "transfer"]
TASK_STEPS: tuple[TaskStep, ...] = ("guided", "standard", "transfer")
FULL_MILLI = 1000


@frozen(kw_only=True)
class Planned:
    """A step to be put in order; ``expires_at``: the skill is mastered, and not for long any more."""

    step: Step
    expires_at: datetime | None = None


@frozen(kw_only=True)
class Learning:
    """What the model knows of a learner.

    Attributes:
        observations: scores that stand, oldest first (see `needs.standing`).
        start: by skill what the learner said of its group; a skill of whose group nothing was said is not here.
    """

    observations: Sequence[Observation]
    start: Mapping[str, StartAnswer] = field(factory=dict)


@frozen(kw_only=True)
class Recommendation:
    """One thing to do next, and why.

    Attributes:
        skills: what it is about; the first names it.
        task: id of a task of the library; None where it has none for this.
        run_kind: how to do it; a guided run shows every step and does not count.
        estimate_milli: what the model believes of the skill, 0 … 1000.
        assurance: it must be gained in one of these ways; empty: doing it alone will do.
        reasons: why it is offered, and why here in the order; never empty.
    """

    skills: tuple[str, ...]
    facets: tuple[str, ...]
    task: str | None
    run_kind: Literal["guided", "counted"]
    estimate_milli: int
    assurance: tuple[str, ...]
    reasons: tuple[Reason, ...]


def estimate_milli(values: PlacementValues, learning: Learning, skill: str, *, as_of: datetime) -> int:
    """What the model believes a learner can do in a skill, 0 … 1000.

    The mean of a Beta distribution in whole numbers: the starting estimate and every piece of evidence, each with its weight.
    """
    answer = learning.start.get(skill)
    weight = values.prior_weight_milli
    total = weight * (values.prior_milli if answer is None else values.start_milli[answer])
    for item in learning.observations:
        if item.skill == skill:
            its_weight = values.weight_milli[Assurance(item.assurance)] >> _half_lives(values, item, as_of)
            value = min(item.value_milli, values.hazard_milli) if item.kind == "hazard" else item.value_milli
            total += its_weight * value
            weight += its_weight
    return total // weight


def recommend(
    model: PlacementModel, planned: Iterable[Planned], steps_of_tasks: Mapping[str, TaskStep], learning: Learning, *, as_of: datetime
) -> tuple[Recommendation, ...]:
    """Everything that is planned, in the order in which it is best done; nothing is left out.

    What ends soon comes first; then what builds on nothing that is still ahead; then what was not tried just now; then the skill in which
    least is missing; and otherwise the order given.

    Args:
        steps_of_tasks: of every task that a step offers, how hard it is meant to be.
    """
    items = tuple(planned)
    ahead = {skill for item in items for skill in item.step.skills}
    ordered = []
    for place, item in enumerate(items):
        estimate = min(estimate_milli(model.values, learning, skill, as_of=as_of) for skill in item.step.skills)
        behind = _unready(model, item, ahead, learning, as_of)
        rest = _rests(model.values, item, learning, as_of)
        key = (item.expires_at is None, bool(behind), rest, FULL_MILLI - estimate, place)
        ordered.append((key, _recommendation(model.values, item, steps_of_tasks, learning, estimate, (behind, rest))))
    return tuple(found for _key, found in sorted(ordered, key=lambda entry: entry[0]))


def fitting_task(values: PlacementValues, tasks: Iterable[str], steps_of_tasks: Mapping[str, TaskStep], estimate: int) -> str | None:
    """The task whose step fits an estimate best, the easier and then the first of equals; None of none."""
    wanted = (estimate >= values.standard_from_milli) + (estimate >= values.transfer_from_milli)

    def distance(task: str) -> tuple[int, int, str]:
        place = TASK_STEPS.index(steps_of_tasks[task])
        return abs(place - wanted), place, task

    return min(tasks, key=distance, default=None)


def _recommendation(
    values: PlacementValues,
    item: Planned,
    steps_of_tasks: Mapping[str, TaskStep],
    learning: Learning,
    estimate: int,
    waits: tuple[tuple[str, ...], bool],
) -> Recommendation:
    task = fitting_task(values, item.step.offers, steps_of_tasks, estimate)
    guided = estimate < values.guided_run_below_milli and task is not None and not item.step.assurance
    return Recommendation(
        skills=item.step.skills,
        facets=tuple(facet for _skill, facet in item.step.cells if facet),
        task=task,
        run_kind="guided" if guided else "counted",
        estimate_milli=estimate,
        assurance=item.step.assurance,
        reasons=(*_why(item, learning), *_why_here(item, waits, guided=guided)),
    )


def _why(item: Planned, learning: Learning) -> list[Reason]:
    """Why it is offered at all: one reason, the strongest."""
    skill = item.step.skills[0]
    if item.expires_at is not None:
        return [Reason("renew", {"skill": skill, "on": item.expires_at.isoformat()})]
    if not item.step.cells:
        return [Reason("kind_asked_for", {"skill": skill, "assurance": item.step.assurance})]
    tried = [found for found in learning.observations if (found.skill, found.facet) in item.step.cells]
    if tried:
        return [Reason("after_hazard", {"skill": skill})] if tried[-1].kind == "hazard" else [Reason("tried", {"skill": skill})]
    if any(found.skill == skill for found in learning.observations):
        return [Reason("part_not_tried", {"skill": skill})]
    answer = learning.start.get(skill)
    return [Reason("not_tried", {"skill": skill})] if answer is None else [Reason(f"said_{answer}", {"skill": skill})]


def _why_here(item: Planned, waits: tuple[tuple[str, ...], bool], *, guided: bool) -> list[Reason]:
    behind, rest = waits
    found = []
    if len(item.step.cells) > 1:
        found.append(Reason("several_at_once", {"n": len(item.step.cells)}))
    if guided:
        found.append(Reason("guided_first", {}))
    if item.step.assurance and item.step.cells:
        found.append(Reason("in_this_way", {"assurance": item.step.assurance}))
    if behind:
        found.append(Reason("builds_on", {"skills": behind}))
    if rest:
        found.append(Reason("rests", {}))
    return found


def _unready(model: PlacementModel, item: Planned, ahead: Set[str], learning: Learning, as_of: datetime) -> tuple[str, ...]:
    """The skills that are ahead too, on which this one builds, and of which the model does not believe much yet."""
    others = dict.fromkeys(other for skill in item.step.skills for other in model.after.get(skill, ()))
    ready = model.values.ready_from_milli
    return tuple(
        skill
        for skill in others
        if skill in ahead and skill not in item.step.skills and estimate_milli(model.values, learning, skill, as_of=as_of) < ready
    )


def _rests(values: PlacementValues, item: Planned, learning: Learning, as_of: datetime) -> bool:
    since = as_of - timedelta(hours=values.rest_hours)
    return any(found.skill in item.step.skills and since < found.occurred_at <= as_of for found in learning.observations)


def _half_lives(values: PlacementValues, item: Observation, as_of: datetime) -> int:
    return max((as_of - item.occurred_at).days, 0) // values.half_life_days
