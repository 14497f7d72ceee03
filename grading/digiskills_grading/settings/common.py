"""Settings of grading, for LMS and Studio alike."""

from __future__ import annotations

from typing import Any

from digiskills_grading.block_fields import with_our_mixins


def plugin_settings(settings: Any) -> None:
    """Adds our defaults to the platform's settings; a value that is already there stays.

    - ``DIGISKILLS_COUNTRY_PACK``: code of the country pack in whose calendar and time zone figures are counted.
    - ``DIGISKILLS_GRADE_SINK``: dotted path of a function without arguments that returns the `api.GradeSink` by which the sweeper
      hands grades to the platform.
    - ``DIGISKILLS_PII_KEYS``: Fernet keys for personal data at rest, newest first; empty here, set in the operator's secrets.
    - ``DIGISKILLS_SCORE_SOURCE``: dotted path of a function without arguments that returns the `score_sources.ScoreSource` by which the
      inbox asks the platform.
    - ``DIGISKILLS_SKILLS_FIELD_COURSES``: patterns of the courses in which the field ``digiskills_skills`` of a block counts.
    - ``DIGISKILLS_SMALL_FIGURE``: figures of fewer people than this are not shown to those who may see reports only; 1 shows all.
    - ``DIGISKILLS_TAG_COURSES``: patterns of the courses in which tags of blocks count.
    - ``DIGISKILLS_TAXONOMY``: export id of the taxonomy that the framework was imported as.

    Blocks of every kind are given the fields of `block_fields`.
    """
    defaults = {
        "DIGISKILLS_COUNTRY_PACK": "vn",
        "DIGISKILLS_GRADE_SINK": "digiskills_grading.platform.lms_grade_sink",
        "DIGISKILLS_PII_KEYS": [],
        "DIGISKILLS_SCORE_SOURCE": "digiskills_grading.platform.lms_score_source",
        "DIGISKILLS_SKILLS_FIELD_COURSES": [],
        "DIGISKILLS_SMALL_FIGURE": 5,
        "DIGISKILLS_TAG_COURSES": [],
        "DIGISKILLS_TAXONOMY": "",
    }
    for name, value in defaults.items():
        if not hasattr(settings, name):
            setattr(settings, name, value)
    if hasattr(settings, "XBLOCK_MIXINS"):
        settings.XBLOCK_MIXINS = with_our_mixins(settings.XBLOCK_MIXINS)
