"""The shortest way: the fewest further pieces of evidence with which everything that is required would be met.

A *piece* is one more successful counted task, test or observation. The requirement tree is searched: where a part has a choice, each
possible choice is tried, cheapest first, and dropped as soon as it cannot be shorter than what was found (branch and bound).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import evolve, frozen

from digiskills_framework.api import Assurance, RequirementTree
from digiskills_grading.scoring.pieces import Cell, Move, Needs, Node, Offer, Problem, State

SEARCH_STEPS = 4000
BEYOND_REACH = 10**6


@frozen(kw_only=True)
class Step:
    """One further piece.

    Attributes:
        cells: the open cells it closes or brings nearer; empty for a piece that is only needed as evidence of a certain kind.
        offers: keys of the tasks that serve equally well, sorted; empty where the library has none.
        skills: codes of the skills it is about.
        assurance: the piece must be gained in one of these ways; empty: doing it alone will do.
    """

    cells: tuple[Cell, ...]
    offers: tuple[str, ...]
    skills: tuple[str, ...]
    assurance: tuple[str, ...]


@frozen(kw_only=True)
class Way:
    """Steps in the order of the requirements. ``exact`` False: the search was cut short, and a shorter way may exist."""

    steps: tuple[Step, ...]
    exact: bool


def shortest_way(
    tree: RequirementTree,
    needs: Needs,
    offers: Iterable[Offer],
    *,
    facets: Mapping[str, tuple[str, ...]],
    accepted: frozenset[Assurance] = frozenset(Assurance),
    limit: int = SEARCH_STEPS,
) -> Way | None:
    """The fewest further pieces that meet the tree, as far as ``limit`` steps of search find out.

    Args:
        offers: a cell that none of them serves can be served otherwise, one cell a piece.
        facets: of every skill; empty for a skill assessed as a whole.
        accepted: assurance that counts at all.

    Returns:
        None where no piece that counts can ever meet the tree.
    """
    problem = Problem(tree, needs, tuple(offers), facets, accepted)
    return _Search(problem, limit).run()


class _Search:
    """Depth first, shortest first, never further than what was found."""

    def __init__(self, problem: Problem, limit: int) -> None:
        self._problem = problem
        self._left = limit
        self._best: tuple[Step, ...] | None = None

    def run(self) -> Way | None:
        """The best way that was found."""
        floor = _lower_bound(self._problem.root, self._problem.start)
        self._extend(self._problem.start, (), floor)
        if self._best is None:
            return None
        exact = self._left > 0 or len(self._best) == floor
        return Way(steps=self._best, exact=exact)

    def _extend(self, state: State, path: tuple[Step, ...], floor: int) -> None:
        if self._best is not None and (self._left <= 0 or len(self._best) == floor):
            return
        self._left -= 1
        bound = _lower_bound(self._problem.root, state)
        if len(path) + bound >= (BEYOND_REACH if self._best is None else len(self._best)):
            return
        if bound == 0:
            self._best = path
            return
        for leaf, decided in _next(self._problem.root, state):
            for move in self._problem.moves:
                if _advances(move, leaf, decided):
                    self._extend(decided.after(move), (*path, self._step(move, decided)), floor)

    def _step(self, move: Move, state: State) -> Step:
        """What this piece is for at this point; it need not be gained in a certain way when that is not asked for any more."""
        cells = tuple(sorted(move.cells.intersection(state.cells)))
        skills = tuple(sorted({skill for skill, _facet in cells})) or move.skills
        asked_for = any(state.pieces[index] for index in move.pieces)
        return Step(cells=cells, offers=move.offers, skills=skills, assurance=move.assurance if asked_for else self._problem.any_way)


def _next(node: Node, state: State) -> Iterator[tuple[Node, State]]:
    """The open leaves to go on with, each with the choices that lead to it. A part without choice gives its first open leaf only."""
    if not node.of:
        yield node, state
        return
    chosen = state.chosen.get(node.number)
    if chosen is not None and _lower_bound(node.of[chosen], state):
        yield from _next(node.of[chosen], state)
        return
    ruled_out = state.ruled_out.get(node.number, frozenset())
    still, open_branches = _open(node, state)
    free = [(bound, index) for bound, index in open_branches if index not in ruled_out]
    if sum(node.weights[index] for _bound, index in free) == still:
        yield from _next(node.of[min(index for _bound, index in free)], state)
        return
    for _bound, index in sorted(free):
        yield from _next(node.of[index], _choose(state, node.number, index, ruled_out))
        ruled_out |= {index}


def _choose(state: State, number: int, index: int, ruled_out: frozenset[int]) -> State:
    return evolve(state, chosen={**state.chosen, number: index}, ruled_out={**state.ruled_out, number: ruled_out})


def _advances(move: Move, leaf: Node, state: State) -> bool:
    if leaf.piece is not None:
        return leaf.piece in move.pieces
    first = next(cell for cell in leaf.cells if cell in state.cells)
    return first in move.cells


def _open(node: Node, state: State) -> tuple[int, list[tuple[int, int]]]:
    """The weight that is still needed, and bound and index of every branch that is not met."""
    still, found = node.needed, []
    for index, branch in enumerate(node.of):
        bound = _lower_bound(branch, state)
        if bound:
            found.append((bound, index))
        else:
            still -= node.weights[index]
    return still, found


def _lower_bound(node: Node, state: State) -> int:
    """No way to meet this part has fewer pieces; 0 exactly when it is met. Beyond reach: more than anything."""
    if node.piece is not None:
        return state.pieces[node.piece]
    if not node.of:
        counts = [state.cells[cell] for cell in node.cells if cell in state.cells]
        return max(*counts, -(-sum(counts) // node.widest)) if counts else 0
    still, branches = _open(node, state)
    if still <= 0:
        return 0
    ruled_out = state.ruled_out.get(node.number, frozenset())
    free = sorted(branch for branch in branches if branch[1] not in ruled_out)
    total = sum(node.weights[index] for _bound, index in free)
    if total < still:
        return BEYOND_REACH
    return max(_bottleneck(node, free, still), _cheapest_sum(node, free, still - total))


def _bottleneck(node: Node, free: Sequence[tuple[int, int]], still: int) -> int:
    """The dearest of the cheapest branches whose weights suffice: valid also where branches share pieces."""
    for bound, index in free:
        still -= node.weights[index]
        if still <= 0:
            return bound
    return BEYOND_REACH


def _cheapest_sum(node: Node, free: Sequence[tuple[int, int]], slack: int) -> int:
    """The cheapest choice among branches that share no piece, when the others are taken for granted.

    Args:
        slack: minus the weight that may stay unmet, ≤ 0.
    """
    apart: list[tuple[int, int]] = []
    seen: frozenset[int] = frozenset()
    for bound, index in sorted(free, key=lambda item: (len(node.of[item[1]].links), -item[0])):
        if not seen & node.of[index].links:
            apart.append((bound, index))
            seen |= node.of[index].links
    weight = sum(node.weights[index] for _bound, index in apart)
    needed = weight + slack
    if slack == 0:
        return sum(bound for bound, _index in apart)
    least = [0, *[BEYOND_REACH] * max(needed, 0)]
    for bound, index in apart:
        for reached in range(len(least) - 1, 0, -1):
            least[reached] = min(least[reached], bound + least[max(reached - node.weights[index], 0)])
    return least[-1]
