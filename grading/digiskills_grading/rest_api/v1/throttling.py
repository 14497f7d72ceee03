"""How often one may ask. Rates are in ``DIGISKILLS_API_RATES``; the platform's own rates are another matter.

Counted for each account and, apart from it, for each program that acts for the account. Who fails to sign in is counted by address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from digiskills_grading.errors import ConfigurationError
from digiskills_grading.rest_api.v1.authentication import token_of

RateName = Literal["read", "write", "failed"]
RATES: dict[str, str | None] = {"read": "600/min", "write": "30/min", "failed": "60/min"}


class _Rate(SimpleRateThrottle):
    """A rate by its name in the setting; None there: no limit."""

    def __init__(self, name: RateName) -> None:
        self.scope = f"digiskills-{name}"
        self._name: RateName = name
        super().__init__()

    def get_rate(self) -> str | None:
        """The rate in force.

        Raises:
            ConfigurationError: the setting is not like ``{"read": "600/min"}``.
        """
        rates: Mapping[str, str | None] = {**RATES, **settings.DIGISKILLS_API_RATES}
        rate = rates[self._name]
        try:
            self.parse_rate(rate)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigurationError(f"DIGISKILLS_API_RATES[{self._name!r}] is {rate!r}; give a rate like '600/min', or None") from error
        return rate


class CallerRate(_Rate):
    """For an account and the program that acts for it."""

    def get_cache_key(self, request: Request, view: APIView) -> str:
        token = token_of(request)
        return f"{self.scope}:{request.user.pk}:{'session' if token is None else token.client}"


class AddressRate(_Rate):
    """For requests of nobody, by the address that the server sees."""

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return f"{self.scope}:{request.META.get('REMOTE_ADDR', '')}"
