"""Rows for the tests of this app: learners whose decision is made, and registries."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from pytest_django import Settings

from digiskills_grading import api as grading
from digiskills_grading import dimensions
from digiskills_grading.data import LearnerRef
from digiskills_grading.models import Decision, IssueTodo, Learner, Mastery, Track
from digiskills_integrations.outbox.models import Destination
from digiskills_integrations.outbox.operations import sync_destinations
from tests.integrations.conftest import NOW, SECRET

DEMO_REGULATION = "demo-s3-a1/1"
NAME = "Nguyễn Thị Lan"


def names(text: str, name: str = NAME) -> bool:
    """Whether a text tells the name, plain, escaped for JSON or an address, or inside base64.

    Looks for the whole name: a short word of it turns up in random base64 sooner or later.
    """
    runs = re.findall(r"[A-Za-z0-9_-]{16,}", text)
    decoded = [base64.urlsafe_b64decode(run + "=" * (-len(run) % 4)).decode(errors="replace") for run in runs if len(run) % 4 != 1]
    spellings = (name, json.dumps(name)[1:-1], quote(name))
    return any(spelling in part for part in (text, *decoded) for spelling in spellings)


def completed_learner(
    *, name: str | None = NAME, regulation: str = DEMO_REGULATION, status: str = "completed", not_before: datetime = NOW
) -> str:
    """Public id of a learner with a decision and a request to issue."""
    public_id = grading.create_learner()
    ref = LearnerRef(public_id=public_id)
    if name is not None:
        grading.record_person(ref, name=name)
    grading.ensure_track(ref, regulation=regulation, audience="citizen")
    decide(public_id, regulation=regulation, status=status, not_before=not_before)
    return public_id


def decide(public_id: str, *, regulation: str = DEMO_REGULATION, status: str = "completed", not_before: datetime = NOW) -> None:
    """One more decision about a learner, with a request to issue."""
    track = Track.objects.get(learner__public_id=public_id, regulation__key=regulation)
    n = track.decision_n + 1
    Track.objects.filter(pk=track.pk).update(decision_n=n, status=status)
    for skill, value in (("A1", 850), ("S3", 1000)):
        values = {"state": "mastered", "value_milli": value, "evidence_upto": 1, "since": NOW}
        Mastery.objects.update_or_create(track=track, skill_id=dimensions.skill_id(skill), defaults=values)
    Decision.objects.create(track=track, n=n, status=status, evidence_upto=1, reasons="[]", digest="a" * 64, decided_at=NOW)
    learner = Learner.objects.get(public_id=public_id)
    IssueTodo.objects.create(learner=learner, track=track, decision_n=n, created_at=NOW, not_before=not_before)


def master(public_id: str, **values: Any) -> None:
    """Other facts about every skill that a learner has mastered."""
    Mastery.objects.filter(track__learner__public_id=public_id).update(**values)


def registry(settings: Settings, url: str, *, code: str = "sandbox", **options: Any) -> Destination:
    """A destination at ``url`` (beside those there are), made the way an operator makes it."""
    spec = {
        "code": code,
        "kind": "webhook",
        "environment": "sandbox",
        "endpoint": url,
        "allowed_networks": ["127.0.0.0/8"],
        "share_name": True,
        **options,
    }
    settings.DIGISKILLS_DESTINATION_SECRETS = {**settings.DIGISKILLS_DESTINATION_SECRETS, code: SECRET}
    others: Sequence[dict[str, Any]] = [other for other in settings.DIGISKILLS_DESTINATIONS if other["code"] != code]
    settings.DIGISKILLS_DESTINATIONS = [*others, spec]
    sync_destinations(settings.DIGISKILLS_DESTINATIONS)
    return Destination.objects.get(code=code)
