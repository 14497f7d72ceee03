"""Errors of grading, by whose fault they are: the caller's, something not there, or ours.

`CallerError` and its children answer 4xx in a handler; ``code`` is stable and is what the browser receives.
"""

from __future__ import annotations

from datetime import datetime


class DigiskillsError(Exception):
    """Root of all errors that grading raises on purpose."""

    code = "error"


class CallerError(DigiskillsError):
    """The request cannot be done as it was asked; asking again unchanged will not help."""

    code = "bad_request"


class AttemptNotFound(CallerError):
    """No such attempt, or it is somebody else's: the two are not told apart."""

    code = "attempt_not_found"

    def __init__(self, attempt_id: str) -> None:
        super().__init__(f"there is no attempt {attempt_id!r} of this learner; start a new one")


class AttemptClosed(CallerError):
    """The attempt was voided, e.g. by a staff reset, before it was submitted."""

    code = "attempt_closed"

    def __init__(self, attempt_id: str) -> None:
        super().__init__(f"attempt {attempt_id!r} was reset and takes no submission; start a new one")


class AttemptLimitReached(CallerError):
    """All counted attempts that the block allows are used."""

    code = "attempt_limit_reached"

    def __init__(self, used: int, allowed: int) -> None:
        super().__init__(f"{used} of {allowed} counted attempts are used; guided runs are still possible")
        self.used = used
        self.allowed = allowed


class PastDue(CallerError):
    """The block's due date is over; only guided runs are possible."""

    code = "past_due"

    def __init__(self, due: datetime) -> None:
        super().__init__(f"counted attempts were due by {due.isoformat()}; guided runs are still possible")
        self.due = due


class RetestTooSoon(CallerError):
    """The regulation asks for more days between two counted attempts of a task."""

    code = "retest_too_soon"

    def __init__(self, not_before: datetime) -> None:
        super().__init__(f"the next counted attempt is possible from {not_before.isoformat()}; guided runs are possible now")
        self.not_before = not_before


class TraceInvalid(CallerError):
    """What was submitted is not a trace (trace/1).

    Attributes:
        reason: stable code of the simulator's refusal.
        index: position of the offending action, None when the fault lies in the whole.
    """

    code = "trace_invalid"

    def __init__(self, reason: str, index: int | None, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.index = index


class TraceGone(CallerError):
    """The trace of a scored attempt is no longer stored: the regulation's retention is over."""

    code = "trace_gone"

    def __init__(self, attempt_id: str) -> None:
        super().__init__(f"the trace of attempt {attempt_id!r} is no longer stored, so that its score stands")


class TaskChanged(CallerError):
    """The task that an attempt was made with is not the one installed: it would be scored by other rules than it was played by."""

    code = "task_changed"

    def __init__(self, attempt_id: str, task: str) -> None:
        super().__init__(f"task {task} is not installed as it was when attempt {attempt_id!r} was started; start a new one")


class UnknownContext(CallerError):
    """The regulation, audience, school level or task of the block does not exist."""

    code = "unknown_context"


class LearnerNotFound(CallerError):
    """No learner has this public id."""

    code = "learner_not_found"

    def __init__(self, public_id: str) -> None:
        super().__init__(f"there is no learner {public_id!r}")


class UnitNotFound(CallerError):
    """No admin unit has this code."""

    code = "unit_not_found"

    def __init__(self, unit_code: str) -> None:
        super().__init__(f"there is no admin unit {unit_code!r}; load the units of the country pack with digiskills_load_units")


class ImportRefused(CallerError):
    """A file of results cannot be imported as a whole; nothing of it was written.

    Attributes:
        filename, where, value: what is wrong, where in it, and what stands there; the last two may be empty.
        problem, remedy: sentences in the active language.
    """

    code = "import_refused"

    def __init__(self, filename: str, problem: str, remedy: str, *, where: str = "", value: str = "") -> None:
        place = f"{filename}, {where}" if where else filename
        super().__init__(f"{place}: {problem}{f' (value: {value})' if value else ''}. {remedy}")
        self.filename = filename
        self.where = where
        self.value = value
        self.problem = problem
        self.remedy = remedy


class NotPermitted(CallerError):
    """Who asks may not do this to this learner: the message says which rule or membership is missing."""

    code = "not_permitted"


class StatementInvalid(CallerError):
    """An observation or exemption says something that cannot be recorded: no such skill, no value, no reason."""

    code = "statement_invalid"


class SessionNotFound(CallerError):
    """No class session has this public id."""

    code = "session_not_found"

    def __init__(self, public_id: str) -> None:
        super().__init__(f"there is no class session {public_id!r}")


class EvidenceNotFound(CallerError):
    """There is no such piece of evidence of this learner, or it was taken back before."""

    code = "evidence_not_found"

    def __init__(self, key: str) -> None:
        super().__init__(f"there is no evidence {key!r} of this learner that is in force")


class RequestKeyReused(CallerError):
    """An idempotency key was used before, for another request."""

    code = "idempotency_key_reused"

    def __init__(self, key: str) -> None:
        super().__init__(f"the idempotency key {key!r} was used for another request; choose a new one")


class RequestInProgress(CallerError):
    """The same request under the same idempotency key is being worked on; asking again later gives its answer."""

    code = "request_in_progress"

    def __init__(self, key: str) -> None:
        super().__init__(f"the request with the idempotency key {key!r} is being worked on; ask again in a moment")


class SwitchRefused(CallerError):
    """A kill switch cannot be turned so."""

    code = "switch_refused"


class StoryNotFound(CallerError):
    """Nobody knows what an id stands for."""

    code = "story_not_found"

    def __init__(self, identifier: str) -> None:
        super().__init__(
            f"{identifier!r} is no learner, attempt, decision (learner/n), number of a record, delivery:ID or receipt:ID that is known here"
        )


class RecordingStopped(DigiskillsError):
    """The operator has stopped recording for now. Nobody's fault: the same request will succeed later, unchanged."""

    code = "recording_stopped"

    def __init__(self) -> None:
        super().__init__("recording is stopped by the operator; keep the trace and send it again later; guided runs are still possible")


class HouseholdNotFound(CallerError):
    """No household has this public id."""

    code = "household_not_found"

    def __init__(self, public_id: str) -> None:
        super().__init__(f"there is no household {public_id!r}")


class OrganisationNotFound(CallerError):
    """No organisation has this code."""

    code = "organisation_not_found"

    def __init__(self, organisation_code: str) -> None:
        super().__init__(f"there is no organisation {organisation_code!r}; add it in the administration pages")


class InternalError(DigiskillsError):
    """Our own fault or the operator's configuration; worth an alarm."""

    code = "internal_error"


class ConfigurationError(InternalError):
    """A setting of ours is missing or wrong; the message names it."""

    code = "configuration_error"


class RegulationChanged(InternalError):
    """The file of a regulation is no longer the one by which people were assessed: nothing is decided by it."""

    code = "regulation_changed"

    def __init__(self, key: str) -> None:
        name, _, version = key.rpartition("/")
        super().__init__(
            f"regulations/{key}.yaml: version {version} of {name} was changed after it was first used; restore the file, and put the "
            "change into a new version"
        )


class RegulationRefused(CallerError):
    """A regulation cannot be adopted or compared as it was asked: the message says why and what to do."""

    code = "regulation_refused"


class NotInTransaction(InternalError):
    """A step that is only valid under the learner lock was called outside of it."""

    code = "not_in_transaction"


class GradeNotTaken(DigiskillsError):
    """A grade sink could not hand a grade over; it stays pending and a later sweep tries again."""

    code = "grade_not_taken"
