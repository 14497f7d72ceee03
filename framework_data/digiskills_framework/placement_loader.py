"""From a placement model's file to `digiskills_framework.placement.PlacementModel`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import MappingProxyType

from digiskills_framework.contradictions import Contradictions, Raw, localized
from digiskills_framework.library import find, read_entry
from digiskills_framework.loader import load_bundle
from digiskills_framework.placement import Parameter, PlacementModel, PlacementValues, StartAnswer
from digiskills_framework.requirement_tree import Assurance
from digiskills_framework.shapes import check_shape
from digiskills_framework.strict_yaml import Source


@cache
def load_placement(key: str, extra: tuple[Path, ...] = ()) -> PlacementModel:
    """Read one placement model and check that its framework has the skills it names, and that none builds on itself.

    Args:
        key: ``default/1``.

    Raises:
        FrameworkDataError: unknown, unreadable, changed since its release or contradictory; see its subclasses.
    """
    entry = find("placement", key, extra)
    source = read_entry(entry)[""]
    raw = check_shape(source, "placement-1")
    notes = Contradictions()
    notes.equal(source, (), f"{raw['id']}/{raw['version']}", entry.key)
    after = _after(source, raw["after"], load_bundle(raw["framework"], extra).framework.codes, notes)
    parameters = tuple(Parameter(name=name, **content) for name, content in raw["parameters"].items())
    values = _values({parameter.name: parameter.value for parameter in parameters})
    if values.standard_from_milli > values.transfer_from_milli:
        remedy = "The order of the steps is guided, standard, transfer"
        path = ("parameters", "standard_from_milli", "value")
        notes.add(source, path, values.standard_from_milli, "is above transfer_from_milli", remedy)
    notes.check()
    return PlacementModel(
        id=raw["id"],
        version=raw["version"],
        label=localized(raw["label"]),
        notice=localized(raw["notice"]),
        framework=raw["framework"],
        parameters=parameters,
        values=values,
        after=after,
    )


def _after(source: Source, raw: Raw, codes: Sequence[str], notes: Contradictions) -> Mapping[str, tuple[str, ...]]:
    for skill, others in raw.items():
        notes.known(source, ("after", skill), skill, codes, "skill")
        for index, other in enumerate(others):
            notes.known(source, ("after", skill, index), other, codes, "skill")
    try:
        TopologicalSorter(raw).prepare()
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        notes.add(source, ("after",), circle, "is a circle: a skill builds on itself", "Remove one of its steps")
    return MappingProxyType({skill: tuple(others) for skill, others in raw.items()})


def _values(found: Mapping[str, int]) -> PlacementValues:
    return PlacementValues(
        prior_weight_milli=found["prior_weight_milli"],
        prior_milli=found["prior_milli"],
        start_milli=MappingProxyType({answer: found[f"start_{answer}_milli"] for answer in StartAnswer}),
        weight_milli=MappingProxyType({assurance: found[f"weight_{assurance}_milli"] for assurance in Assurance}),
        hazard_milli=found["hazard_milli"],
        half_life_days=found["half_life_days"],
        guided_run_below_milli=found["guided_run_below_milli"],
        standard_from_milli=found["standard_from_milli"],
        transfer_from_milli=found["transfer_from_milli"],
        ready_from_milli=found["ready_from_milli"],
        rest_hours=found["rest_hours"],
        renew_days=found["renew_days"],
    )
