"""Figures of courses: taken from time to time and stored, since the pages that show them must not count a hundred thousand runs.

How often follows from the work: at most once in a quarter of an hour, less often for courses with many runs, and less and less often while
nothing changes.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from attrs import asdict, evolve
from django.conf import settings

from digiskills_grading.course_learners import CoursePeople, assurance_mix, groups_of, people_of, rows_of, skills_of
from digiskills_grading.data import CourseLearner, CourseReport, ItemFigures, LearnerGroup, TaskFigures
from digiskills_grading.errors import DigiskillsError
from digiskills_grading.item_analysis import analyse
from digiskills_grading.models import Attempt, Context, CourseSnapshot
from digiskills_grading.transactions import consistent_reading, require_aware

log = logging.getLogger(__name__)

SHORTEST_WAIT = 900  # seconds
LONGEST_WAIT = 86_400
RUNS_PER_SECOND = 4  # of waiting: 50,000 runs are counted again after three and a half hours
# How long whoever takes the figures of a course keeps others from it.
LEASE = timedelta(minutes=30)
# A course with at most so many runs is counted while somebody waits for the page.
SMALL_COURSE = 5000
# Who asks again and again gets what is this young.
FRESH = timedelta(minutes=1)
# Two reports that differ in their date alone say the same.
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


def course_report(course_key: str) -> CourseReport | None:
    """The figures of a course as they were taken last; None before the first time."""
    body = CourseSnapshot.objects.filter(course_key=course_key, taken_at__isnull=False).values_list("body", flat=True).first()
    return None if body is None else _from_json(json.loads(body))


def course_learners(course_key: str) -> tuple[tuple[str, ...], Iterator[CourseLearner]]:
    """Every learner of a course on every track, as they are now; the course team is left out.

    Returns:
        Codes of the skills that are required of somebody, and the learners, who are read piece by piece.
    """
    people = people_of(course_key)
    return skills_of(people), rows_of(people)


def refresh_course_figures(*, now: datetime, limit: int) -> int:
    """Takes the figures of courses that are due, those that waited longest first; returns of how many.

    Several workers may do so at once. A course whose figures cannot be taken is logged, tried again when the lease is over, and keeps no
    other from its turn.

    Args:
        now: aware.
        limit: at most so many courses.
    """
    require_aware(now)
    _note_new_courses(now)
    done = 0
    for row in CourseSnapshot.objects.filter(due_at__lte=now).order_by("due_at", "pk").defer("body")[:limit]:
        if CourseSnapshot.objects.filter(pk=row.pk, due_at=row.due_at).update(due_at=now + LEASE):
            try:
                _take(row, now)
            except DigiskillsError:
                log.exception("the figures of course %s could not be taken", row.course_key)
            else:
                done += 1
    return done


def take_course_figures(course_key: str, *, now: datetime) -> bool:
    """Takes the figures of one course at once, if it is small enough for somebody to wait; returns whether they are of now.

    Figures of the last minute are taken for those of now.

    Args:
        now: aware.
    """
    require_aware(now)
    if not can_be_taken_at_once(course_key):
        return False
    row, _ = CourseSnapshot.objects.get_or_create(course_key=course_key, defaults={"due_at": now})
    if row.taken_at is None or row.taken_at <= now - FRESH:
        _take(row, now)
    return True


def can_be_taken_at_once(course_key: str) -> bool:
    """Whether a course has at most `SMALL_COURSE` runs: whether there is one more, so that no more than those are looked at."""
    contexts = list(Context.objects.filter(course_key=course_key).values_list("pk", flat=True))
    runs = Attempt.objects.filter(context_id__in=contexts).order_by().values_list("pk")
    return not list(runs[SMALL_COURSE : SMALL_COURSE + 1])


def _note_new_courses(now: datetime) -> None:
    """A row for every course that has none."""
    known = set(CourseSnapshot.objects.values_list("course_key", flat=True))
    for course_key in sorted(set(Context.objects.order_by().values_list("course_key", flat=True).distinct()) - known):
        CourseSnapshot.objects.get_or_create(course_key=course_key, defaults={"due_at": now})


def _take(row: CourseSnapshot, now: datetime) -> None:
    """Reads at one moment and stores; who comes second writes the same again."""
    with consistent_reading():
        people = people_of(row.course_key)
        report = _report(row.course_key, people, now)
    digest = sha256(_to_json(evolve(report, taken_at=UNDATED)).encode()).hexdigest()
    busy = min(max((report.guided + report.counted) // RUNS_PER_SECOND, SHORTEST_WAIT), LONGEST_WAIT)
    wait = busy if digest != row.digest else min(max(2 * row.wait_seconds, busy), LONGEST_WAIT)
    CourseSnapshot.objects.filter(pk=row.pk).update(
        taken_at=now, due_at=now + timedelta(seconds=wait), wait_seconds=wait, digest=digest, body=_to_json(report)
    )


def _report(course_key: str, people: CoursePeople, now: datetime) -> CourseReport:
    items = analyse(people.contexts, team=people.team, now=now, least=settings.DIGISKILLS_SMALL_FIGURE)
    return CourseReport(
        course_key=course_key,
        taken_at=now,
        learners=len(people.learners),
        guided=items.guided,
        counted=items.counted,
        assurance=assurance_mix(people),
        groups=groups_of(people),
        tasks=items.tasks,
    )


def _to_json(report: CourseReport) -> str:
    return json.dumps({**asdict(report), "taken_at": report.taken_at.isoformat()}, ensure_ascii=False, separators=(",", ":"))


def _from_json(raw: dict[str, Any]) -> CourseReport:
    return CourseReport(
        **{
            **raw,
            "taken_at": datetime.fromisoformat(raw["taken_at"]),
            "groups": tuple(LearnerGroup(**group) for group in raw["groups"]),
            "tasks": tuple(_task(task) for task in raw["tasks"]),
        }
    )


def _task(raw: dict[str, Any]) -> TaskFigures:
    return TaskFigures(
        **{
            **raw,
            "whole": _item(raw["whole"]),
            "goals": tuple(_item(goal) for goal in raw["goals"]),
            "hazards": tuple((hazard, learners) for hazard, learners in raw["hazards"]),
        }
    )


def _item(raw: dict[str, Any]) -> ItemFigures:
    return ItemFigures(**{**raw, "signs": tuple(raw["signs"])})
