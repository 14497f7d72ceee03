"""What happens to a record after it was issued: state, version, event, deliveries, bits and figures change together, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from digiskills_grading import api as grading
from digiskills_grading.data import LearnerRef
from digiskills_grading.models import CounterDelta, Track
from digiskills_integrations.confirmations import holders
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.lifecycle import correct, end_periods, expire, reinstate, renew, withdraw
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationEvent, ConfirmationVersion, Holder
from digiskills_integrations.confirmations.numbers import format_number
from digiskills_integrations.credentials.models import StatusEntry
from digiskills_integrations.errors import ConfigurationError, ConfirmationNotFoundError, TransitionRefusedError
from digiskills_integrations.outbox.models import Delivery
from tests.integrations.conftest import NOW
from tests.integrations.records import NAME, completed_learner, decide, master, registry

LATER = NOW + timedelta(days=1)
STAFF = "user:7"
Change = Callable[..., ConfirmationEvent]


@pytest.fixture
def record(platform: Settings) -> Confirmation:
    """A confirmation in force of which a registry was told, or will be."""
    registry(platform, "http://127.0.0.1:9/events")
    completed_learner()
    issue_pending(now=NOW, limit=1)
    Delivery.objects.update(state="acknowledged", fence=1)
    return Confirmation.objects.get()


def order(change: Change, record: Confirmation, reason: str, *, now: datetime = LATER, **more: object) -> ConfirmationEvent:
    return change(record.number, reason=reason, actor=STAFF, now=now, **more)


def events(record: Confirmation) -> list[tuple[int, str, int]]:
    return list(record.events.order_by("seq").values_list("seq", "type", "version__version"))


def deliveries() -> list[tuple[int, str]]:
    return list(Delivery.objects.order_by("seq").values_list("seq", "state"))


def confirmed() -> int:
    counted = sum(CounterDelta.objects.filter(fact="confirmed").values_list("amount", flat=True))
    assert counted == sum(Track.objects.values_list("confirmed", flat=True))
    return counted


def bits(record: Confirmation) -> dict[tuple[int, str], bool]:
    return {(entry.version, entry.purpose): entry.value for entry in StatusEntry.objects.filter(confirmation=record)}


def state(record: Confirmation) -> tuple[str, bool]:
    record.refresh_from_db()
    return record.status, record.final


def refusal(change: Change, record: Confirmation, reason: str, **more: object) -> str:
    before = (events(record), deliveries(), confirmed(), bits(record), state(record), ConfirmationVersion.objects.count())
    with pytest.raises(TransitionRefusedError) as refused:
        order(change, record, reason, **more)
    assert before == (events(record), deliveries(), confirmed(), bits(record), state(record), ConfirmationVersion.objects.count())
    return refused.value.code


def test_a_withdrawal_changes_everything_at_once(record: Confirmation) -> None:
    event = order(withdraw, record, "fraud", note="file 12/2026")
    assert state(record) == ("withdrawn", False)
    assert events(record) == [(1, "issued", 1), (2, "withdrawn", 1)]
    assert (event.reason, event.actor, event.note, event.occurred_at) == ("fraud", STAFF, "file 12/2026", LATER)
    assert deliveries() == [(1, "acknowledged"), (2, "ready")]
    assert bits(record) == {(1, "revocation"): False, (1, "suspension"): True}
    assert confirmed() == 0


def test_a_withdrawal_for_good_is_a_revocation(record: Confirmation) -> None:
    order(withdraw, record, "fraud", final=True)
    assert state(record) == ("withdrawn", True)
    assert bits(record) == {(1, "revocation"): True, (1, "suspension"): False}
    assert refusal(reinstate, record, "review_ended") == "withdrawn_for_good"
    assert refusal(withdraw, record, "fraud", final=True) == "already_withdrawn"


def test_a_reinstatement_undoes_a_withdrawal_until_further_notice(record: Confirmation) -> None:
    order(withdraw, record, "under_review")
    order(reinstate, record, "review_ended")
    assert state(record) == ("valid", False)
    assert events(record) == [(1, "issued", 1), (2, "withdrawn", 1), (3, "reinstated", 1)]
    assert deliveries() == [(1, "acknowledged"), (2, "ready"), (3, "blocked")]
    assert not any(bits(record).values())
    assert confirmed() == 1
    order(withdraw, record, "fraud")
    assert confirmed() == 0


def test_a_withdrawal_until_further_notice_can_become_one_for_good(record: Confirmation) -> None:
    order(withdraw, record, "under_review")
    assert refusal(withdraw, record, "fraud") == "already_withdrawn"
    order(withdraw, record, "fraud", final=True)
    assert (state(record), confirmed()) == (("withdrawn", True), 0)
    assert bits(record)[1, "revocation"]


def test_an_older_issue_is_not_reinstated_beside_a_newer_one(record: Confirmation) -> None:
    order(withdraw, record, "data_error")
    decide(record.learner_public_id)
    issue_pending(now=LATER, limit=1)
    assert refusal(reinstate, record, "review_ended") == "newer_issue"


def test_nobody_is_reinstated_against_the_decision(record: Confirmation) -> None:
    order(withdraw, record, "under_review")
    decide(record.learner_public_id, status="withdrawn")
    assert refusal(reinstate, record, "review_ended") == "not_completed"
    assert refusal(renew, record, "period_extended") == "not_in_force"


def test_a_correction_adds_a_version_and_revokes_the_one_before(record: Confirmation) -> None:
    before = record.versions.get()
    grading.record_person(LearnerRef(public_id=record.learner_public_id), name="Nguyễn Thị Lân")
    order(correct, record, "name_changed")
    first, second = record.versions.order_by("version")
    assert (first.payload, first.jwt, first.badge) == (before.payload, before.jwt, before.badge)
    assert (second.valid_from, second.valid_until) == (first.valid_from, first.valid_until)
    assert second.digest != first.digest
    assert events(record) == [(1, "issued", 1), (2, "corrected", 2)]
    assert bits(record) == {(1, "revocation"): True, (1, "suspension"): False, (2, "revocation"): False, (2, "suspension"): False}
    assert (state(record), confirmed()) == (("valid", False), 1)


def test_each_version_commits_to_the_name_of_its_time(record: Confirmation) -> None:
    """An issue that is still under way when the name is corrected must disclose the name that its record commits to."""
    grading.record_person(LearnerRef(public_id=record.learner_public_id), name="Nguyễn Thị Lân")
    order(correct, record, "name_changed")
    order(correct, record, "key_replaced")
    names = []
    for version in record.versions.order_by("version"):
        disclosure = holders.disclosure_of(record, version.version)
        assert disclosure is not None
        assert disclosure.opens(json.loads(version.payload)["credentialSubject"]["nameCommitment"])
        names.append(disclosure.name)
    assert names == [NAME, "Nguyễn Thị Lân", "Nguyễn Thị Lân"]
    assert Holder.objects.count() == 2
    grading.retire_learner(LearnerRef(public_id=record.learner_public_id))
    assert not Holder.objects.exists()


def test_a_correction_that_cannot_be_signed_leaves_no_trace(record: Confirmation, platform: Settings) -> None:
    platform.DIGISKILLS_PII_KEYS = ["no key"]
    with pytest.raises(ConfigurationError):
        order(correct, record, "data_error")
    assert (record.versions.count(), events(record), len(bits(record))) == (1, [(1, "issued", 1)], 2)


def test_only_a_record_in_force_is_corrected(record: Confirmation) -> None:
    order(withdraw, record, "under_review")
    assert refusal(correct, record, "data_error") == "not_in_force"


@pytest.fixture
def ending(record: Confirmation) -> Confirmation:
    """The same, with a skill whose mastery ends tomorrow, and a version that says so."""
    master(record.learner_public_id, expires_at=LATER)
    order(correct, record, "data_error", now=NOW)
    Confirmation.objects.update(valid_until=LATER)
    ConfirmationVersion.objects.update(valid_until=LATER)
    record.refresh_from_db()
    return record


def test_a_period_that_ends_is_told_once(ending: Confirmation) -> None:
    assert end_periods(now=LATER - timedelta(seconds=1), limit=10).expired == 0
    assert [end_periods(now=LATER, limit=10).expired for _ in range(2)] == [1, 0]
    assert events(ending)[-1][:2] == (3, "expired")
    assert (state(ending), confirmed()) == (("expired", False), 0)
    assert refusal(expire_with_reason, ending, "period_ended") == "not_in_force"
    assert refusal(correct, ending, "data_error") == "not_in_force"


def expire_with_reason(number: str, *, reason: str, actor: str, now: datetime) -> ConfirmationEvent:
    return expire(number, now=now)


def test_a_record_is_not_expired_before_its_time(ending: Confirmation) -> None:
    assert refusal(expire_with_reason, ending, "period_ended", now=NOW) == "not_ended"


def test_a_record_whose_skills_were_shown_again_renews_itself(ending: Confirmation) -> None:
    master(ending.learner_public_id, expires_at=LATER + timedelta(days=365))
    report = end_periods(now=LATER, limit=10)
    assert (report.expired, report.renewed) == (0, 1)
    ending.refresh_from_db()
    assert (ending.status, ending.valid_until) == ("valid", LATER + timedelta(days=365))
    assert events(ending)[-1] == (3, "renewed", 3)
    assert ending.versions.latest("version").valid_from == LATER
    assert confirmed() == 1


def test_an_expired_record_can_be_renewed_when_the_skills_last(ending: Confirmation) -> None:
    end_periods(now=LATER, limit=10)
    assert refusal(renew, ending, "period_extended") == "not_renewable"
    master(ending.learner_public_id, expires_at=None)
    order(renew, ending, "period_extended", now=LATER + timedelta(days=1))
    ending.refresh_from_db()
    assert (ending.status, ending.valid_until, confirmed()) == ("valid", None, 1)


def test_a_new_decision_renews_an_expired_confirmation_under_its_number(ending: Confirmation) -> None:
    end_periods(now=LATER, limit=10)
    master(ending.learner_public_id, expires_at=None)
    decide(ending.learner_public_id)
    assert issue_pending(now=LATER, limit=10) == 0
    assert (Confirmation.objects.count(), state(ending)[0], events(ending)[-1][1]) == (1, "valid", "renewed")


@pytest.mark.parametrize(
    "changed, code",
    [
        ({"reason": "because"}, "bad_reason"),
        ({"actor": ""}, "bad_actor"),
        ({"actor": "Lan\n"}, "bad_actor"),
        ({"note": "x" * 501}, "bad_note"),
    ],
)
def test_an_order_says_why_and_who(record: Confirmation, changed: dict[str, str], code: str) -> None:
    with pytest.raises(TransitionRefusedError) as refused:
        withdraw(record.number, **{"reason": "fraud", "actor": STAFF, "now": LATER, **changed})
    assert (refused.value.code, state(record)[0]) == (code, "valid")


@pytest.mark.parametrize("number", ["T0000000000000", "nonsense", ""])
def test_a_number_that_nobody_has_is_refused(platform: Settings, number: str) -> None:
    with pytest.raises(ConfirmationNotFoundError):
        withdraw(number, reason="fraud", actor=STAFF, now=LATER)


def test_the_number_may_be_given_as_it_is_printed(record: Confirmation) -> None:
    withdraw(format_number(record.number).lower(), reason="fraud", actor=STAFF, now=LATER)
    assert state(record)[0] == "withdrawn"


def test_a_change_commits_by_itself(record: Confirmation) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        order(withdraw, record, "fraud")
    assert events(record) == [(1, "issued", 1)]


def test_a_real_record_is_never_signed_by_a_development_key(record: Confirmation) -> None:
    Confirmation.objects.update(test_mark=False)
    with pytest.raises(ConfigurationError, match="real"):
        order(correct, record, "data_error")


STEPS = st.lists(st.sampled_from(["withdraw", "withdraw_for_good", "reinstate", "correct", "renew", "end"]), max_size=8)


@pytest.mark.property
@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_ordered_state_events_bits_and_figures_agree(platform: Settings, steps: list[str]) -> None:
    completed_learner()
    issue_pending(now=NOW, limit=10)
    record = Confirmation.objects.latest("id")
    orders: dict[str, Callable[[], object]] = {
        "withdraw": lambda: order(withdraw, record, "under_review"),
        "withdraw_for_good": lambda: order(withdraw, record, "fraud", final=True),
        "reinstate": lambda: order(reinstate, record, "review_ended"),
        "correct": lambda: order(correct, record, "data_error"),
        "renew": lambda: order(renew, record, "period_extended"),
        "end": lambda: end_periods(now=LATER, limit=10),
    }
    for step in steps:
        with suppress(TransitionRefusedError):
            orders[step]()
    record.refresh_from_db()
    happened = events(record)
    assert [seq for seq, _, _ in happened] == list(range(1, len(happened) + 1))
    newest = record.versions.latest("version").version
    assert happened[-1][2] == newest == 1 + sum(kind in ("corrected", "renewed") for _, kind, _ in happened)
    in_force = [kind for _, kind, _ in happened if kind != "corrected"][-1] in ("issued", "reinstated", "renewed")
    assert in_force == (record.status == "valid")
    track = Track.objects.get(learner__public_id=record.learner_public_id)
    assert track.confirmed == int(in_force)
    published = bits(record)
    assert all(published[version, "revocation"] for version in range(1, newest))
    assert (published[newest, "revocation"] or published[newest, "suspension"]) == (record.status == "withdrawn")
