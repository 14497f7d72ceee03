"""What waits, and since when?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Min, QuerySet

from digiskills_grading.data import Finding, Level
from digiskills_grading.grades import SWEEP_AFTER
from digiskills_grading.models import Attempt, AttemptRequest, CounterDelta, Inbox, IssueTodo, Trace, Track

MANY_DELTAS = 100_000
TOO_MANY_DELTAS = 1_000_000
_SWEEP = "run digiskills_sweep, and see that it runs every minute; its log names what it cannot do"


def waiting(now: datetime) -> Iterator[Finding]:
    """Work of all kinds that is due and not done."""
    pending = Attempt.objects.filter(grade_state=Attempt.Grade.PENDING, scored_at__lt=now - SWEEP_AFTER)
    yield _backlog("grades", "grades that the platform does not hold yet", _SWEEP, pending, "scored_at", now)
    yield _backlog("requests", "resets and rescores that staff asked for", _SWEEP, AttemptRequest.objects.all(), "created_at", now)
    issues = IssueTodo.objects.filter(not_before__lte=now)
    yield _backlog("issues", "records to be issued", "run digiskills_issue; is the switch 'issuing' on?", issues, "not_before", now)
    yield _backlog("inbox", "scores of other blocks", _SWEEP, Inbox.objects.filter(not_before__lte=now), "not_before", now)
    yield _given_up()
    yield _deltas()
    reviews = Track.objects.filter(next_review_at__lte=now, successor=None)
    yield _backlog("reviews", "tracks whose mastery is over or whose veto has ended", _SWEEP, reviews, "next_review_at", now)
    overdue = Trace.objects.filter(purge_after__lte=now - timedelta(days=1))
    yield _backlog("traces", "traces whose retention is over", _SWEEP, overdue, "purge_after", now - timedelta(days=1))


def _backlog(name: str, of: str, todo: str, rows: QuerySet[object], due: str, now: datetime) -> Finding:  # type: ignore[type-var]
    found = rows.aggregate(count=Count("pk"), oldest=Min(due))
    return Finding.of_backlog(f"backlog.{name}", of, todo, count=found["count"], oldest=found["oldest"], now=now)


def _given_up() -> Finding:
    count = Inbox.objects.filter(not_before=None).count()
    if not count:
        return Finding(check="inbox.given_up", level="ok", what="no score of another block was given up")
    todo = "see their last error in the admin, mend the cause, then have them tried again (count-any-graded-block.md)"
    return Finding(check="inbox.given_up", level="warn", what=f"{count} scores of other blocks could not be looked at", todo=todo)


def _deltas() -> Finding:
    count = CounterDelta.objects.count()
    what = f"{count} facts are not folded into the counters yet"
    if count <= MANY_DELTAS:
        return Finding(check="backlog.counters", level="ok", what=what)
    level: Level = "fail" if count > TOO_MANY_DELTAS else "warn"
    return Finding(check="backlog.counters", level=level, what=what, todo="run digiskills_counters fold, and see that it runs every minute")
