"""The story of a record that was delivered, corrected and withdrawn, as support reads it."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from pytest_django import Settings

from digiskills_grading.story import Story, tell
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.lifecycle import correct, withdraw
from digiskills_integrations.confirmations.models import Confirmation
from digiskills_integrations.confirmations.numbers import format_number
from digiskills_integrations.outbox.models import Delivery, Receipt
from digiskills_integrations.outbox.worker import deliver_due
from tests.integrations.conftest import NOW, answer, serving
from tests.integrations.records import completed_learner, names, registry

DAY = timedelta(days=1)
ACCEPTED = b'{"status":"accepted","receipt":"R-17"}'


def deliver(now: timedelta) -> None:
    deliver_due(now=NOW + now, owner="tests", limit=10, jitter=lambda: 0.9)


@pytest.fixture
def record(platform: Settings) -> Confirmation:
    """Issued, delivered, corrected, delivered, withdrawn; the withdrawal did not reach the registry."""
    with serving(answer(200, ACCEPTED)) as script:
        registry(platform, script.url)
        completed_learner()
        issue_pending(now=NOW, limit=1)
        deliver(timedelta(0))
        found = Confirmation.objects.get()
        correct(found.number, reason="data_error", actor="user:7", note="Lan, not Hoa", now=NOW + DAY)
        deliver(DAY)
    withdraw(found.number, reason="fraud", actor="user:7", now=NOW + 2 * DAY, note="seen by Lan")
    with serving(answer(500)) as script:
        registry(platform, script.url)
        deliver(2 * DAY)
    return found


def of_the_record(story: Story) -> list[str]:
    return [line.kind for line in story.lines if line.kind.partition(".")[0] in ("record", "delivery", "receipt")]


def test_the_life_is_told_in_order_with_correction_and_withdrawal(record: Confirmation) -> None:
    story = tell(format_number(record.number))
    assert of_the_record(story) == [
        "record.issued",
        "delivery.acknowledged",
        "receipt.acknowledged",
        "record.corrected",
        "delivery.acknowledged",
        "receipt.acknowledged",
        "record.withdrawn",
        "delivery.ready",
    ]
    kinds = [line.kind for line in story.lines]
    assert kinds.index("mastery.mastered") < kinds.index("decision.completed") < kinds.index("record.issued")
    withdrawn = next(line for line in story.lines if line.kind == "record.withdrawn")
    assert dict(withdrawn.facts) == {"type": "confirmation", "version": 2, "seq": 3, "reason": "fraud", "by": "a person", "mark": "TEST"}
    waiting = next(line for line in story.lines if line.kind == "delivery.ready")
    assert (waiting.facts["to"], waiting.facts["attempts"], waiting.facts["error"]) == ("sandbox", 1, "http_500")


def test_number_delivery_receipt_and_decision_lead_to_it(record: Confirmation) -> None:
    delivery, receipt = Delivery.objects.earliest("id"), Receipt.objects.earliest("id")
    identifiers = (record.number, f"delivery:{delivery.pk}", f"receipt:{receipt.pk}", f"{record.learner_public_id}/1")
    stories = [tell(identifier) for identifier in identifiers]
    assert all(story.lines == stories[0].lines for story in stories)
    assert [story.subject.about for story in stories] == [format_number(record.number), *identifiers[1:]]


def test_nobody_is_named_and_no_note_is_told(record: Confirmation) -> None:
    out = io.StringIO()
    call_command("digiskills_story", record.number, stdout=out)
    call_command("digiskills_story", record.number, json=True, stdout=out)
    assert not names(out.getvalue())
    assert "Hoa" not in out.getvalue()
    assert "seen by" not in out.getvalue()
    assert "user:7" not in out.getvalue()


def test_the_lines_of_the_record_are_marked(record: Confirmation) -> None:
    out = io.StringIO()
    call_command("digiskills_story", record.number, stdout=out)
    marked = [line.split()[3] for line in out.getvalue().splitlines() if line.startswith("> ")]
    assert marked == of_the_record(tell(record.number))
