"""Holders' names at rest."""

from __future__ import annotations

from digiskills_integrations import sealing
from digiskills_integrations.credentials.disclosure import Disclosure


def seal(disclosure: Disclosure) -> str:
    """The disclosure as a token under the newest key.

    Raises:
        ConfigurationError: no usable key.
    """
    return sealing.seal({"name": disclosure.name, "salt": disclosure.salt})


def unseal(token: str) -> Disclosure:
    """The disclosure in ``token``.

    Raises:
        ConfigurationError: no usable key, or none that opens this token.
    """
    content = sealing.unseal(token)
    return Disclosure(name=content["name"], salt=content["salt"])
