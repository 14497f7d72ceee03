"""What grading's pages show of confirmations: the implementation of grading's port."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from django.urls import reverse
from django.utils import timezone

from digiskills_grading.data import ConfirmationSummary
from digiskills_integrations import conf
from digiskills_integrations.confirmations.models import Holder
from digiskills_integrations.confirmations.numbers import format_number
from digiskills_integrations.confirmations.selectors import confirmations_of, status_at


@attrs.frozen
class Confirmations:
    """Implements ``digiskills_grading.api.ConfirmationPort``. All instances are equal, so that registering again changes nothing."""

    def for_learner(self, learner_public_id: str) -> Sequence[ConfirmationSummary]:
        """A learner's confirmations, newest first, each with the address of its verification page."""
        return [
            ConfirmationSummary(
                number=format_number(confirmation.number),
                status=status_at(confirmation, timezone.now()),
                issued_at=confirmation.issued_at,
                verify_url=verify_url(confirmation.number),
            )
            for confirmation in confirmations_of(learner_public_id)
        ]

    def forget(self, learner_public_id: str) -> None:
        """Delete the names under which a learner's confirmations were issued; the records stay and still verify."""
        Holder.objects.filter(learner_public_id=learner_public_id).delete()


def verify_url(number: str) -> str:
    """Address of the verification page of a canonical number: absolute if DIGISKILLS_PUBLIC_URL is set, else a path."""
    return conf.public_base_url() + reverse("digiskills:verify", args=[format_number(number)])
