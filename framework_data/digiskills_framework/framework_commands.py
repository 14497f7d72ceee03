"""``digiskills framework``: list, show, validate, release and import competency frameworks."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from digiskills_framework import api
from digiskills_framework import regulation_commands as rules
from digiskills_framework.command_options import data_option, json_option, language_option, print_json, reports_findings, show_findings
from digiskills_framework.importing.cells import read_cells
from digiskills_framework.importing.plan import ImportPlan, Move, make_plan, read_map
from digiskills_framework.importing.table import read_table
from digiskills_framework.importing.writing import Identity, compose, target_folder, write
from digiskills_framework.library import SHIPPED
from digiskills_framework.releasing import release
from digiskills_framework.types import Audience, CanDo, Framework, Language, LocalizedText, Requirement, RequirementProfile
from digiskills_framework.validation import validate

_MARKS = {Requirement.REQUIRED: "●", Requirement.OPTIONAL: "○", Requirement.NONE: "–"}
_DIRECTORY = click.Path(path_type=Path, file_okay=False)


@click.group()
def framework() -> None:
    """Look at, check and import competency frameworks, and the rules about them."""


@framework.command("list")
@click.option(
    "--kind",
    type=click.Choice(["frameworks", *rules.KINDS]),
    default="frameworks",
    show_default=True,
    help="What to list.",
)
@data_option
@language_option
@json_option
@reports_findings
def list_command(kind: str, extra: tuple[Path, ...], language: Language, as_json: bool) -> None:
    """List the frameworks, regulations or coverage rules there are."""
    if kind in rules.KINDS:
        rules.show_list(kind, extra, language, as_json=as_json)
        return
    found = [api.load_framework(key, extra) for key in api.list_frameworks(extra)]
    if as_json:
        print_json([{"id": one.key, "status": one.status, "skills": len(one.skills), "title": asdict(one.title)} for one in found])
        return
    for one in found:
        click.echo(f"{one.key}  [{one.status}]  {len(one.skills)} skills  {one.title.text(language)}")


@framework.command()
@click.argument("key", metavar="ID")
@click.option("--audience", type=click.Choice([audience.value for audience in Audience]), help="Show what is asked of one audience.")
@click.option("--level", help="With --audience student: the school level.")
@data_option
@language_option
@json_option
@reports_findings
def show(key: str, audience: str | None, level: str | None, extra: tuple[Path, ...], language: Language, as_json: bool) -> None:
    """Show a framework, regulation or coverage rule. ID is like digiskills-vn/1.0 or vn-default/2.

    A framework: its skills and what each audience must master, with --audience its can-do statements. A regulation: what it
    demands and its rules, in words. A coverage rule: when a group is covered.
    """
    if key in api.list_regulations(extra):
        rules.show_regulation(key, (audience, level), extra, language, as_json=as_json)
    elif key in api.list_coverage(extra):
        rules.show_coverage(key, extra, language, as_json=as_json)
    else:
        _show_framework(key, (audience, level), extra, language, as_json=as_json)


def _show_framework(key: str, place: tuple[str | None, str | None], extra: tuple[Path, ...], language: str, *, as_json: bool) -> None:
    audience, level = place
    one, profile = api.load_framework(key, extra), api.load_profile(key, extra)
    statements = tuple(item for item in api.load_can_do(key, extra) if audience in {None, item.audience} and level in {None, item.level})
    if audience is not None and level is not None and level not in profile.levels:
        raise click.BadParameter(f"{level} is not a school level of {key}; levels: {', '.join(profile.levels)}", param_hint="--level")
    if as_json:
        print_json(_as_json(one, profile, statements))
        return
    click.echo(f"{one.key}  [{one.status}]  {one.title.text(language)}")
    click.echo(one.notice.text(language))
    click.echo(f"Source: {one.source}\n")
    if audience is None:
        _show_matrix(one, profile, language)
        return
    for item in statements:
        click.echo(f"{item.level or '':4}{item.skill:6}{item.text.text(language)}")


@framework.command("diff")
@click.argument("old")
@click.argument("new")
@data_option
@language_option
@json_option
@reports_findings
def diff_command(old: str, new: str, extra: tuple[Path, ...], language: str, as_json: bool) -> None:
    """Say in words what differs between two versions of a regulation: vn-default/1 vn-default/2."""
    rules.show_diff(old, new, extra, language, as_json=as_json)


@framework.command("validate")
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False), default=SHIPPED)
@json_option
@reports_findings
def validate_command(path: Path, as_json: bool) -> None:
    """Check a data directory: every file, all of them together, and released versions. Without PATH, the shipped data."""
    report = validate(path)
    if as_json:
        print_json(
            {"ok": not report.findings, "checked": list(report.checked), "findings": [finding.as_json() for finding in report.findings]}
        )
    else:
        show_findings(report.findings, as_json=False)
        click.echo(f"{len(report.checked)} entries checked, {len(report.findings)} findings")
    if report.findings:
        raise click.exceptions.Exit(1)


@framework.command("release")
@click.argument("entry", metavar="KIND/ID")
@click.option(
    "--data", "directory", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True, help="The data directory."
)
@json_option
@reports_findings
def release_command(entry: str, directory: Path, as_json: bool) -> None:
    """Declare a version finished; from then on it is immutable. KIND/ID is like frameworks/digiskills-vn/1.0."""
    digest = release(directory, entry)
    if as_json:
        print_json({"ok": True, "entry": entry, "digest": digest})
    else:
        click.echo(f"Released {entry} ({digest})")


@framework.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--id", "key", required=True, help="Name and version of the new framework: my-framework/1.0.")
@click.option("--title-vi", required=True, help="Its Vietnamese title.")
@click.option("--title-en", help="Its English title; the Vietnamese one stands in for it.")
@click.option("--source", required=True, help="The document the table is from: number, date, where it was read.")
@click.option("--pack", default="vn", show_default=True, help="Country pack, for the school levels.")
@click.option("--from", "old_key", default="digiskills-vn/1.0", show_default=True, help="Framework that evidence exists for; '' for none.")
@click.option("--map", "map_file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="CSV with the columns old,new.")
@click.option("--out", type=_DIRECTORY, required=True, help="Data directory to write into; it may be new.")
@click.option("--dry-run", is_flag=True, help="Show the plan and write nothing.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@data_option
@json_option
@reports_findings
def import_command(**options: Any) -> None:
    """Import an official table of skills (CSV or JSON) as a framework. The plan is shown before anything is written."""
    _Import(**options).run()


class _Import:
    """One run of the import: read and plan, show, ask, write."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._json: bool = options["as_json"]
        self._extra: tuple[Path, ...] = options["extra"]

    def run(self) -> None:
        identity = self._identity()
        plan, files = self._prepare(identity)
        target_folder(self._options["out"], identity.key)
        if identity.key in api.list_frameworks(self._extra):
            raise api.OutputRefusedError.single(
                file="--id", value=identity.key, message="is the name of a framework that exists", remedy="Choose another name or version"
            )
        if not self._json:
            _show_plan(plan)
        if self._options["dry_run"]:
            self._finish(plan, None)
            return
        self._confirm()
        self._finish(plan, write(self._options["out"], identity.key, files))

    def _identity(self) -> Identity:
        name, slash, version = self._options["key"].partition("/")
        if not slash or not name or not version:
            raise click.BadParameter("write name/version, as in my-framework/1.0", param_hint="--id")
        # Some terminals hand over decomposed letters; the data is composed (NFC).
        texts = {option: unicodedata.normalize("NFC", self._options[option] or "") for option in ("title_vi", "title_en", "source")}
        title = LocalizedText(vi=texts["title_vi"], en=texts["title_en"] or texts["title_vi"])
        return Identity(id=name, version=version, title=title, source=texts["source"], pack=self._options["pack"])

    def _prepare(self, identity: Identity) -> tuple[ImportPlan, dict[str, bytes]]:
        levels = tuple(level.code for level in api.load_pack(identity.pack, self._extra).school_levels)
        table = read_table(read_cells(self._options["file"]), levels=levels)
        old = api.load_framework(self._options["old_key"], self._extra) if self._options["old_key"] else None
        map_file: Path | None = self._options["map_file"]
        if map_file is not None and old is None:
            raise click.BadParameter("a map needs the framework it maps from", param_hint="--from")
        mapped = read_map(read_cells(map_file), old, table) if map_file is not None and old is not None else {}
        plan = make_plan(identity.key, table, old, mapped)
        return plan, compose(identity, table, plan)

    def _confirm(self) -> None:
        if self._options["yes"]:
            return
        if self._json:
            raise click.UsageError("with --json give --yes to write or --dry-run to look")
        click.confirm("Write this framework?", abort=True)

    def _finish(self, plan: ImportPlan, written: Path | None) -> None:
        if self._json:
            print_json({"ok": True, "plan": plan.as_json(), "written": None if written is None else str(written)})
        else:
            click.echo("Nothing was written (--dry-run)." if written is None else f"Written: {written}")


