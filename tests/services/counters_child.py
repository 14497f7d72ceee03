"""A process of its own that works on learners and counters, for tests of what happens when eight do it at once.

    python -m tests.services.counters_child ACTION JSON

Talks in lines: it prints ``ready``, waits for a line, acts, and prints its answer as one line of JSON.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import django

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def say(value: object) -> None:
    sys.stdout.write(f"{value}\n")
    sys.stdout.flush()


def live(order: dict[str, Any]) -> dict[str, Any]:
    """Learners complete, lose, move, are confirmed and are withdrawn, join households and leave them, in a seeded order."""
    from digiskills_grading import api
    from digiskills_grading.data import LearnerRef
    from tests.grading.proficiency import REGULATION, complete, lose

    dice = random.Random(order["seed"])
    people = [LearnerRef(public_id=public_id) for public_id in order["learners"]]

    def confirm(learner: LearnerRef, amount: int) -> None:
        with api.record_transaction(str(learner.public_id)):
            api.record_fact(str(learner.public_id), "citizen", REGULATION, amount=amount)

    steps: list[Callable[[LearnerRef], object]] = [
        lambda learner: complete(learner, now=NOW + timedelta(days=dice.randrange(5))),
        lambda learner: lose(learner, now=NOW),
        lambda learner: api.ensure_learner(learner, admin_unit=dice.choice(order["units"])),
        lambda learner: api.join_household(learner, dice.choice(order["households"]), now=NOW),
        lambda learner: api.leave_household(learner, now=NOW),
        lambda learner: api.move_household(dice.choice(order["households"]), admin_unit=dice.choice(order["units"]), now=NOW),
        lambda learner: confirm(learner, dice.choice([1, -1])),
    ]
    for _ in range(order["steps"]):
        dice.choice(steps)(dice.choice(people))
    return {"steps": order["steps"]}


def fold(order: dict[str, Any]) -> dict[str, Any]:
    """A folding worker, in small batches, round after round."""
    from digiskills_grading import api, counting

    counting.BATCH = order["batch"]
    return {"folded": sum(api.fold_counters(now=NOW + timedelta(days=9)).deltas for _ in range(order["rounds"]))}


def check(order: dict[str, Any]) -> dict[str, Any]:
    """Verifies and rebuilds, round after round, while the others write."""
    from digiskills_grading import api

    found: list[str] = []
    for _ in range(order["rounds"]):
        for work in (api.verify_counters, api.rebuild_counters):
            found += [str(difference) for difference in work(now=NOW).differences]
    return {"differences": found}


def turn(order: dict[str, Any]) -> dict[str, Any]:
    """One learner completes, or loses everything."""
    from digiskills_grading.data import LearnerRef
    from tests.grading import proficiency

    getattr(proficiency, order["what"])(LearnerRef(public_id=order["learner"]), now=NOW)
    return {}


ACTIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {action.__name__: action for action in (live, fold, check, turn)}


def main(action: str, order: str) -> None:
    django.setup()
    from django.db import connection

    connection.ensure_connection()
    say("ready")
    sys.stdin.readline()
    say(json.dumps(ACTIONS[action](json.loads(order))))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
