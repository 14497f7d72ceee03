"""The implementation of grading's port for operators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import attrs
from django.db import DatabaseError

from digiskills_grading.data import Finding, StoryLine, StorySubject
from digiskills_integrations.errors import DigiskillsError
from digiskills_integrations.operations import health, history
from digiskills_integrations.outbox.models import Destination
from digiskills_integrations.outbox.selectors import switch_of


@attrs.frozen
class Operations:
    """Implements ``digiskills_grading.api.OperationsPort``. All instances are equal, so that registering again changes nothing."""

    def switch_names(self) -> Sequence[str]:
        """One switch a destination."""
        return [switch_of(code) for code in Destination.objects.order_by("code").values_list("code", flat=True)]

    def findings(self, *, now: datetime) -> Iterable[Finding]:
        """Every check of `health`, each by itself."""
        for check in health.CHECKS:
            try:
                yield from check(now)
            except (DatabaseError, DigiskillsError) as error:
                yield Finding(check=check.__name__, level="fail", what=f"could not be checked: {error}", todo="see the other failures")

    def subject(self, identifier: str) -> StorySubject | None:
        """The number of a record as printed or without hyphens, ``delivery:ID`` and ``receipt:ID``."""
        return history.subject(identifier)

    def story(self, subject: StorySubject) -> Iterable[StoryLine]:
        """Events, deliveries and receipts."""
        return history.lines(subject)
