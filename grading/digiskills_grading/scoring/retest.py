"""When a learner may take the next counted attempt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from digiskills_framework.api import RuleValues


def next_counted_attempt(values: RuleValues, scored: Iterable[datetime]) -> datetime | None:
    """The earliest moment of the next counted attempt; None where none is prescribed.

    Args:
        scored: when the counted attempts so far were scored.
    """
    last = max(scored, default=None)
    if last is None or values.retest_delay_days == 0:
        return None
    return last + timedelta(days=values.retest_delay_days)
