"""Kinds of destinations are found, in a fixed order, without duplicates."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from digiskills_integrations.destinations.registry import GROUP, build_registry, transport_for
from digiskills_integrations.destinations.webhook import WebhookTransport
from digiskills_integrations.errors import ConfigurationError

WEBHOOK = "digiskills_integrations.destinations.webhook:WebhookTransport"


def points(*pairs: tuple[str, str]) -> list[EntryPoint]:
    return [EntryPoint(name, value, GROUP) for name, value in pairs]


def test_the_webhook_is_installed() -> None:
    assert isinstance(transport_for("webhook"), WebhookTransport)


def test_the_order_is_that_of_the_names() -> None:
    assert list(build_registry(points(("z", WEBHOOK), ("a", WEBHOOK)))) == ["a", "z"]


def test_a_kind_belongs_to_one_distribution() -> None:
    with pytest.raises(ConfigurationError, match="two distributions provide the destination kind 'webhook'"):
        build_registry(points(("webhook", WEBHOOK), ("webhook", "other:Transport")))


@pytest.mark.parametrize("value", ["no.such.module:Transport", "digiskills_integrations.http:NoSuchClass"])
def test_a_kind_that_cannot_be_loaded_is_named(value: str) -> None:
    with pytest.raises(ConfigurationError, match="'broken'"):
        build_registry(points(("broken", value)))


def test_an_unknown_kind_is_named_with_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match=r"'fax'.*webhook"):
        transport_for("fax")
