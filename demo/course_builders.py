"""Who may use the course builder in the demo, which has no Studio: its official, who runs the course."""

from __future__ import annotations

from typing import Any

from demo.runtime import TEACHER


def may_build(user: Any) -> bool:
    """See the setting ``DIGISKILLS_COURSE_BUILDERS``."""
    return bool(user.is_active and (user.is_staff or user.get_username() == TEACHER))
