"""Whether another value of a rule makes it harder or easier to complete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from digiskills_framework.regulation_rules import CountedAttempts, RuleValue
from digiskills_framework.requirement_tree import Assurance

_ENDLESS = 10**9  # days; longer than any validity


def rule_stricter(name: str, old: RuleValue, new: RuleValue) -> bool | None:
    """True where ``new`` is harder to meet than ``old``, False where it is easier, None where neither can be said.

    Args:
        name: of a rule of a regulation; those that decide nothing about completing give None.
    """
    if old == new or name not in _SEVERITY:
        return None
    before, after = _SEVERITY[name](old), _SEVERITY[name](new)
    if isinstance(before, frozenset):
        return True if before > after else False if before < after else None
    return None if before == after else bool(after > before)


def _severity_of_choice(value: Any) -> int:
    # Of the same attempts the best is never below the latest or the m-th highest; these two cannot be compared.
    return 0 if value == CountedAttempts.BEST else 1


# What grows with severity; for sets the smaller one is the stricter.
_SEVERITY: Mapping[str, Callable[[Any], Any]] = {
    "mastery_threshold_milli": int,
    "counted_attempts": _severity_of_choice,
    "counted_m": int,
    "counted_n": lambda value: -value,
    "min_assurance": lambda value: Assurance(value).rank,
    "accepted_assurance": frozenset,
    "hazard_blocks_mastery": int,
    "hazard_veto_days": int,
    "raise_only": lambda value: -int(value),
    "retest_delay_days": int,
    "validity_days": lambda value: -(_ENDLESS if value is None else value),
    "observers": frozenset,
    "exempters": frozenset,
}
