"""The requests of the browser, each with a recorded way and a stateless one; and who helped.

Order inside `submit` (DESIGN §3.1): grading commits; then the grade is published; then that is marked; then the browser gets its
answer. Whatever breaks off in between is repeated: the browser keeps the trace and sends it again until it has an answer, grading
gives the stored result and says what was not marked, and a sweeper publishes for browsers that never come back.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from attrs import evolve
from django.utils import timezone

from digiskills_framework.tasks import TaskDefinition
from digiskills_grading import api as grading
from digiskills_grading.data import AttemptResult, GradeToPublish, LearnerRef, RunKind, StartedAttempt, TeamAttempt
from digiskills_grading.errors import AttemptClosed, PastDue
from digiskills_simulator import api as simulator
from digiskills_xblock import analytics, assignment, correctness, runs, stateless
from digiskills_xblock.i18n import Language, current_language, language_from
from digiskills_xblock.json_http import Endpoint, RequestRefused
from digiskills_xblock.page_state import page_state
from digiskills_xblock.recording import Learner, Refused, recording_context

Answer = dict[str, Any]
SOLVING = "solve"  # the witness that meets every goal; every task has it
MAX_ID = 64  # characters of an attempt id worth looking up; real ones have 26


def start(block: Any, body: dict[str, Any]) -> Answer:
    """Starts or resumes an attempt.

    Args:
        body: ``{"run_kind": "guided" | "counted", "language": "vi" | "en"}``; ``"variant": "nonvisual"`` asks for the equal way of a
            task that has one.

    Raises:
        RequestRefused, CallerError: see `messages.CODES`.
    """
    now = timezone.now()
    run_kind = _run_kind(body.get("run_kind"))
    if not runs.offers(block, run_kind):
        raise RequestRefused("run_not_offered")
    variant = _variant(body.get("variant"))
    task = assignment.dressed(block, assignment.task_of(block), variant)
    learner = recording_context(block)
    if isinstance(learner, Refused):
        return _start_stateless(block, task, run_kind, _language(body), now)
    context = assignment.attempt_context(block, learner, task, overlay_wanted=variant in task.variants)
    if run_kind == "counted" and context.due is not None and now > context.due:
        raise PastDue(context.due)  # grading resumes what is open, but would not take it any more
    started = grading.start_attempt(LearnerRef(user_id=learner.user_id), context, run_kind=run_kind, now=now)
    block.current_attempt = started.public_id
    scenario = _scenario(assignment.find_task(started.task_id, started.task_version, started.overlay), started.seed)
    analytics.announce(
        block,
        "digiskills.practice.started",
        **_which(started),
        resumed=started.resumed,
        counted_used=started.counted_used,
    )
    return {
        "attempt": started.public_id,
        "token": None,
        "stored": True,
        "payload": simulator.render_payload(scenario, language=_language(body), run_kind=run_kind),
        "state": page_state(block, learner, now),
    }


def submit(block: Any, body: dict[str, Any]) -> Answer:
    """Scores an attempt and draws the consequences; sent again it answers the same and repeats only what was not done.

    Args:
        body: ``{"attempt": id, "trace": trace/1}`` or ``{"token": text, "trace": trace/1}``, and ``language``.

    Raises:
        RequestRefused, CallerError: see `messages.CODES`.
    """
    now = timezone.now()
    learner = recording_context(block)
    if isinstance(body.get("attempt"), str):
        if isinstance(learner, Refused):
            raise RequestRefused("attempt_not_found")
        return _submit_recorded(block, learner, body, now)
    return _submit_stateless(block, learner, body, now)


def helped(block: Any, body: dict[str, Any]) -> Answer:
    """Notes whether somebody helped in a scored attempt; the score stays.

    Args:
        body: ``{"attempt": id, "helped": true | false}``.

    Raises:
        RequestRefused, CallerError: see `messages.CODES`.
    """
    learner = recording_context(block)
    attempt_id, answer = body.get("attempt"), body.get("helped")
    if isinstance(learner, Refused) or not isinstance(attempt_id, str):
        raise RequestRefused("attempt_not_found")
    if not isinstance(answer, bool):
        raise RequestRefused("body_invalid")
    ref = LearnerRef(user_id=learner.user_id)
    grading.flag_helped(ref, attempt_id[:MAX_ID], helped=answer, actor_id=learner.user_id, now=timezone.now())
    analytics.announce(block, "digiskills.practice.help_told", attempt=attempt_id[:MAX_ID], helped=answer)
    return {"helped": answer}


def state(block: Any, _body: dict[str, Any]) -> Answer:
    """What the start page shows: attempts used, dates, last result."""
    return {"state": page_state(block, recording_context(block), timezone.now())}


def solution(block: Any, body: dict[str, Any]) -> Answer:
    """How a task that was handed in is done: a guided payload of the same seed, and the actions of the witness that solves it.

    Args:
        body: ``{"attempt": id}``, or ``{"token": text}`` with the token that `submit` gave; and ``language``.

    Raises:
        RequestRefused: ``not_handed_in``, ``result_hidden``, and what `submit` raises for a token.
        AttemptNotFound: no such attempt, or another learner's.
    """
    now = timezone.now()
    learner = recording_context(block)
    if isinstance(body.get("attempt"), str):
        if isinstance(learner, Refused):
            raise RequestRefused("attempt_not_found")
        scenario, run_kind = _recorded_and_scored(learner, str(body["attempt"])[:MAX_ID])
    else:
        attempt, scenario = _redeemed(block, body.get("token"), now)
        if not attempt.scored:
            raise RequestRefused("not_handed_in")
        run_kind = attempt.run_kind
    is_staff = learner == Refused("author_mode") if isinstance(learner, Refused) else learner.is_staff
    if not _may_show(block, run_kind, now, is_staff=is_staff):
        raise RequestRefused("result_hidden")
    if isinstance(learner, Learner) and isinstance(body.get("attempt"), str):
        shown = str(body["attempt"])[:MAX_ID]
        analytics.announce(block, "digiskills.practice.solution_shown", attempt=shown, task=scenario.task.id, run_kind=run_kind)
    return {
        "payload": simulator.render_payload(scenario, language=_language(body), run_kind="guided"),
        "steps": simulator.trace_to_json(simulator.witness_trace(scenario, SOLVING))["actions"],
    }


def replay(block: Any, body: dict[str, Any]) -> Answer:
    """What a learner did in a scored run, for the team of its course.

    Args:
        body: ``{"attempt": id}``, and ``language``.

    Raises:
        AttemptNotFound: no such run, or none of a course that this account teaches.
        RequestRefused: ``trace_gone``: its retention is over.
    """
    learner = recording_context(block)
    attempt_id = body.get("attempt")
    if isinstance(learner, Refused) or not isinstance(attempt_id, str):
        raise RequestRefused("attempt_not_found")
    return replayed(grading.attempt_of_team(learner.user_id, attempt_id[:MAX_ID], now=timezone.now()), _language(body))


def replayed(attempt: TeamAttempt, language: Language) -> Answer:
    """A run as the player shows it step by step: the payload of its seed, the actions, what the learner was told.

    Raises:
        RequestRefused: ``trace_gone``; ``run_unreadable``: the task or the engine with which it was played is not installed any more.
    """
    if attempt.actions is None:
        raise RequestRefused("trace_gone")
    try:
        task = assignment.find_task(attempt.run.task_id, attempt.task_version, attempt.overlay)
    except RequestRefused as refusal:
        raise RequestRefused("run_unreadable") from refusal
    if (task.digest, simulator.ENGINE_VERSION) != (attempt.task_digest, attempt.engine_version):
        raise RequestRefused("run_unreadable")
    scenario = _scenario(task, attempt.seed)
    return {
        "payload": simulator.render_payload(scenario, language=language, run_kind="counted"),
        "steps": list(attempt.actions),
        "feedback": simulator.render_feedback(scenario, simulator.ScoredAttempt.from_json(dict(attempt.result)), language=language),
    }


# The block's handlers, by the name that the browser asks for.
ENDPOINTS: dict[str, Endpoint] = {
    "start": start,
    "submit": submit,
    "helped": helped,
    "state": state,
    "solution": solution,
    "replay": replay,
}


def _submit_recorded(block: Any, learner: Learner, body: dict[str, Any], now: datetime) -> Answer:
    attempt_id = str(body["attempt"])[:MAX_ID]
    result = grading.submit_attempt(LearnerRef(user_id=learner.user_id), attempt_id, body.get("trace"), now=now)
    if result.grade is not None and _earned_here(result.grade, learner):
        block.publish_earned(result.grade)
        grading.mark_grade_published(result.grade.attempt_public_id)
    if result.run_kind == "guided" and not runs.offers(block, "counted"):
        # No score will ever complete this block, so the guided run does.
        block.runtime.publish(block, "completion", {"completion": 1.0})
    if not result.repeated:
        _announce_result(block, result)
    return {
        "feedback": _recorded_feedback(block, learner, result, _language(body), now),
        "state": page_state(block, learner, now),
    }


def _announce_result(block: Any, result: AttemptResult) -> None:
    scored = simulator.ScoredAttempt.from_json(dict(result.result))
    analytics.announce(
        block,
        "digiskills.practice.submitted",
        **_which(result),
        score_milli=result.score_milli,
        goals=len(scored.goals),
        goals_met=sum(goal.met for goal in scored.goals),
        hazards=len(scored.hazards),
        steps=scored.steps,
    )


def _which(attempt: StartedAttempt | AttemptResult) -> dict[str, str | int]:
    return {
        "attempt": attempt.public_id,
        "task": attempt.task_id,
        "task_version": attempt.task_version,
        "overlay": attempt.overlay,
        "run_kind": attempt.run_kind,
    }


def _earned_here(grade: GradeToPublish, learner: Learner) -> bool:
    """The runtime books a grade on the block that publishes it; one that was earned in another block is left to the sweeper."""
    return (grade.course_key, grade.usage_key) == (learner.course_key, learner.usage_key)


def _recorded_feedback(block: Any, learner: Learner, result: AttemptResult, language: Language, now: datetime) -> Answer:
    if not _may_show(block, result.run_kind, now, is_staff=learner.is_staff):
        return {"hidden": True, "stored": True}
    scenario = _scenario(assignment.find_task(result.task_id, result.task_version, result.overlay), result.seed)
    scored = simulator.ScoredAttempt.from_json(dict(result.result))
    return {
        **simulator.render_feedback(scenario, scored, language=language),
        "hidden": False,
        "counted": result.run_kind == "counted",
        "stored": True,
    }


def _start_stateless(block: Any, task: TaskDefinition, run_kind: RunKind, language: Language, now: datetime) -> Answer:
    seed = secrets.randbelow(simulator.MAX_SEED + 1)
    token = stateless.issue(
        stateless.StatelessAttempt(
            user=_viewer(block),
            usage=str(block.scope_ids.usage_id),
            task_id=task.id,
            task_version=task.version,
            task_digest=task.digest,
            seed=seed,
            run_kind=run_kind,
            expires=stateless.expiry(now),
            overlay=task.overlay,
        )
    )
    return {
        "attempt": None,
        "token": token,
        "stored": False,
        "payload": simulator.render_payload(_scenario(task, seed), language=language, run_kind=run_kind),
        "state": page_state(block, recording_context(block), now),
    }


def _recorded_and_scored(learner: Learner, attempt_id: str) -> tuple[simulator.Scenario, RunKind]:
    try:
        result = grading.attempt_result(LearnerRef(user_id=learner.user_id), attempt_id)
    except AttemptClosed as error:
        raise RequestRefused("not_handed_in") from error
    return _scenario(assignment.find_task(result.task_id, result.task_version, result.overlay), result.seed), result.run_kind


def _redeemed(block: Any, token: object, now: datetime) -> tuple[stateless.StatelessAttempt, simulator.Scenario]:
    try:
        attempt = stateless.redeem(token, user=_viewer(block), usage=str(block.scope_ids.usage_id), now=now)
    except stateless.TokenRefused as error:
        raise RequestRefused(error.code) from error
    task = assignment.find_task(attempt.task_id, attempt.task_version, attempt.overlay)
    if task.digest != attempt.task_digest:
        raise RequestRefused("token_invalid")
    return attempt, _scenario(task, attempt.seed)


def _submit_stateless(block: Any, learner: Learner | Refused, body: dict[str, Any], now: datetime) -> Answer:
    attempt, scenario = _redeemed(block, body.get("token"), now)
    try:
        trace = simulator.sanitize_trace(scenario, simulator.parse_trace(body.get("trace")))
    except simulator.TraceError as error:
        raise RequestRefused("trace_invalid") from error
    scored = simulator.score(scenario, simulator.replay(scenario, trace))
    feedback: Answer = {"hidden": True}
    if _may_show(block, attempt.run_kind, now, is_staff=learner == Refused("author_mode")):
        feedback = {**simulator.render_feedback(scenario, scored, language=_language(body)), "hidden": False}
    token = stateless.issue(evolve(attempt, scored=True))
    return {"feedback": {**feedback, "stored": False}, "token": token, "state": page_state(block, learner, now)}


def _may_show(block: Any, run_kind: RunKind, now: datetime, *, is_staff: bool) -> bool:
    """Guided runs tell everything anyway."""
    if run_kind == "guided":
        return True
    return correctness.may_show(block.show_correctness, closes=assignment.close_date(block), now=now, is_staff=is_staff)


def _scenario(task: TaskDefinition, seed: int) -> simulator.Scenario:
    return simulator.instantiate(simulator.compile_task(task), seed)


def _viewer(block: Any) -> str:
    return str(block.scope_ids.user_id)


def _run_kind(value: object) -> RunKind:
    if value == "guided":
        return "guided"
    if value == "counted":
        return "counted"
    raise RequestRefused("run_kind_invalid")


def _variant(value: object) -> str | None:
    """A variant that the task does not have is like none."""
    if value is None or isinstance(value, str):
        return value
    raise RequestRefused("body_invalid")


def _language(body: dict[str, Any]) -> Language:
    return language_from(body["language"]) if isinstance(body.get("language"), str) else current_language()
