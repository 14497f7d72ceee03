"""One submission in steady state: what the handler costs, what of it is ours, and what the same SQL costs without us.

python -m benchmarks.submission                                   SQLite
python -m tools.services python -m benchmarks.submission          MariaDB
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from attrs import frozen
from django.db import connection, transaction
from django.utils import timezone
from webob import Request

from benchmarks import blocks
from benchmarks.measuring import Sample, Work, measure, measure_once_each
from benchmarks.runtime import BenchRuntime, make_accounts, place
from benchmarks.tables import SAMPLE_HEAD, Table, ratio, sample_cells
from digiskills_grading import api, assessment, dimensions, learners, replaying
from digiskills_grading.data import LearnerRef
from digiskills_grading.models import Attempt, Evidence, Trace
from digiskills_grading.policies import load_policy
from digiskills_grading.scoring import decide, evaluate, source_key
from digiskills_xblock import page_state, recording

LEARNERS = 61
ROWS = 68  # of evidence, from elsewhere; with the attempts before the measured one 70
REGULATION = "vn-default/1"
AUDIENCE = "citizen"
GOAL_MS = 5.0
GOAL_STATEMENTS = 12

HANDLER = "the block's handler: JSON in, JSON out, grade published"
GRADING = "of it grading: submitted, grade marked, page's state"
FLOOR = "floor: the same SQL by the driver's cursor"

Statement = tuple[str, Any]


@frozen
class _Prepared:
    """An attempt that waits for its submission."""

    usage_id: str
    account_id: int
    body: dict[str, Any]


def submission_table() -> Table:
    """CPU time of the handler, of grading in it, of the bare SQL, and of the parts that are pure."""

    usage_id = place("digiskills_practice", task_id=blocks.TASK_ID, regulation=REGULATION, audience=AUDIENCE)
    prepared = {name: [_prepare(usage_id) for _ in range(LEARNERS)] for name in (HANDLER, GRADING, FLOOR)}
    floor = [_record(item) for item in prepared[FLOOR]]
    works: dict[str, list[Work]] = {
        HANDLER: [_handler(item) for item in prepared[HANDLER]],
        GRADING: [partial(_grading, item) for item in prepared[GRADING]],
        FLOOR: [partial(_replay_sql, statements) for statements in floor],
    }
    samples = measure_once_each(works)
    _check([item for items in prepared.values() for item in items], floor)
    samples |= _pure_parts(prepared[GRADING][0])
    ours = samples[GRADING]
    goal = samples[HANDLER].median * 1e3
    return Table(
        title=f"A submission in steady state, {_database()}",
        head=("work", *SAMPLE_HEAD, "grading against it"),
        rows=[[name, *sample_cells(sample), ratio(ours.median, sample.median)] for name, sample in samples.items()],
        notes=[
            f"Goal: at most {GOAL_MS:.0f} ms with everything on; measured {goal:.1f} for the handler, {ours.median * 1e3:.1f} for grading.",
            f"Goal: at most {GOAL_STATEMENTS} statements, the page's state included; measured {_statements(floor):.0f}.",
            (
                f"Learners with {ROWS} rows of evidence over all skills of {REGULATION} and two attempts before; mastery and decision are "
                "judged anew and stay as they are; events, switches and counters are on."
            ),
            "The handler's block is loaded before; saving the learner's fields, one row in place of StudentModule's, is in the figure.",
            "Each submission is done once, for a learner of its own, the kinds in turn: the processor's caches are as cold as on a site.",
            f"Checked: every attempt is scored in full, published and has its evidence. {_version()}",
        ],
    )


def _prepare(usage_id: str) -> _Prepared:

    (account_id,) = make_accounts(1)
    _give_evidence(account_id)
    for _ in range(2):
        blocks.submit(usage_id, account_id, blocks.started(usage_id, account_id))
    return _Prepared(usage_id, account_id, blocks.started(usage_id, account_id))


def _give_evidence(account_id: int) -> None:

    ref, now = LearnerRef(user_id=account_id), timezone.now()
    learner = learners.resolve(ref)
    cells = load_policy(REGULATION, AUDIENCE).layout.cells
    Evidence.objects.bulk_create(
        Evidence(
            learner_id=learner.pk,
            skill_id=dimensions.skill_id(skill),
            facet=facet,
            source=Evidence.Source.IMPORT,
            source_key=source_key("import", f"{account_id} {number}", skill=skill, facet=facet, revision=0),
            kind=Evidence.Kind.SCORE,
            value_milli=number * 331 % 1001,
            assurance="imported",
            occurred_at=now - timedelta(days=number),
            recorded_at=now,
        )
        for number, (skill, facet) in ((number, cells[number % len(cells)]) for number in range(ROWS))
    )
    api.ensure_track(ref, regulation=REGULATION, audience=AUDIENCE)


def _handler(item: _Prepared) -> Work:

    block = BenchRuntime(item.account_id).get_block(item.usage_id)
    text = json.dumps(item.body).encode()
    return lambda: block.handle("submit", Request.blank("/", method="POST", body=text, content_type="application/json"))


def _grading(item: _Prepared) -> None:

    now = timezone.now()
    result = api.submit_attempt(LearnerRef(user_id=item.account_id), item.body["attempt"], item.body["trace"], now=now)
    api.mark_grade_published(result.public_id)
    block = BenchRuntime(item.account_id).get_block(item.usage_id)
    page_state.page_state(block, recording.recording_context(block), now)


def _record(item: _Prepared) -> list[Statement]:
    """The statements of a submission, which is undone afterwards, so that the same can be sent again."""

    with _recorded() as statements:
        _grading(item)
    attempt = Attempt.objects.get(public_id=item.body["attempt"])
    Evidence.objects.filter(learner_id=attempt.learner_id, attempt_id=attempt.pk).delete()
    Trace.objects.filter(attempt_id=attempt.pk).delete()
    Attempt.objects.filter(pk=attempt.pk).update(state=Attempt.State.OPEN, grade_state=Attempt.Grade.NONE)
    return [(sql, params) for sql, params in statements if "digiskills_" in sql]


@contextmanager
def _recorded() -> Iterator[list[Statement]]:

    statements: list[Statement] = []

    def record(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        yield statements


def _replay_sql(statements: list[Statement]) -> None:
    """All in one transaction, and the rows as the driver gives them."""

    with transaction.atomic(), connection.cursor() as wrapped:
        cursor = wrapped.cursor
        for sql, params in statements:
            cursor.execute(sql, params)
            if sql.startswith("SELECT"):
                cursor.fetchall()


def _pure_parts(item: _Prepared) -> dict[str, Sample]:

    attempt = Attempt.objects.select_related("task_version").get(public_id=item.body["attempt"])
    log, now, policy = assessment.read_evidence(attempt.learner_id), timezone.now(), load_policy(REGULATION, AUDIENCE)
    works: dict[str, Work] = {
        "trace parsed, cut, replayed, scored, packed": lambda: replaying.judge(attempt, item.body["trace"]),
        "evidence evaluated and decided": lambda: decide(policy, evaluate(policy, log.observations, as_of=now), completed_before=False),
        "evidence read and made into observations": lambda: assessment.read_evidence(attempt.learner_id),
        "trace read from JSON": partial(json.loads, json.dumps(item.body)),
    }
    return {f"part, warm: {name}": sample for name, sample in measure(works, rounds=15, repetitions=10).items()}


def _check(prepared: list[_Prepared], floor: list[list[Statement]]) -> None:
    """Raises AssertionError where something is not as it should be: there is nothing to time then."""

    mine = Attempt.objects.filter(public_id__in=[item.body["attempt"] for item in prepared])
    assert mine.filter(score_milli=1000, grade_state=Attempt.Grade.PUBLISHED).count() == len(prepared)
    assert Evidence.objects.filter(attempt_id__in=mine.values("pk")).values("attempt_id").distinct().count() == len(prepared)
    assert _statements(floor) <= GOAL_STATEMENTS


def _statements(floor: list[list[Statement]]) -> float:
    """The median: now and then one more reads how the switches stand."""
    return statistics.median(map(len, floor))


def _database() -> str:

    return {"mysql": "MariaDB", "sqlite": "SQLite"}[connection.vendor]


def _version() -> str:
    return f"{_database()} {'.'.join(map(str, connection.get_database_version()))}."
