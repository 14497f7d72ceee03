"""Folding counts each fact once, on its day; the recount agrees, and a rebuild makes it agree."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digiskills_grading import api, checkpoints, counting, dimensions
from digiskills_grading.figures import Subject, condensed, from_bytes, to_bytes
from digiskills_grading.models import AdminUnit, Counter, CounterCheckpoint, CounterDelta, Learner, Track
from tests.grading.helpers import AUDIENCE, NOW, REGULATION, account, attempt, block, later, observe

pytestmark = pytest.mark.django_db
FACTS = ("learner", "tried", "completed", "confirmed")


def delta(
    fact: str = "learner", amount: int = 1, *, unit: int | None = None, at: datetime = NOW, audience: str = AUDIENCE, level: str = ""
) -> None:
    CounterDelta.objects.create(
        admin_unit_id=unit,
        regulation_id=dimensions.regulation_id(REGULATION),
        audience=audience,
        level=level,
        fact=fact,
        amount=amount,
        occurred_at=at,
    )


def total(day: date | None = None) -> tuple[int | None, ...]:
    """Learners, tried, completed, confirmed over everything, of one audience."""
    rows = api.unit_report(REGULATION, now=later(60 * 24 * 30), day=day).totals
    return (rows[0].learners, rows[0].tried, rows[0].completed, rows[0].confirmed) if rows else (0, 0, 0, 0)


def test_a_fact_is_folded_once_and_the_figures_stay_the_same() -> None:
    delta()
    delta("tried")
    before = total()
    assert api.fold_counters(now=NOW).deltas == 2
    assert (CounterDelta.objects.count(), Counter.objects.count()) == (0, 2)
    assert api.fold_counters(now=NOW).deltas == 0
    assert total() == before == (1, 1, 0, 0)


def test_a_round_folds_no_more_than_it_may_and_tells_what_is_left() -> None:
    for _ in range(5):
        delta()
    report = api.fold_counters(now=NOW, limit=3)
    assert (report.deltas, report.left) == (3, 2)
    assert total() == (5, 0, 0, 0)


def test_a_day_begins_at_midnight_in_the_country() -> None:
    """23:30 in Greenwich on the 22nd is half past six in the morning of the 23rd in Viet Nam."""
    delta(at=datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC))
    delta(at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    for _ in ("unfolded", "folded"):
        assert total(date(2026, 11, 22)) == (1, 0, 0, 0)
        assert total(date(2026, 11, 23)) == (2, 0, 0, 0)
        api.fold_counters(now=NOW)


def test_a_late_fact_lands_on_its_own_day_and_corrects_closed_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "LINES_BETWEEN", 1)
    days = [NOW - timedelta(days=back) for back in (3, 2, 1)]
    for at in days:
        delta(at=at)
    assert api.fold_counters(now=NOW).checkpoints == 3
    delta(at=days[1])
    assert total(days[1].date()) == (3, 0, 0, 0)
    report = api.fold_counters(now=NOW)
    assert (report.deltas, report.checkpoints) == (1, 2)
    assert [total(at.date())[0] for at in days] == [1, 3, 4]
    assert [total(at.date())[0] for at in (days[0] - timedelta(days=1), NOW)] == [0, 4]


def test_today_is_never_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "LINES_BETWEEN", 1)
    delta()
    assert api.fold_counters(now=NOW).checkpoints == 0
    assert api.fold_counters(now=NOW + timedelta(days=1)).checkpoints == 1


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        counting.fold(now=datetime(2026, 1, 1))  # noqa: DTZ001 - what is refused


ENTRIES = st.lists(
    st.tuples(st.sampled_from(FACTS), st.integers(-3, 3), st.sampled_from([None, 1, 2]), st.integers(0, 4), st.booleans()), max_size=25
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=ENTRIES)
def test_any_sequence_folds_to_the_plain_sum_of_every_day(entries: list[tuple[str, int, int | None, int, bool]], db: None) -> None:
    """Whatever is folded when, in whatever batches, with whatever checkpoints in between."""
    for model in (Counter, CounterCheckpoint, CounterDelta):
        model.objects.all().delete()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpoints, "LINES_BETWEEN", 2)
        patch.setattr(counting, "BATCH", 3)
        for fact, amount, unit, back, fold_now in entries:
            delta(fact, amount, unit=unit, at=NOW - timedelta(days=back))
            if fold_now:
                api.fold_counters(now=NOW)
    for back in range(5):
        day = (NOW - timedelta(days=back)).date()
        sums = tuple(sum(item[1] for item in entries if item[0] == fact and item[3] >= back) for fact in FACTS)
        assert total(day) == (sums if any(sums) else (0, 0, 0, 0))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-5, 5), st.integers(0, 5)), min_size=1))
def test_what_is_stored_of_a_day_is_read_as_it_was(lines: list[tuple[int, int, int]]) -> None:
    figures = condensed({"citizen": np.array(lines, dtype=np.int64)})
    assert from_bytes(to_bytes(figures))["citizen"].tolist() == figures["citizen"].tolist()
    for unit in {line[0] for line in lines}:
        sums = [sum(line[column] for line in lines if line[0] == unit) for column in (1, 2)]
        assert figures["citizen"][figures["citizen"][:, 0] == unit][:, 1:].tolist() == ([sums] if any(sums) else [])


def test_the_facts_of_households_are_another_subject() -> None:
    assert Subject(1).facts != Subject(1, "household-five-basic/1").facts


# Verify and rebuild.


@pytest.fixture
def commune() -> None:
    AdminUnit.objects.create(code="00101", name="Xã Đồi Sim", level="commune")
    for name in ("a", "b"):
        api.ensure_learner(account(name), admin_unit="00101")
        api.ensure_track(account(name), regulation=REGULATION, audience=AUDIENCE)
    observe(account("a"))
    attempt(account("a"), block())


def counters(action: str, *, code: int = 0, **options: object) -> str:
    out = io.StringIO()
    try:
        call_command("digiskills_counters", action, stdout=out, stderr=io.StringIO(), **options)
        assert code == 0
    except SystemExit as ended:
        assert ended.code == code  # noqa: PT017 - the code is what is tested
    return out.getvalue()


def test_the_recount_agrees_before_and_after_folding(commune: None) -> None:
    assert counters("verify") == "3 figures, 0 differences\n"
    assert counters("fold") == "4 facts folded, 0 left, 0 days closed\n"
    assert counters("verify") == "3 figures, 0 differences\n"


def test_what_differs_is_named_and_rebuilt_on_today(commune: None) -> None:
    counters("fold")
    Counter.objects.filter(fact="tried").update(amount=7)
    said = counters("verify", code=1)
    assert "tried citizen" in said
    assert "00101: counted 7, expected 1" in said
    assert "checkpoint 9999-12-31" in said
    assert said.endswith("3 figures, 2 differences\n")
    assert json.loads(counters("verify", code=1, json=True))["difference_count"] == 2
    assert counters("rebuild").endswith("3 figures, 0 differences\n")
    assert counters("verify").endswith("0 differences\n")
    assert total() == (2, 1, 1, 0)


def test_a_checkpoint_that_was_changed_by_hand_is_found_and_written_anew(commune: None) -> None:
    counters("fold")
    CounterCheckpoint.objects.update(body=to_bytes({"citizen": np.array([[0, 9, 9, 9, 9]])}))
    assert counters("verify", code=1).endswith("3 figures, 1 differences\n")
    assert counters("rebuild").endswith("0 differences\n")
    assert total() == (2, 1, 1, 0)


def test_a_lost_table_is_rebuilt(commune: None) -> None:
    counters("fold")
    Counter.objects.all().delete()
    assert counters("verify", code=1).endswith("3 figures, 4 differences\n")
    assert counters("rebuild").endswith("0 differences\n")
    assert total() == (2, 1, 1, 0)


def test_who_changes_the_school_level_is_counted_at_the_new_one(db: None) -> None:
    pupil = account("pupil")
    for level in ("TH1", "TH2"):
        api.ensure_track(pupil, regulation="vn-default/1", audience="student", school_level=level)
    api.fold_counters(now=NOW)
    assert api.verify_counters(now=NOW).difference_count == 0
    assert Track.objects.get().school_level == "TH2"


def test_moves_withdrawals_and_confirmations_fold_to_the_recount(commune: None) -> None:
    AdminUnit.objects.create(code="00102", name="Phường Bến Sen", level="commune")
    person = Learner.objects.get(pk=Track.objects.get(status="completed").learner_id)
    with api.record_transaction(person.public_id):
        api.record_fact(person.public_id, AUDIENCE, REGULATION, amount=1)
    api.fold_counters(now=NOW)
    api.ensure_learner(account("a"), admin_unit="00102")
    with api.record_transaction(person.public_id):
        api.record_fact(person.public_id, AUDIENCE, REGULATION, amount=-1)
    assert api.verify_counters(now=NOW).difference_count == 0
    api.fold_counters(now=NOW)
    assert api.verify_counters(now=NOW).difference_count == 0
