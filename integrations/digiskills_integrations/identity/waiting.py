"""Deliveries that wait for a verified identity, and go on by themselves when it is there."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from digiskills_framework.api import RegistryProfile, load_identity_scheme
from digiskills_integrations import conf
from digiskills_integrations.identity import vault
from digiskills_integrations.identity.models import VerifiedIdentity
from digiskills_integrations.outbox.models import Delivery, DeliveryState, Destination, Environment
from digiskills_integrations.routing import profile_of

_BATCH = 500


def number_for(destination: Destination, profile: RegistryProfile, learner_public_id: str) -> str | None:
    """The number under which a registry knows a learner: a real one for live registries, one for tests for sandboxes; None: unknown.

    Raises:
        ConfigurationError: no key opens it.
        FrameworkDataError: the country has no identity scheme.
    """
    scheme = load_identity_scheme(profile.pack, conf.data_directories())
    return vault.number_of(learner_public_id, scheme, is_test=destination.environment == Environment.SANDBOX)


def is_lacking(destination: Destination, profile: RegistryProfile, learner_public_id: str) -> bool:
    """Whether this registry needs a number of the learner that is not there."""
    return "identity" in profile.needs and not _known(destination, profile).filter(learner_public_id=learner_public_id).exists()


def wake(destination: Destination, *, now: datetime) -> int:
    """Make those deliveries of a destination due whose learner has the identity by now; returns how many.

    Asked at the beginning of every run and not when a number is recorded: a number that is recorded while the record is being issued
    would miss the delivery, which nobody else can see yet.

    Raises:
        FrameworkDataError: profile or identity scheme cannot be used.
    """
    profile = profile_of(destination)
    if profile is None or "identity" not in profile.needs:
        return 0
    waiting = Delivery.objects.filter(destination=destination, state=DeliveryState.NEEDS_IDENTITY)
    learners = _known(destination, profile).values("learner_public_id")
    ready = list(waiting.filter(confirmation__learner_public_id__in=learners).order_by("id").values_list("pk", flat=True)[:_BATCH])
    # The state is part of the condition: an operator may have cancelled meanwhile.
    return waiting.filter(pk__in=ready).update(state=DeliveryState.READY, due_at=now, last_error="")


def _known(destination: Destination, profile: RegistryProfile) -> QuerySet[VerifiedIdentity]:
    scheme = load_identity_scheme(profile.pack, conf.data_directories())
    return VerifiedIdentity.objects.filter(scheme=scheme.code, is_test=destination.environment == Environment.SANDBOX)
