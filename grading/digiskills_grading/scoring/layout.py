"""A policy's rules as numbers: what the columnar functions work with, made once a policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
from attrs import frozen

from digiskills_framework.api import Assurance, CountedAttempts, EvidenceRequired, RequirementTree, RuleValues, SkillRequired, leaves

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
CodeArray = npt.NDArray[np.int8]

# Times are microseconds since 1970 in UTC; these two lie outside of what a datetime can say.
NEVER: Final = int(np.iinfo(np.int64).max)
ALWAYS: Final = int(np.iinfo(np.int64).min)

ASSURANCE_RANK: Final[Mapping[str, int]] = {str(item): item.rank for item in Assurance}


@frozen(kw_only=True, eq=False)
class Layout:
    """The cells of a framework and the rules of a policy, as numbers.

    Attributes:
        cells: (skill, facet) of every cell, skill by skill; the facet is empty for a skill assessed as a whole.
        index: number of each cell.
        skills: codes, in the order of the cells.
        skill_cells: numbers of the cells of each skill.
        first_cell: number of the first cell of each skill, ascending.
        skill_of_cell: number of the skill of each cell.
        cap: what a harmful attempt is worth at most, where it blocks mastery; else 1000.
        validity, veto: microseconds; None: mastery never expires, 0: no veto.
        accepted: by rank of the assurance, whether evidence counts.
        required_cells: numbers of the cells of every skill (or facet) that must be mastered.
        evidence: each different demand for pieces of evidence, in the order of the tree.
        evidence_cells: for each of these, whether a cell belongs to one of its skills.
        evidence_accepted: for each of these, by rank of the assurance, whether a piece meets it.
    """

    cells: tuple[tuple[str, str], ...]
    index: Mapping[tuple[str, str], int]
    skills: tuple[str, ...]
    skill_cells: Mapping[str, tuple[int, ...]]
    first_cell: IntArray
    skill_of_cell: IntArray
    threshold: int
    cap: int
    counted: CountedAttempts
    m: int
    n: int
    raise_only: bool
    validity: int | None
    veto: int
    exemptions: bool
    accepted: BoolArray
    required_cells: IntArray
    evidence: tuple[EvidenceRequired, ...]
    evidence_cells: tuple[BoolArray, ...]
    evidence_accepted: tuple[BoolArray, ...]

    @property
    def width(self) -> int:
        """How many cells there are."""
        return len(self.cells)

    def cells_of(self, skill: str, facet: str | None = None) -> tuple[int, ...]:
        """Numbers of a skill's cells, or of its one facet; none for what the framework does not have."""
        if facet is None:
            return self.skill_cells.get(skill, ())
        number = self.index.get((skill, facet))
        return () if number is None else (number,)


def layout_of(values: RuleValues, facets: Mapping[str, tuple[str, ...]], requires: RequirementTree) -> Layout:
    """The layout of a policy with these parts."""
    cells = tuple((skill, facet) for skill, parts in facets.items() for facet in parts or ("",))
    skills = tuple(facets)
    skill_cells = {skill: tuple(number for number, cell in enumerate(cells) if cell[0] == skill) for skill in skills}
    required = {number for leaf in leaves(requires) for number in skill_cells.get(leaf.skill, ()) if leaf.facet in (None, cells[number][1])}
    evidence = tuple(dict.fromkeys(evidence_nodes(requires)))
    return Layout(
        cells=cells,
        index={cell: number for number, cell in enumerate(cells)},
        skills=skills,
        skill_cells=skill_cells,
        first_cell=np.array([skill_cells[skill][0] for skill in skills], dtype=np.int64),
        skill_of_cell=np.array([number for number, skill in enumerate(skills) for _ in skill_cells[skill]], dtype=np.int64),
        threshold=values.mastery_threshold_milli,
        cap=max(values.mastery_threshold_milli - 1, 0) if values.hazard_blocks_mastery else 1000,
        counted=values.counted_attempts,
        m=values.counted_m,
        n=values.counted_n,
        raise_only=values.raise_only,
        validity=None if values.validity_days is None else _micros(values.validity_days),
        veto=_micros(values.hazard_veto_days),
        exemptions=bool(values.exempters),
        accepted=_by_rank(frozenset(item for item in values.accepted_assurance if item.rank >= values.min_assurance.rank)),
        required_cells=np.array(sorted(required), dtype=np.int64),
        evidence=evidence,
        evidence_cells=tuple(np.array([skill in node.skills for skill, _ in cells], dtype=np.bool_) for node in evidence),
        evidence_accepted=tuple(_by_rank(node.assurance) for node in evidence),
    )


def evidence_nodes(tree: RequirementTree) -> Iterator[EvidenceRequired]:
    """Every demand for pieces of evidence, in the order of the tree."""
    if isinstance(tree, EvidenceRequired):
        yield tree
    elif not isinstance(tree, SkillRequired):
        for branch in tree.of:
            yield from evidence_nodes(branch)


def _by_rank(wanted: frozenset[Assurance]) -> BoolArray:
    return np.array([item in wanted for item in Assurance], dtype=np.bool_)


def _micros(days: int) -> int:
    return timedelta(days=days) // timedelta(microseconds=1)
