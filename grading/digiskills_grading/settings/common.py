"""Settings of grading, for LMS and Studio alike."""

from __future__ import annotations

from typing import Any

from digiskills_grading.block_fields import with_our_mixins
from digiskills_grading.settings.beat import update_schedule
from digiskills_grading.settings.hooks import hook_certificates
from digiskills_grading.settings.scopes import with_our_scopes

DEFAULTS: dict[str, Any] = {
    "DIGISKILLS_API_MAX_IMPORT_BYTES": 256 * 1024,
    "DIGISKILLS_API_RATES": {},
    "DIGISKILLS_CELERY_BEAT": True,
    "DIGISKILLS_CERTIFICATE_ON_ERROR": "allow",
    "DIGISKILLS_CERTIFICATE_RULES": [],
    "DIGISKILLS_COUNTRY_PACK": "vn",
    "DIGISKILLS_COURSE_LINKS": "digiskills_grading.platform.lms_course_links",
    "DIGISKILLS_COURSE_TEAM": "digiskills_grading.platform.is_course_team",
    "DIGISKILLS_DATA_DIRS": [],
    "DIGISKILLS_GRADE_SINK": "digiskills_grading.platform.lms_grade_sink",
    "DIGISKILLS_PII_KEYS": [],
    "DIGISKILLS_SCORE_SOURCE": "digiskills_grading.platform.lms_score_source",
    "DIGISKILLS_SKILLS_FIELD_COURSES": [],
    "DIGISKILLS_SMALL_FIGURE": 5,
    "DIGISKILLS_TAG_COURSES": [],
    "DIGISKILLS_TAXONOMY": "",
}


def plugin_settings(settings: Any) -> None:
    """Adds our defaults to the platform's settings; a value that is already there stays.

    - ``DIGISKILLS_API_MAX_IMPORT_BYTES``: the longest file of results that the REST API takes; longer ones go by the command.
    - ``DIGISKILLS_API_RATES``: how often one may ask the REST API, by name: ``{"read": "600/min"}``; what is missing stays as it is.
    - ``DIGISKILLS_CELERY_BEAT``: False on a site that runs the commands from cron instead. Only the LMS has a schedule.
    - ``DIGISKILLS_CERTIFICATE_ON_ERROR``: what happens to a certificate when we fail to say whether it has to wait: ``allow``, ``hold``.
    - ``DIGISKILLS_CERTIFICATE_RULES``: list of ``{"courses", "regulation", "audience"}``: in these courses (``*`` for any text) a
      certificate waits until the learner has completed. Empty: none waits.
    - ``DIGISKILLS_COUNTRY_PACK``: code of the country pack in whose calendar and time zone figures are counted.
    - ``DIGISKILLS_COURSE_LINKS``: dotted path of a function without arguments that returns the `course_links.CourseLinks` by which pages
      link to courses and their blocks.
    - ``DIGISKILLS_COURSE_TEAM``: dotted path of a function of an account's id and a course key that says whether the account belongs to
      the team of the course.
    - ``DIGISKILLS_DATA_DIRS``: directories with framework data of the operator's own: regulations, frameworks, tasks, coverage rules,
      registry profiles. What ships cannot be redefined, only added to.
    - ``DIGISKILLS_GRADE_SINK``: dotted path of a function without arguments that returns the `api.GradeSink` by which the sweeper
      hands grades to the platform.
    - ``DIGISKILLS_PII_KEYS``: Fernet keys for personal data at rest, newest first; empty here, set in the operator's secrets.
    - ``DIGISKILLS_SCORE_SOURCE``: dotted path of a function without arguments that returns the `score_sources.ScoreSource` by which the
      inbox asks the platform.
    - ``DIGISKILLS_SKILLS_FIELD_COURSES``: patterns of the courses in which the field ``digiskills_skills`` of a block counts.
    - ``DIGISKILLS_SMALL_FIGURE``: figures of fewer people than this are not shown to those who may see reports only; 1 shows all.
    - ``DIGISKILLS_TAG_COURSES``: patterns of the courses in which tags of blocks count.
    - ``DIGISKILLS_TAXONOMY``: export id of the taxonomy that the framework was imported as.

    The platform's OAuth provider is told the scopes of the REST API. Blocks of every kind are given the fields of `block_fields`.
    """
    for name, value in DEFAULTS.items():
        if not hasattr(settings, name):
            setattr(settings, name, value)
    if hasattr(settings, "OAUTH2_PROVIDER"):
        settings.OAUTH2_PROVIDER = with_our_scopes(settings.OAUTH2_PROVIDER)
    if hasattr(settings, "XBLOCK_MIXINS"):
        settings.XBLOCK_MIXINS = with_our_mixins(settings.XBLOCK_MIXINS)
    update_schedule(settings)
    hook_certificates(settings)
