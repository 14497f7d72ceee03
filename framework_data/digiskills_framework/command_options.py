"""What the commands share: options, findings on the screen, answers in JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from digiskills_framework.errors import Finding, FrameworkDataError

P = ParamSpec("P")

data_option = click.option(
    "--data",
    "extra",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A further data directory; repeatable.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for machines.")
language_option = click.option(
    "--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Language of the texts."
)


def reports_findings(command: Callable[P, None]) -> Callable[P, None]:
    """Turn a `FrameworkDataError` into findings on the screen (or JSON) and exit code 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except FrameworkDataError as error:
            show_findings(error.findings, as_json=bool(kwargs.get("as_json")))
            raise click.exceptions.Exit(1) from error

    return run


def show_findings(findings: Iterable[Finding], *, as_json: bool) -> None:
    if as_json:
        print_json({"ok": False, "findings": [finding.as_json() for finding in findings]})
        return
    for finding in findings:
        click.echo(str(finding), err=True)


def print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
