"""The one gateway to the platform: lazy imports, and for each oddity the place in its source where it was read (Teak).

Nothing here is imported when a module of ours is loaded, so that the blocks also run where there is no platform.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from opaque_keys.edx.keys import UsageKey

# https://github.com/openedx/edx-platform/blob/open-release/teak.1/common/djangoapps/xblock_django/constants.py
USER_ID = "edx-platform.user_id"
IS_AUTHENTICATED = "edx-platform.is_authenticated"
IS_STAFF = "edx-platform.user_is_staff"


def in_lms() -> bool:
    """Whether this process is an LMS: Studio, scripts and other runtimes have other root URLs."""
    return str(settings.ROOT_URLCONF).startswith("lms.")


def in_studio() -> bool:
    """Whether this process is a Studio."""
    return str(settings.ROOT_URLCONF).startswith("cms.")


def may_build_courses(user: Any) -> bool:
    """Whether an account may use the course builder: in Studio whoever may create courses there, elsewhere the site's staff.

    Studio's own rules hold: switched off for all, open to all, or for those whom the operator named, everywhere or in an organisation.
    https://github.com/openedx/edx-platform/blob/open-release/teak.1/common/djangoapps/student/auth.py (``user_has_role``,
    ``is_content_creator``); the roles of one organisation are found as in ``UserBasedRole.courses_with_role`` beside it.
    """
    if not user.is_active:
        return False
    if not in_studio():
        return bool(user.is_staff)
    from common.djangoapps.student.auth import user_has_role
    from common.djangoapps.student.roles import CourseCreatorRole, OrgContentCreatorRole, UserBasedRole

    named = UserBasedRole(user, OrgContentCreatorRole.ROLE).courses_with_role()
    return bool(user_has_role(user, CourseCreatorRole()) or named.exists())


def studio_addresses(course_key: str) -> tuple[str, str]:
    """Where Studio lists and creates courses, and its import page for a course; both empty where no Studio is known.

    Studio itself goes on from there to its newer pages where they are switched on.
    https://github.com/openedx/edx-platform/blob/open-release/teak.1/cms/urls.py (``home``, ``import_handler``)
    """
    if in_studio():
        return reverse("home"), reverse("import_handler", kwargs={"course_key_string": course_key})
    host = str(getattr(settings, "CMS_BASE", None) or "") if in_lms() else ""
    return (f"//{host}/home/", f"//{host}/import/{quote(course_key, safe=':+')}") if host else ("", "")


def is_modulestore_runtime(runtime: object) -> bool:
    """Whether a runtime is the modulestore's, whatever mixins and renames it went through.

    It was ``CachingDescriptorSystem`` until Teak and is ``SplitModuleStoreRuntime`` since, both below ``xmodule``.
    https://github.com/openedx/edx-platform/blob/open-release/teak.1/xmodule/modulestore/split_mongo/caching_descriptor_system.py
    """
    return any(cls.__module__.startswith("xmodule.") for cls in type(runtime).__mro__)


def plain_course_key(course_key: Any) -> Any:
    """The course's key without branch and version.

    The modulestore keeps them in some keys and strips them from others; attempts are found by one spelling.
    https://github.com/openedx/edx-platform/blob/open-release/teak.1/xmodule/modulestore/mixed.py (``strip_key``)
    """
    return course_key.replace(version_guid=None, branch=None)


def request_user() -> Any | None:
    """The user of the current request, None outside of one.

    Not the user that the runtime is bound to: while staff looks at the course as a learner, that is the learner.
    """
    import crum

    request = crum.get_current_request()
    return None if request is None else getattr(request, "user", None)


def came_without_authentication(user: Any) -> bool:
    """Whether the request came by ``handler_noauth``, which is exempt from CSRF and yet carries the session's user.

    https://github.com/openedx/edx-platform/blob/open-release/teak.1/lms/djangoapps/courseware/block_render.py
    (``handle_xblock_callback_noauth`` sets ``request.user.known = False``)
    """
    return getattr(user, "known", True) is False


def is_masquerading(user: Any, course_key: Any) -> bool:
    """Whether a member of the course team views the course as a learner: as a role, a group or a certain person.

    Staff who chose "Staff" in the menu have masquerade settings too, but are themselves.
    https://github.com/openedx/edx-platform/blob/open-release/teak.1/lms/djangoapps/courseware/masquerade.py
    """
    from lms.djangoapps.courseware.masquerade import get_course_masquerade

    masquerade = get_course_masquerade(user, course_key)
    return masquerade is not None and (masquerade.role != "staff" or bool(masquerade.user_name))


def account_of_anonymous_id(anonymous_id: str) -> int | None:
    """The account behind the course-specific id by which the instructor dashboard names a learner.

    https://github.com/openedx/edx-platform/blob/open-release/teak.1/lms/djangoapps/instructor/enrollment.py
    (``reset_student_attempts`` passes ``anonymous_id_for_user`` to ``clear_student_state``)
    """
    from common.djangoapps.student.models import user_by_anonymous_id

    user = user_by_anonymous_id(anonymous_id)
    return None if user is None else int(user.id)


def holds_grade(user_id: int, usage_key: str) -> bool:
    """Whether the platform has a grade of an account in a block.

    Its handler of published scores compares with the stored one where ``only_if_higher`` asks for that, and raises TypeError when the
    row is there without a grade. It is there as soon as the block has saved any field for the learner.
    https://github.com/openedx/edx-platform/blob/open-release/teak.1/lms/djangoapps/grades/signals/handlers.py
    (``score_published_handler``), openedx/core/lib/grade_utils.py (``compare_scores``)
    """
    from lms.djangoapps.courseware.model_data import get_score

    held = get_score(user_id, UsageKey.from_string(usage_key))
    return held is not None and held.grade is not None and bool(held.max_grade)


def send_deleted_score(user_id: int, course_key: str, usage_key: str, *, possible: float, weight: float | None) -> None:
    """Let the grade book and completion forget a learner's score in a block.

    The instructor dashboard does so itself for a block without ``clear_student_state``; one that has it is taken to have cleared a
    submission, which announces that on its own.
    https://github.com/openedx/edx-platform/blob/open-release/teak.1/lms/djangoapps/instructor/enrollment.py
    (``reset_student_attempts``, ``_fire_score_changed_for_block``)
    """
    from django.utils import timezone
    from lms.djangoapps.grades.constants import ScoreDatabaseTableEnum
    from lms.djangoapps.grades.signals.signals import PROBLEM_RAW_SCORE_CHANGED

    PROBLEM_RAW_SCORE_CHANGED.send(
        sender=None,
        raw_earned=0,
        raw_possible=possible,
        weight=weight,
        user_id=user_id,
        course_id=course_key,
        usage_id=usage_key,
        score_deleted=True,
        only_if_higher=False,
        modified=timezone.now(),
        score_db_table=ScoreDatabaseTableEnum.courseware_student_module,
    )
