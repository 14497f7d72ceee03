"""``digiskills course``: build, check, compare and update courses. The only module of this package that touches files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import click

from digiskills_framework.api import FrameworkDataError, UnreadableFileError, list_frameworks, load_profile
from digiskills_framework.command_options import data_option, json_option, print_json, show_findings
from digiskills_xblock.course.archive import pack, unpack
from digiskills_xblock.course.building import build_course
from digiskills_xblock.course.difference import differences
from digiskills_xblock.course.lint import lint_course
from digiskills_xblock.course.model import Course
from digiskills_xblock.course.moments import MomentError
from digiskills_xblock.course.olx import course_files
from digiskills_xblock.course.olx_check import cleaner_problems
from digiskills_xblock.course.reading import read_course
from digiskills_xblock.course.request import DEFAULT_END, DEFAULT_ORG, DEFAULT_RUN, DEFAULT_START, CourseRequest
from digiskills_xblock.course.section import PutIn, put_skill
from digiskills_xblock.course.updating import Change, update_course

P = ParamSpec("P")
SUFFIX = ".tar.gz"
INDEX = "SHA256SUMS"
_archive = click.Path(exists=True, dir_okay=False, path_type=Path)
_target = click.Path(dir_okay=False, path_type=Path)


def reports_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what cannot be read or built into findings on the screen (or JSON) and exit code 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except FrameworkDataError as error:
            show_findings(error.findings, as_json=bool(kwargs.get("as_json")))
            raise click.exceptions.Exit(1) from error
        except MomentError as error:
            raise click.ClickException(f"a lesson's picture cannot be made: {error}") from error

    return run


@click.group()
def course() -> None:
    """Build courses from a framework, check them, compare them, bring them up to date."""


def for_whom(command: Callable[P, None]) -> Callable[P, None]:
    """What is asked of a course and of one skill alike."""
    options = (
        click.option("--framework", default="digiskills-vn/1.0", show_default=True, help="Key of the framework."),
        click.option("--audience", default="citizen", show_default=True, help="For whom."),
        click.option("--school-level", default=None, help="For students, for example TC1."),
        click.option("--locale", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Language of the course."),
        click.option("--pack", default=None, help="Code of a country pack; the framework's own by default."),
        click.option("--regulation", default=None, help="Key of a regulation; the one that fits best by default."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@course.command()
@for_whom
@click.option("--set", "skill_set", default=None, help="Only the skills of this set, for example five-basic.")
@click.option("--only", default="", help="Only these skills: S1,S3.")
@click.option("--org", default=DEFAULT_ORG, show_default=True, help="Organisation in the course's key.")
@click.option("--course", default="", help="Course code in the key; made from framework, audience, level and language by default.")
@click.option("--run", default=DEFAULT_RUN, show_default=True, help="Run in the key.")
@click.option("--start", default=DEFAULT_START, show_default=True, help="From when learners may enter.")
@click.option("--end", default=DEFAULT_END, show_default=True, help="Until when.")
@click.option("-o", "--output", type=_target, required=True, help="Where to write the course, as .tar.gz.")
@data_option
@json_option
@reports_errors
def build(output: Path, extra: tuple[Path, ...], *, as_json: bool, only: str, **asked: Any) -> None:
    """Build one course for Studio's import."""
    request = CourseRequest(only=tuple(code.strip() for code in only.split(",") if code.strip()), **asked)
    built = build_course(request, extra)
    packed = pack(course_files(built.course))
    _write(output, packed)
    figures = {"file": str(output), "key": built.course.key, "regulation": built.plan.regulation.key, "bytes": len(packed)}
    figures |= {"skills": len(built.plan.skills), "required": len(built.plan.required), "blocks": len(built.course.blocks())}
    if as_json:
        print_json({"ok": True, **figures})
        return
    click.echo(f"{output}: {built.course.key}, {figures['skills']} skills ({figures['required']} required), {figures['blocks']} blocks")
    untold = [skill.code for skill in built.plan.skills if not skill.tasks]
    if untold:
        click.echo(f"without a task yet: {', '.join(untold)}")


@course.command()
@click.argument("file", type=_archive)
@data_option
@json_option
@reports_errors
def lint(file: Path, extra: tuple[Path, ...], *, as_json: bool) -> None:
    """Check a course: taught, practised, assessed, graded, whole."""
    files = _files(file)
    report = lint_course(read_course(files, str(file)), str(file), extra)
    problems = (*report.problems, *cleaner_problems(files))
    ok = not any(problem.level == "error" for problem in problems)
    if as_json:
        found = [problem.as_json() for problem in problems]
        print_json({"ok": ok, "problems": found, "figures": dict(report.figures), "skills": {c: dict(v) for c, v in report.skills.items()}})
    else:
        for problem in problems:
            click.echo(str(problem))
        click.echo(", ".join(f"{number} {name}" for name, number in report.figures.items()))
        click.echo("clean" if not problems else "no error" if ok else "not usable as it is")
    if not ok:
        raise click.exceptions.Exit(1)


