"""The shortest way, beside a search that tries everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digiskills_framework.api import AllOf, AnyOf, Assurance, AtLeast, EvidenceRequired, RequirementTree, SkillRequired, Weighted
from digiskills_grading.scoring.pieces import Cell, Needs, Offer
from digiskills_grading.scoring.shortest import Way, shortest_way

FACETS: Mapping[str, tuple[str, ...]] = {"S1": (), "S2": (), "S3": (), "A1": ("see", "act", "mend")}
CELLS: tuple[Cell, ...] = (("S1", ""), ("S2", ""), ("S3", ""), ("A1", "see"), ("A1", "act"), ("A1", "mend"))
ACCEPTED = frozenset({Assurance.SELF, Assurance.SUPERVISED, Assurance.OBSERVED})
LONGEST = 4
Piece = tuple[frozenset[Cell], bool, Assurance]


def cells_of(leaf: SkillRequired) -> tuple[Cell, ...]:
    return tuple((leaf.skill, facet) for facet in FACETS[leaf.skill] or ("",) if leaf.facet in (None, facet))


def is_met(tree: RequirementTree, needs: Needs, pieces: Iterable[Piece]) -> bool:
    """The meaning of the tree, written down once more and without any cleverness."""
    gained = list(pieces)
    if isinstance(tree, SkillRequired):
        return all(needs.cells.get(cell, 0) <= sum(cell in cells for cells, _, _ in gained) for cell in cells_of(tree))
    if isinstance(tree, EvidenceRequired):
        fitting = sum(
            assurance in tree.assurance and tree.practical in (None, practical) and any(skill in tree.skills for skill, _facet in cells)
            for cells, practical, assurance in gained
        )
        return needs.pieces.get(tree, 0) <= fitting
    met = [is_met(branch, needs, gained) for branch in tree.of]
    if isinstance(tree, Weighted):
        return sum(weight for weight, good in zip(tree.weights, met, strict=True) if good) >= tree.needed
    if isinstance(tree, AtLeast):
        return sum(met) >= tree.n
    return any(met) if isinstance(tree, AnyOf) else all(met)


def fewest(tree: RequirementTree, needs: Needs, offers: Iterable[Offer]) -> int | None:
    """By trying every set of pieces, small ones first; None where more than LONGEST would be needed."""
    kinds: list[Piece] = [
        *((offer.cells, offer.practical, way) for offer, way in product(offers, sorted(ACCEPTED))),
        *((frozenset([cell]), practical, way) for cell, practical, way in product(CELLS, (True, False), sorted(ACCEPTED))),
    ]
    useful = list(dict.fromkeys(kinds))
    for size in range(LONGEST + 1):
        if any(is_met(tree, needs, pieces) for pieces in combinations_with_replacement(useful, size)):
            return size
    return None


leaves = st.one_of(
    st.sampled_from(["S1", "S2", "S3", "A1"]).map(SkillRequired),
    st.sampled_from(["see", "act", "mend"]).map(lambda facet: SkillRequired("A1", facet)),
    st.builds(
        lambda n, skills, ways, practical: EvidenceRequired(n, tuple(sorted(skills)), frozenset(ways), practical),
        st.integers(1, 2),
        st.sets(st.sampled_from(["S1", "S2", "A1"]), min_size=1),
        st.sets(st.sampled_from(sorted(ACCEPTED)), min_size=1),
        st.sampled_from([None, True, False]),
    ),
)


def _inner(branches: st.SearchStrategy[RequirementTree]) -> st.SearchStrategy[RequirementTree]:
    several = st.lists(branches, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        several.map(AllOf),
        several.map(AnyOf),
        several.flatmap(lambda of: st.integers(1, len(of)).map(lambda n: AtLeast(n, of))),
        several.flatmap(
            lambda of: st.lists(st.integers(1, 3), min_size=len(of), max_size=len(of)).flatmap(
                lambda weights: st.integers(1, sum(weights)).map(lambda needed: Weighted(needed, tuple(weights), of))
            )
        ),
    )


trees: st.SearchStrategy[RequirementTree] = st.recursive(leaves, _inner, max_leaves=5)
all_offers = st.lists(
    st.builds(
        lambda key, cells, practical: Offer(key=key, cells=frozenset(cells), practical=practical),
        st.sampled_from(["t1", "t2", "t3"]),
        st.sets(st.sampled_from(CELLS), min_size=1, max_size=3),
        st.booleans(),
    ),
    max_size=2,
    unique_by=lambda offer: offer.key,
)


def evidence_nodes(tree: RequirementTree) -> list[EvidenceRequired]:
    if isinstance(tree, EvidenceRequired):
        return [tree]
    return [] if isinstance(tree, SkillRequired) else [node for branch in tree.of for node in evidence_nodes(branch)]


@st.composite
def problems(draw: st.DrawFn) -> tuple[RequirementTree, Needs, list[Offer]]:
    tree = draw(trees)
    cells = {cell: draw(st.integers(0, 2)) for cell in CELLS}
    pieces = {node: draw(st.integers(0, node.n)) for node in evidence_nodes(tree)}
    return tree, Needs(cells=cells, pieces=pieces), draw(all_offers)


def way_of(tree: RequirementTree, needs: Needs, offers: Iterable[Offer] = (), limit: int = 100_000) -> Way:
    found = shortest_way(tree, needs, offers, facets=FACETS, accepted=ACCEPTED, limit=limit)
    assert found is not None
    return found


@settings(max_examples=60)
@given(problems())
def test_nothing_shorter_exists(problem: tuple[RequirementTree, Needs, list[Offer]]) -> None:
    tree, needs, offers = problem
    found = way_of(tree, needs, offers)
    assert found.exact
    least = fewest(tree, needs, offers)
    assert len(found.steps) == least if least is not None else len(found.steps) > LONGEST


@given(problems(), st.integers(1, 20))
def test_a_search_that_is_cut_short_still_finds_a_way(problem: tuple[RequirementTree, Needs, list[Offer]], limit: int) -> None:
    tree, needs, offers = problem
    cut, best = way_of(tree, needs, offers, limit), way_of(tree, needs, offers)
    assert len(cut.steps) >= len(best.steps)
    assert not cut.exact or len(cut.steps) == len(best.steps)


@given(problems())
def test_what_a_step_closes_is_open_and_what_it_offers_serves_it(problem: tuple[RequirementTree, Needs, list[Offer]]) -> None:
    tree, needs, offers = problem
    by_key = {offer.key: offer for offer in offers}
    closed: Counter[Cell] = Counter()
    for step in way_of(tree, needs, offers).steps:
        closed.update(step.cells)
        assert all(set(step.cells) <= by_key[key].cells for key in step.offers)
        assert step.skills
    assert all(closed[cell] <= needs.cells[cell] for cell in closed)


def test_who_has_everything_needs_nothing() -> None:
    assert way_of(AllOf((SkillRequired("S1"), SkillRequired("A1"))), Needs(cells={})) == Way(steps=(), exact=True)


def test_a_task_for_two_facets_saves_a_step() -> None:
    needs = Needs(cells={("A1", "see"): 1, ("A1", "act"): 1, ("A1", "mend"): 1})
    task = Offer(key="A1-03", cells=frozenset({("A1", "see"), ("A1", "act")}))
    way = way_of(SkillRequired("A1"), needs, [task])
    assert [step.offers for step in way.steps] == [("A1-03",), ()]


def test_the_supervised_piece_is_one_that_is_needed_anyway() -> None:
    supervised = EvidenceRequired(1, ("S1", "S2"), frozenset({Assurance.SUPERVISED}))
    tree = AllOf((SkillRequired("S1"), SkillRequired("S2"), supervised))
    way = way_of(tree, Needs(cells={("S1", ""): 1, ("S2", ""): 1}, pieces={supervised: 1}))
    assert [step.skills for step in way.steps] == [("S1",), ("S2",)]
    assert [step.assurance for step in way.steps].count(("supervised",)) == 1


def test_a_piece_may_be_needed_for_its_kind_alone() -> None:
    supervised = EvidenceRequired(2, ("S1",), frozenset({Assurance.SUPERVISED, Assurance.OBSERVED}))
    way = way_of(AllOf((SkillRequired("S1"), supervised)), Needs(cells={}, pieces={supervised: 2}))
    assert [(step.cells, step.skills, step.assurance) for step in way.steps] == [((), ("S1",), ("supervised", "observed"))] * 2


def test_where_doing_it_alone_does_not_count_every_step_says_so() -> None:
    needs = Needs(cells={("S1", ""): 1})
    way = shortest_way(SkillRequired("S1"), needs, (), facets=FACETS, accepted=frozenset({Assurance.OBSERVED, Assurance.SUPERVISED}))
    assert way is not None
    assert [step.assurance for step in way.steps] == [("supervised", "observed")]


def test_what_no_accepted_evidence_can_meet_has_no_way() -> None:
    assisted = EvidenceRequired(1, ("S1",), frozenset({Assurance.ASSISTED}))
    assert shortest_way(assisted, Needs(cells={}, pieces={assisted: 1}), (), facets=FACETS, accepted=ACCEPTED) is None


@pytest.mark.parametrize("n", [1, 12, 25])
def test_a_choice_among_many_equal_skills_is_found_at_once(n: int) -> None:
    skills = [f"X{index}" for index in range(25)]
    tree = AllOf((AtLeast(n, tuple(SkillRequired(skill) for skill in skills)), AnyOf((SkillRequired("X3"), SkillRequired("X4")))))
    needs = Needs(cells={(skill, ""): 1 for skill in skills})
    way = shortest_way(tree, needs, (), facets=dict.fromkeys(skills, ()), limit=100)
    assert way is not None
    assert len(way.steps) == n
