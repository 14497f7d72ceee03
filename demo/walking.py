"""What the steps of the journey share: a clock that need not wait, and a look into the tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone

Say = Callable[[str], object]
Step = tuple[str, Callable[[], None]]


class Clock:
    """The time of the workers and of the registry: the real one, moved on where the journey would have to wait."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return timezone.now() + self._ahead

    def wait_until(self, moment: datetime) -> None:
        self._ahead = max(self._ahead, moment - timezone.now())


def rows(model: str) -> Any:
    """Rows of a table, for counting and for what never leaves the server."""
    return apps.get_model(model).objects.all()
