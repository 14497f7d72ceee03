"""Numbers that stand for states and reasons in columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Kinds of observations.
SCORE: Final = 0
HAZARD: Final = 1
RETRACTION: Final = 2
EXEMPTION: Final = 3
KINDS: Final[Mapping[str, int]] = {"score": SCORE, "hazard": HAZARD, "retraction": RETRACTION, "exemption": EXEMPTION}

# States of a cell or skill.
NOT_ASSESSED: Final = 0
NOT_YET: Final = 1
MASTERED: Final = 2
EXPIRED: Final = 3
EXEMPT: Final = 4

# Why a cell is not met: never assessed, too little, only with harm, proven while a veto runs, no longer valid.
MET: Final = 0
UNSEEN: Final = 1
BELOW: Final = 2
HARMED: Final = 3
VETOED: Final = 4
OVER: Final = 5

NO_VALUE: Final = -1
NO_NUMBER: Final = -1
