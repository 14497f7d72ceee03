"""``digiskills task``: look at, check and play practice tasks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from digiskills_framework.errors import FrameworkDataError
from digiskills_framework.framework_commands import data_option, json_option, language_option, reports_findings
from digiskills_framework.pack_loader import load_pack
from digiskills_framework.tasks import DEFAULT_PACK, TaskDefinition, load_task, task_file, task_ids
from digiskills_simulator.lint import LintOptions, Problem, lint_task
from digiskills_simulator.payload import RunKind, render_payload
from digiskills_simulator.scenario import MAX_SEED, instantiate
from digiskills_simulator.task import compile_task


@click.group()
def task() -> None:
    """Look at, check and play practice tasks."""


@task.command("list")
@data_option
@json_option
@language_option
def list_command(extra: tuple[Path, ...], *, as_json: bool, language: str) -> None:
    """The newest version of every task."""
    rows = [_described(load_task(task_id, extra=extra), language) for task_id in task_ids(extra=extra)]
    if as_json:
        click.echo(json.dumps({"tasks": rows}, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(f"{row['id']}/{row['version']}  {row['step']:<8}  {', '.join(row['audiences']):<40}  {row['title']}")
    click.echo(f"{len(rows)} tasks")


@task.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@data_option
@json_option
@click.option("--seeds", type=click.IntRange(20, 10_000), default=40, show_default=True, help="Seeds to prove each promise for.")
@click.option("--walks", type=click.IntRange(100, 100_000), default=300, show_default=True, help="Random walks a task.")
@click.option("--release", is_flag=True, help="An overdue review is an error.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Measure reviews against this day.")
def lint(
    ids: tuple[str, ...], extra: tuple[Path, ...], *, as_json: bool, seeds: int, walks: int, release: bool, today: datetime | None
) -> None:
    """Check what every task promises: provable, not passed by chance or obedience, complete in both languages, nothing real."""
    options = LintOptions(today=today.date() if today else datetime.now(UTC).date(), seeds=seeds, walks=walks, release=release)
    results: dict[str, list[Problem]] = {}
    for task_id in ids or task_ids(extra=extra):
        results[task_id] = _lint_one(task_id, extra, options)
        if not as_json:
            _show(task_id, results[task_id])
    errors = sum(problem.severity == "error" for found in results.values() for problem in found)
    if as_json:
        _echo_report(results, errors)
    else:
        warnings = sum(map(len, results.values())) - errors
        click.echo(f"{len(results)} tasks, {errors} errors, {warnings} warnings")
    if errors:
        raise click.exceptions.Exit(1)


@task.command()
@click.argument("task_id", metavar="ID")
@data_option
@language_option
@click.option("--seed", type=click.IntRange(0, MAX_SEED), default=0, show_default=True, help="What is drawn.")
@click.option("--overlay", default="", help="As it is for the people of this overlay.")
@click.option("--as-browser", "as_browser", is_flag=True, help="The payload of a counted run, as a browser gets it.")
@click.option("--guided", is_flag=True, help="With --as-browser: of a guided run.")
@reports_findings
def show(task_id: str, extra: tuple[Path, ...], *, language: str, seed: int, overlay: str, as_browser: bool, guided: bool) -> None:
    """One task: what it is about, what one seed draws, or what a browser gets."""
    definition = load_task(task_id, extra=extra)
    known = [item.id for item in definition.overlays]
    if overlay and overlay not in known:
        raise click.BadParameter(f"{overlay!r} is no overlay of {task_id}; it has {', '.join(known) or 'none'}", param_hint="--overlay")
    scenario = instantiate(compile_task(definition.wearing(overlay)), seed)
    if as_browser:
        kind: RunKind = "guided" if guided else "counted"
        click.echo(json.dumps(render_payload(scenario, language=language, run_kind=kind), ensure_ascii=False, indent=1))
        return
    drawn = {name: value if isinstance(value, bool | int | str) else dict(value) for name, value in scenario.drawn.items()}
    click.echo(json.dumps({**_described(definition, language), "seed": seed, "drawn": drawn}, ensure_ascii=False, indent=1))


def _lint_one(task_id: str, extra: tuple[Path, ...], options: LintOptions) -> list[Problem]:
    try:
        definition = load_task(task_id, extra=extra)
    except FrameworkDataError as error:
        return [Problem("task", finding.message, finding.remedy, finding.path) for finding in error.findings]
    written = task_file(task_id, definition.version, extra=extra).read_text(encoding="utf-8")
    return lint_task(definition, load_pack(DEFAULT_PACK), written, options)


def _described(definition: TaskDefinition, language: str) -> dict[str, Any]:
    return {
        "id": definition.id,
        "version": definition.version,
        "digest": definition.digest,
        "title": definition.title.text(language),
        "goal": definition.goal.text(language),
        "skills": list(definition.skills),
        "audiences": list(definition.audiences),
        "step": definition.step,
        "minutes": definition.minutes,
        "overlays": [overlay.id for overlay in definition.overlays],
    }


def _show(task_id: str, problems: Iterable[Problem]) -> None:
    for problem in problems:
        place = " ".join(part for part in (problem.overlay and f"[{problem.overlay}]", problem.where) if part)
        click.echo(f"{task_id}: {problem.severity}: {problem.rule}: {f'{place}: ' if place else ''}{problem.message}. {problem.remedy}.")


def _echo_report(results: dict[str, list[Problem]], errors: int) -> None:
    tasks = [{"id": task_id, "problems": [problem.to_json() for problem in found]} for task_id, found in results.items()]
    click.echo(json.dumps({"tasks": tasks, "errors": errors}, ensure_ascii=False, indent=1))
