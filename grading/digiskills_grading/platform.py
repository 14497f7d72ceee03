"""The only place where this app touches the platform. Imports are lazy: outside of an LMS nothing of it is there.

Read in openedx-platform at 5923546 (mid-2025). Each function names what it relies on.
"""

from __future__ import annotations

from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey

from digiskills_grading.data import GradeToPublish
from digiskills_grading.errors import GradeNotTaken


class LmsGradeSink:
    """Publishes a grade for a named user, outside of any request.

    ``runtime.publish`` cannot name a user: the grade goes to whom the runtime is bound to. So this does what the platform's own handler
    of a published score does (lms/djangoapps/grades/signals/handlers.py, ``score_published_handler``): it writes the raw score and sends
    PROBLEM_RAW_SCORE_CHANGED, from which the subsection grade follows.
    """

    def publish(self, grade: GradeToPublish) -> None:
        """Makes the LMS hold this grade.

        Raises:
            GradeNotTaken: the block is no longer in the course.
        """
        from lms.djangoapps.courseware.model_data import get_score, set_score
        from lms.djangoapps.grades.constants import ScoreDatabaseTableEnum
        from lms.djangoapps.grades.signals.signals import PROBLEM_RAW_SCORE_CHANGED

        usage_key = UsageKey.from_string(grade.usage_key).map_into_course(CourseKey.from_string(grade.course_key))
        weight = _weight(usage_key)
        held = get_score(grade.user_id, usage_key) if grade.only_if_higher else None
        if held is not None and held.max_grade and held.grade / held.max_grade > grade.earned / grade.possible:
            return
        modified = set_score(grade.user_id, usage_key, grade.earned, grade.possible)
        PROBLEM_RAW_SCORE_CHANGED.send(
            sender=None,
            raw_earned=grade.earned,
            raw_possible=grade.possible,
            weight=weight,
            user_id=grade.user_id,
            course_id=grade.course_key,
            usage_id=str(usage_key),
            only_if_higher=False,
            modified=modified,
            score_db_table=ScoreDatabaseTableEnum.courseware_student_module,
            score_deleted=False,
        )


def lms_grade_sink() -> LmsGradeSink:
    """The default of the setting ``DIGISKILLS_GRADE_SINK``."""
    return LmsGradeSink()


def profile_name(user: Any) -> str | None:
    """The name a platform account goes by; None without an account or a name.

    The LMS keeps the full name in ``UserProfile.name`` (common/djangoapps/student/models/user.py), Django in the account itself.
    """
    if user is None:
        return None
    profile = getattr(user, "profile", None)
    return getattr(profile, "name", "") or user.get_full_name() or None


def _weight(usage_key: UsageKey) -> float | None:
    """The block's weight (xmodule/modulestore/django.py).

    Raises:
        GradeNotTaken: the course has no such block.
    """
    from xmodule.modulestore.django import modulestore
    from xmodule.modulestore.exceptions import ItemNotFoundError

    try:
        block = modulestore().get_item(usage_key)
    except ItemNotFoundError as error:
        raise GradeNotTaken(f"block {usage_key} is not in the course any more") from error
    weight: float | None = getattr(block, "weight", None)
    return weight
