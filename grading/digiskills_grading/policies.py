"""Regulations as the rules use them, read once a process."""

from __future__ import annotations

from functools import lru_cache

import attrs

from digiskills_framework.api import FrameworkDataError, RequirementTree
from digiskills_grading.errors import UnknownContext
from digiskills_grading.scoring import Policy, policy_for
from digiskills_grading.site_data import load_framework, load_regulation


@lru_cache(maxsize=256)
def load_policy(regulation: str, audience: str, school_level: str | None = None) -> Policy:
    """The rules of a regulation for an audience (and school level).

    Raises:
        UnknownContext: there is no such regulation, or it says nothing of this audience.
    """
    try:
        found = load_regulation(regulation)
        return policy_for(found, load_framework(found.framework), audience, school_level)
    except FrameworkDataError as error:
        raise UnknownContext(f"regulation {regulation!r} cannot be used: {error}") from error
    except KeyError as error:
        raise UnknownContext(str(error.args[0])) from error


@lru_cache(maxsize=256)
def load_policy_requiring(condition: RequirementTree, regulation: str, audience: str, school_level: str | None = None) -> Policy:
    """The same rules with another requirement, such as the one of a household's coverage.

    Raises:
        UnknownContext: as `load_policy`.
    """
    return attrs.evolve(load_policy(regulation, audience, school_level), requires=condition)
