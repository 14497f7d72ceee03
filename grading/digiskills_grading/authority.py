"""Who may observe a learner, vouch for their attempts, or exempt them: by the learner's regulations, and by belonging together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attrs import frozen
from django.utils.timezone import localdate

from digiskills_framework.api import Role, RuleValues
from digiskills_grading.access import accompanies
from digiskills_grading.course_teams import is_course_team
from digiskills_grading.errors import NotPermitted
from digiskills_grading.models import Attempt, Learner, Track
from digiskills_grading.policies import load_policy

Right = Callable[[RuleValues], tuple[str, ...]]


@frozen(kw_only=True)
class Actor:
    """A person with an account who acts in a role, one of `digiskills_framework.api.Role`."""

    user_id: int
    role: str


def observers(values: RuleValues) -> tuple[str, ...]:
    """The roles that may observe."""
    return values.observers


def exempters(values: RuleValues) -> tuple[str, ...]:
    """The roles that may exempt."""
    return values.exempters


def require(right: Right, actor: Actor, learner: Learner, *, now: datetime) -> None:
    """Refuses whoever may not act upon the learner.

    A right that one of the learner's regulations gives is enough: the others say by the assurance that they accept, and by naming
    exempters, whether such evidence counts under them.

    Raises:
        NotPermitted: it is the learner, no regulation of theirs gives the role the right, or the actor does not hold the role in an
            organisation of the learner, for their admin unit, or in a course of theirs.
    """
    if learner.user_id == actor.user_id:
        raise NotPermitted("nobody observes or exempts themselves; ask somebody else of the role")
    tracks = list(Track.objects.filter(learner_id=learner.pk, successor=None).select_related("regulation"))
    if not any(actor.role in right(load_policy(track.regulation.key, track.audience, track.school_level).values) for track in tracks):
        keys = ", ".join(sorted(track.regulation.key for track in tracks)) or "none"
        raise NotPermitted(f"no regulation of this learner ({keys}) gives the role {actor.role!r} this right")
    if actor.role == Role.COURSE_TEAM:
        if not any(is_course_team(actor.user_id, course_key) for course_key in _courses(learner)):
            raise NotPermitted(f"account {actor.user_id} is of the team of no course in which this learner has practised")
    elif not accompanies(actor.user_id, actor.role, learner, today=localdate(now)):
        raise NotPermitted(
            f"account {actor.user_id} holds the role {actor.role!r} neither in an organisation of this learner nor for their admin unit"
        )


def _courses(learner: Learner) -> set[str]:
    return set(Attempt.objects.filter(learner_id=learner.pk).values_list("context__course_key", flat=True).distinct())
