"""See `help`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from attrs import asdict
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from digiskills_framework.api import FrameworkDataError, diff_regulations
from digiskills_grading import regulations
from digiskills_grading.csv_export import csv_lines
from digiskills_grading.data import ChangeRow, LearnerRef, SimulationReport
from digiskills_grading.errors import DigiskillsError
from digiskills_grading.regulations.checking import check
from digiskills_grading.regulations.judging import change_to
from digiskills_grading.regulations.simulating import FIGURES
from digiskills_grading.sentences import sentences
from digiskills_grading.site_data import load_framework, load_regulation

KEPT_BACK = "–"
_STRICTER = {True: "+", False: "-", None: " "}


class Command(BaseCommand):
    help = (
        "Change the rules. validate: check a regulation or a coverage rule, by key or file. diff: say in sentences what two versions have "
        "different. simulate: what adopting a version would change, by admin unit and audience; writes nothing. adopt: do what the "
        "version's change policy says. reviews, settle: completions that a person has to decide about. Exit code 1 if anything is refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        one = actions.add_parser("validate", help="check a regulation or a coverage rule")
        one.add_argument("what", metavar="FILE|KEY")
        two = actions.add_parser("diff", help="what two versions have different")
        two.add_argument("old", metavar="OLD")
        two.add_argument("new", metavar="NEW")
        self._add_simulate(actions.add_parser("simulate", help="what adopting a version would change"))
        adopt = actions.add_parser("adopt", help="bring a version into force as its change policy says")
        adopt.add_argument("new", metavar="NEW")
        adopt.add_argument("--dry-run", action="store_true", help="show the plan only")
        adopt.add_argument("--yes", action="store_true", help="do not ask for the key to be typed")
        reviews = actions.add_parser("reviews", help="completions that a person has to decide about")
        reviews.add_argument("new", metavar="NEW")
        settle = actions.add_parser("settle", help="decide about one of them")
        settle.add_argument("new", metavar="NEW")
        settle.add_argument("learner", metavar="LEARNER", help="public id")
        settle.add_argument("--audience", required=True)
        which = settle.add_mutually_exclusive_group(required=True)
        which.add_argument("--keep", action="store_true", help="stays completed under the old version")
        which.add_argument("--withdraw", action="store_true", help="comes under the new version and is no longer completed")
        settle.add_argument("--reason", required=True)
        for sub in (one, two, adopt, reviews):
            sub.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def _add_simulate(self, parser: ArgumentParser) -> None:
        parser.add_argument("new", metavar="NEW")
        parser.add_argument("--from", dest="old", metavar="OLD", help="start from this version instead of the one that NEW supersedes")
        parser.add_argument("--audience", help="only this audience")
        parser.add_argument("--unit", metavar="CODE", help="only this admin unit and what lies in it")
        parser.add_argument("--small-figures", action="store_true", help="show figures of very few people too")
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="print one JSON object")
        form.add_argument("--csv", action="store_true", help="print the rows as CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action']}")(options)
        except FrameworkDataError as error:
            raise CommandError("\n".join(str(finding) for finding in error.findings)) from error
        except DigiskillsError as error:
            raise CommandError(str(error)) from error

    def _validate(self, options: dict[str, Any]) -> None:
        found = check(options["what"])
        used = "in use" if found.used else "not used yet"
        self._say(options, asdict(found), f"{found.kind}/{found.key} is in order ({found.digest}; {used})")

    def _diff(self, options: dict[str, Any]) -> None:
        old, new = load_regulation(options["old"]), load_regulation(options["new"])
        changes = diff_regulations(old, new, framework=load_framework(new.framework))
        lines = [f"{_STRICTER[change.stricter]} {change.sentence.text('en')}" for change in changes]
        lines.append(f"{len(changes)} changes from {old.key} to {new.key}")
        data = [{"path": change.path, "stricter": change.stricter, "sentence": change.sentence.text("en")} for change in changes]
        self._say(options, {"old": old.key, "new": new.key, "changes": data}, *lines)

    def _simulate(self, options: dict[str, Any]) -> None:
        report = regulations.simulate(
            options["new"],
            old=options["old"],
            audience=options["audience"],
            unit=options["unit"],
            protect=not options["small_figures"],
            now=timezone.now(),
            progress=self._progress(options),
        )
        if options["csv"]:
            head = ("unit", "name", "audience", *FIGURES)
            rows = ((row.unit, row.name, row.audience, *_figures(row)) for row in report.rows)
            for line in csv_lines([head, *rows]):
                self.stdout.write(line, ending="")
            return
        self._say(options, asdict(report), *_lines(report))

    def _adopt(self, options: dict[str, Any]) -> None:
        new = options["new"]
        plan = regulations.simulate(new, now=timezone.now(), progress=self._progress(options))
        if not options["json"] or options["dry_run"]:
            self._say(options, asdict(plan), *_lines(plan))
        if options["dry_run"]:
            return
        if not options["yes"] and not _typed(new, f"Type {new} to adopt it in place of {change_to(new).old.key}: "):
            raise CommandError("nothing was changed: what was typed is not the key of the regulation")
        report = regulations.adopt(new, now=timezone.now(), progress=self._progress(options))
        self._say(options, asdict(report), report.summary())

    def _reviews(self, options: dict[str, Any]) -> None:
        found = regulations.open_reviews(options["new"])
        framework = load_framework(load_regulation(options["new"]).framework)
        lines = [f"{one.learner_public_id} {one.audience}: {' '.join(sentences(one.missing, framework, 'en'))}" for one in found]
        self._say(options, [asdict(one) for one in found], *lines, f"{len(found)} to be decided under {options['new']}")

    def _settle(self, options: dict[str, Any]) -> None:
        regulations.settle_review(
            LearnerRef(public_id=options["learner"]),
            options["new"],
            audience=options["audience"],
            keep=options["keep"],
            reason=options["reason"],
            now=timezone.now(),
        )
        self.stdout.write("stays completed under the old version" if options["keep"] else "comes under the new version")

    def _say(self, options: dict[str, Any], data: Any, *lines: str) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(data, ensure_ascii=False, default=str))
            return
        for line in lines:
            self.stdout.write(line)

    def _progress(self, options: dict[str, Any]) -> Callable[[int], None] | None:
        if options["json"] or options["verbosity"] < 1:
            return None
        return lambda done: self.stderr.write(f"{done} learners …")


def _typed(wanted: str, prompt: str) -> bool:
    """Whether the operator types exactly this; nobody there to type is a no."""
    try:
        return input(prompt).strip() == wanted
    except EOFError:
        return False


def _figures(row: ChangeRow) -> list[str | int]:
    return [KEPT_BACK if figure is None else figure for figure in (getattr(row, name) for name in FIGURES)]


def _lines(report: SimulationReport) -> list[str]:
    """The totals by audience, every unit, and which requirements are to blame."""
    framework = load_framework(load_regulation(report.new).framework)
    lines = [f"{report.new} in place of {report.old}: who {report.who}, completed {report.completed}; {report.learners} learners"]
    lines += [_line("everybody", row) for row in report.totals]
    lines += [_line(f"{'  ' * row.depth}{row.name or 'unit not known'}", row) for row in report.rows]
    for one in report.blame:
        number = KEPT_BACK if one.learners is None else one.learners
        lines.append(f"not met by {number} who completed ({one.audience}): {sentences([one.reason], framework, 'en')[0]}")
    return lines


def _line(place: str, row: ChangeRow) -> str:
    told = ", ".join(f"{name.replace('_', ' ')} {figure}" for name, figure in zip(FIGURES, _figures(row), strict=True))
    return f"{place} ({row.audience}): {told}"
