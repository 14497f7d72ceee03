"""Settings of grading in production: what the operator's configuration file gives wins over our defaults."""

from __future__ import annotations

from typing import Any

_NAMES = (
    "DIGISKILLS_API_MAX_IMPORT_BYTES",
    "DIGISKILLS_API_RATES",
    "DIGISKILLS_COUNTRY_PACK",
    "DIGISKILLS_COURSE_TEAM",
    "DIGISKILLS_COURSE_LINKS",
    "DIGISKILLS_GRADE_SINK",
    "DIGISKILLS_PII_KEYS",
    "DIGISKILLS_SCORE_SOURCE",
    "DIGISKILLS_SKILLS_FIELD_COURSES",
    "DIGISKILLS_SMALL_FIGURE",
    "DIGISKILLS_TAG_COURSES",
    "DIGISKILLS_TAXONOMY",
)


def plugin_settings(settings: Any) -> None:
    """Takes our settings from the operator's file, which the platform keeps in ``ENV_TOKENS`` and ``AUTH_TOKENS``."""
    for tokens in ("ENV_TOKENS", "AUTH_TOKENS"):
        given = getattr(settings, tokens, {})
        for name in _NAMES:
            if name in given:
                setattr(settings, name, given[name])
