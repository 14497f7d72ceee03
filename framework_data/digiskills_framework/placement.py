"""The frozen types of a placement model: the published numbers from which the order of practice follows. It never decides anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from digiskills_framework.requirement_tree import Assurance
from digiskills_framework.types import LocalizedText


class StartAnswer(StrEnum):
    """What a learner says of a skill group before the first task."""

    NOT_YET = "not_yet"
    A_LITTLE = "a_little"
    WELL = "well"


@dataclass(frozen=True, slots=True)
class PlacementValues:
    """The numbers of a placement model; estimates and values are thousandths, 0 … 1000.

    Attributes:
        prior_weight_milli: how much the starting estimate weighs, 1000 as much as one piece of evidence made alone; ≥ 1.
        prior_milli: starting estimate of a skill of whose group the learner said nothing.
        start_milli: starting estimate by answer.
        weight_milli: weight of one piece of evidence by its assurance, each ≥ 0.
        hazard_milli: a piece with an unrecovered hazard counts for no more than this.
        half_life_days: a piece weighs half for every so many whole days since it was gained, ≥ 1.
        guided_run_below_milli: below this estimate a guided run comes first.
        standard_from_milli, transfer_from_milli: from this estimate on a task of that step fits; below the first, a guided one.
        ready_from_milli: from this estimate on a skill is no obstacle to those that build on it.
        rest_hours: a skill that was tried less than so many hours ago waits behind the others, ≥ 0.
        renew_days: so many days before it expires a skill is offered again, where the regulation names no notice of its own; ≥ 0.
    """

    prior_weight_milli: int
    prior_milli: int
    start_milli: Mapping[StartAnswer, int]
    weight_milli: Mapping[Assurance, int]
    hazard_milli: int
    half_life_days: int
    guided_run_below_milli: int
    standard_from_milli: int
    transfer_from_milli: int
    ready_from_milli: int
    rest_hours: int
    renew_days: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the model as it is published: name, value, on what authority, where it is written."""

    name: str
    value: int
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class PlacementModel:
    """One version of the model that orders practice.

    Attributes:
        framework: key of the framework whose skills it names.
        parameters: every number once, in the order of the file.
        after: which skills are easier once others are known; only skills that build on another have an entry.
    """

    id: str
    version: int
    label: LocalizedText
    notice: LocalizedText
    framework: str
    parameters: tuple[Parameter, ...]
    values: PlacementValues
    after: Mapping[str, tuple[str, ...]]

    @property
    def key(self) -> str:
        """``default/1``"""
        return f"{self.id}/{self.version}"
