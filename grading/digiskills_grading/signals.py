"""Events that grading announces to the platform and, where the operator switches it on, to the event bus.

The wire format is committed in ``schemas/``; a change of the data class is a reviewed change of that file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from attrs import asdict, field, frozen, resolve_types
from openedx_events.tooling import OpenEdxPublicSignal

from digiskills_grading.data import DecisionData
from digiskills_grading.scoring import reasons_to_json


@frozen(kw_only=True)
class DecisionMadeData:
    """A decision about a learner has changed. Carries no name and no platform account: the learner by our own outward id.

    Attributes:
        n: counts decisions of this learner, regulation and audience from 1; a receiver ignores what is not newer than what it has.
        status: ``not_yet``, ``completed`` or ``withdrawn``.
        reasons: JSON list of ``{code, params}``; codes are those of `scoring.Reason`.
    """

    learner_id: str = field()
    regulation: str = field()
    audience: str = field()
    n: int = field()
    status: str = field()
    reasons: str = field()
    digest: str = field()
    decided_at: datetime = field()


# The schema of the wire is derived from the types, not from their names in quotes.
resolve_types(DecisionMadeData)


def decision_made(decision: DecisionData) -> DecisionMadeData:
    """The event's data for a decision."""
    return DecisionMadeData(
        learner_id=decision.learner_public_id,
        regulation=decision.regulation,
        audience=decision.audience,
        n=decision.n,
        status=decision.status,
        reasons=reasons_to_json(decision.reasons),
        digest=decision.digest,
        decided_at=decision.decided_at,
    )


# .. event_type: org.digiskills.decision.made.v1
# .. event_name: DECISION_MADE
# .. event_key_field: decision.learner_id
# .. event_description: sent after commit when the decision about a learner (status or reasons) has changed.
# .. event_data: DecisionMadeData
# .. event_trigger_repository: digiskills-xblock
DECISION_MADE = OpenEdxPublicSignal(event_type="org.digiskills.decision.made.v1", data={"decision": DecisionMadeData})


@frozen(kw_only=True)
class SkillChange:
    """A skill's state has become another one on a track.

    Attributes:
        before, after: ``not_assessed``, ``not_yet``, ``mastered``, ``expired`` or ``exempt``.
        value_milli: 0 … 1000; None where no value was gained.
    """

    skill: str
    before: str
    after: str
    value_milli: int | None


@frozen(kw_only=True)
class MasteryChangedData:
    """States of skills have changed on a track, all by one cause. Carries no name and no platform account.

    Attributes:
        rev: grows with every change about the learner; a receiver ignores what is not newer than what it has of a track.
        changes: JSON list of ``{skill, before, after, value_milli}``, see `SkillChange`. The wire format knows no list of records.
    """

    learner_id: str = field()
    regulation: str = field()
    audience: str = field()
    rev: int = field()
    changes: str = field()
    assessed_at: datetime = field()


resolve_types(MasteryChangedData)


def mastery_changed(
    learner_id: str, regulation: str, audience: str, *, rev: int, changes: Iterable[SkillChange], assessed_at: datetime
) -> MasteryChangedData:
    """The event's data for the skills of a track that have changed together."""
    listed = json.dumps([asdict(change) for change in changes], separators=(",", ":"))
    return MasteryChangedData(
        learner_id=learner_id, regulation=regulation, audience=audience, rev=rev, changes=listed, assessed_at=assessed_at
    )


# .. event_type: org.digiskills.mastery.changed.v1
# .. event_name: MASTERY_CHANGED
# .. event_key_field: mastery.learner_id
# .. event_description: sent after commit when the state of skills of a learner has changed, by evidence or by time.
# .. event_data: MasteryChangedData
# .. event_trigger_repository: digiskills-xblock
MASTERY_CHANGED = OpenEdxPublicSignal(event_type="org.digiskills.mastery.changed.v1", data={"mastery": MasteryChangedData})

# Every event of ours, for those who list them.
PUBLIC_EVENTS = (DECISION_MADE, MASTERY_CHANGED)
