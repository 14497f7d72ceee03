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
        evidence: each different demand for pieces of evidence, in the order of the tree, and its number.
        needed: how many pieces each demand asks for.
        evidence_cells: demands × cells: whether the cell belongs to one of its skills.
        evidence_accepted: demands × ranks of assurance: whether a piece of it will do.
        evidence_forms: demands × (knowledge, practice): whether a piece of that form will do.
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
    evidence: Mapping[EvidenceRequired, int]
    needed: IntArray
    evidence_cells: BoolArray
    evidence_accepted: BoolArray
    evidence_forms: BoolArray

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
        accepted=np.array([item in values.accepted_assurance and item.rank >= values.min_assurance.rank for item in Assurance]),
        required_cells=np.array(sorted(required), dtype=np.int64),
        evidence={node: number for number, node in enumerate(evidence)},
        needed=np.array([node.n for node in evidence], dtype=np.int64),
        evidence_cells=_table([[skill in node.skills for skill, _ in cells] for node in evidence], len(cells)),
        evidence_accepted=_table([[item in node.assurance for item in Assurance] for node in evidence], len(Assurance)),
        evidence_forms=_table([[node.practical in (None, practice) for practice in (False, True)] for node in evidence], 2),
    )


def evidence_nodes(tree: RequirementTree) -> Iterator[EvidenceRequired]:
    """Every demand for pieces of evidence, in the order of the tree."""
    if isinstance(tree, EvidenceRequired):
        yield tree
    elif not isinstance(tree, SkillRequired):
        for branch in tree.of:
            yield from evidence_nodes(branch)


def _table(rows: list[list[bool]], width: int) -> BoolArray:
    return np.array(rows, dtype=np.bool_).reshape(len(rows), width)


def _micros(days: int) -> int:
    return timedelta(days=days) // timedelta(microseconds=1)
