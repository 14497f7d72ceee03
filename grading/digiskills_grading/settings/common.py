"""Settings of grading, for LMS and Studio alike."""

from __future__ import annotations

from typing import Any


def plugin_settings(settings: Any) -> None:
    """Adds our defaults to the platform's settings; a value that is already there stays.

    - ``DIGISKILLS_GRADE_SINK``: dotted path of a function without arguments that returns the `api.GradeSink` by which the sweeper
      hands grades to the platform.
    - ``DIGISKILLS_PII_KEYS``: Fernet keys for personal data at rest, newest first; empty here, set in the operator's secrets.
    """
    defaults = {"DIGISKILLS_GRADE_SINK": "digiskills_grading.platform.lms_grade_sink", "DIGISKILLS_PII_KEYS": []}
    for name, value in defaults.items():
        if not hasattr(settings, name):
            setattr(settings, name, value)
