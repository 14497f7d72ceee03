"""``digiskills registry``: which registries are described as data, and what one of them would be told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TextIO

import click
from jsonschema import Draft202012Validator

from digiskills_framework import api
from digiskills_framework.command_options import data_option, json_option, language_option, reports_findings
from digiskills_framework.strict_yaml import show_path


@click.group()
def registry() -> None:
    """Look at registry profiles: how a country's registries are told of confirmations."""


@registry.command("list")
@data_option
@language_option
@json_option
@reports_findings
def list_command(extra: tuple[Path, ...], language: str, as_json: bool) -> None:
    """List the registry profiles there are."""
    found = [api.load_registry_profile(key, extra) for key in api.list_registry_profiles(extra)]
    if as_json:
        rows = [{"id": one.key, "auth": one.auth, "needs": one.needs, "title": {"vi": one.title.vi, "en": one.title.en}} for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one.key}  [{', '.join(one.auth)}]  {one.title.text(language)}")


@registry.command()
@click.argument("key", metavar="PROFILE")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@data_option
@reports_findings
def record(key: str, file: TextIO, extra: tuple[Path, ...]) -> None:
    """Print the record that PROFILE makes of the facts in FILE (JSON; - for standard input), as for its golden records.

    FILE holds the facts, or an object with them in "facts". Exit code 1: no record can be made, or it breaks the contract.
    """
    profile = api.load_registry_profile(key, extra)
    try:
        content = json.load(file)
        facts = content.get("facts", content)
        made = api.build_record(profile, facts)
    except (ValueError, AttributeError) as error:
        raise click.ClickException(f"{file.name}: no JSON object of facts ({error})") from error
    except api.MappingError as error:
        raise click.ClickException(f"{file.name}: no record can be made: {error}") from error
    click.echo(json.dumps(made, ensure_ascii=False, indent=2))
    broken = [
        f"{show_path(tuple(error.absolute_path))}: {error.validator}" for error in Draft202012Validator(profile.schema).iter_errors(made)
    ]
    if broken:
        raise click.ClickException(f"the record breaks the contract of {key} at {'; '.join(sorted(broken))}")
