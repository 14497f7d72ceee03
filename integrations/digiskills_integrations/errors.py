"""Errors of the integrations; they continue grading's tree (whose fault it is, and so who can do something about it)."""

from __future__ import annotations

from digiskills_grading.errors import CallerError, ConfigurationError, DigiskillsError, InternalError

__all__ = [
    "ConfigurationError",
    "ConfirmationNotFoundError",
    "CredentialError",
    "DestinationNotFoundError",
    "DigiskillsError",
    "IdentityInUseError",
    "IdentityRefusedError",
    "IntegrationsError",
    "StaleClaimError",
    "TransitionRefusedError",
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


class ConfirmationNotFoundError(IntegrationsError, CallerError):
    """No record has this number."""

    code = "confirmation_not_found"

    def __init__(self, number: str) -> None:
        super().__init__(f"there is no record with the number {number!r}; compare it with the paper, sign by sign")


class TransitionRefusedError(IntegrationsError, CallerError):
    """A record cannot be changed in this way.

    Attributes:
        code: stable word for machines, such as ``already_withdrawn``.
        number: of the record; empty when the order itself is wrong.
    """

    def __init__(self, code: str, number: str, why: str) -> None:
        super().__init__(f"{number}: {why}" if number else why)
        self.code = code
        self.number = number


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


class IdentityRefusedError(IntegrationsError, CallerError):
    """A text is no number of the identity scheme. The message never shows it."""

    code = "identity_refused"


class IdentityInUseError(IntegrationsError, CallerError):
    """The number belongs to another learner: one of the two is wrong, or both are one person.

    Attributes:
        learner: outward id of the learner who has it.
    """

    code = "identity_in_use"

    def __init__(self, learner: str) -> None:
        super().__init__(f"the number belongs to learner {learner}; correct one of the two, or merge them if they are one person")
        self.learner = learner
