"""The tree of admin units as arrays, and sums up the tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from digiskills_grading.models import AdminUnit
from digiskills_grading.suppression import kept_back

# The first two places of every tree; units follow.
EVERYBODY = 0
UNKNOWN = 1


@frozen
class UnitTree:
    """Places in arrays: everybody, those whose unit is not known, then the units, parents before children, siblings by code.

    Attributes:
        codes, names: of each place; empty for the first two.
        parents: place of the parent, that of everybody for the units at the top.
        depths: 0 for a unit without a parent.
        place_of: by the unit's id in the database.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    parents: NDArray[np.int64]
    depths: NDArray[np.int64]
    place_of: dict[int, int]

    def places(self, units: NDArray[np.int64]) -> NDArray[np.int64]:
        """Place of each unit id; 0, and an id that is no longer there, is a unit that is not known."""
        known, where = np.unique(units, return_inverse=True)
        places = np.array([self.place_of.get(int(unit), UNKNOWN) for unit in known], dtype=np.int64)
        found: NDArray[np.int64] = places[where.reshape(-1)]
        return found

    def summed(self, own: NDArray[np.int64]) -> NDArray[np.int64]:
        """Adds the line of every place to those of all its ancestors."""
        totals = own.copy()
        for depth in range(int(self.depths.max(initial=0)), -1, -1):
            level = np.flatnonzero(self.depths == depth)
            np.add.at(totals, self.parents[level], totals[level])
        return totals

    def children(self) -> dict[int, list[int]]:
        """Places below each place that has any, in the order of the tree."""
        below: dict[int, list[int]] = defaultdict(list)
        for place in range(UNKNOWN, len(self.codes)):
            below[int(self.parents[place])].append(place)
        return below

    def walk(self, under: str | None, *, deep: bool) -> Iterator[tuple[int, int]]:
        """Places that a table shows, with their depth in it: a parent, then what lies in it.

        Args:
            under: code of a unit: it and its children; None for the units at the top, and at the end those who are not known.
            deep: the whole tree below instead of one level.
        """
        below = self.children()
        start = below[EVERYBODY][1:] if under is None else [place for place, code in enumerate(self.codes) if code == under and code]
        levels = 0 if under is None else 1
        stack = [(place, 0) for place in reversed(start)]
        while stack:
            place, depth = stack.pop()
            yield place, depth
            if deep or depth < levels:
                stack += [(child, depth + 1) for child in reversed(below.get(place, []))]
        if under is None:
            yield UNKNOWN, 0


def read_tree() -> UnitTree:
    """The tree as it is now. Some thousand rows: reading them costs a few milliseconds, and no copy can be out of date."""
    rows = list(AdminUnit.objects.order_by("code").values_list("pk", "code", "name", "parent_id"))
    below: dict[int | None, list[tuple[int, str, str]]] = defaultdict(list)
    for pk, code, name, parent in rows:
        below[parent].append((pk, code, name))
    codes, names, parents, depths = ["", ""], ["", ""], [EVERYBODY, EVERYBODY], [-1, 0]
    place_of: dict[int, int] = {}
    level: list[tuple[int, int | None]] = [(EVERYBODY, None)]
    depth = 0
    while level:
        deeper: list[tuple[int, int | None]] = []
        for parent_place, parent_pk in level:
            for pk, code, name in below.get(parent_pk, ()):
                place_of[pk] = len(codes)
                deeper.append((len(codes), pk))
                codes.append(code)
                names.append(name)
                parents.append(parent_place)
                depths.append(depth)
        level, depth = deeper, depth + 1
    return UnitTree(tuple(codes), tuple(names), np.array(parents), np.array(depths), place_of)


def kept_back_in(tree: UnitTree, own: NDArray[np.int64], totals: NDArray[np.int64], least: int) -> NDArray[np.bool_]:
    """Which figures are kept back: a group is a unit, its children, and those who belong to it directly."""
    below = tree.children()
    inner = sorted(below)
    values = np.concatenate([totals, own[inner]])
    groups = [(place, np.array([*below[place], len(totals) + index])) for index, place in enumerate(inner)]
    return kept_back(groups, values, least=least)[: len(totals)]
