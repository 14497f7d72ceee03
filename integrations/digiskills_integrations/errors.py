"""Errors of the integrations; they continue grading's tree (whose fault it is, and so who can do something about it)."""

from __future__ import annotations

from digiskills_grading.errors import CallerError, ConfigurationError, DigiskillsError, InternalError

__all__ = [
    "ConfigurationError",
    "CredentialError",
    "DestinationNotFoundError",
    "DigiskillsError",
    "IntegrationsError",
    "StaleClaimError",
]


class IntegrationsError(DigiskillsError):
    """Base of what this package adds to the tree."""

    code = "integrations_error"


class CredentialError(IntegrationsError):
    """A signed record cannot be made or does not verify.

    Attributes:
        code: stable word for machines, such as ``bad_signature`` or ``expired``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class DestinationNotFoundError(IntegrationsError, CallerError):
    """No destination has this code."""

    code = "destination_not_found"

    def __init__(self, destination: str) -> None:
        super().__init__(f"there is no destination {destination!r}; digiskills_destinations list shows those that exist")


class StaleClaimError(IntegrationsError, InternalError):
    """The lease of a delivery was lost: another worker holds a newer fence, so this one must not write its result."""

    code = "stale_claim"

    def __init__(self, delivery_id: int, fence: int) -> None:
        super().__init__(f"delivery {delivery_id} is no longer held with fence {fence}")
