"""What ``digiskills framework`` shows of regulations and coverage rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from digiskills_framework import api
from digiskills_framework.command_options import print_json
from digiskills_framework.regulation_words import TreeWords, audience_words, rule_words, value_words
from digiskills_framework.types import Language

KINDS = ("regulations", "coverage")

_STRICTER = {True: "+", False: "-", None: " "}


def show_list(kind: str, extra: tuple[Path, ...], language: str, *, as_json: bool) -> None:
    """Every regulation or coverage rule with its status or kind of group."""
    rows: list[tuple[str, str, api.LocalizedText]] = []
    if kind == "coverage":
        rows = [(one.key, one.group_kind.value, one.label) for one in (api.load_coverage(key, extra) for key in api.list_coverage(extra))]
    else:
        found = (api.load_regulation(key, extra) for key in api.list_regulations(extra))
        rows = [(one.key, one.status, one.label) for one in found]
    if as_json:
        field = "group_kind" if kind == "coverage" else "status"
        print_json([{"id": key, field: sort, "label": asdict(label)} for key, sort, label in rows])
        return
    for key, sort, label in rows:
        click.echo(f"{key}  [{sort}]  {label.text(language)}")


def show_regulation(key: str, place: tuple[str | None, str | None], extra: tuple[Path, ...], language: Language, *, as_json: bool) -> None:
    """What a regulation demands and its rules in force, for every audience and level or for one.

    Raises:
        click.BadParameter: the regulation says nothing of the audience asked for.
    """
    one = api.load_regulation(key, extra)
    audience, level = place
    if audience is not None and audience not in one.audience_codes():
        raise click.BadParameter(f"{key} says nothing of {audience}; it has {', '.join(one.audience_codes())}", param_hint="--audience")
    chosen = one.audiences if audience is None else (one.entry(audience, level),)
    words = TreeWords(api.load_framework(one.framework, extra))
    if as_json:
        print_json({**_head(one), "audiences": [_entry_json(one, entry, words) for entry in chosen]})
        return
    click.echo(f"{one.key}  [{one.status}]  {one.label.text(language)}")
    click.echo(one.notice.text(language))
    click.echo(f"{one.digest}")
    if one.supersedes is not None and one.change_policy is not None:
        click.echo(f"supersedes {one.supersedes}: who {one.change_policy.who.value}, completed {one.change_policy.completed.value}")
    for entry in chosen:
        click.echo(f"\n{audience_words(entry.audience, entry.level).text(language)}")
        for line in (*words.outline(entry.requires, language), *_rule_lines(one, entry, language)):
            click.echo(f"  {line}")


def show_coverage(key: str, extra: tuple[Path, ...], language: Language, *, as_json: bool) -> None:
    """When a group is covered."""
    one = api.load_coverage(key, extra)
    words = TreeWords(api.load_framework(api.load_regulation(one.regulation, extra).framework, extra))
    if as_json:
        print_json(_coverage_json(one))
        return
    click.echo(f"{one.key}  [{one.group_kind.value}]  {one.label.text(language)}")
    click.echo(one.notice.text(language))
    number = f"at least {one.at_least}" if one.at_least is not None else f"{one.share_milli} of 1000"
    click.echo(f"{one.digest}\n\nmembers: {number}, {one.audience or 'any audience'} under {one.regulation}")
    for line in (one.condition,) if isinstance(one.condition, str) else words.outline(one.condition, language):
        click.echo(f"  {line}")
    for statement in one.statements:
        click.echo(f"  {statement.name}: {statement.basis} ({statement.source})")


def show_diff(old: str, new: str, extra: tuple[Path, ...], language: str, *, as_json: bool) -> None:
    """Every change between two versions; ``+`` marks what is stricter, ``-`` what is easier."""
    before, after = api.load_regulation(old, extra), api.load_regulation(new, extra)
    changes = api.diff_regulations(before, after, framework=api.load_framework(after.framework, extra))
    if as_json:
        print_json({"old": before.key, "new": after.key, "changes": [asdict(change) for change in changes]})
        return
    for change in changes:
        click.echo(f"{_STRICTER[change.stricter]} {change.sentence.text(language)}")
    click.echo(f"{len(changes)} changes from {before.key} to {after.key}")


def _coverage_json(one: api.CoverageRule) -> dict[str, Any]:
    return {
        "id": one.key,
        "label": asdict(one.label),
        "notice": asdict(one.notice),
        "group_kind": one.group_kind,
        "regulation": one.regulation,
        "audience": one.audience,
        "condition": one.condition if isinstance(one.condition, str) else api.tree_as_json(one.condition),
        "at_least": one.at_least,
        "share_milli": one.share_milli,
        "statements": [asdict(statement) for statement in one.statements],
        "digest": one.digest,
    }


def _head(one: api.Regulation) -> dict[str, Any]:
    policy = one.change_policy
    return {
        "id": one.key,
        "status": one.status,
        "framework": one.framework,
        "label": asdict(one.label),
        "notice": asdict(one.notice),
        "digest": one.digest,
        "supersedes": one.supersedes,
        "change_policy": None if policy is None else {rule.name: asdict(rule) for rule in policy.statements},
        "record": {"fields": one.record_fields, "types": one.record_types, "caps": dict(one.record_caps)},
    }


def _entry_json(one: api.Regulation, entry: api.AudienceRules, words: TreeWords) -> dict[str, Any]:
    return {
        "audience": entry.audience,
        "level": entry.level,
        "requires": api.tree_as_json(entry.requires),
        "in_words": asdict(words.phrase(entry.requires)),
        "rules": {name: asdict(one.rule(name, entry.audience, entry.level)) for name in api.RULE_NAMES},
    }


def _rule_lines(one: api.Regulation, entry: api.AudienceRules, language: str) -> Iterator[str]:
    for name in api.RULE_NAMES:
        rule = one.rule(name, entry.audience, entry.level)
        if rule.stated:
            yield f"{rule_words(name).text(language)}: {value_words(name, rule.value).text(language)}  ({rule.basis}; {rule.source})"
