"""The workbench's runtime, bound to an account: both blocks run in it, ours and the one it is measured beside."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth import get_user_model
from lxml import etree
from webob import Request
from workbench.runtime import WorkbenchRuntime
from xblock.runtime import KvsFieldData
from xblock.scorable import Score

from benchmarks.field_store import FieldStore
from digiskills_xblock.recording import Learner, Refused

COURSE_KEY = "course-v1:BenchX+DIGI+2026"


class BenchRuntime(WorkbenchRuntime):  # type: ignore[misc]  # the workbench ships no types
    """Keeps a published grade in the block, as the LMS does by calling ``set_score`` on every publish."""

    def __init__(self, account_id: int) -> None:
        super().__init__(str(account_id))
        self._services["field-data"] = KvsFieldData(FieldStore())
        self.account_id = account_id
        self.grades: list[float] = []

    def publish(self, block: Any, event_type: str, event_data: dict[str, Any]) -> None:
        if event_type == "grade":
            self.grades.append(event_data["value"] / event_data["max_value"])
            block.set_score(Score(raw_earned=event_data["value"], raw_possible=event_data["max_value"]))

    def _patch_xblock(self, block: Any) -> None:
        """The workbench makes several mocks for every render and request, which would cost more than either block."""


class BenchAdapter:
    """Admits every account; see `digiskills_xblock.recording.RuntimeAdapter`."""

    def recognises(self, block: Any) -> bool:
        return isinstance(block.runtime, BenchRuntime)

    def context(self, block: Any) -> Learner | Refused:
        return Learner(user_id=block.runtime.account_id, course_key=COURSE_KEY, usage_key=str(block.scope_ids.usage_id))

    def holds_grade(self, block: Any) -> bool:
        return bool(block.runtime.grades)

    def account(self, outward_id: str) -> int | None:
        return int(outward_id)


def make_accounts(count: int) -> list[int]:
    """New accounts; their ids."""
    accounts = get_user_model().objects
    first = accounts.count()
    return [accounts.create(username=f"learner-{first + number}").pk for number in range(count)]


def place(block_type: str, **fields: str) -> str:
    """Puts a block into the workbench from OLX; returns its usage id."""
    runtime = BenchRuntime(0)
    runtime.id_generator.set_scenario(block_type)
    return str(runtime.parse_xml_string(etree.tostring(etree.Element(block_type, fields), encoding="unicode")))


def call(usage_id: str, account_id: int, handler: str, body: dict[str, Any]) -> tuple[dict[str, Any], list[float]]:
    """One request: loads the block, runs the handler, saves the block. Gives the answer and the grades that were published.

    Raises:
        RuntimeError: the handler refused.
    """
    runtime = BenchRuntime(account_id)
    request = Request.blank("/", method="POST", body=json.dumps(body).encode(), content_type="application/json")
    response = runtime.get_block(usage_id).handle(handler, request)
    if response.status_int != 200:
        raise RuntimeError(f"{handler} of {usage_id} answered {response.status_int}: {response.text[:200]}")
    answer: dict[str, Any] = json.loads(response.body)
    return answer, runtime.grades


def render(usage_id: str, account_id: int) -> Any:
    """The fragment of the learner's view, of a block that is loaded for it."""
    return BenchRuntime(account_id).get_block(usage_id).student_view({})
