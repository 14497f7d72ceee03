"""The server's machine and the browser's go through the same states, on random phones and on every task of the library.

DIGISKILLS_DIFFERENTIAL_N is how many random phones are tried (500 unless told); DIGISKILLS_DIFFERENTIAL_SEED where to begin.
A difference is shown as the shortest run to it: store it in vectors/ once it is understood.
"""

from __future__ import annotations

import json
import os
import random
import unicodedata
from importlib import resources

import jsonschema
import pytest

from digiskills_framework.tasks import list_tasks, load_task
from digiskills_simulator import api
from digiskills_simulator.texts import clean, cut
from tests.contract.simulator.both_machines import Json, first_difference, in_browser_script
from tests.contract.simulator.generator import KINDS, TYPED, PayloadMaker, walk

PAIRS = int(os.environ.get("DIGISKILLS_DIFFERENTIAL_N", "500"))
FIRST_SEED = int(os.environ.get("DIGISKILLS_DIFFERENTIAL_SEED", "0"))
BATCH = 250
STEPS = 30
WALKS_OF_A_TASK = max(6, PAIRS // 50)
LETTERS = [
    *map(chr, range(0x20, 0x250)),
    *map(chr, range(0x300, 0x370)),
    *map(chr, range(0x1E00, 0x1F00)),
    *"0123456789" * 60,
    *" .-•" * 40,
    "\u00a0",
    "😀",
]


def random_case(seed: int) -> Json:
    rng = random.Random(seed)
    payload = PayloadMaker(rng).payload()
    return {"payload": payload, "actions": walk(rng, payload, STEPS)}


def assert_same(jobs: list[Json], node: str) -> None:
    for job, browser in zip(jobs, in_browser_script(node, jobs), strict=True):
        difference = first_difference(job["payload"], job["actions"], browser)
        assert difference is None, f"the machines differ after this run:\n{difference}"


@pytest.mark.property
def test_random_phones_run_alike(node_executable: str) -> None:
    for first in range(FIRST_SEED, FIRST_SEED + PAIRS, BATCH):
        seeds = range(first, min(first + BATCH, FIRST_SEED + PAIRS))
        assert_same([random_case(seed) for seed in seeds], node_executable)


def test_the_random_phones_are_payloads_and_their_walks_get_somewhere(node_executable: str) -> None:
    schema = json.loads((resources.files("digiskills_framework") / "schemas" / "payload-1.json").read_text(encoding="utf-8"))
    jobs = [random_case(seed) for seed in range(FIRST_SEED, FIRST_SEED + 40)]
    for job in jobs:
        jsonschema.validate(job["payload"], schema)
    answers = in_browser_script(node_executable, jobs)
    accepted = sum(sum(answer["accepted"]) for answer in answers)
    screens = {(number, state["at"]) for number, answer in enumerate(answers) for state in answer["snapshots"]}
    assert accepted > 40 * STEPS / 4
    assert len(screens) > 40 * 2


@pytest.mark.property
@pytest.mark.parametrize("task_id", [task.id for task in list_tasks()])
def test_the_tasks_of_the_library_run_alike(task_id: str, node_executable: str) -> None:
    compiled = api.compile_task(load_task(task_id))
    jobs = []
    for number in range(WALKS_OF_A_TASK):
        rng = random.Random(f"{task_id}/{FIRST_SEED + number}")
        run_kind = "guided" if number % 2 else "counted"
        payload = api.render_payload(api.instantiate(compiled, rng.getrandbits(63)), language="vi", run_kind=run_kind)
        jobs.append({"payload": payload, "actions": walk(rng, payload, 80)})
    assert_same(jobs, node_executable)


@pytest.mark.property
def test_random_texts_are_cleaned_and_cut_alike(node_executable: str) -> None:
    rng = random.Random(FIRST_SEED)
    cases = []
    for _ in range(max(1000, PAIRS)):
        text = rng.choice(TYPED) + "".join(rng.choices(LETTERS, k=rng.randrange(24)))
        if rng.random() < 0.3:
            text = unicodedata.normalize("NFD", text)
        cases.append(
            {"text": text, "kind": rng.choice(KINDS), "max": rng.choice((1, 4, 12, 60)), "exempt": ["4711", "12345678", "1234567890"]}
        )
    [browser] = in_browser_script(node_executable, [{"texts": cases}])
    for case, theirs in zip(cases, browser["texts"], strict=True):
        exempt = frozenset(case["exempt"])
        ours = cut(case["text"], case["kind"], exempt)
        assert theirs["clean"] == clean(case["text"], case["kind"], case["max"]), case
        assert theirs["cut"] == ours, case
        assert cut(ours, case["kind"], exempt) == ours, case
