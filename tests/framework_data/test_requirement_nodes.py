"""Every node of a requirement tree: what it becomes for an audience, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from digiskills_framework import api
from digiskills_framework.api import AllOf, AnyOf, Assurance, AtLeast, EvidenceRequired, SkillRequired, Weighted
from tests.framework_data import builders
from tests.framework_data.regulations import FRAMEWORK, build, regulation, skills, tree

WATCHED = frozenset({Assurance.SUPERVISED, Assurance.OBSERVED})
PIECE = {"n": 1, "assurance": ["supervised", "observed"]}


@pytest.mark.parametrize(
    "written, read",
    [
        ({"skill": "S3"}, SkillRequired("S3")),
        ({"skill": "A1", "facet": "recover"}, SkillRequired("A1", "recover")),
        ({"all": [{"skill": "S3"}, {"skill": "A1"}]}, AllOf(skills("S3", "A1"))),
        ({"any": [{"skill": "S3"}, {"skill": "A1"}]}, AnyOf(skills("S3", "A1"))),
        ({"at_least": {"n": 2, "of": [{"skill": "S1"}, {"skill": "S2"}, {"skill": "S3"}]}}, AtLeast(2, skills("S1", "S2", "S3"))),
        ({"at_least": {"n": 3, "set": "five-basic"}}, AtLeast(3, skills("S1", "S2", "S3", "S4", "A1"), named="set:five-basic")),
        (
            {"weighted": {"points": 3, "of": [{"points": 2, "skill": "D1"}, {"points": 1, "all": [{"skill": "D2"}]}]}},
            Weighted(3, (2, 1), (SkillRequired("D1"), AllOf(skills("D2")))),
        ),
        ({"group": "S"}, AllOf(skills("S1", "S2", "S3", "S4"), named="group:S")),
        ({"set": "five-basic"}, AllOf(skills("S1", "S2", "S3", "S4", "A1"), named="set:five-basic")),
        ({"evidence": {**PIECE, "group": "I"}}, EvidenceRequired(1, ("I1", "I2"), WATCHED, named="group:I")),
        (
            {"evidence": {**PIECE, "set": "five-basic", "practical": True}},
            EvidenceRequired(1, ("S1", "S2", "S3", "S4", "A1"), WATCHED, practical=True, named="set:five-basic"),
        ),
        (
            {"evidence": {"n": 2, "assurance": ["imported"], "skills": ["K1", "T1"], "practical": False}},
            EvidenceRequired(2, ("K1", "T1"), frozenset({Assurance.IMPORTED}), practical=False),
        ),
    ],
)
def test_a_node_is_read_for_citizens(written: object, read: api.RequirementTree) -> None:
    assert tree(written) == read


@pytest.mark.parametrize(
    "audience, level, required",
    [
        ("citizen", None, ("I1", "I2")),
        ("public_sector", None, ("I1", "I2", "I3")),
        ("student", "CB1", ("I1",)),
        ("student", "CB2", ("I1", "I2", "I3")),
    ],
)
def test_a_group_is_what_the_profile_requires_of_the_audience(audience: str, level: str | None, required: tuple[str, ...]) -> None:
    found = tree({"group": "I"}, audience=audience, level=level)
    assert found == AllOf(skills(*required), named="group:I")


def test_a_student_of_unknown_level_gets_the_groups_of_the_highest() -> None:
    everything = {"all": [{"group": "K"}, {"group": "P"}]}
    assert tree(everything, audience="student") == AllOf((AllOf(skills("K1"), named="group:K"), AllOf(skills("P1", "P2"), named="group:P")))


def test_where_skills_are_counted_the_optional_ones_of_a_group_are_offered_too() -> None:
    assert tree({"at_least": {"n": 1, "group": "W"}}) == AtLeast(1, skills("W1", "W2"), named="group:W")


def test_one_supervised_piece_in_each_group_is_one_line() -> None:
    profile, framework = api.load_profile(FRAMEWORK), api.load_framework(FRAMEWORK)
    found = tree({"each_group": {"evidence": PIECE}})
    assert isinstance(found, AllOf)
    required = profile.skills("citizen")
    expected = {
        group.code: tuple(one.code for one in framework.skills if one.group == group.code and one.code in required)
        for group in framework.groups
    }
    assert {piece.named: piece.skills for piece in api.evidence_leaves(found)} == {
        f"group:{code}": codes for code, codes in expected.items() if codes
    }
    assert all(piece.n == 1 and piece.assurance == WATCHED for piece in api.evidence_leaves(found))


def test_leaves_are_skills_and_evidence_apart() -> None:
    found = tree(
        {"all": [{"weighted": {"points": 1, "of": [{"points": 1, "skill": "D1"}]}}, {"group": "K"}, {"evidence": {**PIECE, "group": "S"}}]}
    )
    assert [leaf.skill for leaf in api.leaves(found)] == ["D1", "K1"]
    assert [piece.named for piece in api.evidence_leaves(found)] == ["group:S"]


REFUSED = [
    ({"group": "Z"}, "requires.group", "not a skill group known here"),
    ({"group": "W"}, "requires.group", "has no skill that the profile requires of citizen"),
    ({"at_least": {"n": 3, "group": "W"}}, "requires.at_least.n", "asks for more than there are"),
    ({"at_least": {"n": 1}}, "requires.at_least", "exactly one of of, group, set"),
    ({"at_least": {"n": 1, "group": "S", "set": "five-basic"}}, "requires.at_least", "exactly one of"),
    ({"at_least": {"n": 2, "of": [{"skill": "S1"}, {"skill": "S1"}]}}, "requires.at_least.of[1]", "would count twice"),
    ({"set": "six-basic"}, "requires.set", "cannot be used: is not known"),
    ({"evidence": {**PIECE, "skills": ["S1", "Z9"]}}, "requires.evidence.skills[1]", "not a skill known here"),
    ({"evidence": PIECE}, "requires.evidence", "exactly one of group, set, skills"),
    ({"evidence": {**PIECE, "group": "S", "skills": ["S1"]}}, "requires.evidence", "exactly one of"),
    ({"each_group": {"evidence": {**PIECE, "group": "S"}}}, "requires.each_group.evidence.group", "narrows what each_group takes"),
    ({"weighted": {"points": 4, "of": [{"points": 3, "skill": "S1"}]}}, "requires.weighted.points", "more than all branches together"),
    (
        {"weighted": {"points": 1, "of": [{"points": 1, "skill": "S1"}, {"points": 2, "skill": "S1"}]}},
        "requires.weighted.of[1]",
        "would count twice",
    ),
    ({"weighted": {"points": 1, "of": [{"skill": "S1"}]}}, "requires.weighted.of[0]", "'points' is missing"),
    ({"group": "S", "skill": "S1"}, "requires", "mixes several forms"),
    ({"evidence": {"n": 1, "assurance": [], "group": "S"}}, "requires.evidence.assurance", "too few items"),
    ({"evidence": {"n": 0, "assurance": ["self"], "group": "S"}}, "requires.evidence.n", "out of range"),
]


@pytest.mark.parametrize("written, path, message", REFUSED)
def test_a_node_that_makes_no_sense_is_refused_where_it_stands(written: object, path: str, message: str) -> None:
    with pytest.raises(api.FrameworkDataError) as caught:
        build(regulation(written, observers=["assessor"]))
    finding = caught.value.findings[0]
    assert finding.path == f"audiences.citizen.{path}"
    assert message in finding.message
    assert finding.remedy


def test_a_set_of_another_framework_is_refused(tmp_path: Path) -> None:
    builders.write_framework(tmp_path)
    content = builders.regulation()
    content["audiences"]["citizen"]["requires"] = {"set": "five-basic"}
    builders.write(tmp_path, "regulations/sample-rules/1", content)
    with pytest.raises(api.InconsistentDataError, match=f"is a set of {FRAMEWORK}"):
        api.load_regulation("sample-rules/1", (tmp_path,))


def test_an_operator_may_name_a_set_of_its_own(tmp_path: Path) -> None:
    builders.write_framework(tmp_path)
    own = {
        "schema": "skill-set/1",
        "id": "own",
        "framework": builders.KEY,
        "title": builders.text("Own"),
        "source": "test",
        "skills": ["X2"],
    }
    builders.write(tmp_path, "skill-sets/own", own)
    content = builders.regulation()
    content["audiences"]["citizen"]["requires"] = {"set": "own"}
    builders.write(tmp_path, "regulations/sample-rules/1", content)
    assert api.load_regulation("sample-rules/1", (tmp_path,)).requires("citizen") == AllOf(skills("X2"), named="set:own")


def test_the_tree_as_json_is_written_as_in_the_file() -> None:
    written = {
        "all": [
            {
                "any": [{"skill": "A1", "facet": "recover"}, {"skill": "T1"}],
            },
            {"weighted": {"points": 1, "of": [{"points": 1, "skill": "D1"}, {"points": 1, "skill": "D2"}]}},
        ],
        "named": None,
    }
    assert api.tree_as_json(tree({"all": written["all"]})) == written
    pieces = {"n": 1, "assurance": ["supervised", "observed"], "practical": None, "skills": ["P1"]}
    assert api.tree_as_json(tree({"evidence": {**PIECE, "group": "P"}})) == {"evidence": pieces, "named": "group:P"}
    assert api.tree_as_json(tree({"at_least": {"n": 1, "group": "P"}}))["at_least"] == {"n": 1, "of": [{"skill": "P1"}]}
