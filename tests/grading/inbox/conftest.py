"""A platform of the test's own behind the port, forgotten afterwards with everything that was remembered of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from digiskills_grading import dimensions, mapping
from tests.grading.inbox import places
from tests.grading.inbox.places import Platform


@pytest.fixture
def platform(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """An empty platform: nobody is staff, there is no course."""
    found = Platform()
    monkeypatch.setattr(places, "current_platform", found)
    settings.DIGISKILLS_SCORE_SOURCE = "tests.grading.inbox.places.platform"
    mapping.forget()
    dimensions.forget()
    yield found
    mapping.forget()
