"""Which regulation a course is graded under, and what its requirements mean for the platform's grade."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from digiskills_framework.api import (
    AllOf,
    AnyOf,
    AtLeast,
    EvidenceRequired,
    InconsistentDataError,
    Regulation,
    RequirementTree,
    SkillRequired,
    Weighted,
    list_regulations,
    load_regulation,
)
from digiskills_framework.content import TASKS_FRAMEWORK
from digiskills_xblock.course.request import ASKED, CourseRequest
from digiskills_xblock.course.sentences import Sentence
from digiskills_xblock.course.sentences import gettext_noop as _

_DEMO = "demo"
_REGULATION = Sentence.of(_("regulation"))


def choose_regulation(request: CourseRequest, required: tuple[str, ...], extra: tuple[Path, ...] = ()) -> Regulation:
    """The regulation asked for, or the one that fits a course best.

    Without one asked for, of those for this framework and audience that are not for demonstrations: the one that demands exactly the
    course's required skills, before those that demand others; official before ours; the newest version. A framework for which there is
    no regulation borrows those of the framework from which tasks take their skills.

    Raises:
        FrameworkDataError: the one asked for is unknown or says nothing of the audience; or there is none.
    """
    if request.regulation is not None:
        regulation = load_regulation(request.regulation, extra)
        if request.audience not in regulation.audience_codes():
            known = ", ".join(regulation.audience_codes())
            raise InconsistentDataError.single(
                file=ASKED,
                path=_REGULATION,
                value=request.regulation,
                message=Sentence.of(_("says nothing of {audience}"), audience=request.audience),
                remedy=Sentence.of(_("Name another regulation, or one of its audiences: {choices}"), choices=known),
            )
        return regulation
    everything = [load_regulation(key, extra) for key in list_regulations(extra)]
    usable = [found for found in everything if found.status != _DEMO and request.audience in found.audience_codes()]
    fitting = [found for found in usable if found.framework == request.framework]
    fitting = fitting or [found for found in usable if found.framework.partition("/")[0] == TASKS_FRAMEWORK]
    if not fitting:
        raise InconsistentDataError.single(
            file=ASKED,
            path=_REGULATION,
            value=request.framework,
            message=Sentence.of(_("there is no regulation for this framework and {audience}"), audience=request.audience),
            remedy=Sentence.of(_("Write one (docs/reference/regulation.md), or name one of another framework with --regulation")),
        )
    return min(fitting, key=lambda found: _rank(found, request, set(required)))


def _rank(regulation: Regulation, request: CourseRequest, required: set[str]) -> tuple[bool, bool, str, int]:
    demanded = skills_named(regulation.requires(request.audience, request.school_level))
    return demanded != required, regulation.status != "official", regulation.id, -regulation.version


def skills_named(tree: RequirementTree) -> set[str]:
    """Every skill that a requirement tree names."""
    if isinstance(tree, SkillRequired):
        return {tree.skill}
    if isinstance(tree, EvidenceRequired):
        return set(tree.skills)
    return {code for branch in tree.of for code in skills_named(branch)}


def fewest_skills(tree: RequirementTree) -> frozenset[str]:
    """A smallest choice of skills that can satisfy a tree, as far as choosing branch by branch finds one; deterministic.

    Pieces of evidence count as one skill each, since every piece may come from another skill.
    """
    if isinstance(tree, SkillRequired):
        return frozenset({tree.skill})
    if isinstance(tree, EvidenceRequired):
        return frozenset(tree.skills[: tree.n])
    branches = [fewest_skills(branch) for branch in tree.of]
    if isinstance(tree, AllOf):
        return _union(branches)
    if isinstance(tree, AnyOf):
        return min(branches, key=_size)
    if isinstance(tree, AtLeast):
        return _union(sorted(branches, key=_size)[: tree.n])
    return _fewest_weighted(tree, branches)


def _fewest_weighted(tree: Weighted, branches: list[frozenset[str]]) -> frozenset[str]:
    chosen, points = [], 0
    for weight, branch in sorted(zip(tree.weights, branches, strict=True), key=lambda pair: (-pair[0], *_size(pair[1]))):
        if points < tree.needed:
            chosen.append(branch)
            points += weight
    return _union(chosen)


def _size(skills: frozenset[str]) -> tuple[int, list[str]]:
    return len(skills), sorted(skills)


def _union(branches: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset(code for branch in branches for code in branch)
