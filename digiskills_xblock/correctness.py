"""When a learner may see score and feedback: the platform's "show results" setting (always, never, past_due)."""

from __future__ import annotations

from datetime import datetime

ALWAYS = "always"
NEVER = "never"
NEVER_BUT_INCLUDE_GRADE = "never_but_include_grade"
PAST_DUE = "past_due"
VALUES = (ALWAYS, PAST_DUE, NEVER, NEVER_BUT_INCLUDE_GRADE)


def may_show(setting: str, *, closes: datetime | None, now: datetime, is_staff: bool) -> bool:
    """Whether results may be shown now. The rule of the platform's ``xmodule.graders.ShowCorrectness``.

    "never" holds for staff too; "past_due" without a date is "always"; an unknown value is "always", as the platform has it.
    """
    if setting in (NEVER, NEVER_BUT_INCLUDE_GRADE):
        return False
    if is_staff or setting != PAST_DUE:
        return True
    return closes is None or closes < now
