"""The rules a second time, slowly: plain loops over one learner's evidence, and time searched moment by moment.

Written from docs/explanation/mastery.md and not from the code; it shares the types with `digiskills_grading.scoring` and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from attrs import frozen

from digiskills_framework.api import (
    AllOf,
    AnyOf,
    Assurance,
    AtLeast,
    CountedAttempts,
    EvidenceRequired,
    RequirementTree,
    SkillRequired,
    Weighted,
)
from digiskills_grading.scoring import Observation, Policy

Cell = tuple[str, str]


@frozen
class Found:
    """State of one cell: state, value, since, expires_at, vetoed_until, hazard."""

    state: str
    value: int | None = None
    since: datetime | None = None
    expires_at: datetime | None = None
    vetoed_until: datetime | None = None
    hazard: bool = False


@frozen
class Outcome:
    """Everything that evidence amounts to at one moment."""

    cells: dict[Cell, Found]
    pieces: tuple[int, ...]
    met: bool


def outcome(policy: Policy, log: Sequence[Observation], as_of: datetime) -> Outcome:
    rows = {item.key: item for item in log}
    gone = {item.retracts for item in log if item.kind == "retraction"}
    live = [item for item in rows.values() if item.kind != "retraction" and item.key not in gone and not item.excluded]
    accepted = {str(item) for item in policy.values.accepted_assurance if item.rank >= policy.values.min_assurance.rank}
    counted = [item for item in live if item.kind != "exemption" and item.assurance in accepted]
    exempt: dict[str, datetime] = {}
    for item in live:
        if item.kind == "exemption" and policy.values.exempters and item.skill in policy.facets:
            exempt[item.skill] = min(exempt.get(item.skill, item.occurred_at), item.occurred_at)
    cells: dict[Cell, Found] = {}
    for skill, facets in policy.facets.items():
        for facet in facets or ("",):
            mine = [item for item in counted if (item.skill, item.facet) == (skill, facet)]
            cells[skill, facet] = Found("exempt", since=exempt[skill]) if skill in exempt else cell_at(policy, mine, as_of)
    nodes = list(dict.fromkeys(demands(policy.requires)))
    have = {node: pieces(policy, node, counted, set(exempt), as_of) for node in nodes}
    return Outcome(cells, tuple(have[node] for node in nodes), met(policy, policy.requires, cells, have))


def next_change(policy: Policy, log: Sequence[Observation], as_of: datetime) -> datetime | None:
    """The first later moment with another outcome: every moment at which anything could end is tried."""
    now = outcome(policy, log, as_of)
    spans = [timedelta(days=policy.values.hazard_veto_days), timedelta(days=policy.values.validity_days or 0)]
    moments = sorted({item.occurred_at + span for item in log for span in spans})
    return next((when for when in moments if when > as_of and outcome(policy, log, when) != now), None)


def worth(policy: Policy, item: Observation) -> int:
    harmful = item.kind == "hazard" and policy.values.hazard_blocks_mastery
    return min(item.value_milli, max(policy.values.mastery_threshold_milli - 1, 0)) if harmful else item.value_milli


def current(policy: Policy, values: list[int]) -> int | None:
    rules = policy.values
    if rules.counted_attempts is CountedAttempts.BEST:
        return max(values)
    if rules.counted_attempts is CountedAttempts.LATEST:
        return values[-1]
    last = sorted(values[-rules.counted_n :], reverse=True)
    return last[rules.counted_m - 1] if len(last) >= rules.counted_m else None


def cell_at(policy: Policy, items: list[Observation], as_of: datetime) -> Found:
    if not items:
        return Found("not_assessed")
    rules, threshold = policy.values, policy.values.mastery_threshold_milli
    items = sorted(items, key=lambda item: (item.occurred_at, item.kind != "hazard", item.key))
    values = [current(policy, [worth(policy, item) for item in items[: n + 1]]) for n in range(len(items))]
    passing = [value is not None and value >= threshold for value in values]
    spans = []  # (begins to count, veto over, ends)
    for n, item in enumerate(items):
        if not passing[n] or (not rules.raise_only and not all(passing[n:])):
            continue
        before = items[: n + 1] if rules.raise_only else items
        lifts = [each.occurred_at + timedelta(days=rules.hazard_veto_days) for each in before if each.kind == "hazard"]
        lift = max(lifts) if lifts and rules.hazard_veto_days else None
        if rules.raise_only and lift is not None and n + 1 < len(items) and lift > items[n + 1].occurred_at:
            continue
        proof = max(each.occurred_at for k, each in enumerate(items[: n + 1]) if passing[k] and worth(policy, each) >= threshold)
        end = None if rules.validity_days is None else proof + timedelta(days=rules.validity_days)
        spans.append((max(item.occurred_at, lift or item.occurred_at), lift, end))
    counting = [span for span in spans if span[1] is None or span[1] <= as_of]
    return described(policy, items, values[-1], [span for span in spans if span not in counting], counting, as_of)


Span = tuple[datetime, datetime | None, datetime | None]


def described(
    policy: Policy, items: list[Observation], value: int | None, waiting: list[Span], counting: list[Span], as_of: datetime
) -> Found:
    end = counting[-1][2] if counting else None
    if counting and (end is None or as_of < end):
        since = counting[0][0]
        for one, other in pairwise(counting):
            if one[2] is not None and other[0] >= one[2]:
                since = other[0]
        return Found("mastered", value, since, end)
    state = "expired" if counting else "not_yet"
    later = [span[1] for span in waiting if not counting or (span[2] is not None and end is not None and span[2] > end)]
    raw = current(policy, [item.value_milli for item in items])
    hazard = not counting and not later and raw is not None and raw >= policy.values.mastery_threshold_milli
    return Found(state, value, None, end, later[0] if later else None, hazard)


def demands(tree: RequirementTree) -> list[EvidenceRequired]:
    if isinstance(tree, EvidenceRequired):
        return [tree]
    return [] if isinstance(tree, SkillRequired) else [node for branch in tree.of for node in demands(branch)]


def pieces(policy: Policy, node: EvidenceRequired, counted: list[Observation], exempt: set[str], as_of: datetime) -> int:
    asked = [skill for skill in node.skills if skill in policy.facets and skill not in exempt]
    if not asked and exempt & set(node.skills):
        return node.n
    validity = policy.values.validity_days
    found = {
        item.piece or item.key
        for item in counted
        if item.skill in asked
        and item.facet in (policy.facets[item.skill] or ("",))
        and worth(policy, item) >= policy.values.mastery_threshold_milli
        and Assurance(item.assurance) in node.assurance
        and node.practical in (None, item.practical)
        and (validity is None or as_of < item.occurred_at + timedelta(days=validity))
    }
    return min(len(found), node.n)


def met(policy: Policy, tree: RequirementTree, cells: dict[Cell, Found], have: dict[EvidenceRequired, int]) -> bool:
    if isinstance(tree, EvidenceRequired):
        return have[tree] >= tree.n
    if isinstance(tree, SkillRequired):
        mine = [found.state for (skill, facet), found in cells.items() if skill == tree.skill and tree.facet in (None, facet)]
        return bool(mine) and all(state in ("mastered", "exempt") for state in mine)
    branches = [met(policy, branch, cells, have) for branch in tree.of]
    if isinstance(tree, Weighted):
        return sum(weight for weight, done in zip(tree.weights, branches, strict=True) if done) >= tree.needed
    needed = {AllOf: len(branches), AnyOf: 1}.get(type(tree))
    return sum(branches) >= (tree.n if isinstance(tree, AtLeast) else needed or 0)