@course.command()
@click.argument("old", type=_archive)
@click.argument("new", type=_archive)
@json_option
@reports_errors
def diff(old: Path, new: Path, *, as_json: bool) -> None:
    """What differs between two courses; exit code 1 if anything does."""
    found = differences(_course(old), _course(new))
    if as_json:
        print_json({"ok": not found, "differences": [one.as_json() for one in found]})
    else:
        for one in found:
            click.echo(str(one))
        click.echo(f"{len(found)} differences")
    if found:
        raise click.exceptions.Exit(1)


@course.command()
@click.argument("export", type=_archive)
@click.option("-o", "--output", type=_target, default=None, help="Where to write the course; without it only the report.")
@data_option
@json_option
@reports_errors
def update(export: Path, output: Path | None, extra: tuple[Path, ...], *, as_json: bool) -> None:
    """Bring a course that Studio exported up to date. What its teacher changed stays; conflicts are listed."""
    updated = update_course(_course(export), str(export), extra)
    if output is not None:
        _write(output, pack(course_files(updated.course)))
    if as_json:
        print_json({"ok": True, "file": output and str(output), "changes": [change.as_json() for change in updated.changes]})
        return
    _tell(updated.changes)


@course.command()
@click.argument("export", type=_archive)
@click.option("--skill", required=True, help="Code of the skill, for example A1.")
@for_whom
@click.option("-o", "--output", type=_target, default=None, help="Where to write the course; without it only the report.")
@data_option
@json_option
@reports_errors
def section(export: Path, skill: str, output: Path | None, extra: tuple[Path, ...], *, as_json: bool, **asked: Any) -> None:
    """Put one skill into a course that Studio exported, or bring it up to date there. Nothing else in the course is touched."""
    done = put_skill(_course(export), CourseRequest(only=(skill,), **asked), skill, str(export), extra)
    if output is not None:
        _write(output, pack(course_files(done.course)))
    if as_json:
        _print_section(done, output)
        return
    built = (done.request.framework, done.request.audience, done.request.school_level, done.request.locale, done.request.regulation)
    click.echo(f"{done.title}: {'new' if done.is_new else 'in the course already'}, built for {', '.join(filter(None, built))}")
    if done.unknown_grader:
        click.echo(f"does not count in the grade: no assignment type is called {done.unknown_grader}")
    _tell(done.changes)


def _print_section(done: PutIn, output: Path | None) -> None:
    about = {"key": done.course.key, "title": done.title, "new": done.is_new, "request": done.request.as_json()}
    changes = [change.as_json() for change in done.changes]
    print_json({"ok": True, "file": output and str(output), **about, "unknown_grader": done.unknown_grader, "changes": changes})


def _tell(changes: tuple[Change, ...]) -> None:
    """One line for each change, and how many there are."""
    for change in changes:
        because = f" ({change.because})" if change.because else ""
        click.echo(f"{change.outcome:<8}  {change.drift:<9}  {change.part}: {change.title}{because}")
    click.echo(f"{len(changes)} changes" if changes else "nothing to do")


@course.command("all")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the courses.")
@click.option("--framework", "frameworks", multiple=True, help="Key of a framework; repeatable; all by default.")
@click.option("--check", is_flag=True, help="Write nothing: build again and compare with what is there, byte by byte.")
@data_option
@reports_errors
def build_all(out: Path, frameworks: tuple[str, ...], extra: tuple[Path, ...], *, check: bool) -> None:
    """Build the courses of every audience and school level, in both languages."""
    sums, differing = {}, []
    for request in requests_for(frameworks or list_frameworks(extra), extra):
        packed, name = pack(course_files(build_course(request, extra).course)), f"{request.course_code}{SUFFIX}"
        sums[name] = hashlib.sha256(packed).hexdigest()
        if not check:
            _write(out / name, packed)
        elif not (out / name).is_file() or (out / name).read_bytes() != packed:
            differing.append(name)
        click.echo(f"{sums[name]}  {name}  {len(packed):,} bytes")
    if not check:
        _write(out / INDEX, "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode())
    for name in differing:
        click.echo(f"differs from a second build: {out / name}", err=True)
    click.echo(f"{len(sums)} courses{', all the same bytes again' if check and not differing else ''}")
    if differing:
        raise click.exceptions.Exit(1)


def requests_for(frameworks: tuple[str, ...], extra: tuple[Path, ...] = ()) -> Iterator[CourseRequest]:
    """A request for every audience and school level of these frameworks, in both languages."""
    for framework in frameworks:
        columns = dict.fromkeys((str(cell.audience), cell.level) for cell in load_profile(framework, extra).present())
        for audience, level in columns:
            for locale in ("vi", "en"):
                yield CourseRequest(framework=framework, audience=audience, school_level=level, locale=locale)


def _course(file: Path) -> Course:
    return read_course(_files(file), str(file))


def _files(file: Path) -> dict[str, bytes]:
    try:
        return unpack(file.read_bytes(), str(file))
    except OSError as error:
        raise UnreadableFileError.single(
            file=str(file), value=str(error), message="cannot be read", remedy="Check the path and its permissions"
        ) from error


def _write(target: Path, content: bytes) -> None:
    """The whole file or none of it."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f".{target.name}.{os.getpid()}")
        fresh.write_bytes(content)
        fresh.replace(target)
    except OSError as error:
        raise click.ClickException(f"{target}: cannot be written: {error.strerror}") from error
