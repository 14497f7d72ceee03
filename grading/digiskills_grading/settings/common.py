"""Settings of grading, for LMS and Studio alike."""

from __future__ import annotations

from typing import Any

from digiskills_grading.block_fields import with_our_mixins
from digiskills_grading.settings.beat import update_schedule
from digiskills_grading.settings.hooks import hook_certificates
from digiskills_grading.settings.scopes import with_our_scopes

DEFAULTS: dict[str, Any] = {
    # .. setting_name: DIGISKILLS_API_MAX_IMPORT_BYTES
    # .. setting_default: 256 * 1024
    # .. setting_description: The longest file of results that the REST API takes; longer ones go by the command.
    "DIGISKILLS_API_MAX_IMPORT_BYTES": 256 * 1024,
    # .. setting_name: DIGISKILLS_API_RATES
    # .. setting_default: {}
    # .. setting_description: How often one may ask the REST API, by name: ``{"read": "600/min"}``; what is missing stays as it is.
    "DIGISKILLS_API_RATES": {},
    # .. toggle_name: DIGISKILLS_CELERY_BEAT
    # .. toggle_implementation: DjangoSetting
    # .. toggle_default: True
    # .. toggle_description: False on a site that runs the commands from cron instead. Only the LMS has a schedule.
    # .. toggle_use_cases: open_edx
    # .. toggle_creation_date: 2026-11-22
    "DIGISKILLS_CELERY_BEAT": True,
    # .. setting_name: DIGISKILLS_CERTIFICATE_ON_ERROR
    # .. setting_default: "allow"
    # .. setting_description: What happens to a certificate when we fail to say whether it has to wait: ``allow``, ``hold``.
    "DIGISKILLS_CERTIFICATE_ON_ERROR": "allow",
    # .. setting_name: DIGISKILLS_CERTIFICATE_RULES
    # .. setting_default: []
    # .. setting_description: List of ``{"courses", "regulation", "audience"}``: in these courses (``*`` for any text) a certificate waits
    #    until the learner has completed. Empty: none waits.
    "DIGISKILLS_CERTIFICATE_RULES": [],
    # .. setting_name: DIGISKILLS_COUNTRY_PACK
    # .. setting_default: "vn"
    # .. setting_description: Code of the country pack in whose calendar and time zone figures are counted, and in whose names tasks are
    #    played.
    "DIGISKILLS_COUNTRY_PACK": "vn",
    # .. setting_name: DIGISKILLS_COURSE_BUILDERS
    # .. setting_default: "digiskills_xblock.compat.may_build_courses"
    # .. setting_description: Dotted path of a function of an account that says whether it may use the page ``digiskills/course-builder/``;
    #    by default in Studio whoever may create courses there, elsewhere the site's staff.
    "DIGISKILLS_COURSE_BUILDERS": "digiskills_xblock.compat.may_build_courses",
    # .. setting_name: DIGISKILLS_COURSE_LINKS
    # .. setting_default: "digiskills_grading.platform.lms_course_links"
    # .. setting_description: Dotted path of a function without arguments that returns the `course_links.CourseLinks` by which pages link to
    #    courses and their blocks.
    "DIGISKILLS_COURSE_LINKS": "digiskills_grading.platform.lms_course_links",
    # .. setting_name: DIGISKILLS_COURSE_TEAM
    # .. setting_default: "digiskills_grading.platform.is_course_team"
    # .. setting_description: Dotted path of a function of an account's id and a course key that says whether the account belongs to the
    #    team of the course.
    "DIGISKILLS_COURSE_TEAM": "digiskills_grading.platform.is_course_team",
    # .. setting_name: DIGISKILLS_DATA_DIRS
    # .. setting_default: []
    # .. setting_description: Directories with framework data of the operator's own: regulations, frameworks, tasks, coverage rules,
    #    registry profiles. What ships cannot be redefined, only added to.
    "DIGISKILLS_DATA_DIRS": [],
    # .. setting_name: DIGISKILLS_GRADE_SINK
    # .. setting_default: "digiskills_grading.platform.lms_grade_sink"
    # .. setting_description: Dotted path of a function without arguments that returns the `api.GradeSink` by which the sweeper hands grades
    #    to the platform.
    "DIGISKILLS_GRADE_SINK": "digiskills_grading.platform.lms_grade_sink",
    # .. setting_name: DIGISKILLS_KIOSK_TASKS
    # .. setting_default: []
    # .. setting_description: Ids of the tasks that the kiosk ``digiskills/try/kiosk/`` offers; empty: the short ones of the library.
    "DIGISKILLS_KIOSK_TASKS": [],
    # .. setting_name: DIGISKILLS_LOCALE_DIRS
    # .. setting_default: []
    # .. setting_description: Folders with further catalogues of the block, ``<language>/LC_MESSAGES/text.mo`` or ``django.mo``:
    #    what atlas pulled, or a site's own wording.
    "DIGISKILLS_LOCALE_DIRS": [],
    # .. toggle_name: DIGISKILLS_OPEN_PRACTICE
    # .. toggle_implementation: DjangoSetting
    # .. toggle_default: True
    # .. toggle_description: False takes the pages ``digiskills/try/`` away, where anybody tries a task without an account.
    # .. toggle_use_cases: open_edx
    # .. toggle_creation_date: 2026-11-22
    "DIGISKILLS_OPEN_PRACTICE": True,
    # .. setting_name: DIGISKILLS_PII_KEYS
    # .. setting_default: []
    # .. setting_description: Fernet keys for personal data at rest, newest first; empty here, set in the operator's secrets.
    "DIGISKILLS_PII_KEYS": [],
    # .. setting_name: DIGISKILLS_REQUESTS_A_MINUTE
    # .. setting_default: 120
    # .. setting_description: How many requests a minute one account may send to practice blocks; who sends more is asked to wait, and the
    #    browser keeps the work. 0: no limit.
    "DIGISKILLS_REQUESTS_A_MINUTE": 120,
    # .. setting_name: DIGISKILLS_RUNTIME_ADAPTERS
    # .. setting_default: []
    # .. setting_description: Dotted paths of further runtime adapters (digiskills_xblock.recording.RuntimeAdapter), asked after that of the
    #    LMS; runtimes that no adapter knows record nothing.
    "DIGISKILLS_RUNTIME_ADAPTERS": [],
    # .. setting_name: DIGISKILLS_SCORE_SOURCE
    # .. setting_default: "digiskills_grading.platform.lms_score_source"
    # .. setting_description: Dotted path of a function without arguments that returns the `score_sources.ScoreSource` by which the inbox
    #    asks the platform.
    "DIGISKILLS_SCORE_SOURCE": "digiskills_grading.platform.lms_score_source",
    # .. setting_name: DIGISKILLS_SKILLS_FIELD_COURSES
    # .. setting_default: []
    # .. setting_description: Patterns of the courses in which the field ``digiskills_skills`` of a block counts.
    "DIGISKILLS_SKILLS_FIELD_COURSES": [],
    # .. setting_name: DIGISKILLS_SMALL_FIGURE
    # .. setting_default: 5
    # .. setting_description: Figures of fewer people than this are not shown to those who may see reports only; 1 shows all.
    "DIGISKILLS_SMALL_FIGURE": 5,
    # .. setting_name: DIGISKILLS_TAG_COURSES
    # .. setting_default: []
    # .. setting_description: Patterns of the courses in which tags of blocks count.
    "DIGISKILLS_TAG_COURSES": [],
    # .. setting_name: DIGISKILLS_TAXONOMY
    # .. setting_default: ""
    # .. setting_description: Export id of the taxonomy that the framework was imported as.
    "DIGISKILLS_TAXONOMY": "",
}


def plugin_settings(settings: Any) -> None:
    """Adds our defaults to the platform's settings; a value that is already there stays.

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
