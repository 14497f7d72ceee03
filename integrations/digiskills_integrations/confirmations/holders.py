"""The names under which a record was issued, by version. A name that is deleted here is gone from every copy of the record."""

from __future__ import annotations

import secrets

from digiskills_integrations.confirmations import vault
from digiskills_integrations.confirmations.models import Confirmation, Holder
from digiskills_integrations.credentials.disclosure import Disclosure, disclose

_SALT_BYTES = 16


def disclosure_of(confirmation: Confirmation, version: int) -> Disclosure | None:
    """The name (with its salt) to which a version commits; None when none was known or it was deleted.

    Raises:
        ConfigurationError: no key opens it.
    """
    holders = Holder.objects.filter(confirmation=confirmation, from_version__lte=version)
    holder = holders.order_by("-from_version").first()
    return None if holder is None else vault.unseal(holder.disclosure)


def new_disclosure(name: str | None) -> Disclosure | None:
    """A name as the platform has it, with a fresh salt; None for no name."""
    return disclose(name, secrets.token_bytes(_SALT_BYTES)) if name else None


def next_disclosure(confirmation: Confirmation, name: str | None, *, version: int) -> Disclosure | None:
    """What the new version ``version`` is to commit to: the earlier name and salt unless the name is another now.

    A name that is not known any more leaves the earlier one: nobody said that it was wrong.
    """
    earlier, now = disclosure_of(confirmation, version), new_disclosure(name)
    if now is None or (earlier is not None and earlier.name == now.name):
        return earlier
    return now


def keep(confirmation: Confirmation, disclosure: Disclosure | None, *, version: int) -> None:
    """Store, encrypted, what ``version`` and those after it commit to; nothing to do when the earlier row holds it."""
    if disclosure is not None and disclosure != disclosure_of(confirmation, version):
        Holder.objects.create(
            confirmation=confirmation,
            from_version=version,
            learner_public_id=confirmation.learner_public_id,
            disclosure=vault.seal(disclosure),
        )
