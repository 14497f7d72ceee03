"""Regulations over the shipped framework, built in memory and broken by tests one thing at a time."""

from __future__ import annotations

from typing import Any

from digiskills_framework import api
from digiskills_framework.regulation_loader import build_regulation
from digiskills_framework.strict_yaml import Source
from tests.framework_data.builders import text

FRAMEWORK = "digiskills-vn/1.0"


def rule(value: object, *, basis: str = "test", source: str = "test") -> dict[str, object]:
    return {"value": value, "basis": basis, "source": source}


def rules(**values: object) -> dict[str, Any]:
    """The nine rules that must be given, and whatever else is wanted."""
    required = {
        "mastery_threshold_milli": 700,
        "counted_attempts": "best",
        "min_assurance": "self",
        "hazard_blocks_mastery": True,
        "raise_only": True,
        "retest_delay_days": 0,
        "validity_days": None,
        "settling_seconds": 0,
        "trace_retention_days": 90,
    }
    return {name: rule(value) for name, value in (required | values).items()}


def regulation(requires: object = None, **values: object) -> dict[str, Any]:
    """Regulation ``mine/2``: citizens must meet ``requires`` (or S3), under ``values`` for the rules."""
    return {
        "schema": "regulation/1",
        "id": "mine",
        "version": 2,
        "label": text("Mine"),
        "framework": FRAMEWORK,
        "status": "demo",
        "notice": text("Notice"),
        "audiences": {"citizen": {"requires": {"skill": "S3"} if requires is None else requires}},
        "rules": rules(**values),
        "record": {"fields": ["number", "skills"], "basis": "test", "source": "test"},
    }


def superseding(old: str, *, who: str = "not_completed", completed: str = "keep") -> dict[str, Any]:
    """The fields of a version that supersedes another."""
    return {"supersedes": old, "change_policy": {"who": rule(who), "completed": rule(completed)}}


def build(raw: dict[str, Any]) -> api.Regulation:
    return build_regulation(f"{raw['id']}/{raw['version']}", Source(name="mine.yaml", value=raw))


def tree(requires: object, *, audience: str = "citizen", level: str | None = None, **values: object) -> api.RequirementTree:
    """The tree as an audience (and school level) gets it."""
    raw = regulation(**values)
    raw["audiences"] = {audience: {"requires": requires}}
    if level is not None:
        raw["audiences"][audience]["levels"] = {level: {"requires": requires}}
    return build(raw).requires(audience, level)


def skills(*codes: str) -> tuple[api.RequirementTree, ...]:
    return tuple(api.SkillRequired(code) for code in codes)
