"""``digiskills lesson``: check lessons and questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from digiskills_framework.api import list_frameworks
from digiskills_framework.command_options import data_option, json_option, print_json
from digiskills_framework.content import FILE as CONTENT
from digiskills_framework.content import SkillKey, content_of
from digiskills_framework.content_filling import fill
from digiskills_framework.errors import FrameworkDataError
from digiskills_framework.lessons import KIND as LESSONS
from digiskills_framework.lessons import content_file, content_skills, load_lesson
from digiskills_framework.library import SHIPPED, find, read_entry
from digiskills_framework.loader import FrameworkBundle
from digiskills_framework.pack_loader import load_pack
from digiskills_framework.questions import KIND as QUESTIONS
from digiskills_framework.questions import load_questions
from digiskills_framework.strict_yaml import read_yaml, show_path
from digiskills_simulator.lint.problem import Problem
from digiskills_xblock.course.content_promises import ContentFile, ContentOptions, newest_bundle
from digiskills_xblock.course.lesson_lint import lint_lesson
from digiskills_xblock.course.question_lint import lint_questions

KINDS = (LESSONS, QUESTIONS)


@dataclass(frozen=True, slots=True)
class Found:
    """A problem with the file and line it is in."""

    file: str
    line: int | None
    problem: Problem

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        problem = self.problem
        where = f"{problem.where}: " if problem.where else ""
        return f"{place}: {problem.severity}: {problem.rule}: {where}{problem.message}. {problem.remedy}."

    def as_json(self) -> dict[str, str | int | None]:
        return {"file": self.file, "line": self.line, **self.problem.to_json()}


@click.group()
def lesson() -> None:
    """Check what there is to read and to answer about each skill."""


@lesson.command()
@click.argument("skills", nargs=-1, metavar="[SKILL]...")
@click.option("--framework", "framework_id", help="Id of a framework without its version; without it all that have lessons.")
@data_option
@json_option
@click.option("--release", is_flag=True, help="An overdue review and a skill without lesson or questions are errors.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Measure reviews against this day.")
def lint(
    skills: tuple[str, ...], framework_id: str | None, extra: tuple[Path, ...], *, as_json: bool, release: bool, today: datetime | None
) -> None:
    """Check lessons and questions: form, both languages, length, plain words, nothing real, pictures, right answers, dates."""
    options = ContentOptions(today=today.date() if today else datetime.now(UTC).date(), release=release)
    files = _chosen(skills, framework_id, extra)
    found = [item for kind, framework, skill in files for item in _lint_file(kind, framework, skill, extra, options)]
    found += _missing({(framework, skill) for _kind, framework, skill in files}, framework_id, extra, options, whole=not skills)
    if not skills:
        found += [item for chosen in _known_frameworks(framework_id, extra) for item in _borrowing(chosen, extra)]
    errors = sum(item.problem.severity == "error" for item in found)
    if as_json:
        print_json({"files": len(files), "errors": errors, "problems": [item.as_json() for item in found]})
    else:
        for item in found:
            click.echo(str(item))
        click.echo(f"{len(files)} files, {errors} errors, {len(found) - errors} warnings")
    if errors:
        raise click.exceptions.Exit(1)


def _chosen(skills: tuple[str, ...], framework_id: str | None, extra: tuple[Path, ...]) -> list[tuple[str, str, str]]:
    """Kind, framework id and skill of the files to look at."""
    frameworks = [framework_id] if framework_id else sorted(_framework_ids(extra))
    there = [(kind, framework, skill) for framework in frameworks for kind in KINDS for skill in content_skills(kind, framework, extra)]
    for skill in skills:
        if skill not in {known for _kind, _framework, known in there}:
            raise click.BadParameter(f"there is nothing about {skill} in {', '.join(frameworks)}", param_hint="SKILL")
    return sorted((item for item in there if not skills or item[2] in skills), key=lambda item: (item[1], item[2], item[0]))


def _framework_ids(extra: tuple[Path, ...]) -> set[str]:
    folders = (folder for directory in (SHIPPED, *extra) for kind in KINDS for folder in (directory / kind).glob("*"))
    return {folder.name for folder in folders if folder.is_dir()}


def _lint_file(kind: str, framework_id: str, skill: str, extra: tuple[Path, ...], options: ContentOptions) -> Iterator[Found]:
    try:
        file = _file(kind, framework_id, skill, extra)
        problems = (
            lint_lesson(load_lesson(framework_id, skill, file.pack.code, extra), file, options)
            if kind == LESSONS
            else lint_questions(load_questions(framework_id, skill, file.pack.code, extra), file)
        )
    except FrameworkDataError as error:
        yield from _unreadable(error)
        return
    yield from (Found(file.source.name, file.line(problem.where), problem) for problem in problems)


def _unreadable(error: FrameworkDataError) -> Iterator[Found]:
    for finding in error.findings:
        value = f" (value: {finding.value})" if finding.value else ""
        yield Found(finding.file, finding.line, Problem("form", f"{finding.message}{value}", finding.remedy, finding.path))


def _file(kind: str, framework_id: str, skill: str, extra: tuple[Path, ...]) -> ContentFile:
    directory, path = content_file(kind, framework_id, skill, extra)
    name = path.relative_to(directory).as_posix()
    bundle = newest_bundle(framework_id, list_frameworks(extra), extra)
    if skill not in bundle.framework.codes:
        raise FrameworkDataError.single(
            file=name, value=skill, message=f"is no skill of {bundle.framework.key}", remedy=f"It has {', '.join(bundle.framework.codes)}"
        )
    source, pack = read_yaml(path, name=name), load_pack(bundle.framework.pack, extra)
    raw = source.value if isinstance(source.value, dict) else {}
    return ContentFile(fill(source, pack), path.read_text(encoding="utf-8"), raw, framework_id, skill, bundle, pack)


def _missing(
    seen: Iterable[tuple[str, str]], framework_id: str | None, extra: tuple[Path, ...], options: ContentOptions, *, whole: bool
) -> Iterator[Found]:
    """What has a lesson without questions or the other way round; with ``whole`` also skills of a framework that have neither.

    A skill that borrows both needs none of its own; with ``whole`` what a framework borrows must be there.
    """
    wanted = set(seen)
    if whole and framework_id is not None:
        bundle = newest_bundle(framework_id, list_frameworks(extra), extra)
        with suppress(FrameworkDataError):  # `_borrowing` tells what is wrong
            wanted |= {(framework_id, code) for code in bundle.framework.codes if not _borrows(bundle, code, extra)}
    for framework, skill in sorted(wanted):
        for kind in KINDS:
            if skill not in content_skills(kind, framework, extra):
                problem = Problem("missing", f"{skill} has no {kind}", "Write the file", severity=options.late)
                yield Found(f"{kind}/{framework}/{skill}.yaml", None, problem)


def _borrows(bundle: FrameworkBundle, skill: str, extra: tuple[Path, ...]) -> bool:
    """Whether a skill is taught and asked about with lessons and questions of others alone."""
    content = content_of(bundle.framework.key, skill, extra)
    return all(found and (bundle.framework.id, skill) not in found for found in (content.lessons, content.questions))


def _known_frameworks(framework_id: str | None, extra: tuple[Path, ...]) -> list[str]:
    return [framework_id] if framework_id else sorted({key.partition("/")[0] for key in list_frameworks(extra)})


def _borrowing(framework_id: str, extra: tuple[Path, ...]) -> Iterator[Found]:
    """What a framework borrows must be there, and no two of its skills ask the same questions: one answer would count for both."""
    asked: defaultdict[SkillKey, list[str]] = defaultdict(list)
    try:
        bundle = newest_bundle(framework_id, list_frameworks(extra), extra)
        for code in bundle.framework.codes:
            for questions in content_of(bundle.framework.key, code, extra).questions:
                asked[questions].append(code)
    except FrameworkDataError as error:
        yield from _unreadable(error)
        return
    for (owner, skill), codes in asked.items():
        if len(codes) > 1:
            yield _twice(bundle.framework.key, f"{owner}/{skill}", codes, extra)


def _twice(framework: str, questions: str, codes: list[str], extra: tuple[Path, ...]) -> Found:
    """At the last of the skills that borrows; the first may have the questions of its own."""
    source = read_entry(find("frameworks", framework, extra))[CONTENT]
    path = next(path for code in reversed(codes) if (path := ("skills", code, "questions")) in source.lines)
    message = f"{' and '.join(codes)} ask the questions {questions}"
    problem = Problem("twice", message, "Write questions of its own for all but one", show_path(path), severity="warning")
    return Found(source.name, source.lines[path], problem)
