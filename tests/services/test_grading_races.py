"""What two processes do to one learner at once, on MariaDB, with real processes.

Both are made to overlap for certain: the test holds the learner's row until the database itself says that both wait for it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F

from digiskills_grading import api, inbox
from digiskills_grading.data import GradeToPublish, LearnerRef
from digiskills_grading.errors import AttemptNotFound
from digiskills_grading.models import Attempt, Decision, Evidence, Inbox, IssueTodo, Learner, Mastery, RegulationVersion, Trace, Track
from tests.grading.helpers import AUDIENCE, NOW, REGULATION, account, attempt, block, later, trace_of
from tests.grading.inbox.places import mapped, signal, standing_evidence

ROOT = Path(__file__).parents[2]
DEADLINE_SECONDS = 60
WAITING_FOR_THE_LOCK = "UPDATE `digiskills_grading_learner` SET `rev`%"


class Child:
    """A process that is ready to act and waits to be told."""

    def __init__(self, environment: dict[str, str], action: str, order: dict[str, Any]) -> None:
        command = [sys.executable, "-m", "tests.services.grading_child", action, json.dumps(order)]
        self.process = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert self._line() == "ready"

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._line())
        return answer

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@pytest.fixture
def children(child_environment: dict[str, str]) -> Iterator[Any]:
    """Starts children; kills those that are left at the end."""
    started: list[Child] = []

    def start(action: str, **order: Any) -> Child:
        started.append(Child(child_environment, action, {"now": later(5).isoformat()} | order))
        return started[-1]

    yield start
    for child in started:
        child.end()


@pytest.fixture
def learner(transactional_db: None) -> LearnerRef:
    person = account("man")
    api.ensure_track(person, regulation=REGULATION, audience=AUDIENCE)
    return person


def wait_until_waiting(statement: str, count: int) -> None:
    """Asks the server until so many other connections are executing such a statement."""
    end = time.monotonic() + DEADLINE_SECONDS
    seen = -1
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT COUNT(*) FROM information_schema.processlist"
                " WHERE db = DATABASE() AND id <> CONNECTION_ID() AND command = 'Query' AND info LIKE %s",
                [statement],
            )
            (seen,) = cursor.fetchone()
        if seen == count:
            return
    pytest.fail(f"{seen} connections wait in {statement!r} after {DEADLINE_SECONDS} seconds, not {count}")


@contextmanager
def holding(learner_pk: int) -> Iterator[None]:
    """Holds the learner's row, as a third writer would."""
    with transaction.atomic():
        Learner.objects.filter(pk=learner_pk).update(rev=F("rev") + 1)
        yield


def race(learner: LearnerRef, *children: Child) -> list[dict[str, Any]]:
    """Lets all of them run into the learner lock, then releases it."""
    with holding(Learner.objects.get(user_id=learner.user_id).pk):
        for child in children:
            child.go()
        wait_until_waiting(WAITING_FOR_THE_LOCK, len(children))
    return [child.answer() for child in children]


def test_the_last_two_skills_at_once_complete_exactly_once(learner: LearnerRef, children: Any) -> None:
    """Write skew: each alone sees the other's skill as missing, and both would decide "not yet"."""
    attempt(learner, block("A1-10", task="A1-10"))
    blocks = block(), block("A1-03", task="A1-03")
    attempts = [api.start_attempt(learner, context, run_kind="counted", now=NOW) for context in blocks]
    before = Decision.objects.count()
    answers = race(learner, *(children("submit", user=learner.user_id, attempt=one.public_id, trace=trace_of(one)) for one in attempts))
    assert sorted(str(answer["status"]) for answer in answers) == ["completed", "not_yet"]
    assert list(Mastery.objects.values_list("state", flat=True)) == ["mastered", "mastered"]
    assert list(Decision.objects.order_by("n").values_list("status", flat=True)[before:]) == ["not_yet", "completed"]
    assert IssueTodo.objects.count() == 1
    assert Track.objects.get().status == "completed"
    assert api.recompute(check=True).differences == ()


def test_one_attempt_submitted_twice_at_once_counts_once(learner: LearnerRef, children: Any) -> None:
    started = api.start_attempt(learner, block(), run_kind="counted", now=NOW)
    order = {"user": learner.user_id, "attempt": started.public_id, "trace": trace_of(started)}
    answers = race(learner, children("submit", **order), children("submit", **order))
    assert sorted(answer["repeated"] for answer in answers) == [False, True]
    assert [answer["score"] for answer in answers] == [1000, 1000]
    assert (Evidence.objects.count(), Trace.objects.count(), Decision.objects.count()) == (1, 1, 1)


def test_two_tabs_that_start_at_once_share_one_attempt(learner: LearnerRef, children: Any) -> None:
    answers = race(learner, children("start", user=learner.user_id), children("start", user=learner.user_id))
    assert answers[0]["attempt"] == answers[1]["attempt"]
    assert sorted(answer["resumed"] for answer in answers) == [False, True]
    assert Attempt.objects.count() == 1


def test_two_first_visits_at_once_make_one_learner(transactional_db: None, children: Any) -> None:
    user = account("newcomer").user_id
    tabs = [children("start", user=user) for _ in range(2)]
    for tab in tabs:
        tab.go()
    assert len({tab.answer()["attempt"] for tab in tabs}) == 1
    assert Learner.objects.count() == 1


