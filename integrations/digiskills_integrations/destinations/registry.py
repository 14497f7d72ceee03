"""Kinds of destinations, found through the entry-point group ``digiskills.destination``."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

from digiskills_integrations.destinations.base import Transport
from digiskills_integrations.errors import ConfigurationError

GROUP = "digiskills.destination"


@functools.cache
def transport_kinds() -> Mapping[str, Transport]:
    """Every installed kind by its name, in order of the names.

    Raises:
        ConfigurationError: two distributions claim one kind, or one cannot be loaded.
    """
    return build_registry(entry_points(group=GROUP))


def transport_for(kind: str) -> Transport:
    """The transport of ``kind``.

    Raises:
        ConfigurationError: no installed distribution provides it.
    """
    kinds = transport_kinds()
    if kind not in kinds:
        raise ConfigurationError(f"destination kind {kind!r} is not installed; installed kinds: {', '.join(kinds) or 'none'}")
    return kinds[kind]


def build_registry(found: Iterable[EntryPoint]) -> Mapping[str, Transport]:
    """The registry made of ``found``; see :func:`transport_kinds`."""
    kinds: dict[str, Transport] = {}
    for point in sorted(found, key=lambda point: (point.name, point.value)):
        if point.name in kinds:
            raise ConfigurationError(f"two distributions provide the destination kind {point.name!r} ({point.value}); remove one of them")
        kinds[point.name] = _load(point)
    return MappingProxyType(kinds)


def _load(point: EntryPoint) -> Transport:
    try:
        factory = point.load()
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"destination kind {point.name!r}: {point.value} cannot be loaded ({error})") from error
    transport: Transport = factory()
    return transport
