"""The whole block in the workbench's runtime: the page of a learner and a graded submission, beside drag-and-drop's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from typing import Any

from benchmarks.measuring import Sample, Work, measure, measure_once_each
from benchmarks.runtime import BenchRuntime, call, make_accounts, place, render
from benchmarks.tables import SAMPLE_HEAD, Table, ratio, sample_cells
from digiskills_framework.tasks import load_task
from digiskills_grading.models import Attempt, Evidence
from digiskills_simulator import api as simulator

OURS = "digiskills_practice"
PEER = "drag-and-drop-v2"
POLL = "poll"
PACKAGES = {PEER: "xblock-drag-and-drop-v2", POLL: "xblock-poll"}
TASK_ID = "S3-01"
SUBMISSIONS = 81
EARLIER = 2  # attempts of each of our learners before the measured one: rows of the first time are not the steady state
GOAL_RENDERS = 3000

Answer = dict[str, Any]


def place_ours() -> str:
    return place(OURS, task_id=TASK_ID, regulation="demo-s3-a1/1", audience="citizen")


def place_peer() -> str:
    """Its own sample problem, whole solutions at once (assessment mode), no limit of attempts."""
    return place(PEER, mode="assessment", max_attempts="0")


def place_poll() -> str:
    """Its own sample question."""
    return place(POLL)


def render_table(ours: str, peer: str, poll: str) -> Table:
    """The learner's page: with loading the block, as a request has it, and the view alone."""
    (account,) = make_accounts(1)
    page = render(ours, account)
    assert (page.js_init_fn, page.json_init_args["task"]["id"]) == ("DigiskillsPractice", TASK_ID)
    assert page.json_init_args["state"]["stored"] is True
    assert render(peer, account).js_init_fn == "DragAndDropBlock"
    assert render(poll, account).js_init_fn == "PollBlock"
    blocks = {OURS: ours, PEER: peer, POLL: poll}
    samples = measure({name: partial(render, usage, account) for name, usage in blocks.items()}, rounds=30, repetitions=10)
    alone = measure({name: _view_of_loaded(usage, account) for name, usage in blocks.items()}, rounds=30, repetitions=10)
    return Table(
        title="Render of a block",
        head=("work", *SAMPLE_HEAD, "ours against it"),
        rows=[*_pair("load and render", samples), *_pair("the view alone", alone)],
        notes=[
            f"Goal: the view alone {GOAL_RENDERS:,} times a CPU-second; measured {alone[OURS].per_second:,.0f}.",
            "Ours reads the learner's state from our tables for the page; the peers have none to read there.",
            (
                "The same runtime for all: the workbench's, without the mocks that it makes for every block, and with fields kept as in "
                "the LMS: an author's in memory, a learner's in one row."
            ),
        ],
    )


def submit_table(ours: str, peer: str) -> Table:
    """One graded submission: the block loaded, the handler, the grade published, the block saved."""
    accounts = make_accounts(SUBMISSIONS)
    prepared = {
        OURS: [_prepared_submission(ours, account) for account in accounts],
        PEER: [_prepared_solution(peer, account) for account in accounts],
    }
    samples = measure_once_each(prepared)
    _check_records(SUBMISSIONS)
    return Table(
        title="A graded submission",
        head=("work", *SAMPLE_HEAD, "ours against it"),
        rows=_pair("submit", samples),
        notes=[
            (
                f"Ours, the third submission of its learner: the trace of {TASK_ID}'s solution is parsed, cut, replayed and scored; "
                "attempt, trace and evidence are written, mastery and decision judged anew, in one transaction; the grade is published and "
                "marked; then the page's state is read."
            ),
            (
                "The peer, the first submission of its learner (a later one that is no better publishes no grade): its sample problem's "
                "solution, placed before, is judged, the grade published, and its state saved in one row."
            ),
            "Checked: each submission was graded with full points, and left its attempt and its evidence in our tables.",
            "SQLite in a file; waiting for the disk is not CPU time and is not in these figures.",
        ],
    )


def _pair(name: str, samples: dict[str, Sample]) -> list[list[str]]:
    """A row for ours and for each peer that was measured with it."""
    rows = [[f"{name}: ours", *sample_cells(samples[OURS]), "1.0"]]
    for peer, package in PACKAGES.items():
        if peer in samples:
            against = ratio(samples[OURS].median, samples[peer].median)
            rows.append([f"{name}: {peer} {version(package)}", *sample_cells(samples[peer]), against])
    return rows


def _view_of_loaded(usage_id: str, account_id: int) -> Work:
    view: Callable[[object], object] = BenchRuntime(account_id).get_block(usage_id).student_view
    return partial(view, {})


def _prepared_submission(usage_id: str, account_id: int) -> Work:
    for _ in range(EARLIER):
        submit(usage_id, account_id, started(usage_id, account_id))
    return partial(submit, usage_id, account_id, started(usage_id, account_id))


def started(usage_id: str, account_id: int) -> Answer:
    """The body of a submission that solves a new attempt. The seed is read from the table: no browser ever has it."""
    answer, _ = call(usage_id, account_id, "start", {"run_kind": "counted", "language": "vi"})
    seed = Attempt.objects.values_list("seed", flat=True).get(public_id=answer["attempt"])
    scenario = simulator.instantiate(simulator.compile_task(load_task(TASK_ID)), seed)
    return {"attempt": answer["attempt"], "language": "vi", "trace": simulator.trace_to_json(simulator.witness_trace(scenario, "solve"))}


def submit(usage_id: str, account_id: int, body: Answer) -> None:
    """Submits it; raises AssertionError unless it is graded with full points."""
    _, grades = call(usage_id, account_id, "submit", body)
    assert grades == [1.0], grades


def _prepared_solution(usage_id: str, account_id: int) -> Work:
    for item in BenchRuntime(account_id).get_block(usage_id).data["items"]:
        for zone in item["zones"]:
            call(usage_id, account_id, "drop_item", {"val": item["id"], "zone": zone})
    return partial(_attempt, usage_id, account_id)


def _attempt(usage_id: str, account_id: int) -> None:
    answer, grades = call(usage_id, account_id, "do_attempt", {})
    assert answer["correct"] is True, answer
    assert grades == [1.0], grades


def _check_records(learners: int) -> None:
    each = 1 + EARLIER
    assert Attempt.objects.filter(score_milli=1000, grade_state=Attempt.Grade.PUBLISHED).count() == learners * each
    assert Evidence.objects.exclude(attempt=None).values("attempt_id").distinct().count() == learners * each
