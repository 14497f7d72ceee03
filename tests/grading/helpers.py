"""A course block with the task S3-01, learners, and traces that come from the task's own witnesses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model

from digiskills_framework.tasks import load_task
from digiskills_grading import api, assessment, dimensions, learners
from digiskills_grading.data import AttemptContext, AttemptResult, LearnerRef, RunKind, StartedAttempt
from digiskills_grading.ids import new_public_id
from digiskills_grading.models import Evidence
from digiskills_grading.scoring import source_key
from digiskills_grading.transactions import run_locked
from digiskills_simulator.api import compile_task, instantiate, trace_to_json, witness_trace

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
REGULATION = "demo-s3-a1/1"
AUDIENCE = "citizen"
COURSE = "course-v1:MayTrang+KNS1+2026"
SOLVE = "solve"
A1_FACETS = ("recognise", "refuse_and_check", "recover")


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def block(name: str = "pay", *, task: str = "S3-01", **settings: Any) -> AttemptContext:
    """A practice block of the course."""
    definition = load_task(task)
    values: dict[str, Any] = {
        "course_key": COURSE,
        "usage_key": f"block-v1:MayTrang+KNS1+2026+type@digiskills_practice+block@{name}",
        "task_id": definition.id,
        "task_version": definition.version,
        "task_digest": definition.digest,
        "regulation": REGULATION,
        "audience": AUDIENCE,
    }
    return AttemptContext(**values | settings)


def account(name: str) -> LearnerRef:
    """A learner with a platform account."""
    user, _ = get_user_model().objects.get_or_create(username=name)
    return LearnerRef(user_id=user.pk)


def trace_of(started: StartedAttempt, witness: str = SOLVE) -> dict[str, Any]:
    """What the browser would send if the learner did what the witness does."""
    scenario = instantiate(compile_task(load_task(started.task_id, started.task_version).wearing(started.overlay)), started.seed)
    raw: dict[str, Any] = trace_to_json(witness_trace(scenario, witness))
    return raw


def attempt(
    learner: LearnerRef, context: AttemptContext, *, witness: str = SOLVE, run_kind: RunKind = "counted", now: datetime = NOW
) -> AttemptResult:
    """A whole attempt: started and submitted."""
    started = api.start_attempt(learner, context, run_kind=run_kind, now=now)
    return api.submit_attempt(learner, started.public_id, trace_of(started, witness), now=now)


def observe(learner: LearnerRef, *facets: str, value: int = 1000, now: datetime = NOW) -> None:
    """Evidence of skill A1 from elsewhere than an attempt, and what follows from it, along the way that every write takes."""
    person = learners.resolve(learner)
    skill_id = dimensions.skill_id("A1")

    def work() -> None:
        Evidence.objects.bulk_create(
            Evidence(
                learner_id=person.pk,
                skill_id=skill_id,
                facet=facet,
                source=Evidence.Source.ATTEMPT,
                source_key=source_key("observation", new_public_id(now), skill="A1", facet=facet, revision=0),
                kind=Evidence.Kind.SCORE,
                value_milli=value,
                assurance="observed",
                occurred_at=now,
                recorded_at=now,
            )
            for facet in facets or A1_FACETS
        )
        assessment.assess(person.pk, now=now)

    run_locked(person.pk, work)
