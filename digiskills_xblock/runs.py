"""Which kinds of runs a block offers."""

from __future__ import annotations

from typing import Any

from digiskills_grading.data import RunKind

BOTH = "both"
RUNS = (BOTH, "guided", "counted")
"""What a block may offer: runs of both kinds, or of one."""


def offers(block: Any, run_kind: RunKind) -> bool:
    """Whether learners may start a run of this kind in the block. A value that no author can choose offers both."""
    return block.runs not in RUNS or block.runs in (BOTH, run_kind)
