"""Broken, twisted and invented requests to every handler: never a 500, never a wrong grade, and what is stored stays as it was.

DIGISKILLS_FUZZ_N is how many are sent (500 unless told), DIGISKILLS_FUZZ_SEED where to begin; `make fuzz N=20000` sends more.
"""

from __future__ import annotations

import json
import os
import random
from typing import Any

import pytest

from digiskills_framework.tasks import load_task
from digiskills_grading.models import Attempt, Evidence
from digiskills_simulator import api as simulator
from digiskills_xblock.attempts import ENDPOINTS
from digiskills_xblock.messages import CODES
from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import Answer, Page

COUNT = int(os.environ.get("DIGISKILLS_FUZZ_N", "500"))
FIRST_SEED = int(os.environ.get("DIGISKILLS_FUZZ_SEED", "0"))
STRANGE = (
    None, True, False, 0, -1, 2**70, 1e308, "", "x" * 5000, "\ud800", "\x00", "🙂", "0000 1234 5678", "../../etc", "__proto__", [], {},
    [[[[]]]], {"a": "tap"}, {"a": "tap", "w": None}, {"a": "end"}, ["counted"], {"$gt": ""}, "1 OR 1=1", "<script>", "nonvisual",
)  # fmt: skip
Json = Any

pytestmark = [pytest.mark.django_db, pytest.mark.property]


def twisted(rng: random.Random, value: Json) -> Json:
    """A JSON value with something in it replaced, doubled, taken out or put into another order."""
    roll = rng.random()
    if roll < 0.2 or not isinstance(value, dict | list) or not value:
        return rng.choice(STRANGE)
    if isinstance(value, dict):
        key = rng.choice(sorted(value))
        rest = {name: item for name, item in value.items() if name != key}
        if roll < 0.35:
            return rest
        return {**rest, rng.choice((key, key, key, str(rng.choice(STRANGE)))): twisted(rng, value[key])}
    items, at = list(value), rng.randrange(len(value))
    if roll < 0.4:
        rng.shuffle(items)
    elif roll < 0.55:
        items = items[:at]
    elif roll < 0.7:
        items.insert(at, rng.choice(items))
    elif roll < 0.75:
        items *= rng.choice((2, 30, 400))
    else:
        items[at] = twisted(rng, items[at])
    return items


def damaged(rng: random.Random, body: bytes) -> bytes:
    """Bytes as a bad line leaves them."""
    at = rng.randrange(len(body))
    return rng.choice((body[:at], body[at:], body[:at] + bytes([rng.randrange(256)]) + body[at + 1 :], body + body))


class Attacker:
    """Sends requests about one learner's open attempt, and begins another when that was handed in."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._started = page.start()

    def strike(self, rng: random.Random) -> None:
        """One request; afterwards everything is as it must be."""
        attempt = Attempt.objects.get(public_id=self._started.body["attempt"])
        before = (attempt.seed, attempt.overlay, attempt.track_id, Evidence.objects.count())
        handler, body = self._request(rng)
        answer = self._page.post(handler, body)
        assert answer.status == 200 or (answer.status < 500 and answer.code in CODES), body
        attempt.refresh_from_db()
        if attempt.state == Attempt.State.SCORED:
            self._require_right_grade(attempt, answer, body)
            self._started = self._page.start()
        elif attempt.state == Attempt.State.VOID:
            assert handler == "start", body  # the learner asked for the other way of doing the task
            self._started = self._page.start()
        else:
            assert (attempt.state, attempt.score_milli) == (Attempt.State.OPEN, None), body
            assert (attempt.seed, attempt.overlay, attempt.track_id, Evidence.objects.count()) == before, body

    def _request(self, rng: random.Random) -> tuple[str, bytes]:
        handler = rng.choice(sorted(ENDPOINTS))
        bodies: dict[str, Json] = {
            "start": {"run_kind": rng.choice(("guided", "counted")), "language": "vi", "variant": rng.choice((None, "nonvisual"))},
            "submit": {"attempt": self._started.body["attempt"], "trace": self._page.trace(self._started), "language": "en"},
        }
        body = bodies.get(handler, {"language": "en"})
        for _ in range(rng.randrange(4)):
            body = twisted(rng, body)
        raw = json.dumps(body).encode()
        return handler, damaged(rng, raw) if rng.random() < 0.2 else raw

    def _require_right_grade(self, attempt: Attempt, answer: Answer, body: bytes) -> None:
        """The grade is what the actions sent are worth, by a replay of our own."""
        scenario = simulator.instantiate(simulator.compile_task(load_task(self._page.task_id).wearing(attempt.overlay)), attempt.seed)
        trace = simulator.sanitize_trace(scenario, simulator.parse_trace(json.loads(body)["trace"]))
        right = simulator.score(scenario, simulator.replay(scenario, trace)).score_milli
        assert (attempt.score_milli, answer.body["feedback"]["score_milli"]) == (right, right), body


def test_requests_of_all_kinds_leave_every_handler_standing(page: PageMaker) -> None:
    tab = page()
    attacker = Attacker(tab)
    for seed in range(FIRST_SEED, FIRST_SEED + COUNT):
        attacker.strike(random.Random(seed))
    solved = tab.play()
    assert (solved.status, solved.body["feedback"]["score_milli"]) == (200, 1000)
