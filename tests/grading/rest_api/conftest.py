"""What every test of the API starts with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tests.grading.rest_api.people import public_keys


@pytest.fixture(autouse=True)
def nobody_has_asked_yet() -> Iterator[None]:
    """Rates are counted in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def platform_with_keys(settings: Any) -> None:
    """A site whose tokens can be checked."""
    settings.JWT_AUTH = {**settings.JWT_AUTH, "JWT_PUBLIC_SIGNING_JWK_SET": public_keys()}
