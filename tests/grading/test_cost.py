"""What one submission costs the database: our SQL in steady state, without BEGIN and COMMIT and first-time rows (DESIGN §10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digiskills_grading import api, dimensions, learners
from digiskills_grading.data import AttemptContext, AttemptResult, LearnerRef
from digiskills_grading.models import Evidence
from digiskills_grading.policies import load_policy
from digiskills_grading.scoring import source_key
from tests.grading.helpers import AUDIENCE, NOW, REGULATION, account, attempt, block, later, trace_of

BUDGET = 12
ROWS = 70  # evidence of a learner who has come far


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("witness", ["solve", "pay_stranger"])
def test_a_submission_with_its_grade_and_the_state_of_its_page_stays_within_the_budget(witness: str) -> None:
    learner = account("man")
    attempt(learner, block(), witness=witness)
    statements, result = _submission(learner, block(), witness)
    assert result.decision is None
    assert len(statements) <= BUDGET, "\n".join(statements)


@pytest.mark.django_db(transaction=True)
def test_a_long_record_with_all_skills_costs_no_statement_more() -> None:
    learner = account("man")
    context = block(regulation="vn-default/1")
    _record(learner, context.regulation)
    attempt(learner, context)
    statements, result = _submission(learner, context, "solve")
    assert Evidence.objects.count() == ROWS + 2
    assert result.decision is None
    assert len(statements) <= BUDGET, "\n".join(statements)


@pytest.mark.django_db(transaction=True)
def test_a_decision_costs_its_own_rows_alone() -> None:
    learner = account("man")
    attempt(learner, block(), witness="pay_stranger")
    statements, result = _submission(learner, block(), "solve")
    assert result.decision is not None
    of_the_decision = 3  # the decision, its track, the mastery that changed
    assert len(statements) <= BUDGET + of_the_decision, "\n".join(statements)


@pytest.mark.django_db(transaction=True)
def test_the_first_statement_of_every_transaction_takes_the_learner_lock() -> None:
    learner = account("man")
    api.ensure_learner(learner)
    with CaptureQueriesContext(connection) as queries:
        attempt(learner, block(), now=NOW)
    sql = [query["sql"].replace("`", '"') for query in queries]
    firsts = [sql[index + 1] for index, statement in enumerate(sql) if statement.startswith("BEGIN")]
    locks = [first for first in firsts if 'UPDATE "digiskills_grading_learner" SET "rev"' in first]
    inserts_of_dimensions = [first for first in firsts if first.startswith("INSERT")]
    assert len(locks) == 2
    assert len(locks) + len(inserts_of_dimensions) == len(firsts)


def _submission(learner: LearnerRef, context: AttemptContext, witness: str) -> tuple[list[str], AttemptResult]:
    """The statements of a submission as the block's handler does it: scored, the grade marked, the state of the page read."""
    started = api.start_attempt(learner, context, run_kind="counted", now=later(1))
    trace = trace_of(started, witness)
    with CaptureQueriesContext(connection) as queries:
        result = api.submit_attempt(learner, started.public_id, trace, now=later(2))
        api.mark_grade_published(result.public_id)
        api.context_state(learner, context, now=later(2))
    return [query["sql"] for query in queries if not query["sql"].startswith(("BEGIN", "COMMIT"))], result


def _record(learner: LearnerRef, regulation: str) -> None:
    person = learners.resolve(learner)
    cells = load_policy(regulation, AUDIENCE).layout.cells
    Evidence.objects.bulk_create(
        Evidence(
            learner_id=person.pk,
            skill_id=dimensions.skill_id(cells[number % len(cells)][0]),
            facet=cells[number % len(cells)][1],
            source=Evidence.Source.IMPORT,
            source_key=source_key("import", f"row {number}", skill="", facet="", revision=0),
            kind=Evidence.Kind.SCORE,
            value_milli=number * 14,
            assurance="imported",
            occurred_at=NOW - timedelta(days=number),
            recorded_at=NOW,
        )
        for number in range(ROWS)
    )
    for joined in (REGULATION, regulation):
        api.ensure_track(learner, regulation=joined, audience=AUDIENCE)
