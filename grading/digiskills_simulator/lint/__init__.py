"""What every task of the library promises, whoever plays it and whatever the seed; checked here, task by task.

A promise is a function from a task to the ways in which it is broken. Nothing here knows a clock: today is an argument.
"""

from __future__ import annotations

from digiskills_simulator.lint.check import LintOptions, lint_task
from digiskills_simulator.lint.problem import Problem, Severity
from digiskills_simulator.lint.proofs import genuine_of

__all__ = ["LintOptions", "Problem", "Severity", "genuine_of", "lint_task"]
