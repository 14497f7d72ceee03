"""People and pages of the block's tests: a learner, another learner, a member of the course team."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from django.contrib.auth.models import User
from django.test import override_settings
from django.utils import translation

from tests.digiskills_xblock.support import Page, RecordingRuntime, place

PageMaker = Callable[..., Page]
_scenarios = count()


@pytest.fixture(autouse=True)
def _recording_runtime() -> Iterator[None]:
    with override_settings(DIGISKILLS_RUNTIME_ADAPTERS=["tests.digiskills_xblock.support.RecordingAdapter"]):
        yield


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def learner(db: None) -> User:
    return User.objects.create(username="man")


@pytest.fixture
def other(db: None) -> User:
    return User.objects.create(username="gao")


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create(username="luu")


@pytest.fixture
def usage(db: None) -> Callable[..., str]:
    """Places a block: ``usage("A1-03", max_attempts="1")``."""

    def make(task_id: str = "S3-01", **fields: str) -> str:
        return place(task_id, f"t{next(_scenarios)}", **fields)

    return make


@pytest.fixture
def page(usage: Callable[..., str], learner: User) -> PageMaker:
    """The learner's page of a new block: ``page("A1-03", max_attempts="1")``."""

    def make(task_id: str = "S3-01", **fields: str) -> Page:
        return Page(usage(task_id, **fields), RecordingRuntime(learner.pk), task_id)

    return make


@pytest.fixture
def seen_by() -> Callable[..., Page]:
    """The same block in front of somebody else: ``seen_by(page, user, is_staff=True)``."""

    def make(original: Page, user: User | None, *, is_staff: bool = False, refusal: str | None = None) -> Page:
        runtime = RecordingRuntime(None if user is None else user.pk, is_staff=is_staff, refusal=refusal)
        return Page(original.usage_id, runtime, original.task_id)

    return make
