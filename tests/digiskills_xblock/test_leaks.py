"""What the browser gets says nothing about how it is judged (DESIGN §6)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from digiskills_framework.tasks import TaskDefinition, load_task
from digiskills_grading.models import Attempt
from digiskills_simulator import api as simulator
from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import TASK_IDS

SEEDS = range(12)


def without_judgement(task: TaskDefinition) -> TaskDefinition:
    """The same task, with all that judges deleted as far as the schema allows: conditions that never hold, empty texts."""
    raw: dict[str, Any] = deepcopy(dict(task.raw))
    nothing = {"vi": "", "en": ""}
    never = {"===": [1, 2]}
    for goal in raw["goals"]:
        goal.update(when=never, points=1, text=nothing, hit=nothing, miss={"why": nothing, "how": nothing})
    raw.update(goals=raw["goals"][:1], hazards=[], witnesses=[], claims=[], next=nothing, facilitator=nothing)
    return replace(task, raw=raw, digest="0" * 64)


def texts(value: object) -> Iterator[str]:
    """Every Vietnamese and English text below a value, without its variables' names."""
    if isinstance(value, Mapping) and set(value) == {"vi", "en"}:
        yield from (str(text) for text in value.values())
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def telling_parts(found: Iterable[str]) -> list[str]:
    """What of texts is the same for every seed, as far as it is long enough to be nobody else's words."""
    return [part for text in found for part in re.split(r"\{[^}]*\}", text) if len(part) >= 30]


def author_ids(task: TaskDefinition) -> set[str]:
    """Ids that only the author knows: screens, widgets, goals, hazards, variables; long enough not to be a word of a text."""
    raw = task.raw
    ids = {
        *raw["screens"],
        *raw["vars"],
        *raw["state"],
        *raw["apps"],
        *(item["id"] for item in (*raw["goals"], *raw["hazards"], *raw["witnesses"])),
    }
    ids |= {widget["id"] for screen in raw["screens"].values() for widget in screen["widgets"] if "id" in widget}
    return {name for name in ids if "_" in name}


@pytest.mark.parametrize("task_id", TASK_IDS)
@pytest.mark.parametrize("run_kind", ["guided", "counted"])
def test_the_payload_is_the_same_when_all_that_judges_is_deleted(task_id: str, run_kind: simulator.RunKind) -> None:
    task = load_task(task_id)
    full, bare = simulator.compile_task(task), simulator.compile_task(without_judgement(task))
    for seed in SEEDS:
        payloads = [
            json.dumps(simulator.render_payload(simulator.instantiate(one, seed), language="vi", run_kind=run_kind)) for one in (full, bare)
        ]
        assert payloads[0] == payloads[1]


@pytest.mark.django_db
@pytest.mark.parametrize("task_id", TASK_IDS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_page_and_start_of_a_counted_run_hold_no_judgement(page: PageMaker, task_id: str, language: str) -> None:
    tab = page(task_id)
    tab.language = language
    started = tab.start()
    sent = tab.block.render("student_view", {}).content + json.dumps(started.body, ensure_ascii=False)
    attempt = Attempt.objects.get()
    assert str(attempt.seed) not in sent
    task = load_task(task_id)
    judging = [text for part in ("goals", "hazards") for text in texts(task.raw[part])] + list(texts(task.raw["claims"]))
    for part in telling_parts(judging):
        assert part not in sent
    for part in telling_parts(texts([screen.get("coach", []) for screen in task.raw["screens"].values()])):
        assert part not in json.dumps(started.body, ensure_ascii=False)
    for name in author_ids(task):
        assert not re.search(rf"\b{re.escape(name)}\b", json.dumps(started.body)), name


@pytest.mark.django_db
@pytest.mark.parametrize("task_id", TASK_IDS)
def test_a_guided_run_carries_its_coaching(page: PageMaker, task_id: str) -> None:
    started = page(task_id).start("guided")
    assert any("coach" in screen for screen in started.body["payload"]["screens"].values())


@pytest.mark.django_db
def test_ids_are_other_ones_in_each_attempt(page: PageMaker) -> None:
    tab = page()
    first = tab.start()
    tab.submit(first, {"schema": "trace/1", "actions": []})
    second = tab.start()
    assert set(first.body["payload"]["screens"]) != set(second.body["payload"]["screens"])
