"""All promises of one task, for itself and for each of its overlays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from digiskills_framework.errors import FrameworkDataError
from digiskills_framework.pack import CountryPack
from digiskills_framework.tasks import TaskDefinition
from digiskills_simulator.lint import proofs, shape, words
from digiskills_simulator.lint.problem import Problem
from digiskills_simulator.task import CompiledTask, compile_task
from digiskills_simulator.witness import WitnessError


@dataclass(frozen=True, slots=True)
class LintOptions:
    """How thoroughly to look.

    Attributes:
        today: what reviews are measured against.
        seeds: of witnesses and of what must not pass; at least 20 say something.
        walks: random walks; at most one in a hundred may pass.
        release: an overdue review is an error, not a warning.
    """

    today: date
    seeds: int = 40
    walks: int = 300
    release: bool = False


def lint_task(task: TaskDefinition, pack: CountryPack, written: str, options: LintOptions) -> list[Problem]:
    """Every promise that a task breaks; empty if it keeps them all.

    Args:
        written: its file as text, before the names of the fictional world were filled in.
    """
    problems = [
        *words.nothing_real(task.raw, pack, written),
        *words.languages(task.raw),
        *words.readable(task.raw),
        *words.pages(task.raw),
        *shape.closing(task.raw),
        *shape.freshness(task.raw, options.today, release=options.release),
    ]
    for overlay in ("", *(item.id for item in task.overlays)):
        try:
            found = list(_of_play(compile_task(task.wearing(overlay)), options, first=not overlay))
        except FrameworkDataError as error:
            found = [Problem("task", finding.message, finding.remedy, finding.path) for finding in error.findings]
        except WitnessError as error:
            found = [Problem("witness", str(error), "Correct the script")]
        problems += [replace(problem, overlay=overlay) for problem in found]
    return problems


def _of_play(task: CompiledTask, options: LintOptions, *, first: bool) -> Iterator[Problem]:
    seeds = range(options.seeds)
    yield from proofs.witnesses(task, seeds)
    yield from proofs.idle(task, seeds)
    yield from proofs.naive(task, range(options.seeds * 3))
    yield from proofs.variants(task, range(200))
    if not first:
        return
    yield from proofs.by_heart(task, range(options.seeds * 3))
    yield from proofs.walks(task, options.walks)
    yield from proofs.incoming(task, range(200))
    yield from proofs.recoveries(task)
    yield from shape.coaching(task)
    yield from shape.phone(task)
    yield from shape.points(task)
    yield from shape.secrets(task, seeds)
