"""Admin units, the counters, and the first table for officials."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from digiskills_grading import api
from digiskills_grading.csv_export import csv_lines, safe_cell
from digiskills_grading.data import LearnerRef, UnitRow
from digiskills_grading.errors import LearnerNotFound, NotInTransaction, UnitNotFound
from digiskills_grading.models import AdminUnit, CounterDelta
from tests.grading.helpers import AUDIENCE, NOW, REGULATION, account, attempt, block, observe


@pytest.fixture
def tree(db: None) -> None:
    """Two provinces, two communes in the first and one in the second."""
    for code, name, parent in (
        ("01", "Tỉnh Mây Trắng", None),
        ("02", "Tỉnh Khác", None),
        ("00101", "Xã Đồi Sim", "01"),
        ("00102", "Phường Bến Sen", "01"),
        ("00201", "Xã Xa", "02"),
    ):
        AdminUnit.objects.create(code=code, name=name, level="x", parent=AdminUnit.objects.filter(code=parent).first())


def person(name: str, unit: str | None, *, tried: bool = False, completed: bool = False) -> LearnerRef:
    learner = account(name)
    api.ensure_learner(learner, admin_unit=unit)
    api.ensure_track(learner, regulation=REGULATION, audience=AUDIENCE)
    if completed:
        observe(learner)
    if tried or completed:
        attempt(learner, block())
    return learner


def figures(rows: Iterable[UnitRow]) -> dict[str, tuple[int, int, int, int]]:
    return {row.unit: (row.learners, row.tried, row.completed, row.confirmed) for row in rows}


def test_a_unit_holds_the_figures_of_all_below_it(tree: None) -> None:
    person("a", "00101", completed=True)
    person("b", "00102", tried=True)
    person("c", "00201")
    person("d", None)
    report = api.unit_report(REGULATION, now=NOW, deep=True)
    assert figures(report.rows) == {
        "01": (2, 2, 1, 0),
        "00101": (1, 1, 1, 0),
        "00102": (1, 1, 0, 0),
        "02": (1, 0, 0, 0),
        "00201": (1, 0, 0, 0),
        "": (1, 0, 0, 0),
    }
    assert [(row.unit, row.depth) for row in report.rows] == [("01", 0), ("00101", 1), ("00102", 1), ("02", 0), ("00201", 1), ("", 0)]
    assert figures(report.totals) == {"": (4, 2, 1, 0)}
    assert report.as_of == NOW


def test_one_level_at_a_time(tree: None) -> None:
    person("a", "00101")
    assert list(figures(api.unit_report(REGULATION, now=NOW).rows)) == ["01"]
    assert list(figures(api.unit_report(REGULATION, now=NOW, under="01").rows)) == ["01", "00101"]
    assert api.unit_report(REGULATION, now=NOW, under="nowhere").rows == ()
    assert api.unit_report("other/1", now=NOW, deep=True).rows == ()


def test_who_moves_takes_everything_along(tree: None) -> None:
    learner = person("a", "00101", completed=True)
    for _ in range(2):
        api.ensure_learner(learner, admin_unit="00201")
    assert figures(api.unit_report(REGULATION, now=NOW, deep=True).rows) == {"02": (1, 1, 1, 0), "00201": (1, 1, 1, 0)}


def test_an_unknown_unit_is_refused(tree: None) -> None:
    with pytest.raises(UnitNotFound, match="digiskills_load_units"):
        api.ensure_learner(account("a"), admin_unit="99999")


def test_a_confirmation_is_counted_where_it_is_issued(tree: None) -> None:
    learner = person("a", "00101", completed=True)
    todo = api.pending_issues(10)[0]
    with api.issue_transaction(todo.id) as case:
        assert case is not None
        assert (case.decision.status, case.decision.n) == ("completed", todo.decision_n)
        assert {skill.skill: skill.state for skill in case.mastery} == {"A1": "mastered", "S3": "mastered"}
        assert case.holder.user_id == learner.user_id
        api.record_fact(todo.learner_public_id, AUDIENCE, REGULATION, amount=1)
    assert api.pending_issues(10) == []
    assert figures(api.unit_report(REGULATION, now=NOW).totals) == {"": (1, 1, 1, 1)}
    with api.issue_transaction(todo.id) as gone:
        assert gone is None


def test_an_issue_that_fails_leaves_its_todo_and_counts_nothing(tree: None) -> None:
    person("a", "00101", completed=True)
    todo = api.pending_issues(10)[0]

    def issue() -> None:
        with api.issue_transaction(todo.id):
            api.record_fact(todo.learner_public_id, AUDIENCE, REGULATION, amount=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        issue()
    assert api.pending_issues(10) == [todo]
    assert not CounterDelta.objects.filter(fact="confirmed").exists()


@pytest.mark.django_db(transaction=True)
def test_facts_of_the_issuing_side_need_its_transaction() -> None:
    with pytest.raises(NotInTransaction):
        api.record_fact("0" * 26, AUDIENCE, REGULATION, amount=1)


@pytest.mark.django_db
def test_only_known_facts_are_counted() -> None:
    with pytest.raises(ValueError, match="confirmed"):
        api.record_fact("0" * 26, AUDIENCE, REGULATION, fact="learner", amount=1)
    with pytest.raises(ValueError, match="amount"):
        api.record_fact("0" * 26, AUDIENCE, REGULATION, amount=5)
    with pytest.raises(LearnerNotFound):
        api.record_fact("0" * 26, AUDIENCE, REGULATION, amount=1)


@pytest.mark.django_db
def test_the_units_of_vietnam_load_once_and_a_second_time_changes_nothing() -> None:
    out = io.StringIO()
    for _ in range(2):
        call_command("digiskills_load_units", pack="vn", stdout=out)
    assert out.getvalue().splitlines() == ["3355 units added, 0 changed, 0 unchanged", "0 units added, 0 changed, 3355 unchanged"]
    AdminUnit.objects.filter(code="01").update(name="Tên cũ")
    call_command("digiskills_load_units", pack="vn", stdout=out)
    assert out.getvalue().splitlines()[-1] == "0 units added, 1 changed, 3354 unchanged"
    assert AdminUnit.objects.filter(parent=None).count() == 34


@pytest.mark.django_db
def test_an_unknown_pack_is_a_clear_error() -> None:
    with pytest.raises(CommandError, match="zz"):
        call_command("digiskills_load_units", pack="zz")


@pytest.mark.parametrize("cell", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_what_a_spreadsheet_would_run_is_shown_as_text(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@given(st.text(max_size=20))
def test_no_text_cell_begins_like_a_formula(text: str) -> None:
    assert not str(safe_cell(text)).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_numbers_stay_numbers_and_the_file_says_that_it_is_utf_8() -> None:
    lines = list(csv_lines([["Xã Đồi Sim", -3, "=x"]]))
    assert "".join(lines).encode() == "\ufeffXã Đồi Sim,-3,'=x\r\n".encode()
