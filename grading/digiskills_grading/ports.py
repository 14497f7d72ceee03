"""What grading shows of other apps without knowing how they work: ports that they fill when they are loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from digiskills_grading.data import ConfirmationSummary, Finding, StoryLine, StorySubject
from digiskills_grading.errors import ConfigurationError


class ConfirmationPort(Protocol):
    """Reads of confirmations, and the end of a name."""

    def for_learner(self, learner_public_id: str) -> Sequence[ConfirmationSummary]:
        """The learner's confirmations, newest first; empty when there are none."""

    def forget(self, learner_public_id: str) -> None:
        """Deletes the names under which the learner's confirmations were issued; the records stay."""


class IdentityPort(Protocol):
    """All that grading may know of a learner's identity. Both methods may be called for a learner of whom nothing is known."""

    def has_verified_identity(self, learner_public_id: str) -> bool:
        """Whether an authority's number of this learner is known and was verified."""

    def forget(self, learner_public_id: str) -> None:
        """Deletes the number."""


class OperationsPort(Protocol):
    """What another app adds to the doctor, to the story of a record and to the kill switches."""

    def switch_names(self) -> Sequence[str]:
        """The kill switches that this app obeys."""

    def findings(self, *, now: datetime) -> Iterable[Finding]:
        """What is to be said of this app's health. A check that cannot be made is a finding, not an exception."""

    def subject(self, identifier: str) -> StorySubject | None:
        """Whose story an id of this app's belongs to; None for an id that it does not know."""

    def story(self, subject: StorySubject) -> Iterable[StoryLine]:
        """What this app knows of the story, in any order, without a name."""


_ports: list[ConfirmationPort] = []
_operations_ports: list[OperationsPort] = []
_identity_ports: list[IdentityPort] = []


def register_confirmation_port(port: ConfirmationPort) -> None:
    """Fills the port; called from ``AppConfig.ready()`` of the issuing app. Registering the same port again changes nothing.

    Raises:
        ConfigurationError: another port is registered already.
    """
    if port in _ports:
        return
    if _ports:
        raise ConfigurationError(f"confirmations are already read through {_ports[0]!r}; {port!r} would be a second source")
    _ports.append(port)


def confirmations_of(learner_public_id: str) -> tuple[ConfirmationSummary, ...]:
    """The learner's confirmations; none where no issuing app is installed."""
    return tuple(summary for port in _ports for summary in port.for_learner(learner_public_id))


def forget_names(learner_public_id: str) -> None:
    """Deletes the names and numbers that other apps hold of a learner. Doing it twice does no harm."""
    for confirmations in _ports:
        confirmations.forget(learner_public_id)
    for identities in _identity_ports:
        identities.forget(learner_public_id)


def register_identity_port(port: IdentityPort) -> None:
    """Fills the port; called from ``AppConfig.ready()`` of the app that keeps identities. Registering the same port again changes nothing.

    Raises:
        ConfigurationError: another port is registered already.
    """
    if port in _identity_ports:
        return
    if _identity_ports:
        raise ConfigurationError(f"identities are already kept by {_identity_ports[0]!r}; {port!r} would be a second source")
    _identity_ports.append(port)


def has_verified_identity(learner_public_id: str) -> bool | None:
    """Whether the learner has a verified identity; None where nobody keeps identities."""
    return any(port.has_verified_identity(learner_public_id) for port in _identity_ports) if _identity_ports else None


def register_operations_port(port: OperationsPort) -> None:
    """Adds a port, from ``AppConfig.ready()`` of another app; they are asked in this order. Registering it again changes nothing."""
    if port not in _operations_ports:
        _operations_ports.append(port)


def operations_ports() -> tuple[OperationsPort, ...]:
    """The ports of the apps that are installed."""
    return tuple(_operations_ports)
