"""What a record says of skills that are not mastered: over, exempt."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from pytest_django import Settings

from digiskills_grading import dimensions
from digiskills_grading.models import Mastery, Track
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.models import ConfirmationVersion
from tests.integrations.conftest import NOW
from tests.integrations.records import completed_learner

END = NOW + timedelta(days=400)


def issued(regulation: str, states: dict[str, tuple[str, int | None, datetime | None]]) -> list[dict[str, Any]]:
    """Payloads of the records of a learner with these states, values and ends."""
    learner = completed_learner(regulation=regulation)
    track = Track.objects.get(learner__public_id=learner)
    for skill, (state, value, expires_at) in states.items():
        values = {"state": state, "value_milli": value, "expires_at": expires_at, "evidence_upto": 1}
        Mastery.objects.update_or_create(track=track, skill_id=dimensions.skill_id(skill), defaults=values)
    assert issue_pending(now=NOW, limit=10) >= 1
    return [json.loads(version.payload) for version in ConfirmationVersion.objects.order_by("id")]


def test_a_confirmation_names_no_exempt_skill_as_mastered(platform: Settings) -> None:
    (payload,) = issued("demo-s3-a1/1", {"A1": ("exempt", None, None), "S3": ("mastered", 1000, None)})
    assert payload["credentialSubject"]["skills"] == [{"skill": "S3", "valueMilli": 1000}]


def test_a_mastery_that_is_over_neither_shows_nor_ends_the_record(platform: Settings) -> None:
    past = NOW - timedelta(days=1)
    (payload,) = issued("demo-s3-a1/1", {"K1": ("expired", 800, past), "S3": ("mastered", 1000, END)})
    assert [skill["skill"] for skill in payload["credentialSubject"]["skills"]] == ["A1", "S3"]
    assert datetime.fromisoformat(payload["validUntil"]) == END


def test_a_result_says_exempt_and_gives_no_value(platform: Settings) -> None:
    payloads = issued("demo-s3-a1/2", {"A1": ("exempt", None, None), "K1": ("expired", 800, NOW)})
    result = next(payload for payload in payloads if "DigitalSkillsResult" in payload["type"])
    skills = {skill["skill"]: (skill["state"], skill["valueMilli"]) for skill in result["credentialSubject"]["skills"]}
    assert skills == {"A1": ("exempt", None), "K1": ("expired", 800), "S3": ("mastered", 1000)}
