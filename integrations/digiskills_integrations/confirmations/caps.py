"""How often records may be signed: the regulation's cap over a sliding year."""

from __future__ import annotations

from datetime import datetime, timedelta

from digiskills_framework.api import RecordType, Regulation
from digiskills_grading.data import DecisionData
from digiskills_integrations.confirmations.models import ConfirmationEvent, EventType

WINDOW = timedelta(days=365)
# A correction puts right what we wrote wrong: it is nobody's fault but ours and never waits.
COUNTED_EVENTS = (EventType.ISSUED, EventType.RENEWED)


def allowed_from(decision: DecisionData, regulation: Regulation, record_type: RecordType, *, now: datetime) -> datetime:
    """When the next record of this type may be issued or renewed for the decision's learner: ``now``, or the end of the wait."""
    cap = regulation.record_caps.get(record_type)
    if cap is None:
        return now
    signed = ConfirmationEvent.objects.filter(
        confirmation__learner_public_id=decision.learner_public_id,
        confirmation__regulation=decision.regulation,
        confirmation__audience=decision.audience,
        confirmation__record_type=record_type,
        type__in=COUNTED_EVENTS,
        occurred_at__gt=now - WINDOW,
    )
    newest = list(signed.order_by("-occurred_at").values_list("occurred_at", flat=True)[:cap])
    return newest[-1] + WINDOW if len(newest) == cap else now
