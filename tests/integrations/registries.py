"""Registries of the country packs for tests: destinations, and the events that go to them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import attrs
from pytest_django import Settings

from digiskills_framework.api import load_registry_profile
from digiskills_integrations.destinations.base import DestinationConfig, OutgoingEvent
from digiskills_integrations.http import parse_networks
from digiskills_integrations.outbox.models import Destination
from digiskills_integrations.outbox.operations import sync_destinations
from digiskills_integrations.sandbox.registries import CLIENT_ID
from tests.integrations.conftest import NOW

REGISTRY_SECRET = "c2FuZGJveC1zZWNyZXQtb2YtMzItYnl0ZXMtMDEyMzQ1Ng=="  # base64 of more than 32 bytes
TEST_NUMBER = "000000000017"
REAL_NUMBER = "001093000001"
LEGAL_BASIS = "agreement"


def auth_of(key: str, base: str) -> dict[str, str]:
    """How a trial signs in to the registry with this profile: OAuth2 if it is accepted, else a shared key."""
    if "oauth2" in load_registry_profile(key).auth:
        return {"kind": "oauth2", "token_url": f"{base}/oauth/token", "client_id": CLIENT_ID}
    return {"kind": "hmac", "key_id": "trial"}


def profiled(settings: Settings, key: str, base: str, *, code: str = "registry", **options: Any) -> Destination:
    """A destination with a registry profile at the sandbox ``base``, beside those there are, made the way an operator makes it."""
    spec = {
        "code": code,
        "kind": "http_json",
        "environment": "sandbox",
        "endpoint": f"{base}/registries/{key}",
        "allowed_networks": ["127.0.0.0/8"],
        "share_name": True,
        "registry_profile": key,
        "legal_basis": LEGAL_BASIS,
        "auth": auth_of(key, base),
        **options,
    }
    settings.DIGISKILLS_DESTINATION_SECRETS = {**settings.DIGISKILLS_DESTINATION_SECRETS, code: REGISTRY_SECRET}
    settings.DIGISKILLS_DESTINATIONS = [*settings.DIGISKILLS_DESTINATIONS, spec]
    sync_destinations(settings.DIGISKILLS_DESTINATIONS)
    return Destination.objects.get(code=code)


def golden_facts(key: str, case: str = "issued") -> dict[str, Any]:
    """The committed facts of a profile."""
    path = load_registry_profile(key).directory / "golden" / f"{case}.json"
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["facts"]
    return facts


def event_for(key: str, *, number: int = 1, occurred_at: datetime = NOW, **changes: Any) -> OutgoingEvent:
    """An event made of the committed facts; events with different ``number`` have different keys."""
    idempotency_key = f"{number:064x}"
    facts = golden_facts(key)
    facts["event"]["key"] = idempotency_key
    return OutgoingEvent(idempotency_key, "org.digiskills.confirmation.issued.v1", occurred_at, {}, facts={**facts, **changes})


def config_for(key: str, base: str, **options: Any) -> DestinationConfig:
    """A destination as the transport sees it."""
    config = DestinationConfig(
        code="registry",
        endpoint=f"{base}/records",
        secret=REGISTRY_SECRET,
        allowed_networks=parse_networks(["127.0.0.0/8"]),
        profile=load_registry_profile(key),
        auth=auth_of(key, base),
    )
    return attrs.evolve(config, **options)
