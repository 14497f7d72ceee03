"""What stands between a learner and what is required, prepared for a search: the tree in one form, and the pieces worth gaining."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from attrs import evolve, field, frozen

from digiskills_framework.api import (
    AllOf,
    AnyOf,
    Assurance,
    AtLeast,
    EvidenceRequired,
    RequirementTree,
    SkillRequired,
    Weighted,
    evidence_leaves,
    leaves,
)

Cell = tuple[str, str]
"""A skill and its facet; the facet is empty for a skill that is assessed as a whole."""


@frozen(kw_only=True)
class Offer:
    """Something by which evidence can be gained: a task of the library, or ``key`` None for any other way.

    Attributes:
        cells: what one piece says something about.
        practical: practice, not knowledge.
    """

    key: str | None
    cells: frozenset[Cell]
    practical: bool = True


@frozen(kw_only=True)
class Needs:
    """How far a learner is.

    Attributes:
        cells: further successful pieces that each cell needs; a cell that is not here is met.
        pieces: further pieces that each `EvidenceRequired` needs; one that is not here is met.
    """

    cells: Mapping[Cell, int]
    pieces: Mapping[EvidenceRequired, int] = field(factory=dict)


@frozen
class Move:
    """A kind of piece.

    Attributes:
        cells: the open cells it serves.
        pieces: positions of the `EvidenceRequired` that count it.
        skills: what it is about, for people.
        ties: every skill it says something about.
        assurance: see `Step`.
    """

    cells: frozenset[Cell]
    pieces: frozenset[int]
    skills: tuple[str, ...]
    ties: frozenset[str]
    offers: tuple[str, ...]
    assurance: tuple[str, ...]

    def serves_no_more_than(self, other: Move) -> bool:
        return self.cells <= other.cells and self.pieces <= other.pieces


@frozen
class Node:
    """A part of the tree in one form: branches that are met add their weights, and ``needed`` must be reached. A leaf has no branches.

    Attributes:
        links: numbers of the groups of skills that pieces tie together; parts without a common one do not share a piece.
        widest: most open cells of this leaf that one piece serves.
    """

    number: int
    links: frozenset[int]
    cells: tuple[Cell, ...] = ()
    widest: int = 1
    piece: int | None = None
    needed: int = 0
    weights: tuple[int, ...] = ()
    of: tuple[Node, ...] = ()


@frozen
class State:
    """What is still needed, and what was chosen: by node the branch that is being met and those that were ruled out."""

    cells: Mapping[Cell, int]
    pieces: tuple[int, ...]
    chosen: Mapping[int, int] = field(factory=dict)
    ruled_out: Mapping[int, frozenset[int]] = field(factory=dict)

    def after(self, move: Move) -> State:
        cells = {cell: count - (cell in move.cells) for cell, count in self.cells.items()}
        pieces = tuple(max(count - (index in move.pieces), 0) for index, count in enumerate(self.pieces))
        return evolve(self, cells={cell: count for cell, count in cells.items() if count > 0}, pieces=pieces)


class Problem:
    """The tree in one form, and the moves that are worth making."""

    def __init__(
        self,
        tree: RequirementTree,
        needs: Needs,
        offers: Sequence[Offer],
        facets: Mapping[str, tuple[str, ...]],
        accepted: frozenset[Assurance],
    ) -> None:
        self._facets = facets
        self._evidence = list(dict.fromkeys(evidence_leaves(tree)))
        self._count = 0
        self.any_way = unless_alone(accepted)
        self.start = State(
            cells={cell: count for cell, count in needs.cells.items() if count > 0},
            pieces=tuple(needs.pieces.get(node, 0) for node in self._evidence),
        )
        self.moves = _best(self._moves((*offers, *self._other_ways(tree, offers)), accepted))
        self._links = _links(self.moves)
        self.root = self._node(tree)

    def _cells(self, leaf: SkillRequired) -> tuple[Cell, ...]:
        return tuple((leaf.skill, facet) for facet in self._facets.get(leaf.skill) or ("",) if leaf.facet in (None, facet))

    def _other_ways(self, tree: RequirementTree, offers: Sequence[Offer]) -> Iterator[Offer]:
        """Pieces that are no task of the library: for cells that no task serves, and for evidence of any kind that is asked for."""
        served = {cell for offer in offers for cell in offer.cells}
        for cell in dict.fromkeys(cell for leaf in leaves(tree) for cell in self._cells(leaf)):
            if cell not in served:
                yield Offer(key=None, cells=frozenset([cell]))
        for node in self._evidence:
            kinds = (True, False) if node.practical is None else (node.practical,)
            for skill, practical in product(node.skills, kinds):
                for cell in self._cells(SkillRequired(skill)):
                    yield Offer(key=None, cells=frozenset([cell]), practical=practical)

    def _moves(self, offers: Iterable[Offer], accepted: frozenset[Assurance]) -> Iterator[Move]:
        """Every offer in every way that makes a difference to the evidence asked for."""
        ways = sorted(accepted, key=lambda way: way.rank)
        for offer, way in product(offers, ways):
            skills = {skill for skill, _facet in offer.cells}
            pieces = frozenset(
                index
                for index, node in enumerate(self._evidence)
                if self.start.pieces[index]
                and way in node.assurance
                and node.practical in (None, offer.practical)
                and skills.intersection(node.skills)
            )
            cells = offer.cells.intersection(self.start.cells)
            if cells or pieces:
                about = tuple(sorted({skill for skill, _facet in cells} or skills))
                demanded = accepted.intersection(*(self._evidence[index].assurance for index in pieces))
                yield Move(cells, pieces, about, frozenset(skills), () if offer.key is None else (offer.key,), unless_alone(demanded))

    def _node(self, tree: RequirementTree) -> Node:
        self._count += 1
        number = self._count
        if isinstance(tree, SkillRequired):
            cells = self._cells(tree)
            widest = max((len(move.cells.intersection(cells)) for move in self.moves), default=1)
            return Node(number, frozenset([self._links.get(tree.skill, -number)]), cells, max(widest, 1))
        if isinstance(tree, EvidenceRequired):
            links = frozenset(self._links.get(skill, -number) for skill in tree.skills)
            return Node(number, links, piece=self._evidence.index(tree))
        weights = tree.weights if isinstance(tree, Weighted) else (1,) * len(tree.of)
        of = tuple(self._node(branch) for branch in tree.of)
        return Node(number, frozenset().union(*(node.links for node in of)), needed=_needed(tree), weights=weights, of=of)


def unless_alone(ways: Iterable[Assurance]) -> tuple[str, ...]:
    """The ways, weakest first; empty where doing it alone is one of them, since nobody has to be asked then."""
    found = sorted(ways, key=lambda way: way.rank)
    return () if Assurance.SELF in found else tuple(str(way) for way in found)


def _best(moves: Iterable[Move]) -> tuple[Move, ...]:
    """Moves that no other outdoes; equal ones become one."""
    merged: dict[tuple[frozenset[Cell], frozenset[int]], Move] = {}
    for move in moves:
        key = (move.cells, move.pieces)
        known = merged.get(key)
        merged[key] = move if known is None else _as_one(known, move)
    found = merged.values()
    return tuple(move for move in found if not any(move is not other and move.serves_no_more_than(other) for other in found))


def _as_one(known: Move, other: Move) -> Move:
    return evolve(known, offers=tuple(sorted({*known.offers, *other.offers})), ties=known.ties | other.ties)


def _links(moves: Iterable[Move]) -> dict[str, int]:
    """By skill a number; skills that one piece serves together have the same."""
    links: dict[str, int] = {}
    for move in moves:
        merged = {links[skill] for skill in move.ties if skill in links}
        number = min(merged, default=len(links))
        links = {skill: number if at in merged else at for skill, at in links.items()} | dict.fromkeys(move.ties, number)
    return links


def _needed(tree: RequirementTree) -> int:
    if isinstance(tree, AnyOf):
        return 1
    if isinstance(tree, AtLeast):
        return tree.n
    if isinstance(tree, Weighted):
        return tree.needed
    return len(tree.of) if isinstance(tree, AllOf) else 0
