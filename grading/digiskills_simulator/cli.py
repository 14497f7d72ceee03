"""``digiskills task``: look at, check and play practice tasks."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import click

from digiskills_framework.api import load_profile
from digiskills_framework.command_options import data_option, json_option, language_option, reports_findings
from digiskills_framework.errors import FrameworkDataError
from digiskills_framework.pack_loader import load_pack
from digiskills_framework.tasks import DEFAULT_PACK, TaskDefinition, load_task, task_file, task_ids
from digiskills_simulator.drafting import KINDS, write_draft
from digiskills_simulator.figures import coverage, figures_of, missing
from digiskills_simulator.lint import LintOptions, Problem, lint_task
from digiskills_simulator.payload import RunKind, render_payload
from digiskills_simulator.scenario import MAX_SEED, instantiate
from digiskills_simulator.task import compile_task
from digiskills_simulator.terminal import Ask, play_in_terminal


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
@click.option("--walks", type=click.IntRange(100, 100_000), default=1000, show_default=True, help="Random walks a task.")
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
    definition = _worn(load_task(task_id, extra=extra), overlay)
    scenario = instantiate(compile_task(definition), seed)
    if as_browser:
        kind: RunKind = "guided" if guided else "counted"
        click.echo(json.dumps(render_payload(scenario, language=language, run_kind=kind), ensure_ascii=False, indent=1))
        return
    drawn = {name: value if isinstance(value, bool | int | str) else dict(value) for name, value in scenario.drawn.items()}
    click.echo(json.dumps({**_described(definition, language), "seed": seed, "drawn": drawn}, ensure_ascii=False, indent=1))


@task.command()
@click.argument("task_id", metavar="ID")
@data_option
@language_option
@click.option("--seed", type=click.IntRange(0, MAX_SEED), default=None, help="What is drawn; without it another one each day.")
@click.option("--overlay", default="", help="As it is for the people of this overlay.")
@click.option("--guided", is_flag=True, help="With the coach's hints.")
@click.option("--script", type=click.File(encoding="utf-8"), help="A file with one answer a line, instead of asking.")
@reports_findings
def play(
    task_id: str, extra: tuple[Path, ...], *, language: str, seed: int | None, overlay: str, guided: bool, script: TextIO | None
) -> None:
    """Play a task here: screens as text, what can be done as numbers. Nothing is recorded."""
    definition = _worn(load_task(task_id, extra=extra), overlay)
    drawn = datetime.now(UTC).date().toordinal() if seed is None else seed
    play_in_terminal(instantiate(compile_task(definition), drawn), language=language, guided=guided, ask=_asker(script), say=click.echo)


@task.command()
@click.argument("task_id", metavar="ID")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="The app in which it mostly happens.")
@click.option("--skill", help="The skill's code; must be the one with which ID begins.")
@click.option(
    "--data", "directory", type=click.Path(path_type=Path, file_okay=False), required=True, help="The data directory to write to."
)
def new(task_id: str, *, kind: str, skill: str | None, directory: Path) -> None:
    """Write a small draft that already works. ID is the skill's code and two digits, as in S3-07."""
    if skill is not None and not task_id.startswith(f"{skill}-"):
        raise click.BadParameter(f"{task_id} does not begin with the code of skill {skill}", param_hint="--skill")
    try:
        path = write_draft(directory, task_id, kind=kind, today=datetime.now(UTC).date())
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="ID") from error
    except FileExistsError as error:
        raise click.ClickException(f"{error.filename} is there already; choose another number") from error
    click.echo(f"{path}\nFill it with a situation from life, then: digiskills task lint {task_id} --data {directory}")


@task.command()
@data_option
@json_option
@click.option("--walks", type=click.IntRange(10, 100_000), default=200, show_default=True, help="Random walks a task.")
@click.option("--framework", default="digiskills-vn/1.0", show_default=True, help="Whose requirement profile must be covered.")
@reports_findings
def stats(extra: tuple[Path, ...], *, as_json: bool, walks: int, framework: str) -> None:
    """Size and difficulty of every task, which skills they cover for whom, and which cells of the profile have none yet."""
    definitions = [load_task(task_id, extra=extra) for task_id in task_ids(extra=extra)]
    figures = [figures_of(definition, walks=walks) for definition in definitions]
    covered = coverage(definitions)
    gaps = missing(load_profile(framework, extra), covered)
    if as_json:
        cells = [{"skill": skill, "audience": audience, "tasks": tasks} for (skill, audience), tasks in sorted(covered.items())]
        lacking = [{"skill": cell.skill, "audience": cell.audience, "requirement": cell.requirement} for cell in gaps]
        report = {"tasks": [asdict(one) for one in figures], "coverage": cells, "missing": lacking}
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
        return
    click.echo("task   step      variants  screens  points  minutes  random mean  random pass  naive best")
    for one in figures:
        naive = "-" if one.naive_milli is None else str(one.naive_milli)
        click.echo(
            f"{one.id:<7}{one.step:<10}{one.variants:>8}{one.screens:>9}{one.points:>8}{one.minutes:>9}{one.random_milli:>13}"
            f"{one.random_passed:>13}{naive:>12}"
        )
    for (skill, audience), tasks in sorted(covered.items()):
        click.echo(f"{skill}  {audience:<18} {', '.join(tasks)}")
    click.echo(f"{len(figures)} tasks; {len(gaps)} cells of {framework} have none:")
    for cell in gaps:
        click.echo(f"  {cell.skill}  {cell.audience:<18} {cell.requirement}")


def _worn(definition: TaskDefinition, overlay: str) -> TaskDefinition:
    known = [item.id for item in definition.overlays]
    if overlay and overlay not in known:
        raise click.BadParameter(
            f"{overlay!r} is no overlay of {definition.id}; it has {', '.join(known) or 'none'}", param_hint="--overlay"
        )
    return definition.wearing(overlay)


def _asker(script: TextIO | None) -> Ask:
    """Answers from a file or from the person; the end of either is no answer."""
    lines: TextIO = sys.stdin if script is None else script

    def ask(question: str) -> str | None:
        click.echo(question, nl=False)
        line = lines.readline()
        if script is not None or not line:
            click.echo(line.rstrip("\n"))
        return line.rstrip("\n") if line else None

    return ask


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
