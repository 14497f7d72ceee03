"""Practice tasks name the skills of one framework. Another that borrows a task (its ``content.yaml``) has it count for its own skills too.

Where the attempt was made for a regulation of the borrowing framework, each skill that borrows the task gets one piece of evidence more:
the score of the whole task, since its parts are named in the other framework's words.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from digiskills_framework.api import FrameworkDataError
from digiskills_grading.models import Attempt
from digiskills_grading.site_data import data_dirs, list_frameworks, load_borrowed, load_regulation
from digiskills_simulator.api import ScoredAttempt, SkillScore


def borrowers(attempt: Attempt) -> tuple[str, ...]:
    """Codes of the skills that borrow an attempt's task, in the framework of its track; track and regulation are loaded with it."""
    return load_borrowed(load_regulation(attempt.track.regulation.key).framework).get(attempt.task_version.task_id, ())


def anybody(task_id: str) -> frozenset[str]:
    """Codes of the skills of any framework here that borrow a task: what `borrowers` may turn out to be."""
    return _anybody(task_id, data_dirs())


def with_borrowers(scored: ScoredAttempt, codes: Collection[str]) -> ScoredAttempt:
    """The same attempt with what it says of the skills that borrow its task."""
    hazard = any(item.hazard for item in scored.skills)
    return replace(scored, skills=(*scored.skills, *(SkillScore(code, None, scored.score_milli, hazard) for code in codes)))


@lru_cache(maxsize=512)
def _anybody(task_id: str, _directories: tuple[Path, ...]) -> frozenset[str]:
    found: set[str] = set()
    for key in list_frameworks():
        try:
            found.update(load_borrowed(key).get(task_id, ()))
        except FrameworkDataError:
            continue  # nobody is on a track of a framework that cannot be read
    return frozenset(found)
