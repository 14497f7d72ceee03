"""Learners who become proficient in the five basic skills, and lose it again, as households are counted by."""

from __future__ import annotations

from datetime import datetime

from digiskills_grading import api, assessment, dimensions, evidence, learners
from digiskills_grading.data import LearnerRef
from digiskills_grading.ids import new_public_id
from digiskills_grading.models import Evidence
from digiskills_grading.scoring import source_key
from digiskills_grading.transactions import run_locked
from tests.grading.helpers import A1_FACETS

RULE = "household-five-basic/1"
REGULATION = "vn-five-basic/1"
CELLS = (("S1", ""), ("S2", ""), ("S3", ""), ("S4", ""), *(("A1", facet) for facet in A1_FACETS))


def on_the_way(learner: LearnerRef) -> LearnerRef:
    api.ensure_track(learner, regulation=REGULATION, audience="citizen")
    return learner


def complete(learner: LearnerRef, *, now: datetime) -> None:
    """Evidence of all five skills, and what follows."""
    person = learners.resolve(learner)
    skills = dimensions.skill_ids({skill for skill, _ in CELLS})

    def work() -> None:
        Evidence.objects.bulk_create(
            Evidence(
                learner_id=person.pk,
                skill_id=skills[skill],
                facet=facet,
                source=Evidence.Source.OBSERVATION,
                source_key=source_key("observation", new_public_id(now), skill=skill, facet=facet, revision=0),
                kind=Evidence.Kind.SCORE,
                value_milli=1000,
                assurance="observed",
                occurred_at=now,
                recorded_at=now,
            )
            for skill, facet in CELLS
        )
        assessment.assess(person.pk, now=now)

    run_locked(person.pk, work)


def lose(learner: LearnerRef, *, now: datetime) -> None:
    """All of the learner's evidence is taken back, and what follows."""
    person = learners.resolve(learner)

    def work() -> None:
        rows = evidence.standing(Evidence.objects.filter(learner_id=person.pk))
        evidence.take_back(rows, actor_id=None, now=now)
        assessment.assess(person.pk, now=now)

    run_locked(person.pk, work)
