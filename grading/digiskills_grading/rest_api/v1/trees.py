"""A requirement tree as JSON: every node names its kind."""

from __future__ import annotations

from typing import Any

from digiskills_framework.api import AllOf, AnyOf, AtLeast, EvidenceRequired, RequirementTree, SkillRequired, Weighted

NODE = "RequirementNode"
_REF = {"$ref": f"#/components/schemas/{NODE}"}
_TEXT_OR_NULL = {"type": ["string", "null"]}
_BRANCHES = {"type": "array", "items": _REF}
# The part of the OpenAPI document that a framework of serializers cannot say: a node holds nodes.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A requirement: what must be met, by kind. Clients meet kinds of later regulations with an error of their own.",
    "required": ["kind"],
    "properties": {
        "kind": {"type": "string", "description": "skill, evidence, all, any, at_least, weighted; more may come"},
        "skill": {"type": "string", "description": "of skill: its code"},
        "facet": {**_TEXT_OR_NULL, "description": "of skill: only this facet"},
        "skills": {"type": "array", "items": {"type": "string"}, "description": "of evidence: on any of these"},
        "assurance": {"type": "array", "items": {"type": "string"}, "description": "of evidence: gained in any of these ways"},
        "practical": {"type": ["boolean", "null"], "description": "of evidence: practice, knowledge, or either"},
        "n": {"type": "integer", "minimum": 1, "description": "of at_least and evidence: how many"},
        "needed": {"type": "integer", "minimum": 1, "description": "of weighted: the sum of weights that is enough"},
        "weights": {"type": "array", "items": {"type": "integer", "minimum": 1}, "description": "of weighted: one for each branch"},
        "named": {**_TEXT_OR_NULL, "description": "the group or set that these skills are"},
        "of": {**_BRANCHES, "description": "the branches"},
    },
}


def tree_json(tree: RequirementTree) -> dict[str, Any]:
    """The tree below a node, with the names of `SCHEMA`."""
    match tree:
        case SkillRequired(skill=skill, facet=facet):
            return {"kind": "skill", "skill": skill, "facet": facet}
        case EvidenceRequired(n=n, skills=skills, assurance=assurance, practical=practical, named=named):
            ways = sorted(assurance, key=lambda item: item.rank)
            return {
                "kind": "evidence",
                "n": n,
                "skills": list(skills),
                "assurance": [item.value for item in ways],
                "practical": practical,
                "named": named,
            }
        case AllOf(of=of, named=named):
            return {"kind": "all", "of": _branches(of), "named": named}
        case AnyOf(of=of):
            return {"kind": "any", "of": _branches(of)}
        case AtLeast(n=n, of=of, named=named):
            return {"kind": "at_least", "n": n, "of": _branches(of), "named": named}
        case Weighted(needed=needed, weights=weights, of=of):
            return {"kind": "weighted", "needed": needed, "weights": list(weights), "of": _branches(of)}


def _branches(of: tuple[RequirementTree, ...]) -> list[dict[str, Any]]:
    return [tree_json(branch) for branch in of]
