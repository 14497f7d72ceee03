"""The fields of DIGISKILLS_DESTINATIONS that make a destination a particular registry."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from digiskills_framework.api import FrameworkDataError, RegistryProfile, load_registry_profile, load_routing
from digiskills_integrations import conf
from digiskills_integrations.destinations.http_json.auth import parse_auth
from digiskills_integrations.errors import ConfigurationError

REGISTRY_FIELDS = frozenset({"registry_profile", "legal_basis", "territory", "auth"})
PROFILED_KIND = "http_json"
_EMPTY: Mapping[str, str] = {"registry_profile": "", "legal_basis": "", "territory": "", "auth": ""}


def registry_fields(where: str, spec: Mapping[str, Any]) -> dict[str, str]:
    """The columns of a destination that say which registry it is.

    Args:
        where: how errors call the entry.

    Raises:
        ConfigurationError: naming entry, field, value and remedy.
    """
    if spec["kind"] != PROFILED_KIND:
        given = sorted(REGISTRY_FIELDS & spec.keys())
        if given:
            raise ConfigurationError(f"{where}.{given[0]}: only destinations of the kind {PROFILED_KIND} have it; remove it")
        return dict(_EMPTY)
    profile = _profile(where, spec.get("registry_profile"))
    auth = parse_auth(spec.get("auth"), profile, where=f"{where}.auth")
    return {
        "registry_profile": profile.key,
        "legal_basis": _legal_basis(where, spec.get("legal_basis"), profile),
        "territory": ",".join(_territory(where, spec.get("territory", ()))),
        "auth": json.dumps(auth.as_json(), sort_keys=True),
    }


def _profile(where: str, value: object) -> RegistryProfile:
    try:
        return load_registry_profile(str(value), conf.data_directories())
    except FrameworkDataError as error:
        raise ConfigurationError(f"{where}.registry_profile: {error}") from error


def _legal_basis(where: str, value: object, profile: RegistryProfile) -> str:
    rules = load_routing(profile.pack, conf.data_directories()).rules_of(profile.code)
    allowed = sorted({code for rule in rules for code in rule.legal_bases})
    if value not in allowed:
        raise ConfigurationError(
            f"{where}.legal_basis: {value!r}; on which of these is the registry told: {', '.join(allowed)} (see routing.yaml of the pack)"
        )
    return str(value)


def _territory(where: str, value: object) -> Sequence[str]:
    if isinstance(value, str) or not isinstance(value, Sequence) or not all(isinstance(code, str) and code.isalnum() for code in value):
        raise ConfigurationError(f"{where}.territory: {value!r}; use a list of codes of admin units, as texts")
    return value
