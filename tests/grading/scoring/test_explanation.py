"""The example in the explanation is what the rules really say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from attrs import evolve

from digiskills_grading.scoring import evaluate
from tests.grading.scoring.strategies import POLICY, observation

PAGE = (Path(__file__).parents[3] / "docs/explanation/mastery.md").read_text(encoding="utf-8")


def date(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text.strip() else None


def test_the_example_of_the_explanation() -> None:
    policy = evolve(POLICY, values=replace(POLICY.values, raise_only=False, hazard_veto_days=30, validity_days=365))
    rows = [
        observation(value=value, kind=kind, key=when, occurred_at=date(when))
        for when, value, kind in (
            ("2026-01-02", 850, "score"),
            ("2026-03-10", 900, "hazard"),
            ("2026-11-20", 750, "score"),
            ("2027-12-01", 800, "score"),
        )
    ]
    table = re.findall(r"^\| (\d{4}-\d\d-\d\d) \| (\w+) \|(.*)\|(.*)\|(.*)\|$", PAGE, re.MULTILINE)
    assert len(table) == 7
    for when, state, since, ends, review in table:
        now = date(when)
        assert now is not None
        found = evaluate(policy, [row for row in rows if row.occurred_at <= now], as_of=now)
        (skill,) = found.skills
        assert (skill.state, skill.since, skill.expires_at) == (state, date(since.strip()), date(ends.strip()))
        assert found.next_review_at == date(review.strip())
