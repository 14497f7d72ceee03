"""What differs between two requirement trees: which demands are gone, which are new, which became stricter.

A tree is compared as the set of demands that must all hold. Order, nesting, repetition and the names of groups and sets are form
and do not count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

from digiskills_framework.requirement_tree import AllOf, AnyOf, AtLeast, EvidenceRequired, RequirementTree, SkillRequired, Weighted


@dataclass(frozen=True, slots=True)
class DemandChange:
    """One demand that is gone (``new`` None), added (``old`` None) or altered.

    Attributes:
        stricter: True where whoever meets the new demand met the old one and not the reverse, False for the opposite, None where
            neither follows.
    """

    old: RequirementTree | None
    new: RequirementTree | None
    stricter: bool | None


def diff_requirements(old: RequirementTree, new: RequirementTree) -> tuple[DemandChange, ...]:
    """Every demand that differs; empty where the trees differ in form alone."""
    before, after = dict(_demands(old)), dict(_demands(new))
    gone = [tree for key, tree in before.items() if key not in after]
    added = [tree for key, tree in after.items() if key not in before]
    altered = _pairs(gone, added)
    paired = {id(tree) for pair in altered for tree in pair}
    changes = [DemandChange(one, other, _stricter(one, other)) for one, other in altered]
    changes += [DemandChange(tree, None, stricter=False) for tree in gone if id(tree) not in paired]
    changes += [DemandChange(None, tree, stricter=True) for tree in added if id(tree) not in paired]
    return tuple(changes)


def _demands(tree: RequirementTree) -> Iterator[tuple[Hashable, RequirementTree]]:
    """The demands that must all hold, by what they mean."""
    if not isinstance(tree, SkillRequired | EvidenceRequired) and _asks_for_all(tree):
        for branch in tree.of:
            yield from _demands(branch)
    else:
        yield meaning(tree), tree


def meaning(tree: RequirementTree) -> Hashable:
    """Equal for trees that demand the same in another order, nesting or under another name."""
    if isinstance(tree, SkillRequired):
        return ("skill", tree.skill, tree.facet)
    if isinstance(tree, EvidenceRequired):
        return ("evidence", tree.n, frozenset(tree.skills), tree.assurance, tree.practical)
    if _asks_for_all(tree):
        parts = frozenset(key for key, _tree in _demands(tree))
        return next(iter(parts)) if len(parts) == 1 else ("all", parts)
    if isinstance(tree, Weighted):
        return ("weighted", tree.needed, _weights(tree))
    return ("at_least", _count(tree), frozenset(Counter(meaning(branch) for branch in tree.of).items()))


def _asks_for_all(tree: AllOf | AnyOf | AtLeast | Weighted) -> bool:
    return len(tree.of) == 1 or _count(tree) == len(tree.of)


def _count(tree: AllOf | AnyOf | AtLeast | Weighted) -> int | None:
    """How many branches must hold; None where they are weighed, not counted."""
    if isinstance(tree, AllOf):
        return len(tree.of)
    if isinstance(tree, AnyOf):
        return 1
    return tree.n if isinstance(tree, AtLeast) else None


def _pairs(gone: list[RequirementTree], added: list[RequirementTree]) -> list[tuple[RequirementTree, RequirementTree]]:
    """Which demand became which: first those about the same matter, then those of the same kind, if there is one on each side."""
    pairs = _only_ones(gone, added, _matter)
    paired = {id(tree) for pair in pairs for tree in pair}
    rest = [[tree for tree in side if id(tree) not in paired and not isinstance(tree, SkillRequired)] for side in (gone, added)]
    return pairs + _only_ones(rest[0], rest[1], _kind)


def _only_ones(
    gone: Sequence[RequirementTree], added: Sequence[RequirementTree], trait: Callable[[RequirementTree], Hashable]
) -> list[tuple[RequirementTree, RequirementTree]]:
    before, after = _by(trait, gone), _by(trait, added)
    return [(before[key][0], after[key][0]) for key in before if len(before[key]) == 1 == len(after.get(key, ()))]


def _by(trait: Callable[[RequirementTree], Hashable], trees: Sequence[RequirementTree]) -> dict[Hashable, list[RequirementTree]]:
    found: dict[Hashable, list[RequirementTree]] = defaultdict(list)
    for tree in trees:
        found[trait(tree)].append(tree)
    return found


def _matter(tree: RequirementTree) -> Hashable:
    """What a demand is about, whatever it demands of it."""
    if isinstance(tree, SkillRequired):
        return ("skill", tree.skill)
    if isinstance(tree, EvidenceRequired):
        return ("evidence", frozenset(tree.skills))
    return ("branches", frozenset(meaning(branch) for branch in tree.of))


def _kind(tree: RequirementTree) -> Hashable:
    return "evidence" if isinstance(tree, EvidenceRequired) else "branches"


def _stricter(old: RequirementTree, new: RequirementTree) -> bool | None:
    there, back = _implies(new, old), _implies(old, new)
    return None if there == back else there


def _implies(one: RequirementTree, other: RequirementTree) -> bool:
    """Whether it is seen at once that whoever meets ``one`` meets ``other``."""
    if isinstance(one, SkillRequired) and isinstance(other, SkillRequired):
        return one.skill == other.skill and one.facet in {None, other.facet}
    if isinstance(one, EvidenceRequired) and isinstance(other, EvidenceRequired):
        narrower = set(one.skills) <= set(other.skills) and one.assurance <= other.assurance and other.practical in {None, one.practical}
        return narrower and one.n >= other.n
    if isinstance(one, AnyOf | AtLeast) and isinstance(other, AnyOf | AtLeast):
        return _counted_implies(one, other)
    return isinstance(one, Weighted) and isinstance(other, Weighted) and _weights(one) == _weights(other) and one.needed >= other.needed


def _counted_implies(one: AnyOf | AtLeast, other: AnyOf | AtLeast) -> bool:
    """Of the branches that hold, those that ``other`` does not know are lost for it; what is left must be enough."""
    known = {meaning(branch) for branch in other.of}
    foreign = sum(meaning(branch) not in known for branch in one.of)
    return (_count(one) or 0) - foreign >= (_count(other) or 0)


def _weights(tree: Weighted) -> Hashable:
    return frozenset(Counter((meaning(branch), weight) for branch, weight in zip(tree.of, tree.weights, strict=True)).items())
