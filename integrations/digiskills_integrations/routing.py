"""Which registries a record goes to: the rules of their country, held against audience, place and legal basis.

A destination without a registry profile (a webhook, a file) has no rules and is told everything.
"""

from __future__ import annotations

from collections.abc import Iterable

from digiskills_framework.api import RegistryProfile, load_registry_profile, load_routing
from digiskills_grading import api as grading
from digiskills_grading.data import LearnerRef, LearnerUnit
from digiskills_integrations import conf
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationEvent
from digiskills_integrations.outbox.models import Delivery, Destination


def profile_of(destination: Destination) -> RegistryProfile | None:
    """The registry profile of a destination; None where it has none.

    Raises:
        FrameworkDataError: the profile is unknown or cannot be used.
    """
    key = destination.registry_profile
    return load_registry_profile(key, conf.data_directories()) if key else None


def select(event: ConfirmationEvent, destinations: Iterable[Destination]) -> list[Destination]:
    """Those of ``destinations`` that are to be told of ``event``, in their order.

    A registry that was told of the confirmation before is told on, whatever the rules say now: a learner who has moved away must not stay
    confirmed where the confirmation was withdrawn.

    Raises:
        FrameworkDataError: a profile or its country's routing cannot be used.
    """
    confirmation = event.confirmation
    told = set(Delivery.objects.filter(confirmation=confirmation).values_list("destination_id", flat=True))
    units: tuple[LearnerUnit, ...] | None = None
    chosen = []
    for destination in destinations:
        profile = profile_of(destination)
        if profile is None:
            chosen.append(destination)
        elif event.type in profile.events:
            units = units_of(confirmation) if units is None else units
            if destination.pk in told or _matches(destination, profile, confirmation, units):
                chosen.append(destination)
    return chosen


def units_of(confirmation: Confirmation) -> tuple[LearnerUnit, ...]:
    """Admin units of the learner, lowest first; empty when none is known."""
    return grading.units_of(LearnerRef(public_id=confirmation.learner_public_id))


def _matches(destination: Destination, profile: RegistryProfile, confirmation: Confirmation, units: tuple[LearnerUnit, ...]) -> bool:
    routing = load_routing(profile.pack, conf.data_directories())
    codes = [unit.code for unit in units]
    territory = [code for code in destination.territory.split(",") if code]
    return any(
        rule.matches(
            record_type=confirmation.record_type,
            audience=confirmation.audience,
            unit_codes=codes,
            territory=territory,
            legal_basis=destination.legal_basis,
        )
        for rule in routing.rules_of(profile.code)
    )
