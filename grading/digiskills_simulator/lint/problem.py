"""One broken promise."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a task, and what to do.

    Attributes:
        rule: stable code of the promise, as in the table of docs/reference/task-lint.md.
        where: place in the file or on the phone (``goals[2].miss.how.vi``, ``screen wallet_home``); empty for the task as a whole.
        overlay: of the task as it is for the people of this overlay; empty for the task itself.
    """

    rule: str
    message: str
    remedy: str
    where: str = ""
    overlay: str = ""
    severity: Severity = "error"

    def to_json(self) -> dict[str, str]:
        return {key: str(value) for key, value in asdict(self).items()}
