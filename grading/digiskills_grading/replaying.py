"""From a submitted trace to a scored attempt, by the simulator. Pure computation: runs outside the learner lock."""

from __future__ import annotations

import json
import zlib
from functools import lru_cache
from typing import Any

from attrs import frozen

from digiskills_framework.errors import UnknownDataError
from digiskills_grading.errors import InternalError, TaskChanged, TraceInvalid
from digiskills_grading.models import Attempt, Trace
from digiskills_grading.site_data import load_task
from digiskills_simulator.api import (
    CompiledTask,
    Scenario,
    ScoredAttempt,
    TraceError,
    compile_task,
    decode_trace,
    encode_trace,
    instantiate,
    parse_trace,
    replay,
    sanitize_trace,
    score,
    trace_digest,
)


@frozen
class Judged:
    """A submission after replay: the score, and the trace as it will be stored (cut of real-looking numbers)."""

    scored: ScoredAttempt
    body: bytes
    digest: str


def judge(attempt: Attempt, raw_trace: object) -> Judged:
    """Replays a submitted trace against the attempt's own scenario.

    Raises:
        TraceInvalid: what was submitted is not a trace.
        TaskChanged: the task is not installed as it was played.
    """
    scenario = scenario_of(attempt)
    try:
        trace = sanitize_trace(scenario, parse_trace(raw_trace))
    except TraceError as error:
        raise TraceInvalid(error.code, error.index, str(error)) from error
    return Judged(score(scenario, replay(scenario, trace)), zlib.compress(encode_trace(trace)), trace_digest(trace))


def judge_stored(attempt: Attempt, trace: Trace) -> ScoredAttempt:
    """Replays the stored trace of an attempt, with today's engine and the task version that it was played with.

    Raises:
        TaskChanged: the task is not installed as it was played.
        InternalError: the trace is stored in a way that this version cannot read.
    """
    check_codec(attempt, trace)
    scenario = scenario_of(attempt)
    return score(scenario, replay(scenario, decode_trace(zlib.decompress(bytes(trace.body)))))


def check_codec(attempt: Attempt, trace: Trace) -> None:
    """Raises InternalError for a trace that is stored in a way that this version cannot read."""
    if trace.codec != Trace.Codec.ZLIB_JSON:
        raise InternalError(f"the trace of attempt {attempt.public_id} has codec {trace.codec!r}, which this version cannot read")


def scenario_of(attempt: Attempt) -> Scenario:
    """The attempt's scenario, from its task version, overlay and seed; the task version must be loaded with it.

    Raises:
        TaskChanged: the version is no longer installed, or with another content.
    """
    version = attempt.task_version
    try:
        task = _compiled(version.task_id, version.version, attempt.overlay)
    except (UnknownDataError, KeyError) as error:  # KeyError: without this overlay
        raise TaskChanged(attempt.public_id, str(version)) from error
    if task.digest != version.digest:
        raise TaskChanged(attempt.public_id, str(version))
    return instantiate(task, attempt.seed)


def result_json(scored: ScoredAttempt) -> str:
    """The scored attempt in the compact form that is stored."""
    return json.dumps(scored.to_json(), ensure_ascii=False, separators=(",", ":"))


def stored_result(attempt: Attempt) -> dict[str, Any]:
    """The scored attempt as JSON data, as it was stored."""
    result: dict[str, Any] = json.loads(attempt.result or "{}")
    return result


@lru_cache(maxsize=512)
def _compiled(task_id: str, version: int, overlay: str) -> CompiledTask:
    return compile_task(load_task(task_id, version).wearing(overlay))
