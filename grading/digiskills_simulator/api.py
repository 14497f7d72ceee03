"""The public door of the simulator. Outsiders import this module, never the others."""

from __future__ import annotations

from digiskills_simulator.feedback import render_feedback
from digiskills_simulator.machine import Action
from digiskills_simulator.payload import RunKind, render_payload
from digiskills_simulator.scenario import MAX_SEED, Scenario, instantiate, sanitize_trace
from digiskills_simulator.scoring import GoalResult, HazardResult, Outcome, ScoredAttempt, SkillScore, replay, score
from digiskills_simulator.task import ENGINE_VERSION, CompiledTask, compile_task
from digiskills_simulator.trace import Trace, TraceError, decode_trace, encode_trace, parse_trace, trace_digest, trace_to_json
from digiskills_simulator.witness import check_witnesses, run_witness, witness_ids, witness_trace

__all__ = [
    "ENGINE_VERSION",
    "MAX_SEED",
    "Action",
    "CompiledTask",
    "GoalResult",
    "HazardResult",
    "Outcome",
    "RunKind",
    "Scenario",
    "ScoredAttempt",
    "SkillScore",
    "Trace",
    "TraceError",
    "check_witnesses",
    "compile_task",
    "decode_trace",
    "encode_trace",
    "instantiate",
    "parse_trace",
    "render_feedback",
    "render_payload",
    "replay",
    "run_witness",
    "sanitize_trace",
    "score",
    "trace_digest",
    "trace_to_json",
    "witness_ids",
    "witness_trace",
]
