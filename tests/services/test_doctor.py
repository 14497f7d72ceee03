"""What of the doctor only a real database server can answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from digiskills_grading import doctor
from digiskills_grading.doctor import surroundings

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_clock_of_the_database_is_compared_with_ours() -> None:
    (finding,) = surroundings.clock(datetime.now(UTC))
    assert finding.level == "ok"
    assert finding.what.startswith("this host and the database differ by 0.")


def test_every_check_can_be_made_on_a_server() -> None:
    findings = doctor.examine(now=datetime.now(UTC))
    assert [finding for finding in findings if finding.what.startswith("could not be checked")] == []
