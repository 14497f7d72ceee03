"""Figures of a course for those who teach it. Nobody is named; figures of tasks are of learners, not of attempts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import frozen


@frozen(kw_only=True)
class LearnerGroup:
    """The learners of a course under one regulation, as one audience, at one school level.

    Attributes:
        school_level: empty where there is none.
        skills: by code of each required skill, in the order of the requirements: how many learners are in which state of mastery. The
            states of a skill add up to ``learners``.
    """

    regulation: str
    audience: str
    school_level: str
    learners: int
    completed: int
    skills: Mapping[str, Mapping[str, int]]


@frozen(kw_only=True)
class ItemFigures:
    """A goal, or a task as a whole (``id`` is empty); see `scoring.items`.

    Attributes:
        difficulty, discrimination, upper: in thousandths; None where there are too few learners to tell.
        signs: why to look at it.
    """

    id: str
    n: int
    difficulty: int | None = None
    discrimination: int | None = None
    upper: int | None = None
    signs: tuple[str, ...] = ()


@frozen(kw_only=True)
class TaskFigures:
    """One version of a task in one block of the course.

    Attributes:
        started: learners who began a counted run more than a day ago, or submitted one.
        dropped: those of them who never submitted one.
        median_tries: scored counted runs of those who have one, in thousandths; None for nobody.
        whole: the first scored counted run of each learner; ``goals`` are of the same runs.
        hazards: how many learners ever came to harm there, most first; those of very few learners are left out.
    """

    usage_key: str
    task_id: str
    version: int
    started: int
    dropped: int
    median_tries: int | None
    whole: ItemFigures
    goals: tuple[ItemFigures, ...]
    hazards: tuple[tuple[str, int], ...]


@frozen(kw_only=True)
class CourseReport:
    """Everything that the page of a course shows.

    Attributes:
        learners: who has practised in the course, or has a result in a mapped block of it; the course team is left out.
        guided, counted: their scored runs.
        assurance: their standing pieces of evidence from the course, by assurance.
    """

    course_key: str
    taken_at: datetime
    learners: int
    guided: int
    counted: int
    assurance: Mapping[str, int]
    groups: tuple[LearnerGroup, ...]
    tasks: tuple[TaskFigures, ...]


@frozen(kw_only=True)
class CourseLearner:
    """One row of the export of a course: a learner on one track, by public id alone.

    Attributes:
        skills: state by skill code; a skill that is not there was not assessed.
    """

    public_id: str
    regulation: str
    audience: str
    school_level: str
    status: str
    skills: Mapping[str, str]
