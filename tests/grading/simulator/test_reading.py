"""Mistakes of a task's author: each is found, with its place and what to do; several at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from digiskills_framework.errors import InconsistentDataError
from digiskills_framework.tasks import TaskDefinition
from digiskills_simulator.api import compile_task

Raw = dict[str, Any]


def broken(definition: TaskDefinition, change: Callable[[Raw], object]) -> TaskDefinition:
    raw = json.loads(json.dumps(definition.raw))
    change(raw)
    fields = {name: getattr(definition, name) for name in definition.__dataclass_fields__}
    return TaskDefinition(**{**fields, "raw": raw, "digest": str(hash(json.dumps(raw)))})


def places(definition: TaskDefinition, change: Callable[[Raw], object]) -> list[str]:
    with pytest.raises(InconsistentDataError) as caught:
        compile_task(broken(definition, change))
    assert all(finding.remedy and finding.message and finding.file == "tasks/X1/X1-01/1.yaml" for finding in caught.value.findings)
    return [finding.path for finding in caught.value.findings]


@pytest.mark.parametrize(
    "change, path",
    [
        (lambda raw: raw["screens"]["pay_home"].update(app="nowhere"), "screens.pay_home.app"),
        (lambda raw: raw["screens"]["pay_form"].update(back="nowhere"), "screens.pay_form.back"),
        (lambda raw: raw.update(start="nowhere"), "start"),
        (lambda raw: raw["apps"]["pay"].update(start="nowhere"), "apps.pay.start"),
        (lambda raw: raw["notices"]["receipt"].update(screen="nowhere"), "notices.receipt.screen"),
        (lambda raw: raw["screens"]["pay_home"]["widgets"][1]["do"].update(go="nowhere"), "screens.pay_home.widgets[1].do.go"),
        (lambda raw: raw["screens"]["pay_home"]["widgets"][1]["do"].update(notify="nowhere"), "screens.pay_home.widgets[1].do.notify"),
        (lambda raw: raw["screens"]["pay_home"]["widgets"][1].update(id="camera"), "screens.pay_scan.widgets[0].id"),
        (lambda raw: raw["screens"]["pay_home"]["coach"][0].update(point="nowhere"), "screens.pay_home.coach[0].point"),
        (lambda raw: raw["screens"]["pay_form"]["widgets"][2].update(to="code"), "screens.pay_form.widgets[2].to"),
        (lambda raw: raw["screens"]["pay_form"]["widgets"][2].update(to="nowhere"), "screens.pay_form.widgets[2].to"),
        (lambda raw: raw["screens"]["pay_form"]["widgets"][1]["do"]["set"].update(checked=3), "screens.pay_form.widgets[1].do.set.checked"),
        (lambda raw: raw["screens"]["pay_form"]["widgets"][1]["do"]["set"].update(nowhere=3), "screens.pay_form.widgets[1].do.set.nowhere"),
        (lambda raw: raw["brief"].update(vi="Trả {nowhere}"), "brief.vi"),
        (lambda raw: raw["brief"].update(en="Pay {amount|euro}"), "brief.en"),
        (lambda raw: raw["goals"][1].update(when={"did": "nowhere"}), "goals[1].when"),
        (lambda raw: raw["goals"][1].update(id="right_payee"), "goals"),
        (lambda raw: raw["hazards"][0]["recover"].update(cap_milli=100), "hazards[0].recover.cap_milli"),
        (lambda raw: raw["vars"].update(late={"match": "nowhere", "of": {"a": 1}}), "vars.late"),
        (lambda raw: raw["vars"].update(late={"int": {"min": 5, "max": 1}}), "vars.late"),
        (lambda raw: raw["vars"].update(late={"record": [{"a": 1}, {"b": 1}]}), "vars.late"),
        (lambda raw: raw["vars"].update(late={"record": [{"a": 1}], "not": "nowhere"}), "vars.late"),
        (lambda raw: raw["vars"].update(late={"pick": [1, "a"]}), "vars.late"),
        (lambda raw: raw["vars"].update(late={"calc": {"+": [1, "a"]}}), "vars.late"),
        (lambda raw: raw["state"].update(amount=1), "state.amount"),
        (lambda raw: raw["state"].update(copied={"var": "nowhere"}), "state.copied"),
        (lambda raw: raw["events"][0].update(when={"did": "confirm"}), "events[0].when"),
    ],
)
def test_a_mistake_is_found_where_it_is(definition: TaskDefinition, change: Callable[[Raw], object], path: str) -> None:
    assert path in places(definition, change)


def test_all_mistakes_are_reported_at_once(definition: TaskDefinition) -> None:
    def change(raw: Raw) -> None:
        raw["start"] = "nowhere"
        raw["brief"]["vi"] = "{nowhere}"

    assert {"start", "brief.vi"} <= set(places(definition, change))
