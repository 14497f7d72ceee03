"""What one submission costs the database."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digiskills_grading import api
from tests.grading.helpers import NOW, account, attempt, block, later, trace_of

BUDGET = 12  # DESIGN §10: our SQL of one submission in steady state, without BEGIN and COMMIT and first-time rows


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("witness", ["solve", "pay_stranger"])
def test_a_submission_and_the_note_of_its_grade_stay_within_the_budget(witness: str) -> None:
    learner = account("man")
    attempt(learner, block(), witness="pay_stranger")
    started = api.start_attempt(learner, block(), run_kind="counted", now=later(1))
    trace = trace_of(started, witness)
    with CaptureQueriesContext(connection) as queries:
        result = api.submit_attempt(learner, started.public_id, trace, now=later(2))
        api.mark_grade_published(result.public_id)
    statements = [query["sql"] for query in queries if not query["sql"].startswith(("BEGIN", "COMMIT"))]
    of_the_decision = 2 if result.decision is not None else 0  # the decision's own row and its track
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
