"""A runtime that records, built on the workbench's: what the LMS's does for a bound learner, without an LMS."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from attrs import define, field
from lxml import etree
from webob import Request
from workbench.runtime import WorkbenchRuntime
from xblock.scorable import Score

from digiskills_framework.tasks import load_task, task_ids
from digiskills_grading.models import Attempt
from digiskills_simulator import api as simulator
from digiskills_xblock.recording import Learner, Refused

COURSE_KEY = "course-v1:DemoX+DIGI+2026"
REGULATION = "demo-s3-a1/1"
TASK_IDS = task_ids()
Publish = Callable[[str, dict[str, Any]], None]


class RecordingRuntime(WorkbenchRuntime):  # type: ignore[misc]
    """Bound to an account; `RecordingAdapter` admits it unless ``refusal`` says otherwise. ``published`` has all events, in order."""

    def __init__(self, user_id: int | None, *, is_staff: bool = False, refusal: str | None = None) -> None:
        super().__init__(str(user_id))
        self.account_id = user_id
        self.is_staff = is_staff
        self.refusal = refusal
        self.published: list[tuple[str, dict[str, Any]]] = []
        self.before_publish: Publish | None = None
        self.held: float | None = None

    def publish(self, block: Any, event_type: str, event_data: dict[str, Any]) -> None:
        if self.before_publish is not None:
            self.before_publish(event_type, event_data)
        self.published.append((event_type, event_data))
        if event_type == "grade" and self._takes(event_data):
            self.held = event_data["value"] / event_data["max_value"]
            block.set_score(Score(raw_earned=event_data["value"], raw_possible=event_data["max_value"]))

    def _takes(self, event_data: dict[str, Any]) -> bool:
        """As score_published_handler decides it (lms/djangoapps/grades/signals/handlers.py), whose row may have no grade yet."""
        if not event_data["only_if_higher"]:
            return True
        if self.held is None:
            raise TypeError("float() argument must be a string or a real number, not 'NoneType'")
        return bool(event_data["value"] / event_data["max_value"] >= self.held)

    def _patch_xblock(self, block: Any) -> None:
        """The workbench would set every block's due date to now."""


class RecordingAdapter:
    """Knows `RecordingRuntime` and nothing else."""

    def recognises(self, block: Any) -> bool:
        return isinstance(block.runtime, RecordingRuntime)

    def context(self, block: Any) -> Learner | Refused:
        runtime = block.runtime
        if runtime.refusal is not None:
            return Refused(runtime.refusal)
        return Learner(runtime.account_id, COURSE_KEY, str(block.scope_ids.usage_id), is_staff=runtime.is_staff)

    def bound_learner(self, block: Any) -> Learner | None:
        runtime = block.runtime
        if runtime.account_id is None:
            return None
        return Learner(runtime.account_id, COURSE_KEY, str(block.scope_ids.usage_id), is_staff=runtime.is_staff)

    def account(self, outward_id: str) -> int | None:
        return int(outward_id) if outward_id.isdigit() else None

    def holds_grade(self, block: Any) -> bool:
        return block.runtime.held is not None

    def announce_deleted_score(self, block: Any, user_id: int, course_key: str, usage_key: str) -> None:
        block.runtime.published.append(("score_deleted", {"user_id": user_id, "course_key": course_key, "usage_key": usage_key}))


@define
class Answer:
    """What a handler answered."""

    status: int
    body: dict[str, Any]

    @property
    def code(self) -> str:
        """The error's code."""
        return str(self.body["error"]["code"])


@define
class Page:
    """One learner's tab with the block in it. Every call loads the block anew, as every request does."""

    usage_id: str
    runtime: RecordingRuntime
    task_id: str = "S3-01"
    language: str = "en"
    kept: dict[str, Any] = field(factory=dict)

    @property
    def block(self) -> Any:
        """The block, bound to the learner."""
        return self.runtime.get_block(self.usage_id)

    def call(self, handler: str, body: object) -> Answer:
        """POSTs JSON to a handler."""
        return self.post(handler, json.dumps(body).encode())

    def post(self, handler: str, body: bytes, *, method: str = "POST") -> Answer:
        """Sends any bytes to a handler."""
        request = Request.blank("/", method=method, body=body, content_type="application/json")
        response = self.block.handle(handler, request)
        return Answer(response.status_int, json.loads(response.body))

    def start(self, run_kind: str = "counted", **more: object) -> Answer:
        """Starts an attempt."""
        return self.call("start", {"run_kind": run_kind, "language": self.language, **more})

    def submit(self, started: Answer, trace: object) -> Answer:
        """Submits a trace for what was started."""
        key = "attempt" if started.body["attempt"] is not None else "token"
        return self.call("submit", {key: started.body[key], "trace": trace, "language": self.language})

    def play(self, witness: str = "solve", run_kind: str = "counted") -> Answer:
        """Starts, plays as a witness does, submits."""
        started = self.start(run_kind)
        return self.submit(started, self.trace(started, witness))

    def trace(self, started: Answer, witness: str = "solve") -> dict[str, Any]:
        """What a browser would send; the seed is read from the table."""
        attempt = Attempt.objects.get(public_id=started.body["attempt"])
        return trace_of(self.task_id, attempt.seed, witness, overlay=attempt.overlay)


def trace_of(task_id: str, seed: int, witness: str = "solve", *, overlay: str = "") -> dict[str, Any]:
    """The JSON trace of a witness under a seed."""
    scenario = simulator.instantiate(simulator.compile_task(load_task(task_id).wearing(overlay)), seed)
    trace: dict[str, Any] = simulator.trace_to_json(simulator.witness_trace(scenario, witness))
    return trace


def place(task_id: str, scenario: str, **fields: str) -> str:
    """Puts a block into the workbench from OLX; returns its usage id."""
    node = etree.Element("digiskills_practice", {"task_id": task_id, "regulation": REGULATION, **fields})
    runtime = RecordingRuntime(None)
    runtime.id_generator.set_scenario(scenario)
    return str(runtime.parse_xml_string(etree.tostring(node, encoding="unicode")))
