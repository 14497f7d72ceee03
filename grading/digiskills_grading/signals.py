"""Events that grading announces to the platform and, where the operator switches it on, to the event bus.

The wire format is committed in ``schemas/``; a change of the data class is a reviewed change of that file.
"""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen, resolve_types
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

# Every event of ours, for those who list them.
PUBLIC_EVENTS = (DECISION_MADE,)
