"""A process of its own that does one thing to the grading tables, for tests of what happens when two do it at once.

    python -m tests.services.grading_child ACTION JSON

Talks in lines: it prints ``ready``, waits for a line, acts, and prints its answer as one line of JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import django


def say(value: object) -> None:
    sys.stdout.write(f"{value}\n")
    sys.stdout.flush()


def start(order: dict[str, Any]) -> dict[str, Any]:
    """A tab opens the block."""
    from digiskills_grading import api
    from digiskills_grading.data import LearnerRef
    from tests.grading.helpers import block

    started = api.start_attempt(LearnerRef(user_id=order["user"]), block(), run_kind="counted", now=datetime.fromisoformat(order["now"]))
    return {"attempt": started.public_id, "resumed": started.resumed}


def submit(order: dict[str, Any]) -> dict[str, Any]:
    """A browser sends the trace of an attempt."""
    from digiskills_grading import api
    from digiskills_grading.data import LearnerRef

    result = api.submit_attempt(
        LearnerRef(user_id=order["user"]), order["attempt"], order["trace"], now=datetime.fromisoformat(order["now"])
    )
    status = None if result.decision is None else result.decision.status
    return {"score": result.score_milli, "repeated": result.repeated, "status": status}


def submit_and_hang(order: dict[str, Any]) -> dict[str, Any]:
    """As `submit`, but the process never comes to publishing the grade: it is killed before."""
    say(json.dumps(submit(order)))
    sys.stdin.readline()
    return {}


def lock_then_touch(order: dict[str, Any]) -> dict[str, Any]:
    """Takes the learner lock, then a row that somebody else holds; tells how often it had to begin."""
    from digiskills_grading.models import RegulationVersion
    from digiskills_grading.transactions import run_locked

    runs = 0

    def work() -> None:
        nonlocal runs
        runs += 1
        RegulationVersion.objects.filter(pk=order["row"]).update(key="touched")

    run_locked(order["learner"], work)
    return {"runs": runs}


def process_inbox(order: dict[str, Any]) -> dict[str, Any]:
    """A worker looks at the scores that were noted; the test is the platform that it asks."""
    from attrs import asdict
    from django.test import override_settings

    from digiskills_grading import api

    with override_settings(DIGISKILLS_SCORE_SOURCE="tests.grading.inbox.places.platform"):
        return asdict(api.process_inbox(now=datetime.fromisoformat(order["now"]), limit=100))


def import_file(order: dict[str, Any]) -> dict[str, Any]:
    """A clerk imports a file of results."""
    from io import BytesIO

    from attrs import asdict, evolve

    from digiskills_grading import api
    from tests.grading.imports.helpers import OPTIONS

    options = evolve(OPTIONS, framework=None, **order["options"])
    now = datetime.fromisoformat(order["now"])
    content = BytesIO(order["content"].encode())
    return asdict(api.import_evidence(content, filename="results.csv", options=options, now=now, actor_id=None))


def review(order: dict[str, Any]) -> dict[str, Any]:
    """A worker reviews those whose mastery is over."""
    from django.test import override_settings

    from digiskills_grading import api

    with override_settings(DIGISKILLS_DATA_DIRS=[order["directory"]]):
        return {"reviewed": api.review_due(now=datetime.fromisoformat(order["now"]), limit=100)}


def adopt(order: dict[str, Any]) -> dict[str, Any]:
    """An operator brings a regulation into force."""
    from attrs import asdict
    from django.test import override_settings

    from digiskills_grading import api

    with override_settings(DIGISKILLS_DATA_DIRS=[order["directory"]]):
        return asdict(api.adopt_regulation(order["regulation"], now=datetime.fromisoformat(order["now"])))


ACTIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    action.__name__: action for action in (start, submit, submit_and_hang, lock_then_touch, process_inbox, import_file, review, adopt)
}


def main(action: str, order: str) -> None:
    django.setup()
    from django.db import connection

    connection.ensure_connection()
    say("ready")
    sys.stdin.readline()
    say(json.dumps(ACTIONS[action](json.loads(order))))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