def test_who_loses_a_deadlock_begins_again_and_succeeds(learner: LearnerRef, children: Any) -> None:
    """The test holds a row that the child wants, and then wants the learner's row that the child holds; the lighter one is the victim."""
    person = Learner.objects.get(user_id=learner.user_id)
    row = RegulationVersion.objects.create(key="row/1")
    child = children("lock_then_touch", learner=person.pk, row=row.pk)
    with transaction.atomic():
        RegulationVersion.objects.filter(pk=row.pk).update(key="held")
        RegulationVersion.objects.bulk_create(RegulationVersion(key=f"weight/{number}") for number in range(100))
        child.go()
        wait_until_waiting("UPDATE `digiskills_grading_regulationversion`%", 1)
        Learner.objects.filter(pk=person.pk).update(rev=F("rev") + 1)
    assert child.answer()["runs"] >= 2
    row.refresh_from_db()
    assert row.key == "touched"


def test_killed_between_commit_and_publish_the_grade_arrives_by_the_sweeper_once(learner: LearnerRef, children: Any) -> None:
    published: list[GradeToPublish] = []

    class Sink:
        def publish(self, grade: GradeToPublish) -> None:
            published.append(grade)

    started = api.start_attempt(learner, block(), run_kind="counted", now=NOW)
    child = children("submit_and_hang", user=learner.user_id, attempt=started.public_id, trace=trace_of(started))
    child.go()
    assert child.answer()["score"] == 1000
    child.end()
    assert Attempt.objects.get().grade_state == "pending"
    assert [api.sweep_grades(Sink(), now=later(60), limit=10) for _ in range(2)] == [1, 0]
    assert [(grade.attempt_public_id, grade.earned) for grade in published] == [(started.public_id, 1.0)]


def test_killed_in_the_middle_of_a_submission_nothing_of_it_stays(learner: LearnerRef, children: Any) -> None:
    started = api.start_attempt(learner, block(), run_kind="counted", now=NOW)
    child = children("submit", user=learner.user_id, attempt=started.public_id, trace=trace_of(started))
    with holding(Learner.objects.get(user_id=learner.user_id).pk):
        child.go()
        wait_until_waiting(WAITING_FOR_THE_LOCK, 1)
        child.end()
    assert Attempt.objects.get().state == "open"
    assert not Evidence.objects.exists()
    assert api.submit_attempt(learner, started.public_id, trace_of(started), now=later(6)).score_milli == 1000


def test_two_workers_at_the_same_scores_do_each_once(learner: LearnerRef, children: Any) -> None:
    mapped()
    for minute in range(3):
        inbox.receive(signal(learner, minute, at=later(minute)), now=later(minute))
    answers = race(learner, children("process_inbox"), children("process_inbox"))
    assert sorted(answer["processed"] for answer in answers) == [0, 3]
    assert [answer["failed"] for answer in answers] == [0, 0]
    assert standing_evidence(learner) == [("S3", "", 200, later(2), False)]
    assert (Evidence.objects.count(), Inbox.objects.count()) == (1, 0)
    assert api.recompute(check=True).differences == ()


def test_a_worker_killed_in_the_middle_leaves_the_scores_to_the_next(learner: LearnerRef, children: Any) -> None:
    mapped()
    inbox.receive(signal(learner, 7, at=NOW), now=NOW)
    child = children("process_inbox")
    with holding(Learner.objects.get(user_id=learner.user_id).pk):
        child.go()
        wait_until_waiting(WAITING_FOR_THE_LOCK, 1)
        child.end()
    assert (Evidence.objects.count(), Inbox.objects.count()) == (0, 1)
    next_worker = children("process_inbox")
    next_worker.go()
    assert next_worker.answer()["processed"] == 1
    assert standing_evidence(learner) == [("S3", "", 700, NOW, False)]


def test_a_score_that_arrives_while_the_worker_is_busy_waits_for_the_next_round(learner: LearnerRef, children: Any) -> None:
    mapped()
    inbox.receive(signal(learner, 7, at=NOW), now=NOW)
    child = children("process_inbox")
    with holding(Learner.objects.get(user_id=learner.user_id).pk):
        child.go()
        wait_until_waiting(WAITING_FOR_THE_LOCK, 1)
        inbox.receive(signal(learner, 9, at=later(1)), now=later(1))
    assert child.answer()["processed"] == 1
    assert standing_evidence(learner) == [("S3", "", 700, NOW, False)]
    second = children("process_inbox")
    second.go()
    assert second.answer()["processed"] == 1
    assert standing_evidence(learner) == [("S3", "", 900, later(1), False)]


def test_codes_differ_by_accents_and_case(transactional_db: None) -> None:
    learner = account("man")
    for name in ("to", "tổ", "To"):
        assert not api.start_attempt(learner, block(name), run_kind="counted", now=NOW).resumed


@pytest.mark.parametrize("attempt_id", ["ậ" * 26, "\ud800", "x" * 5000, ""])
def test_an_id_of_any_letters_is_looked_up_without_an_error_of_the_database(learner: LearnerRef, attempt_id: str) -> None:
    """MariaDB refuses to compare an ASCII column with other letters; SQLite, where most tests run, does not."""
    with pytest.raises(AttemptNotFound):
        api.submit_attempt(learner, attempt_id, {"schema": "trace/1", "actions": []}, now=NOW)
