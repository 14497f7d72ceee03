"""Regulations and frameworks are shown as they are, to everybody who is signed in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from digiskills_framework.api import (
    AllOf,
    AnyOf,
    Assurance,
    AtLeast,
    EvidenceRequired,
    SkillRequired,
    Weighted,
    list_frameworks,
    list_regulations,
    load_framework,
    load_regulation,
)
from digiskills_grading.rest_api.v1.trees import tree_json
from tests.grading.rest_api.people import BASE, program, signed_in

pytestmark = pytest.mark.django_db


def test_every_regulation_is_listed_and_shown_with_basis_and_source_of_every_rule() -> None:
    client = signed_in("anybody")
    listed = [item["key"] for item in client.get(f"{BASE}/regulations").json()["items"]]
    assert listed == list(list_regulations())
    for key in listed:
        shown = client.get(f"{BASE}/regulations/{key}").json()
        regulation = load_regulation(key)
        assert [(rule["name"], rule["basis"], rule["source"]) for rule in shown["rules"]] == [
            (rule.name, rule.basis, rule.source) for rule in regulation.rules
        ]
        assert [entry["requires"] for entry in shown["audiences"]] == [tree_json(entry.requires) for entry in regulation.audiences]


def test_every_framework_is_listed_and_shown_with_its_skills_in_both_languages() -> None:
    client = signed_in("anybody")
    for key in list_frameworks():
        shown = client.get(f"{BASE}/frameworks/{key}").json()
        assert [skill["code"] for skill in shown["skills"]] == list(load_framework(key).codes)
        assert all(skill["name"]["vi"] and skill["name"]["en"] for skill in shown["skills"])
        assert shown["notice"]["vi"]


@pytest.mark.parametrize("address", ["regulations", "regulations/vn-default/1", "frameworks", "frameworks/digiskills-vn/1.0"])
def test_who_is_not_signed_in_or_out_of_scope_reads_none(address: str) -> None:
    assert Client().get(f"{BASE}/{address}").status_code == 401
    assert program("machine", scopes=["digiskills:write"]).get(f"{BASE}/{address}").status_code == 403
    assert program("machine", scopes=["digiskills:read"]).get(f"{BASE}/{address}").status_code == 200


SKILL = SkillRequired("S3", facet="pay")
SKILL_JSON = {"kind": "skill", "skill": "S3", "facet": "pay"}


@pytest.mark.parametrize(
    "tree, expected",
    [
        (SKILL, SKILL_JSON),
        (AllOf((SKILL,), named="group:S"), {"kind": "all", "of": [SKILL_JSON], "named": "group:S"}),
        (AnyOf((SKILL,)), {"kind": "any", "of": [SKILL_JSON]}),
        (AtLeast(1, (SKILL,)), {"kind": "at_least", "n": 1, "of": [SKILL_JSON], "named": None}),
        (Weighted(2, (3,), (SKILL,)), {"kind": "weighted", "needed": 2, "weights": [3], "of": [SKILL_JSON]}),
        (
            EvidenceRequired(1, ("S3", "S4"), frozenset({Assurance.OBSERVED, Assurance.SUPERVISED}), practical=True),
            {
                "kind": "evidence",
                "n": 1,
                "skills": ["S3", "S4"],
                "assurance": ["supervised", "observed"],
                "practical": True,
                "named": None,
            },
        ),
    ],
)
def test_every_kind_of_requirement_has_its_shape(tree: Any, expected: dict[str, Any]) -> None:
    assert tree_json(tree) == expected
