"""The page of a large course for its team, and what is done from time to time so that the page is cheap."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from django.template.loader import render_to_string

from benchmarks.measuring import measure, measure_once_each
from benchmarks.tables import SAMPLE_HEAD, Table, sample_cells
from digiskills_framework.tasks import TaskDefinition, load_task
from digiskills_grading import api as grading
from digiskills_grading import course_figures, dimensions, presenters
from digiskills_grading.course_links import NoCourseLinks
from digiskills_grading.ids import new_public_id
from digiskills_grading.models import Attempt, Learner, Mastery, Track

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
COURSE = "course-v1:Bench+KNS1+2026"
REGULATION = "vn-default/1"
AUDIENCE = "citizen"
TASKS = ("S3-01", "A1-03", "A1-10")
LEARNERS = 16_667
PIECE = 1000
TAKES = 4
GOAL_SECONDS = 0.1


def course_table() -> Table:
    """CPU time of the page, and of taking its figures and exporting its learners."""
    runs = _fill()
    _take(0)
    _check(runs)
    page = measure({"the page": _page}, rounds=10, repetitions=3)
    rare = measure_once_each({"taking the figures": [partial(_take, turn) for turn in range(1, TAKES + 1)], "the CSV": [_csv] * TAKES})
    return Table(
        "The page of a course",
        ("work", *SAMPLE_HEAD),
        [[name, *sample_cells(sample)] for name, sample in {**page, **rare}.items()],
        [
            f"{runs:,} runs of {LEARNERS:,} learners in {len(TASKS)} blocks.",
            "Checked: all runs are in the figures, and the states of every skill add up to the learners.",
            f"Goal: a page ≤ {GOAL_SECONDS * 1000:.0f} ms. It takes {page['the page'].median * 1000:.0f} ms.",
            "Figures of a course of this size are taken at most every three and a half hours.",
        ],
    )


def _page() -> str:
    shown = presenters.CourseShown(course_key=COURSE, language="vi", group="", at_once=course_figures.can_be_taken_at_once(COURSE))
    page = presenters.course_page(grading.course_report(COURSE), shown, NoCourseLinks())
    return render_to_string("digiskills_grading/course.html", {"page": page, "language": "vi", "keep": ""})


def _take(turn: int) -> None:
    """Of every course of the database; the others have a handful of runs."""
    now = NOW + timedelta(days=2 * turn)
    grading.refresh_course_figures(now=now, limit=100)
    report = grading.course_report(COURSE)
    if report is None or report.taken_at != now:
        raise AssertionError(f"figures of {now} are wanted, not {report}")


def _csv() -> int:
    codes, learners = course_figures.course_learners(COURSE)
    return sum(1 for _ in presenters.learner_rows(codes, learners, name=COURSE, now=NOW, language="vi"))


def _check(runs: int) -> None:
    report = grading.course_report(COURSE)
    if report is None or report.counted != runs or report.learners != LEARNERS:
        raise AssertionError(f"figures of {runs} runs of {LEARNERS} learners are wanted, not {report}")
    for group in report.groups:
        if any(sum(states.values()) != group.learners for states in group.skills.values()):
            raise AssertionError(f"states do not add up to {group.learners}: {group.skills}")


def _fill() -> int:
    """Learners with tracks, some masteries, and one scored run in each block; returns how many runs."""
    dice = random.Random(1)
    regulation = dimensions.regulation_id(REGULATION)
    first = Learner.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    Learner.objects.bulk_create((Learner(public_id=new_public_id(NOW), created_at=NOW) for _ in range(LEARNERS)), batch_size=PIECE)
    learners = list(Learner.objects.filter(pk__gt=first).order_by("pk").values_list("pk", flat=True))
    Track.objects.bulk_create(
        (Track(learner_id=pk, regulation_id=regulation, audience=AUDIENCE, joined_at=NOW) for pk in learners), batch_size=PIECE
    )
    tracks = list(Track.objects.filter(learner_id__gt=first).order_by("learner_id").values_list("learner_id", "pk"))
    skills = [dimensions.skill_id(code) for code in ("S1", "S2", "S3", "S4", "A1")]
    states = [Mastery.State.MASTERED, Mastery.State.NOT_YET, Mastery.State.EXPIRED]
    Mastery.objects.bulk_create(
        (Mastery(track_id=track, skill_id=skill, state=dice.choice(states), evidence_upto=1) for _, track in tracks for skill in skills),
        batch_size=PIECE,
    )
    Attempt.objects.bulk_create(_runs(tracks, dice), batch_size=PIECE)
    return len(tracks) * len(TASKS)


def _runs(tracks: list[tuple[int, int]], dice: random.Random) -> Iterator[Attempt]:
    for task in map(load_task, TASKS):
        context = dimensions.context_id(COURSE, f"block-v1:Bench+KNS1+2026+type@digiskills_practice+block@{task.id}")
        version = dimensions.task_version_id(task.id, task.version, task.digest)
        for learner, track in tracks:
            yield Attempt(
                public_id=new_public_id(NOW),
                learner_id=learner,
                context_id=context,
                track_id=track,
                task_version_id=version,
                n=1,
                run_kind=Attempt.Kind.COUNTED,
                engine_version=1,
                seed=1,
                state=Attempt.State.SCORED,
                started_at=NOW,
                scored_at=NOW,
                score_milli=dice.randrange(1001),
                result=_result(task, dice),
            )


def _result(task: TaskDefinition, dice: random.Random) -> str:
    goals = [{"id": goal["id"], "points": goal["points"], "met": dice.random() < 0.6} for goal in task.raw["goals"]]
    hazards = [
        {"id": hazard["id"], "step": 3, "recovered": False, "cap_milli": 300} for hazard in task.raw["hazards"] if dice.random() < 0.2
    ]
    return json.dumps({"goals": goals, "hazards": hazards, "skills": [], "score_milli": 0, "steps": 9, "ignored": 0, "ended": True})
