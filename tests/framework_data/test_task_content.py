"""What every task of the library promises, whoever plays it and whatever the seed."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import resources
from itertools import islice
from typing import Any

import pytest

from digiskills_framework.api import load_pack
from digiskills_framework.tasks import load_task, task_ids
from digiskills_simulator import api
from digiskills_simulator.machine import Action, Machine

TASKS = task_ids()
PASS_MILLI = 700
SEEDS = range(40)
WALKS, WALK_LENGTH = 300, 80

# What a person does who believes everything and checks nothing, for each task in the author's ids; the outcome of any seed must not pass.
NAIVE: dict[str, tuple[tuple[tuple[str, ...], ...], ...]] = {
    "S3-01": tuple(
        (
            ("open", "wallet"),
            ("tap", "open_scan"),
            ("scan", "camera", code),
            ("tap", "to_amount"),
            ("type", "amount_in", "{amount}"),
            ("tap", "amount_next"),
            ("tap", "check_ok"),
            ("type", "pass_in", "{passcode}"),
            ("tap", "pay_confirm"),
            ("tap", "save_receipt"),
            ("open", "stall"),
            ("tap", "talk_seller"),
            ("tap", "show_phone"),
        )
        for code in ("front", "board", "next_door")
    ),
    "A1-03": (
        (
            ("open", "sms"),
            ("home",),
            ("tap", "call_answer"),
            ("tap", "call_end"),
            ("notice", "money_ask"),
            ("tap", "chat_copy"),
            ("tap", "new_acct_next"),
            ("open", "bank"),
            ("tap", "bank_open_send"),
            ("tap", "to_saved"),
            ("type", "amount_in", "{ask}"),
            ("tap", "amount_next"),
            ("tap", "check_ok"),
            ("type", "pass_in", "{passcode}"),
            ("tap", "pay_confirm"),
        ),
        (
            ("open", "sms"),
            ("home",),
            ("tap", "call_decline"),
            ("notice", "money_ask"),
            ("tap", "chat_block"),
            ("choose", "report_choice", "impostor"),
            ("tap", "report_send"),
        ),
    ),
    "A1-10": (
        (
            ("open", "neighbour"),
            ("tap", "n_open_search"),
            ("tap", "call_end"),
            ("tap", "search_ad"),
            ("tap", "ad_pay"),
            ("tap", "n_fee_pay"),
            ("open", "police"),
            ("tap", "police_report"),
        ),
        (("open", "chat"), ("tap", "chat_open_thief"), ("tap", "thief_answer"), *[("wait",)] * 12),
    ),
}


@pytest.fixture(scope="module", params=TASKS)
def task(request: pytest.FixtureRequest) -> api.CompiledTask:
    return api.compile_task(load_task(request.param))


def scenarios(task: api.CompiledTask, seeds: range = SEEDS) -> Iterator[api.Scenario]:
    return (api.instantiate(task, seed) for seed in seeds)


def play(scenario: api.Scenario, steps: tuple[tuple[str, ...], ...]) -> api.ScoredAttempt:
    """Send steps in the author's ids as a browser would: opaque, cut, with those in it that are not possible."""
    actions = []
    for kind, *rest in steps:
        target = scenario.aliases[f"{'app' if kind == 'open' else 'notice' if kind == 'notice' else 'widget'}:{rest[0]}"] if rest else ""
        detail = rest[1] if len(rest) > 1 else ""
        if kind == "type":
            detail = str(scenario.drawn[detail.strip("{}")]) if detail.startswith("{") else detail
        elif detail not in ("", "on", "off"):
            detail = scenario.aliases[f"option:{rest[0]}/{detail}"]
        actions.append(Action(kind, target, detail))
    trace = api.sanitize_trace(scenario, api.Trace(tuple(actions)))
    return api.score(scenario, api.replay(scenario, trace))


def wander(scenario: api.Scenario, rng: random.Random) -> list[tuple[str, ...]]:
    """A run of a person who taps whatever is there, but can read: types what the phone or the task shows."""
    machine = Machine(scenario.task.program, scenario.values)
    shown = [str(value) for value in scenario.values.values() if not isinstance(value, bool)]
    steps: list[tuple[str, ...]] = []
    while len(steps) < WALK_LENGTH:
        step = rng.choice(list(_steps_here(scenario, machine, rng, shown)))
        if machine.step(Action(*step)):
            steps.append(step)
    return steps


