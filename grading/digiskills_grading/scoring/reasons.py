"""Reasons of a decision, and the JSON in which they are stored and compared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from attrs import frozen

from digiskills_framework.api import CountedAttempts, EvidenceRequired
from digiskills_grading.scoring.codes import BELOW, HARMED, OVER, UNSEEN
from digiskills_grading.scoring.layout import Layout

ParamValue = str | int | tuple[str, ...]

_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@frozen
class Reason:
    """Why a decision is as it is: a stable code and what the sentence needs.

    Codes: ``requirements_met``, ``no_longer_met``, ``superseded``; of a skill or facet ``not_assessed``, ``below_threshold``, ``repeat``,
    ``hazard``, ``vetoed_until``, ``expired``; of a choice ``at_least``, ``conditions``, ``weighted``; of pieces of evidence ``evidence``.
    Values that move with every attempt (scores) are left out on purpose: a reason changes only when what is missing changes.
    """

    code: str
    params: Mapping[str, ParamValue]

    @cached_property
    def canonical(self) -> str:
        """Equal for equal reasons, and for no others."""
        return to_json({"code": self.code, "params": dict(self.params)})


def reasons_to_json(reasons: Iterable[Reason]) -> str:
    """Compact JSON, the form that is stored."""
    return to_json([{"code": reason.code, "params": dict(reason.params)} for reason in reasons])


def reasons_from_json(text: str) -> tuple[Reason, ...]:
    """What `reasons_to_json` was given."""
    return tuple(Reason(item["code"], {key: _frozen(value) for key, value in item["params"].items()}) for item in json.loads(text))


def to_json(value: Any) -> str:
    """Compact JSON with sorted keys: the same text for the same value."""
    return _JSON.encode(value)


@frozen(kw_only=True, eq=False)
class PolicyReasons:
    """The reasons that a policy can give about its cells and demands, made once.

    Attributes:
        of_cell: by why a cell is not met (`codes`), one reason for each cell; without those that name a moment.
        of_demand: for each demand for evidence, by the number of pieces there are.
    """

    layout: Layout
    of_cell: Mapping[int, tuple[Reason, ...]]
    of_demand: tuple[tuple[Reason, ...], ...]

    def vetoed(self, cell: int, until: datetime) -> Reason:
        """The proof is there, and a veto keeps it from counting."""
        return Reason("vetoed_until", _params(self.layout, cell) | {"until": until.isoformat()})


def policy_reasons(layout: Layout) -> PolicyReasons:
    """The reasons of a policy with this layout."""
    threshold: dict[str, ParamValue] = {"threshold_milli": layout.threshold}
    below = Reason("below_threshold", threshold)
    if layout.counted is CountedAttempts.M_OF_N:
        below = Reason("repeat", threshold | {"m": layout.m, "n": layout.n})
    forms = {UNSEEN: Reason("not_assessed", {}), BELOW: below, HARMED: Reason("hazard", {}), OVER: Reason("expired", {})}
    of_cell = {
        why: tuple(Reason(form.code, _params(layout, cell) | dict(form.params)) for cell in range(layout.width))
        for why, form in forms.items()
    }
    of_demand = tuple(tuple(_lack(demand, demand.n - have) for have in range(demand.n)) for demand in layout.evidence)
    return PolicyReasons(layout=layout, of_cell=of_cell, of_demand=of_demand)


def _lack(demand: EvidenceRequired, still: int) -> Reason:
    ways = tuple(item.value for item in sorted(demand.assurance, key=lambda item: item.rank))
    params: dict[str, ParamValue] = {"n": still, "skills": demand.skills, "assurance": ways}
    if demand.practical is not None:
        params["form"] = "practice" if demand.practical else "knowledge"
    if demand.named is not None:
        params["named"] = demand.named
    return Reason("evidence", params)


def _params(layout: Layout, cell: int) -> dict[str, ParamValue]:
    skill, facet = layout.cells[cell]
    return {"skill": skill, "facet": facet} if facet else {"skill": skill}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
