"""Counters and households on MariaDB with real processes: whatever runs at once, and whoever is killed, the recount agrees."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F

from digiskills_grading import api
from digiskills_grading.data import LearnerRef
from digiskills_grading.models import AdminUnit, Counter, CounterBook, CounterDelta, Household, HouseholdCoverage
from digiskills_grading.transactions import consistent_reading
from tests.grading.proficiency import complete, on_the_way
from tests.services.counters_child import NOW
from tests.services.test_grading_races import wait_until_waiting

ROOT = Path(__file__).parents[2]
UNITS = ("00101", "00102", "00103")


class Child:
    """A process that is ready to act and waits to be told."""

    def __init__(self, environment: dict[str, str], action: str, order: dict[str, Any]) -> None:
        command = [sys.executable, "-m", "tests.services.counters_child", action, json.dumps(order)]
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


StartChild = Callable[..., Child]


@pytest.fixture
def children(child_environment: dict[str, str]) -> Iterator[StartChild]:
    """Starts children; kills those that are left at the end."""
    started: list[Child] = []

    def start(action: str, **order: Any) -> Child:
        started.append(Child(child_environment, action, order))
        return started[-1]

    yield start
    for child in started:
        child.end()


@pytest.fixture
def people(transactional_db: None) -> list[str]:
    """Twelve learners on their way, in three units."""
    for unit in UNITS:
        AdminUnit.objects.create(code=unit, name=unit, level="commune")
    learners = [api.create_learner() for _ in range(12)]
    for index, learner in enumerate(learners):
        api.ensure_learner(LearnerRef(public_id=learner), admin_unit=UNITS[index % 3])
        on_the_way(LearnerRef(public_id=learner))
    return learners


@pytest.fixture
def households(people: list[str]) -> list[str]:
    return [api.create_household(admin_unit=unit, now=NOW) for unit in UNITS]


def differences() -> tuple[object, ...]:
    return tuple(api.verify_counters(now=NOW).differences)


def test_eight_processes_leave_no_difference(people: list[str], households: list[str], children: StartChild) -> None:
    """Four live with all learners in common, three fold in small batches, one verifies and rebuilds all the while."""
    order = {"learners": people, "units": UNITS, "households": households, "steps": 40}
    lives = [children("live", seed=seed, **order) for seed in range(4)]
    folders = [children("fold", batch=7, rounds=20) for _ in range(3)]
    checker = children("check", rounds=5)
    for child in (*lives, *folders, checker):
        child.go()
    assert [child.answer() for child in lives] == [{"steps": 40}] * 4
    folded = sum(child.answer()["folded"] for child in folders)
    assert checker.answer()["differences"] == []
    assert differences() == ()
    assert api.fold_counters(now=NOW).left == 0
    assert folded > 0
    assert differences() == ()


def test_a_folder_killed_at_any_point_loses_and_doubles_nothing(people: list[str], households: list[str], children: StartChild) -> None:
    """Killed while it waits in the middle of its transaction, and killed somewhere in its work."""
    for learner in people[:6]:
        complete(LearnerRef(public_id=learner), now=NOW)
    CounterBook.objects.get_or_create(pk=1)
    waiting = children("fold", batch=3, rounds=1)
    with transaction.atomic():
        CounterBook.objects.filter(pk=1).update(rev=F("rev") + 1)
        waiting.go()
        wait_until_waiting("UPDATE `digiskills_grading_counterbook`%", 1)
        waiting.end()
    somewhere = [children("fold", batch=1, rounds=1) for _ in range(4)]
    for child in somewhere:
        child.go()
    for child in somewhere:
        child.end()
    assert differences() == ()
    assert api.fold_counters(now=NOW).left == 0
    assert differences() == ()


def test_two_members_turn_at_the_same_moment_and_both_count(people: list[str], households: list[str], children: StartChild) -> None:
    home = households[0]
    pair = people[:2]
    for learner in pair:
        api.join_household(LearnerRef(public_id=learner), home, now=NOW)
    for what, meeting in (("complete", 2), ("lose", 0)):
        turns = [children("turn", learner=learner, what=what) for learner in pair]
        with transaction.atomic():
            Household.objects.filter(public_id=home).update(rev=F("rev") + 1)
            for child in turns:
                child.go()
            wait_until_waiting("UPDATE `digiskills_grading_household` SET `rev`%", 2)
        for child in turns:
            assert child.answer() == {}
        line = HouseholdCoverage.objects.get(household__public_id=home)
        assert (line.members, line.meeting, line.covered) == (2, meeting, meeting > 0)
        assert differences() == ()


def test_one_leaves_while_another_completes(people: list[str], households: list[str], children: StartChild) -> None:
    home = households[0]
    for learner in people[:2]:
        api.join_household(LearnerRef(public_id=learner), home, now=NOW)
    complete(LearnerRef(public_id=people[0]), now=NOW)
    second = children("turn", learner=people[1], what="complete")
    second.go()
    api.leave_household(LearnerRef(public_id=people[0]), now=NOW)
    assert second.answer() == {}
    line = HouseholdCoverage.objects.get(household__public_id=home)
    assert (line.members, line.meeting, line.covered) == (1, 1, True)
    assert differences() == ()


def test_an_upsert_on_this_database_tells_codes_apart_and_adds_to_the_same_line(people: list[str]) -> None:
    api.fold_counters(now=NOW)
    lines = Counter.objects.count()
    regulation_id = Counter.objects.values_list("regulation_id", flat=True)[0]
    for _ in range(2):
        for audience in ("tổ", "to"):
            CounterDelta.objects.create(regulation_id=regulation_id, audience=audience, fact="learner", amount=1, occurred_at=NOW)
        api.fold_counters(now=NOW)
    added = Counter.objects.filter(audience__in=["tổ", "to"])
    assert list(added.values_list("amount", flat=True)) == [2, 2]
    assert Counter.objects.count() == lines + 2


def test_a_consistent_reading_shows_one_moment_and_what_follows_shows_the_next(people: list[str], children: StartChild) -> None:
    child = children("turn", learner=people[0], what="complete")
    with consistent_reading():
        before = CounterDelta.objects.count()
        child.go()
        assert child.answer() == {}
        assert CounterDelta.objects.count() == before
    assert CounterDelta.objects.count() > before
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT @@transaction_isolation" if not connection.mysql_is_mariadb else "SELECT @@tx_isolation")
        assert cursor.fetchone() == ("READ-COMMITTED",)
