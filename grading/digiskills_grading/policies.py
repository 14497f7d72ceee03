"""Regulations as the rules use them, read once a process."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import attrs

from digiskills_framework.api import FrameworkDataError, RequirementTree
from digiskills_grading.errors import UnknownContext
from digiskills_grading.scoring import Policy, policy_for
from digiskills_grading.site_data import data_dirs, load_framework, load_regulation


def load_policy(regulation: str, audience: str, school_level: str | None = None) -> Policy:
    """The rules of a regulation for an audience (and school level).

    Raises:
        UnknownContext: there is no such regulation, or it says nothing of this audience.
    """
    return _policy(regulation, audience, school_level, data_dirs())


def load_policy_requiring(condition: RequirementTree, regulation: str, audience: str, school_level: str | None = None) -> Policy:
    """The same rules with another requirement, such as the one of a household's coverage.

    Raises:
        UnknownContext: as `load_policy`.
    """
    return _requiring(condition, regulation, audience, school_level, data_dirs())


@lru_cache(maxsize=256)
def _policy(regulation: str, audience: str, school_level: str | None, _directories: tuple[Path, ...]) -> Policy:
    try:
        found = load_regulation(regulation)
        return policy_for(found, load_framework(found.framework), audience, school_level)
    except FrameworkDataError as error:
        raise UnknownContext(f"regulation {regulation!r} cannot be used: {error}") from error
    except KeyError as error:
        raise UnknownContext(str(error.args[0])) from error


@lru_cache(maxsize=256)
def _requiring(
    condition: RequirementTree, regulation: str, audience: str, school_level: str | None, directories: tuple[Path, ...]
) -> Policy:
    return attrs.evolve(_policy(regulation, audience, school_level, directories), requires=condition)
