"""What grading shows of confirmations without knowing how they are issued: a port that the issuing app fills when it is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from digiskills_grading.data import ConfirmationSummary
from digiskills_grading.errors import ConfigurationError


class ConfirmationPort(Protocol):
    """Reads of confirmations, and the end of a name."""

    def for_learner(self, learner_public_id: str) -> Sequence[ConfirmationSummary]:
        """The learner's confirmations, newest first; empty when there are none."""

    def forget(self, learner_public_id: str) -> None:
        """Deletes the names under which the learner's confirmations were issued; the records stay."""


_ports: list[ConfirmationPort] = []


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
    """Deletes the names that issuing apps hold of a learner. Doing it twice does no harm."""
    for port in _ports:
        port.forget(learner_public_id)
