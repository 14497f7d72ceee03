"""Celery's ways in: the inbox, sweeping, folding counters, reviews, figures of courses. Their names never change.

Celery is not imported by anything else, so that a site without it loses nothing. Tasks carry nothing but a limit: what is to be done is
in the database, so that a message that is lost, doubled or overtaken does no harm, and two runs at a time share the work.
"""

from __future__ import annotations

from typing import Any

from attrs import asdict
from celery import shared_task
from django.utils import timezone

from digiskills_grading import counting, course_figures, inbox, reviewing, sweeping, worker_runs
from digiskills_grading.grades import configured_sink

LIMIT = 1000
FOLD_LIMIT = 100_000
COURSE_LIMIT = 50


@shared_task(name="digiskills_grading.tasks.process_inbox", ignore_result=True)
def process_inbox(limit: int = LIMIT) -> dict[str, Any]:
    """Look at the scores of other blocks that were noted; returns what came of them."""
    report = inbox.process(now=timezone.now(), limit=limit)
    worker_runs.note(worker_runs.PROCESS_INBOX, now=timezone.now())
    return asdict(report)


@shared_task(name="digiskills_grading.tasks.sweep", ignore_result=True)
def sweep(limit: int = LIMIT) -> dict[str, Any]:
    """Do what was left: see `sweeping.sweep`."""
    report = sweeping.sweep(configured_sink(), now=timezone.now(), limit=limit)
    worker_runs.note(worker_runs.SWEEP, now=timezone.now())
    return asdict(report)


@shared_task(name="digiskills_grading.tasks.fold_counters", ignore_result=True)
def fold_counters(limit: int = FOLD_LIMIT) -> dict[str, Any]:
    """Fold the facts that were noted into the counters."""
    report = counting.fold(now=timezone.now(), limit=limit)
    worker_runs.note(worker_runs.FOLD_COUNTERS, now=timezone.now())
    return asdict(report)


@shared_task(name="digiskills_grading.tasks.review_due", ignore_result=True)
def review_due(limit: int = LIMIT) -> int:
    """Assess again whose mastery time has changed; returns how many learners."""
    reviewed = reviewing.review_due(now=timezone.now(), limit=limit)
    worker_runs.note(worker_runs.REVIEW_DUE, now=timezone.now())
    return reviewed


@shared_task(name="digiskills_grading.tasks.refresh_courses", ignore_result=True)
def refresh_courses(limit: int = COURSE_LIMIT) -> int:
    """Take the figures of courses that are due; returns of how many."""
    taken = course_figures.refresh_course_figures(now=timezone.now(), limit=limit)
    worker_runs.note(worker_runs.REFRESH_COURSES, now=timezone.now())
    return taken
