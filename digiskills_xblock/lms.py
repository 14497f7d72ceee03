"""The adapter for the LMS: which of its learners may be recorded."""

from __future__ import annotations

from typing import Any

from opaque_keys.edx.locator import CourseLocator

from digiskills_xblock import compat
from digiskills_xblock.recording import Learner, Refused


class LmsAdapter:
    """Admits a signed-in person as themselves, in a course, in the LMS; see DESIGN §3.3 for what each refusal prevents."""

    def recognises(self, block: Any) -> bool:
        """Whether the block lives in the modulestore: LMS and Studio. Libraries have a runtime of their own, which nobody admits."""
        return compat.is_modulestore_runtime(block.runtime)

    def context(self, block: Any) -> Learner | Refused:
        """The learner, or the first reason against."""
        if getattr(block.runtime, "is_author_mode", False) or not compat.in_lms():
            return Refused("author_mode")
        course_key = _course_key(block)
        if course_key is None:
            return Refused("not_in_a_course")
        learner = self.bound_learner(block)
        if learner is None:
            return Refused("not_signed_in")
        return _not_the_person(learner.user_id, course_key) or learner

    def bound_learner(self, block: Any) -> Learner | None:
        """Whom the runtime's user service names."""
        course_key = _course_key(block)
        attributes = block.runtime.service(block, "user").get_current_user().opt_attrs
        user_id = attributes.get(compat.USER_ID)
        if course_key is None or not attributes.get(compat.IS_AUTHENTICATED) or user_id is None:
            return None
        return Learner(
            user_id=int(user_id),
            course_key=str(course_key),
            usage_key=str(block.scope_ids.usage_id.map_into_course(course_key)),
            is_staff=bool(attributes.get(compat.IS_STAFF)),
        )

    def account(self, outward_id: str) -> int | None:
        """The account behind the course-specific id that the instructor dashboard uses."""
        return compat.account_of_anonymous_id(outward_id)

    def holds_grade(self, block: Any) -> bool:
        """Whether a grade is stored; a learner who has only opened the block has a row without one."""
        learner = self.bound_learner(block)
        return learner is not None and compat.holds_grade(learner.user_id, learner.usage_key)

    def announce_deleted_score(self, block: Any, user_id: int, course_key: str, usage_key: str) -> None:
        """The platform leaves this to a block that has a ``clear_student_state`` of its own."""
        compat.send_deleted_score(user_id, course_key, usage_key, possible=block.max_score(), weight=block.weight)


def _course_key(block: Any) -> CourseLocator | None:
    key = getattr(block.scope_ids.usage_id, "context_key", None)
    return compat.plain_course_key(key) if isinstance(key, CourseLocator) else None


def _not_the_person(user_id: int, course_key: CourseLocator) -> Refused | None:
    """Why the person at the keyboard may not act for the account that the block is bound to, if so."""
    user = compat.request_user()
    if user is None:
        return Refused("no_request")
    if compat.came_without_authentication(user):
        return Refused("not_authenticated_request")
    if user.id != user_id or compat.is_masquerading(user, course_key):
        return Refused("masquerading")
    return None
