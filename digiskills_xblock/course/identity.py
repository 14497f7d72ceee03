"""Names of blocks that say what a block is, not where it stands (ADR 0017).

A learner's state hangs on the block's name. So the name is made from what the block teaches or asks: the skill, the task, the question's
id. It survives another order, another title, a new version of a lesson, a skill that got another code by a succession; and it is never
given to anything else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from digiskills_framework.api import Framework, load_framework

MAX_NAME = 64
_LEGIBLE = 40
_OTHERS = re.compile(r"[^a-z0-9]+")
_DIGEST = 12

Origin = tuple[str, str]
"""Where a skill comes from: id of the framework that first had it, and its code there."""


@dataclass(frozen=True, slots=True)
class Names:
    """Makes the names of one course.

    Attributes:
        framework: id without version.
        origins: of each skill of the course's framework.
    """

    framework: str
    origins: Mapping[str, Origin]

    @classmethod
    def of(cls, framework: Framework, extra: tuple[Path, ...] = ()) -> Names:
        """Follows the framework's successions back.

        Raises:
            FrameworkDataError: a predecessor cannot be read.
        """
        return cls(framework.id, {code: skill_origin(framework, code, extra) for code in framework.codes})

    def course(self, kind: str, *parts: str) -> str:
        """Name of a block of the course as a whole: ``start``, ``final``, ``group``."""
        return block_name(self.framework, kind, *parts)

    def skill(self, code: str, kind: str, *parts: str) -> str:
        """Name of a block about a skill."""
        origin = self.origins[code]
        return block_name(*origin, kind, *parts, legible=(origin[1], kind, *parts))


def block_name(*parts: str, legible: tuple[str, ...] | None = None) -> str:
    """A ``url_name`` of at most 64 lower-case letters, digits and hyphens, another one for other parts.

    Args:
        legible: the parts that people may read in it; all by default. What tells names apart is a digest of all parts.
    """
    told = "-".join(map(_legible, legible or parts))
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:_DIGEST]
    return f"ds-{told[:_LEGIBLE].strip('-')}-{digest}"


@cache
def _legible(part: str) -> str:
    return _OTHERS.sub("-", part.lower()).strip("-")


def skill_origin(framework: Framework, code: str, extra: tuple[Path, ...] = ()) -> Origin:
    """Which skill of which framework this one goes on from, over any number of successions.

    A skill that was split off or merged begins anew; so does one that was given the code of another skill that lives on elsewhere.

    Raises:
        FrameworkDataError: a predecessor cannot be read.
    """
    if framework.predecessor is None:
        return framework.id, code
    moved = {row.old: row.new for row in framework.succession}
    olds = [old for old, new in moved.items() if code in new]
    if len(olds) == 1 and moved[olds[0]] == (code,):
        return skill_origin(load_framework(framework.predecessor, extra), olds[0], extra)
    taken_over = framework.predecessor.partition("/")[0] == framework.id and code in moved
    return framework.id, f"{code}@{framework.version}" if taken_over or olds else code