def _show_plan(plan: ImportPlan) -> None:
    click.echo(f"Plan for {plan.framework}, coming from {plan.predecessor or 'nothing'}:")
    _show_codes("kept", plan.kept, "same code and name; evidence stays")
    _show_moves("renamed", plan.renamed, "evidence follows")
    _show_moves("split", plan.split, "evidence follows to each part")
    _show_moves("merged", plan.merged, "evidence comes together")
    _show_codes("removed", plan.removed, "the map ends them")
    _show_codes("unmapped", plan.unmapped, "evidence under these codes will NOT count in the new framework; add them to --map")
    _show_codes("added", plan.added, "no earlier skill leads here")
    for notice in plan.notices:
        click.echo(f"  note: {notice}")


def _show_codes(label: str, codes: tuple[str, ...], meaning: str) -> None:
    if codes:
        click.echo(f"  {label:9}{len(codes):5}  {', '.join(codes)}  ({meaning})")


def _show_moves(label: str, moves: tuple[Move, ...], meaning: str) -> None:
    _show_codes(label, tuple(f"{move.old} → {' + '.join(move.new)}" for move in moves), meaning)


def _show_matrix(one: Framework, profile: RequirementProfile, language: str) -> None:
    columns = list(dict.fromkeys((cell.audience, cell.level) for cell in profile.cells))
    marks = {(cell.audience, cell.level, cell.skill): _MARKS[cell.requirement] for cell in profile.cells}
    for number, (audience, level) in enumerate(columns, start=1):
        click.echo(f"  [{number}] {audience}{f' {level}' if level else ''}")
    click.echo("  ● required  ○ optional  – not in the profile\n")
    click.echo(f"{'':6}{' '.join(str(number) for number in range(1, len(columns) + 1))}")
    for skill in one.skills:
        row = " ".join(marks[audience, level, skill.code] for audience, level in columns)
        click.echo(f"{skill.code:6}{row}  {skill.name.text(language)}")


def _as_json(one: Framework, profile: RequirementProfile, statements: tuple[CanDo, ...]) -> dict[str, Any]:
    return {
        **asdict(one),
        "key": one.key,
        "profile": [asdict(cell) for cell in profile.cells],
        "can_do": [asdict(item) for item in statements],
    }
