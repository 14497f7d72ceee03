"""What goes into and comes out of an attempt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from attrs import field, frozen, validators

from digiskills_grading.data.outcomes import DecisionData

RunKind = Literal["guided", "counted"]
GradeState = Literal["none", "pending", "published"]


@frozen
class LearnerRef:
    """A learner, by platform account or by our own outward id: exactly one of the two."""

    user_id: int | None = None
    public_id: str | None = None

    def __attrs_post_init__(self) -> None:
        if (self.user_id is None) == (self.public_id is None):
            raise ValueError("give exactly one of user_id and public_id")


@frozen(kw_only=True)
class AttemptContext:
    """Where an attempt takes place: the block's keys and settings as they are at the start.

    Attributes:
        regulation: ``id/version``, e.g. ``demo-s3-a1/1``.
        school_level: for students, e.g. ``TC1``.
        max_attempts: counted attempts allowed, None for no limit.
        due: aware; counted attempts are neither started nor submitted later. None for no date.
        is_staff: course staff trying their own block: evidence is kept, marked and excluded.
        overlay: the task's overlay that a new attempt wears, empty for the task as it is.
        overlay_wanted: the learner asked for this overlay: an open attempt that wears another one is closed, not resumed.
    """

    course_key: str
    usage_key: str
    task_id: str
    task_version: int
    task_digest: str
    regulation: str
    audience: str
    school_level: str | None = None
    max_attempts: int | None = None
    due: datetime | None = None
    is_staff: bool = False
    overlay: str = ""
    overlay_wanted: bool = False


@frozen(kw_only=True)
class StartedAttempt:
    """An open attempt. ``resumed``: it was open already. ``counted_used``: counted attempts used in this context, this one included."""

    public_id: str
    n: int
    run_kind: RunKind
    seed: int = field(repr=False)
    task_id: str
    task_version: int
    engine_version: int
    overlay: str
    started_at: datetime
    resumed: bool
    counted_used: int


@frozen(kw_only=True)
class GradeToPublish:
    """The grade that the platform shall hold for a learner in a block.

    Attributes:
        earned: 0.0 … 1.0, the best or the latest counted attempt, as the regulation says.
        only_if_higher: leave a higher grade of the platform alone: it comes from an attempt that was committed after this one, and
            published before it. Not so after a rescore, which may lower a grade.
    """

    attempt_public_id: str
    user_id: int
    course_key: str
    usage_key: str
    earned: float = field(validator=[validators.ge(0.0), validators.le(1.0)])
    possible: float = 1.0
    only_if_higher: bool = False


@frozen(kw_only=True)
class GradedAttempt:
    """The counted attempt that a learner's grade in a block comes from; ``score_milli`` 0 … 1000."""

    public_id: str
    score_milli: int


@frozen(kw_only=True)
class AttemptResult:
    """A scored attempt.

    Attributes:
        result: the simulator's scored attempt as JSON data.
        grade: what to publish now; None for guided runs, learners without an account, and grades published already.
        decision: the decision of the attempt's own track, only if this submission changed it.
        repeated: the attempt had been submitted before, and this is the stored result.
        seed, task_id, task_version, overlay: from which the scenario is made again, for the feedback.
    """

    public_id: str
    n: int
    run_kind: RunKind
    seed: int = field(repr=False)
    task_id: str
    task_version: int
    overlay: str
    score_milli: int
    result: Mapping[str, Any]
    grade_state: GradeState
    grade: GradeToPublish | None
    decision: DecisionData | None
    repeated: bool


@frozen(kw_only=True)
class TeamRun:
    """A scored run as the team of its course sees it: who is an outward id, never a name."""

    public_id: str
    learner_id: str
    task_id: str
    run_kind: RunKind
    score_milli: int
    scored_at: datetime


@frozen(kw_only=True)
class TeamAttempt:
    """A scored run with what was done in it.

    Attributes:
        seed, task_version, overlay: from which the scenario is made again, by the task of this digest and an engine of this version.
        result: the simulator's scored attempt as JSON data.
        actions: of the trace, as the browser sent them; None when the trace's retention is over.
    """

    run: TeamRun
    course_key: str
    task_version: int
    overlay: str
    task_digest: str
    engine_version: int
    seed: int = field(repr=False)
    result: Mapping[str, Any]
    actions: tuple[Mapping[str, Any], ...] | None


@frozen(kw_only=True)
class ContextState:
    """What a learner's page of one block shows.

    Attributes:
        best_score_milli: over counted attempts, None before the first.
        limit_reached: no further counted attempt can be started, apart from one that is open.
    """

    open_attempt: StartedAttempt | None
    counted_used: int
    max_attempts: int | None
    best_score_milli: int | None
    limit_reached: bool
    past_due: bool
