"""The identity vault on MariaDB: one number has one owner, whoever asks at the same moment."""

from __future__ import annotations

import threading
from collections import Counter

from django.db import connection
from pytest_django import Settings

from digiskills_grading import api as grading
from digiskills_integrations.errors import IdentityInUseError
from digiskills_integrations.identity.models import VerifiedIdentity
from digiskills_integrations.identity.vault import record_identity
from tests.integrations.conftest import NOW, platform

__all__ = ["platform"]

ROUNDS, ASKING = 10, 4


def test_of_several_at_once_one_becomes_the_owner(platform: Settings) -> None:
    for number in range(ROUNDS):
        VerifiedIdentity.objects.all().delete()
        assert _outcomes(f"0010930000{number:02d}", learners=ASKING) == {"recorded": 1, "in use": ASKING - 1}
        assert VerifiedIdentity.objects.count() == 1


def test_one_learner_may_be_recorded_twice_at_once(platform: Settings) -> None:
    assert _outcomes("001093000001", learners=1) == {"recorded": ASKING}
    assert VerifiedIdentity.objects.count() == 1


def _outcomes(number: str, *, learners: int) -> Counter[str]:
    asking = [grading.create_learner() for _ in range(learners)]
    start, outcomes = threading.Barrier(ASKING), Counter[str]()

    def ask(place: int) -> None:
        start.wait()
        try:
            record_identity(asking[place % learners], number, pack="vn", source="desk-check", now=NOW)
            outcomes["recorded"] += 1
        except IdentityInUseError:
            outcomes["in use"] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(ASKING)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
