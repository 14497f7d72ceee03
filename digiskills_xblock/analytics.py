"""Events for learning analytics: few, with stable names and a closed list of fields, published to the runtime.

The LMS writes what a block publishes under a name of its own into its tracking log, with person, course and block, where Aspects and
other readers find it (``lms/djangoapps/courseware/block_render.py``). Nothing of what a learner did or typed is in them, and nothing
by which a run could be solved. Only what is recorded is announced: previews, staff who look as a learner and passers-by are not.
"""

from __future__ import annotations

from typing import Any

EVENTS: dict[str, tuple[str, ...]] = {
    "digiskills.practice.started": ("attempt", "task", "task_version", "overlay", "run_kind", "resumed", "counted_used"),
    "digiskills.practice.submitted": (
        "attempt",
        "task",
        "task_version",
        "overlay",
        "run_kind",
        "score_milli",
        "goals",
        "goals_met",
        "hazards",
        "steps",
    ),
    "digiskills.practice.help_told": ("attempt", "helped"),
    "digiskills.practice.solution_shown": ("attempt", "task", "run_kind"),
}
"""Names never change once released; a field may be added, none is taken away. Described for readers in docs/reference/analytics.md."""


def announce(block: Any, name: str, **fields: str | int | bool) -> None:
    """Publishes an event of `EVENTS`.

    Raises:
        ValueError: a name or a field that is not on the list, or one that is missing: a mistake in our code.
    """
    if name not in EVENTS or set(fields) != set(EVENTS[name]):
        raise ValueError(f"{name} with {sorted(fields)} is no event of ours")
    block.runtime.publish(block, name, fields)
