"""The demo's stand-ins for two blocks of the platform, and what its runtime adds to every block."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xblock.core import XBlock, XBlockMixin
from xblock.fields import Boolean, Float, Integer, List, Scope, String

from demo.questions import Question


class CompletionMixin(XBlockMixin):  # type: ignore[misc]  # XBlock ships no types
    """Completion, which the platform keeps in a table of its own."""

    demo_completion = Float(scope=Scope.user_state, default=0.0)


class VisibilityMixin(XBlockMixin):  # type: ignore[misc]  # XBlock ships no types
    """What an author says of who sees a block, which the platform gives every block. Whole chapters are hidden here, by the outline."""

    visible_to_staff_only = Boolean(scope=Scope.settings, default=False)


class DemoPage(XBlock):  # type: ignore[misc]  # XBlock ships no types
    """An HTML block. What it shows is the course's; a learner has only seen it or not."""


class DemoProblem(XBlock):  # type: ignore[misc]  # XBlock ships no types
    """A problem: what a learner chose, and what it was worth. The question itself is the course's, in the language of the page."""

    chosen = List(scope=Scope.user_state, default=[])  # not yet sent, or sent last
    answered = List(scope=Scope.user_state, default=[])  # sent last
    tries = Integer(scope=Scope.user_state, default=0)
    earned = Float(scope=Scope.user_state, default=0.0)  # of the last answer, 0.0 or 1.0
    answered_at = String(scope=Scope.user_state, default="")  # ISO 8601

    def is_over(self, question: Question) -> bool:
        """Whether nothing is left to try."""
        return bool(self.earned >= 1 or self.tries >= question.max_attempts)

    def keep(self, picked: Sequence[int]) -> None:
        """Remembers a choice that was not sent yet."""
        self.chosen = list(picked)

    def answer(self, question: Question, *, now: datetime) -> bool:
        """Grades what is chosen; returns whether it was graded.

        Nothing chosen, the same as last time, or no try left: nothing happens. The score of the last answer is the block's, as on the
        platform.
        """
        if self.is_over(question) or not self.chosen or (self.tries and self.chosen == self.answered):
            return False
        self.answered = list(self.chosen)
        self.answered_at = now.isoformat()
        self.tries += 1
        self.earned = float(question.is_right(self.chosen))
        self.runtime.publish(self, "grade", {"value": self.earned, "max_value": 1.0})
        return True


BLOCKS: dict[str, type[Any]] = {"html": DemoPage, "problem": DemoProblem}
