"""The sequence of all decisions, in which a reader who comes again for what is new misses nothing.

Ids will not do: they are given when a row is inserted, and a row that is committed late appears behind a reader who went past it. Nor
will ``decided_at``: it is the time of the request or of the batch, which may be long before the commit. So committed decisions are given
places afterwards, by one at a time: whoever sees a place sees all places before it.
"""

from __future__ import annotations

from django.db import transaction

from digiskills_grading.models import Decision, DecisionSequence

_ROW = 1


def place_decisions(*, limit: int) -> int:
    """Gives the next places to decisions that are committed and have none, in the order of their ids; how many it were.

    Those who come at once wait for each other. Costs one SELECT where there is nothing to do.

    Args:
        limit: at most so many.

    Raises:
        RuntimeError: inside somebody else's transaction, which might see too little.
    """
    if not Decision.objects.filter(place__isnull=True).exists():
        return 0
    DecisionSequence.objects.get_or_create(id=_ROW)
    with transaction.atomic(durable=True):
        # The lock comes before the first read, so that what the one before us has placed is seen as placed.
        DecisionSequence.objects.filter(id=_ROW).update(id=_ROW)
        last = DecisionSequence.objects.values_list("last", flat=True).get(id=_ROW)
        rows = list(Decision.objects.filter(place__isnull=True).order_by("id").only("id")[:limit])
        for place, row in enumerate(rows, start=last + 1):
            row.place = place
        Decision.objects.bulk_update(rows, ["place"])
        DecisionSequence.objects.filter(id=_ROW).update(last=last + len(rows))
    return len(rows)