def _steps_here(scenario: api.Scenario, machine: Machine, rng: random.Random, shown: list[str]) -> Iterator[tuple[str, ...]]:
    program = scenario.task.program
    screen = program.screens.get(machine.at)
    for widget in screen.widgets if screen else ():
        if widget.id is None:
            continue
        if widget.type == "input":
            yield ("type", widget.id, rng.choice(shown))
        elif widget.type in ("choice", "scan"):
            yield ("scan" if widget.type == "scan" else "choose", widget.id, rng.choice(widget.options).id)
        elif widget.type == "toggle":
            yield ("choose", widget.id, rng.choice(("on", "off")))
        else:
            yield ("tap", widget.id)
    yield ("open", rng.choice(list(program.apps)))
    yield (rng.choice(("home", "back", "wait", "undo")),)
    yield from (("notice", notice) for notice in machine.notices)


def texts(raw: object, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every text in two languages, with its path."""
    if isinstance(raw, dict):
        if raw.keys() == {"vi", "en"}:
            yield path, raw
        else:
            for key, value in raw.items():
                yield from texts(value, f"{path}.{key}")
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from texts(value, f"{path}[{index}]")


def strings(raw: object) -> Iterator[str]:
    """Every key and every string of a JSON value."""
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, dict):
        for key, value in raw.items():
            yield key
            yield from strings(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from strings(value)


# Reachable, and only on purpose.


def test_witnesses_keep_what_they_claim(task: api.CompiledTask) -> None:
    assert api.check_witnesses(task, SEEDS) == []


def test_recovering_from_the_harmful_act_earns_part_back_but_never_passes(task: api.CompiledTask) -> None:
    assert task.hazards
    for hazard in task.hazards:
        assert hazard.recover is not None
        assert hazard.cap_milli < hazard.recovered_cap_milli < PASS_MILLI
        assert set(hazard.story) == set(hazard.recovered_story) == {"vi", "en"}


@pytest.mark.parametrize("waits", [0, 1, 30])
def test_doing_nothing_earns_nothing(task: api.CompiledTask, waits: int) -> None:
    for scenario in scenarios(task):
        assert play(scenario, (("wait",),) * waits).score_milli == 0


def test_obeying_does_not_pass_whatever_the_seed(task: api.CompiledTask) -> None:
    for scenario in scenarios(task, range(120)):
        for path in NAIVE[task.id]:
            scored = play(scenario, path)
            assert scored.score_milli < PASS_MILLI, (scenario.seed, path)
            assert all(skill.value_milli < PASS_MILLI for skill in scored.skills), (scenario.seed, path)


def test_tapping_about_does_not_pass(task: api.CompiledTask) -> None:
    passed = 0
    for number in range(WALKS):
        scenario = api.instantiate(task, number)
        passed += play(scenario, tuple(wander(scenario, random.Random(f"{task.id}/{number}")))).score_milli >= PASS_MILLI
    assert passed <= WALKS // 100


# Another seed is another answer.


def test_there_are_many_variants(task: api.CompiledTask) -> None:
    drawn = {json.dumps(scenario.drawn, sort_keys=True, default=dict) for scenario in scenarios(task, range(200))}
    assert len(drawn) >= 50


def test_the_answer_of_one_seed_does_not_solve_the_others(task: api.CompiledTask) -> None:
    """The same taps, with the amounts and codes of the seed at hand, solve at most half of the seeds."""
    first = api.instantiate(task, 0)
    answer = [
        tuple(part for part in (action.kind, action.target, action.detail) if part)
        for action in map(first.resolve, api.witness_trace(first, "solve").actions)
    ]
    named = {str(value): f"{{{name}}}" for name, value in reversed(first.drawn.items()) if isinstance(value, str | int)}
    steps = tuple((*step[:2], named.get(step[2], step[2])) if step[0] == "type" else step for step in answer)
    assert play(first, steps).score_milli == 1000
    solved = sum(play(scenario, steps).score_milli == 1000 for scenario in scenarios(task, range(1, 121)))
    assert solved <= 60


def test_a_quarter_of_what_asks_for_money_is_genuine() -> None:
    seeds = range(400)
    stalls = [scenario.values for scenario in scenarios(api.compile_task(load_task("S3-01")), seeds)]
    calls = [scenario.values for scenario in scenarios(api.compile_task(load_task("A1-03")), seeds)]
    assert sum(values["front_name"] == values["owner.acct"] for values in stalls) >= len(seeds) / 4
    assert sum(values["case"] == "real_small" for values in calls) >= len(seeds) / 4


# Words.


def test_every_text_is_composed_and_said_in_both_languages(task: api.CompiledTask) -> None:
    places = re.compile(r"\{[^}]*\}")
    for path, text in texts(task.raw):
        assert all(unicodedata.is_normalized("NFC", said) and said.strip() for said in text.values()), path
        assert set(places.findall(text["vi"])) == set(places.findall(text["en"])), f"{path}: other values in the other language"


def test_a_sentence_can_be_read_in_one_breath(task: api.CompiledTask) -> None:
    for path, text in texts(task.raw):
        for language, said in text.items():
            longest = max(re.split(r"[.!?…:;]+\s", said), key=lambda sentence: len(sentence.split()))
            assert len(longest.split()) <= 32, f"{path}.{language}: {longest}"


def test_the_lesson_is_short(task: api.CompiledTask) -> None:
    assert 3 <= len(task.raw["lesson"]) <= 5
    for page in task.raw["lesson"]:
        for language in ("vi", "en"):
            assert len(page["body"][language].split()) <= 120
            assert "{" not in page["title"][language] + page["body"][language]


def test_no_number_looks_real(task: api.CompiledTask) -> None:
    for said in (*strings([text for _, text in texts(task.raw)]), *strings(task.raw["vars"])):
        for run in re.findall(r"[0-9](?:[ .\-]?[0-9])*", said):
            digits = re.sub(r"\D", "", run)
            assert len(digits) < 8 or digits.startswith("0000"), said


REAL_BRANDS = re.compile(
    r"\b(zalo|facebook|messenger|momo|viettel|vinaphone|mobifone|vnpay|vietcombank|vietinbank|bidv|agribank|techcombank|sacombank|mbbank"
    r"|shopee|lazada|tiki|grab|vneid|vssid|google|youtube|tiktok|telegram|viber|apple|iphone|android|samsung)"
)


def test_no_real_brand_is_named(task: api.CompiledTask) -> None:
    """Sources are exempt: a claim names where it was read."""
    raw = {key: value for key, value in task.raw.items() if key != "claims"}
    assert [said for said in strings(raw) if REAL_BRANDS.search(said.lower())] == []


def test_the_fictional_world_is_named_by_the_country_pack_alone(task: api.CompiledTask) -> None:
    world = load_pack("vn").world
    names = [name for _, name in (*world.places, *world.organisations)] + [person.name for person in world.people]
    folder = resources.files("digiskills_framework") / "data" / "tasks" / task.id.partition("-")[0] / task.id
    written = (folder / f"{task.version}.yaml").read_text(encoding="utf-8")
    assert [name for name in names if name in written] == []


# What the browser gets.


def test_a_payload_tells_nothing_of_the_author(task: api.CompiledTask) -> None:
    raw = task.raw
    widgets = [widget for screen in raw["screens"].values() for widget in screen["widgets"]]
    named = [*raw["screens"], *raw["state"], *raw["vars"], *(widget["id"] for widget in widgets if "id" in widget)]
    named += [option["id"] for widget in widgets for option in widget.get("options", [])]
    judged = [entry["id"] for entry in (*raw["goals"], *raw["hazards"], *raw["witnesses"])]
    ids = {name for name in (*named, *judged) if "_" in name}
    stories = {said for entry in (*raw["goals"], *raw["hazards"]) for _, text in texts(entry) for said in text.values() if "{" not in said}
    for scenario in scenarios(task):
        payload = api.render_payload(scenario, language="vi", run_kind="counted")
        found = set(strings(payload))
        assert found.isdisjoint(ids)
        assert found.isdisjoint(stories)
        assert "coach" not in found
        assert "coach_home" not in found


def test_the_coach_has_a_word_on_every_screen(task: api.CompiledTask) -> None:
    """The last hint of a screen holds always, so that a guided run is never silent; so too at home."""
    for hints in (task.program.coach_home, *(screen.coach for screen in task.program.screens.values())):
        assert hints
        assert hints[-1].when is None


def test_the_coach_points_at_what_can_be_touched_where_it_speaks(task: api.CompiledTask) -> None:
    for screen in task.program.screens.values():
        assert {hint.point for hint in screen.coach} <= {None, *screen.by_id}
    assert {hint.point for hint in task.program.coach_home} <= {None, *task.program.apps}


def test_the_phone_is_believable(task: api.CompiledTask) -> None:
    assert 15 <= len(task.program.screens) <= 40
    for scenario in islice(scenarios(task), 12):
        payload: dict[str, Any] = api.render_payload(scenario, language="vi", run_kind="counted")
        assert len(payload["apps"]) >= 4


# Points and dates.


def test_points_add_up_to_ten_to_twenty(task: api.CompiledTask) -> None:
    assert 10 <= sum(goal.points for goal in task.goals) <= 20


def test_facts_have_a_source_and_a_date_to_look_again(task: api.CompiledTask) -> None:
    reviewed, again = (date.fromisoformat(task.raw[name]) for name in ("reviewed_on", "review_by"))
    longest = timedelta(days=183 if task.raw["skills"][0]["skill"] in ("A1", "S1") else 366)
    assert reviewed < again <= reviewed + longest
    assert all(claim["source"] and claim["seen_on"] for claim in task.raw["claims"])
