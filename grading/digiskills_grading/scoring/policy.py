"""A regulation and its framework as one `Policy`."""

from __future__ import annotations

from digiskills_framework.api import Framework, RecordType, Regulation, leaves
from digiskills_grading.scoring.types import Policy


def policy_for(regulation: Regulation, framework: Framework, audience: str, school_level: str | None = None) -> Policy:
    """The rules as they apply to an audience (and school level).

    Raises:
        KeyError: the regulation says nothing of this audience.
    """
    return Policy(
        regulation=regulation.key,
        audience=audience,
        school_level=school_level,
        values=regulation.values(audience, school_level),
        requires=regulation.requires(audience, school_level),
        facets={skill.code: skill.facet_codes for skill in framework.skills},
        records_results=RecordType.RESULT in regulation.record_types,
    )


def required_skills(policy: Policy) -> tuple[str, ...]:
    """Codes of the skills that the requirements name, each once, in their order."""
    return tuple(dict.fromkeys(leaf.skill for leaf in leaves(policy.requires)))
