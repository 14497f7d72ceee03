"""Exemptions from a skill, for a reason: for somebody who cannot use a touch screen, say, or has shown it to another authority."""

from __future__ import annotations

from datetime import datetime

from digiskills_grading import evidence, testimony
from digiskills_grading.authority import Actor, exempters
from digiskills_grading.data import LearnerRef
from digiskills_grading.models import Evidence
from digiskills_grading.scoring import source_key


def exempt(learner: LearnerRef, *, skill: str, reason: str, actor_id: int, role: str, now: datetime) -> str:
    """Exempts a learner from a skill under all their regulations that name exempters, until `end_exemption`.

    Args:
        reason: why; kept encrypted, told to nobody, deleted when the learner is retired.
        actor_id: platform account of who exempts.
        role: in which they exempt.
        now: aware.

    Returns:
        The key of the exemption in force; that of the earlier one for a learner who is exempt already.

    Raises:
        StatementInvalid: no such skill under the learner's regulations, or no reason.
        LearnerNotFound, NotPermitted, RecordingStopped, ConfigurationError, RuntimeError: as for `record_observation`.
    """
    said = testimony.admit(learner, exempters, Actor(user_id=actor_id, role=role), now=now)
    testimony.facets_of(said.learner, skill)
    text = testimony.require_text(reason, needed="an exemption needs a reason: write why the learner cannot or need not show the skill")
    row = said.row(skill=skill, kind=Evidence.Kind.EXEMPTION, source=Evidence.Source.EXEMPTION, source_key="")
    row.practical = False

    def build() -> Evidence:
        rows = _all(said.learner.pk, skill)
        for standing in evidence.standing(rows):
            return standing
        earlier = sum(item.kind == Evidence.Kind.EXEMPTION for item in rows)
        row.source_key = source_key(Evidence.Source.EXEMPTION.value, said.learner.public_id, skill=skill, facet="", revision=earlier)
        return row

    return testimony.record(said, build, note=text)


def end_exemption(learner: LearnerRef, *, skill: str, actor_id: int, role: str, now: datetime) -> None:
    """Ends a learner's exemption from a skill: what they have shown counts again, as far as it goes.

    Raises:
        EvidenceNotFound: the learner is not exempt from it.
        LearnerNotFound, NotPermitted, RecordingStopped, RuntimeError: as for `exempt`.
    """
    said = testimony.admit(learner, exempters, Actor(user_id=actor_id, role=role), now=now)
    testimony.take_back(said, lambda: evidence.standing(_all(said.learner.pk, skill)), what=f"exemption from {skill}")


def _all(learner_pk: int, skill: str) -> list[Evidence]:
    return list(Evidence.objects.filter(learner_id=learner_pk, source=Evidence.Source.EXEMPTION, skill__code=skill))
