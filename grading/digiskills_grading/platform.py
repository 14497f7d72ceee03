"""The only place where this app touches the platform. Imports are lazy: outside of an LMS nothing of it is there.

Read in openedx-platform at 5923546 (mid-2025). Each function names what it relies on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import NoReverseMatch, reverse
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

from digiskills_grading.block_matching import BlockRef, without_ccx
from digiskills_grading.data import BlockFacts, GradeToPublish, StoredScore
from digiskills_grading.errors import GradeNotTaken

_PIECE = 2000


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


class LmsScoreSource:
    """What the LMS knows of people in courses, of blocks and of their scores (a `score_sources.ScoreSource`)."""

    def standing(self, user_id: int, course_key: str) -> Literal["learner", "staff", "gone"]:
        """By the rule of the platform's own ``user_is_staff`` (lms/djangoapps/courseware/access.py, ``has_access``).

        A retired account keeps its row under a name with this prefix (common/djangoapps/student/models/user.py,
        ``get_retired_username_by_username``); of a person who left, nothing new is recorded.
        """
        from lms.djangoapps.courseware.access import has_access

        user = get_user_model().objects.filter(pk=user_id).first()
        if user is None or user.get_username().startswith(getattr(settings, "RETIRED_USERNAME_PREFIX", "retired__user_")):
            return "gone"
        return "staff" if has_access(user, "staff", CourseKey.from_string(course_key)) else "learner"

    def facts(self, block: BlockRef, *, taxonomy: str) -> BlockFacts:
        """The fields are those of `block_fields`; without them in the LMS's mixins they read as empty.

        A block from a library of the old kind names no upstream: the modulestore knows what it was copied from
        (xmodule/modulestore/split_mongo/split.py, ``get_block_original_usage``).
        """
        from xmodule.modulestore.django import modulestore
        from xmodule.modulestore.exceptions import ItemNotFoundError

        try:
            key = UsageKey.from_string(block.usage_key).map_into_course(CourseKey.from_string(block.course_key))
            found = modulestore().get_item(key)
        except (InvalidKeyError, ItemNotFoundError):
            return BlockFacts()
        upstream = getattr(found, "upstream", None) or modulestore().get_block_original_usage(key)[0] or ""
        declared = getattr(found, "digiskills_skills", "") or ""
        return BlockFacts(upstream=str(upstream), declared=declared, tags=_tags(block, taxonomy))

    def course_keys(self) -> Iterator[str]:
        """openedx/core/djangoapps/content/course_overviews/models.py: a row for each run that was published."""
        from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

        for key in CourseOverview.objects.order_by("id").values_list("id", flat=True):
            yield str(key)

    def blocks(self, course_key: str) -> Iterator[BlockRef]:
        """The blocks whose class says that they have a score (xmodule/modulestore/mixed.py, ``get_items``)."""
        from xmodule.modulestore.django import modulestore

        for found in modulestore().get_items(CourseKey.from_string(course_key)):
            if getattr(found, "has_score", False):
                yield BlockRef(course_key, str(found.location), upstream=str(getattr(found, "upstream", None) or ""))

    def stored_scores(self, course_key: str) -> Iterator[StoredScore]:
        """lms/djangoapps/courseware/models.py, ``StudentModule``: raw points. Read by id in pieces: MySQL's driver takes a whole result
        into memory. Scores of the submissions app (peer assessment) are not among them."""
        from lms.djangoapps.courseware.models import StudentModule

        rows = StudentModule.objects.filter(course_id=CourseKey.from_string(course_key), grade__isnull=False, max_grade__gt=0)
        last = 0
        while piece := list(rows.filter(pk__gt=last).order_by("pk").defer("state")[:_PIECE]):
            last = piece[-1].pk
            for row in piece:
                yield StoredScore(
                    user_id=row.student_id,
                    course_key=course_key,
                    usage_key=str(row.module_state_key.map_into_course(row.course_id)),
                    earned=row.grade,
                    possible=row.max_grade,
                    modified_at=row.modified,
                )


def lms_score_source() -> LmsScoreSource:
    """The default of the setting ``DIGISKILLS_SCORE_SOURCE``."""
    return LmsScoreSource()


def _tags(block: BlockRef, taxonomy: str) -> tuple[str, ...]:
    """External ids of a block's tags from one taxonomy (openedx-learning: openedx_tagging/core/tagging/api.py, ``get_object_tags``).

    Tags are set in Studio, by the block's key in the course that a custom course was made from.
    """
    if not taxonomy:
        return ()
    from openedx_tagging.core.tagging.api import get_object_tags, get_taxonomy_by_export_id

    known = get_taxonomy_by_export_id(taxonomy)
    if known is None:
        return ()
    rows = get_object_tags(without_ccx(block.usage_key), taxonomy_id=known.id)
    return tuple(str(row.tag.external_id) for row in rows if row.tag is not None and row.tag.external_id)


def is_course_team(user_id: int, course_key: str) -> bool:
    """The default of the setting ``DIGISKILLS_COURSE_TEAM``: whether an account has staff access to a course.

    That is ``has_access`` with ``staff`` (lms/djangoapps/courseware/access.py): course staff and instructors, organisation and
    global staff.
    """
    from lms.djangoapps.courseware.access import has_access

    try:
        key = CourseKey.from_string(course_key)
    except InvalidKeyError:
        return False
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    return user is not None and bool(has_access(user, "staff", key))


class LmsCourseLinks:
    """Addresses and practice tasks of courses (a `course_links.CourseLinks`)."""

    def block_url(self, course_key: str, usage_key: str) -> str:
        """lms/urls.py, ``jump_to``: leads to the block wherever the course shows it, and asks for enrolment where that is missing."""
        try:
            return reverse("jump_to", args=[course_key, usage_key])
        except NoReverseMatch:
            return ""

    def course_url(self, course_key: str) -> str:
        """openedx/features/course_experience/__init__.py, ``course_home_url``."""
        from openedx.features.course_experience import course_home_url

        try:
            return str(course_home_url(CourseKey.from_string(course_key)))
        except InvalidKeyError:
            return ""

    def course_name(self, course_key: str) -> str:
        """openedx/core/djangoapps/content/course_overviews/models.py."""
        from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

        try:
            names = CourseOverview.objects.filter(id=CourseKey.from_string(course_key)).values_list("display_name", flat=True)
        except InvalidKeyError:
            return ""
        return names.first() or ""

    def tasks(self, course_key: str) -> dict[str, str]:
        """Of the published blocks (xmodule/modulestore/mixed.py, ``get_items``) those that learners may see."""
        from xmodule.modulestore.django import modulestore
        from xmodule.modulestore.exceptions import ItemNotFoundError

        try:
            found = modulestore().get_items(CourseKey.from_string(course_key), qualifiers={"category": "digiskills_practice"})
        except (InvalidKeyError, ItemNotFoundError):
            return {}
        places: dict[str, str] = {}
        for block in found:
            if not block.visible_to_staff_only:
                places.setdefault(block.task_id, str(block.location))
        return places


def lms_course_links() -> LmsCourseLinks:
    """The default of the setting ``DIGISKILLS_COURSE_LINKS``."""
    return LmsCourseLinks()


def profile_name(user: Any) -> str | None:
    """The name a platform account goes by; None without an account or a name.

    The LMS keeps the full name in ``UserProfile.name`` (common/djangoapps/student/models/user.py), Django in the account itself.
    """
    if user is None:
        return None
    profile = getattr(user, "profile", None)
    return getattr(profile, "name", "") or user.get_full_name() or None


def completion_tracked() -> bool | None:
    """Whether the platform records what is completed; None where there is no platform, be its packages installed or not.

    openedx/completion: completion/waffle.py (``ENABLE_COMPLETION_TRACKING_SWITCH``)
    """
    if not apps.is_installed("waffle"):  # it holds the switch
        return None
    try:
        from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH
    except ImportError:
        return None
    return bool(ENABLE_COMPLETION_TRACKING_SWITCH.is_enabled())


def request_certificate(user_id: int, course_key: str) -> bool:
    """Asks the platform to make a course certificate, if all its own conditions hold; returns whether it will try.

    lms/djangoapps/certificates/api.py (``generate_certificate_task``): checks enrolment, mode, grade and the rest, asks the filters, and
    hands the work to Celery. A step of a filter that prevents it is raised as ``CertificateGenerationNotAllowed``.
    """
    from django.contrib.auth import get_user_model
    from lms.djangoapps.certificates.api import generate_certificate_task
    from lms.djangoapps.certificates.generation_handler import CertificateGenerationNotAllowed

    user = get_user_model().objects.filter(pk=user_id).first()
    if user is None:
        return False
    try:
        return bool(generate_certificate_task(user, CourseKey.from_string(course_key)))
    except CertificateGenerationNotAllowed:
        return False


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
