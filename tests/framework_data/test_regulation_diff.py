"""What differs between two versions: complete, mirrored, and said in words."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_framework import api
from digiskills_framework.api import (
    AllOf,
    AnyOf,
    Assurance,
    AtLeast,
    ChangeKind,
    EvidenceRequired,
    RegulationChange,
    RequirementTree,
    SkillRequired,
    Weighted,
    diff_regulations,
)
from digiskills_framework.regulation_strictness import rule_stricter
from digiskills_framework.requirement_diff import diff_requirements
from tests.framework_data.builders import text
from tests.framework_data.regulations import FRAMEWORK, build, regulation, rule, skills, superseding

CELLS = [("S1", None), ("S2", None), ("D1", None), ("A1", "recognise"), ("A1", "recover")]
WAYS = [Assurance.SELF, Assurance.SUPERVISED, Assurance.OBSERVED]

LEAVES: st.SearchStrategy[RequirementTree] = st.sampled_from(
    [
        SkillRequired("S1"),
        SkillRequired("S2"),
        SkillRequired("D1"),
        SkillRequired("A1"),
        *(SkillRequired("A1", part) for _skill, part in CELLS[3:]),
    ]
) | st.builds(
    EvidenceRequired,
    n=st.integers(1, 2),
    skills=st.sampled_from([("S1",), ("S1", "S2"), ("D1",)]),
    assurance=st.sets(st.sampled_from(WAYS), min_size=1).map(frozenset),
    practical=st.sampled_from([None, True, False]),
)


def _branches(inner: st.SearchStrategy[RequirementTree]) -> st.SearchStrategy[RequirementTree]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        several.map(AllOf),
        several.map(AnyOf),
        several.flatmap(lambda of: st.builds(AtLeast, st.integers(1, len(of)), st.just(of))),
        several.flatmap(
            lambda of: st.tuples(*(st.integers(1, 2) for _branch in of)).flatmap(
                lambda weights: st.builds(Weighted, st.integers(1, sum(weights)), st.just(weights), st.just(of))
            )
        ),
    )


TREES = st.recursive(LEAVES, _branches, max_leaves=5)
STATES = st.tuples(
    st.sets(st.sampled_from(CELLS)),
    st.lists(st.tuples(st.sampled_from(["S1", "S2", "D1"]), st.sampled_from(WAYS), st.booleans()), max_size=3),
)
State = tuple[set[tuple[str, str | None]], list[tuple[str, Assurance, bool]]]


def met(tree: RequirementTree, state: State) -> bool:
    """What the tree means, as simply as it can be said."""
    mastered, pieces = state
    match tree:
        case SkillRequired(skill=skill, facet=facet):
            return all(cell in mastered for cell in CELLS if cell[0] == skill and facet in {None, cell[1]})
        case EvidenceRequired():
            return (
                sum(one in tree.skills and how in tree.assurance and tree.practical in {None, kind} for one, how, kind in pieces) >= tree.n
            )
        case Weighted():
            return sum(weight for weight, branch in zip(tree.weights, tree.of, strict=True) if met(branch, state)) >= tree.needed
        case AllOf():
            return all(met(branch, state) for branch in tree.of)
        case AnyOf():
            return any(met(branch, state) for branch in tree.of)
        case AtLeast():
            return sum(met(branch, state) for branch in tree.of) >= tree.n


@pytest.mark.property
@given(TREES, TREES, STATES)
def test_what_differs_between_trees_explains_every_learner(old: RequirementTree, new: RequirementTree, state: State) -> None:
    changes = diff_requirements(old, new)
    if not changes:
        assert met(old, state) == met(new, state)
    if met(old, state) and not met(new, state):
        assert any(change.new is not None and not met(change.new, state) for change in changes)
    for change in changes:
        if change.old is not None and change.new is not None and change.stricter is not None:
            harder, easier = (change.new, change.old) if change.stricter else (change.old, change.new)
            assert met(easier, state) or not met(harder, state)


@pytest.mark.property
@given(TREES)
def test_a_tree_does_not_differ_from_itself_in_another_form(tree: RequirementTree) -> None:
    assert diff_requirements(tree, tree) == ()
    assert diff_requirements(tree, AllOf((AnyOf((tree,)), AllOf((tree,)), AtLeast(1, (tree,), named="group:S")))) == ()


@pytest.mark.parametrize(
    "old, new, stricter",
    [
        (AtLeast(1, skills("S1", "S2", "S3")), AtLeast(2, skills("S3", "S2", "S1")), True),
        (AnyOf(skills("S1", "S2")), AnyOf(skills("S1", "S2", "S3")), False),
        (Weighted(3, (2, 1, 1), skills("S1", "S2", "S3")), Weighted(2, (2, 1, 1), skills("S1", "S2", "S3")), False),
        (Weighted(3, (2, 1, 1), skills("S1", "S2", "S3")), Weighted(3, (1, 2, 1), skills("S1", "S2", "S3")), None),
        (SkillRequired("A1", "recover"), SkillRequired("A1"), True),
        (SkillRequired("A1", "recover"), SkillRequired("A1", "recognise"), None),
        (EvidenceRequired(1, ("S1",), frozenset(WAYS)), EvidenceRequired(1, ("S1",), frozenset(WAYS[1:])), True),
        (EvidenceRequired(2, ("S1",), frozenset(WAYS)), EvidenceRequired(1, ("S1", "S2"), frozenset(WAYS)), False),
        (EvidenceRequired(1, ("S1",), frozenset(WAYS)), EvidenceRequired(1, ("S1",), frozenset(WAYS), practical=True), True),
    ],
)
def test_an_altered_demand_is_one_change(old: RequirementTree, new: RequirementTree, stricter: bool | None) -> None:
    (change,) = diff_requirements(AllOf((old, *skills("D1"))), AllOf((*skills("D1"), new)))
    assert (change.old, change.new, change.stricter) == (old, new, stricter)


RULE_CHOICES: dict[str, list[object]] = {
    "mastery_threshold_milli": [700, 800],
    "counted_attempts": ["best", "latest"],
    "min_assurance": ["self", "assisted"],
    "raise_only": [True, False],
    "validity_days": [None, 365, 730],
    "hazard_veto_days": [0, 30],
    "observers": [["assessor"], ["assessor", "teacher"]],
    "accepted_assurance": [["supervised", "observed"], ["assisted", "supervised", "observed"]],
}
RULES = st.fixed_dictionaries({}, optional={name: st.builds(rule, st.sampled_from(choices)) for name, choices in RULE_CHOICES.items()})
REQUIRES = st.sampled_from(
    [
        {"skill": "S3"},
        {"all": [{"skill": "S3"}]},
        {"group": "S"},
        {"all": [{"skill": "S4"}, {"skill": "S3"}, {"skill": "S2"}, {"skill": "S1"}]},
        {"at_least": {"n": 2, "set": "five-basic"}},
        {"all": [{"skill": "D1"}, {"each_group": {"evidence": {"n": 1, "assurance": ["supervised"]}}}]},
    ]
)
ENTRY = st.fixed_dictionaries({"requires": REQUIRES}, optional={"rules": RULES})
STUDENTS = st.fixed_dictionaries(
    {"requires": st.just({"group": "D"})}, optional={"rules": RULES, "levels": st.dictionaries(st.sampled_from(["TC1", "NC1"]), ENTRY)}
)


@st.composite
def regulations(draw: st.DrawFn) -> api.Regulation:
    raw = regulation(accepted_assurance=["assisted", "supervised", "observed"], observers=["assessor"])
    raw["rules"] |= draw(RULES)
    raw["audiences"] = draw(st.fixed_dictionaries({"citizen": ENTRY}, optional={"student": STUDENTS, "public_sector": ENTRY}))
    raw["label"] = text(draw(st.sampled_from(["Mine", "Yours"])))
    raw["record"]["caps"] = draw(st.sampled_from([{}, {"result": 3}, {"result": 4}]))
    raw |= draw(st.sampled_from([{}, superseding("demo-s3-a1/1"), superseding("demo-s3-a1/1", who="all")]))
    return build(raw)


def content(one: api.Regulation) -> api.Regulation:
    """Without what names a version, and with the audiences in one order."""
    return replace(one, digest="", audiences=tuple(sorted(one.audiences, key=lambda entry: (entry.audience, entry.level or ""))))


def unordered(changes: tuple[RegulationChange, ...], *, mirrored: bool = False) -> set[tuple[object, ...]]:
    def turned(change: RegulationChange) -> tuple[object, ...]:
        pair, stricter = (change.old, change.new), change.stricter
        if mirrored:
            pair, stricter = (change.new, change.old), None if stricter is None else not stricter
        return (change.path, change.audience, change.level, change.kind, *pair, stricter)

    return {turned(change) for change in changes}


@pytest.mark.property
@given(regulations(), regulations())
def test_a_comparison_is_complete_and_mirrored(old: api.Regulation, new: api.Regulation) -> None:
    changes = diff_regulations(old, new)
    assert bool(changes) == (content(old) != content(new))
    assert unordered(changes) == unordered(diff_regulations(new, old), mirrored=True)
    assert len(unordered(changes)) == len(changes)
    in_force = {
        (change.audience, change.level, change.path.rpartition(".")[2]): change for change in changes if change.kind is ChangeKind.RULE
    }
    for entry in (*old.audiences, *new.audiences):
        if entry.audience not in old.audience_codes() or entry.audience not in new.audience_codes():
            continue
        place = (entry.audience, entry.level)
        for name in RULE_CHOICES:
            values = tuple(one.rule(name, *place).value for one in (old, new))
            change = in_force.get((*place, name))
            assert (change is None) == (values[0] == values[1])
            assert change is None or (change.old, change.new) == values


@pytest.mark.property
@given(regulations(), regulations())
def test_every_sentence_is_whole_in_both_languages(old: api.Regulation, new: api.Regulation) -> None:
    for change in diff_regulations(old, new, framework=api.load_framework(FRAMEWORK)):
        for sentence in (change.sentence.vi, change.sentence.en):
            assert sentence[0].isupper()
            assert sentence.endswith(".")
            assert not {"None", "True", "False", "_milli", "requires"} & set(sentence.replace("”", " ").replace("“", " ").split())


def _set(*path: str | int, value: object) -> Callable[[dict[str, Any]], None]:
    def edit(raw: dict[str, Any]) -> None:
        target: Any = raw
        for part in path[:-1]:
            target = target[part]
        target[path[-1]] = value

    return edit


BASE = regulation({"all": [{"skill": "S3"}, {"at_least": {"n": 1, "group": "I"}}]}, observers=["assessor"])
BASE["audiences"]["citizen"]["rules"] = {"mastery_threshold_milli": rule(700)}
BASE["audiences"]["student"] = {"requires": {"group": "S"}, "levels": {"CB1": {"requires": {"group": "D"}}}}
BASE |= superseding("demo-s3-a1/1")

EDITS = [
    (_set("label", "en", value="Other"), "label", ChangeKind.TEXT),
    (_set("notice", "vi", value="Lời khác"), "notice", ChangeKind.TEXT),
    (_set("status", value="official"), "status", ChangeKind.STATUS),
    (_set("supersedes", value="demo-s3-a1/2"), "supersedes", ChangeKind.SUCCESSION),
    (_set("change_policy", "who", "value", value="all"), "change_policy.who", ChangeKind.SUCCESSION),
    (_set("change_policy", "completed", "basis", value="law"), "change_policy.completed", ChangeKind.BASIS),
    (_set("record", "fields", value=["number"]), "record.fields", ChangeKind.RECORD),
    (_set("record", "types", value=["result"]), "record.types", ChangeKind.RECORD),
    (_set("record", "caps", value={"result": 2}), "record.caps", ChangeKind.RECORD),
    (_set("record", "source", value="law"), "record", ChangeKind.BASIS),
    (_set("rules", "validity_days", "value", value=365), "audiences.citizen.rules.validity_days", ChangeKind.RULE),
    (_set("rules", "observers", "value", value=["teacher"]), "audiences.student.levels.CB1.rules.observers", ChangeKind.RULE),
    (_set("rules", "raise_only", "source", value="law"), "audiences.student.rules.raise_only", ChangeKind.BASIS),
    (_set("audiences", "citizen", "rules", value={}), "audiences.citizen.rules.mastery_threshold_milli", ChangeKind.FORM),
    (_set("audiences", "citizen", "requires", "all", 1, "at_least", "n", value=2), "audiences.citizen.requires", ChangeKind.REQUIREMENT),
    (_set("audiences", "citizen", "requires", "all", 0, value={"skill": "S2"}), "audiences.citizen.requires", ChangeKind.REQUIREMENT),
    (_set("audiences", "student", "requires", value={"all": [{"group": "S"}]}), "audiences.student.requires", ChangeKind.FORM),
    (_set("audiences", "student", "levels", value={}), "audiences.student.levels.CB1", ChangeKind.LEVEL),
    (_set("audiences", "enterprise_worker", value={"requires": {"group": "W"}}), "audiences.enterprise_worker", ChangeKind.AUDIENCE),
]


@pytest.mark.parametrize("edit, path, kind", EDITS, ids=lambda value: value if isinstance(value, str) else None)
def test_every_edit_appears(edit: Callable[[dict[str, Any]], None], path: str, kind: ChangeKind) -> None:
    raw = copy.deepcopy(BASE)
    edit(raw)
    found = {(change.path, change.kind) for change in diff_regulations(build(BASE), build(raw))}
    assert (path, kind) in found
    assert diff_regulations(build(BASE), build(BASE)) == ()


def test_a_general_rule_that_nobody_inherits_is_said_to_affect_nobody() -> None:
    raw = regulation()
    raw["audiences"]["citizen"]["rules"] = {"retest_delay_days": rule(3)}
    other = copy.deepcopy(raw)
    other["rules"]["retest_delay_days"] = rule(9)
    (change,) = diff_regulations(build(raw), build(other))
    assert (change.path, change.kind, change.stricter) == ("rules.retest_delay_days", ChangeKind.FORM, None)
    assert change.sentence.en == "In general, the wait between two counted attempts rises from 0 days to 9 days; this affects no audience."


def test_the_change_a_lawyer_reads() -> None:
    old, new = regulation(validity_days=730), regulation({"all": [{"skill": "S3"}, {"skill": "N1"}]}, mastery_threshold_milli=800)
    changes = diff_regulations(build(old), build(new), framework=api.load_framework(FRAMEWORK))
    assert [change.sentence.vi for change in changes] == [
        "Đối với người dân, nay yêu cầu thêm: kỹ năng N1 “Tạo và chỉnh sửa nội dung số”.",
        "Đối với người dân, ngưỡng đạt tăng từ 700 lên 800.",
        "Đối với người dân, thời hạn của kết quả đạt đổi từ “730 ngày” thành “không thời hạn”.",
    ]
    assert changes[1].sentence.en == "For citizens, the mastery threshold rises from 700 to 800."
    assert [change.stricter for change in changes] == [True, True, False]


def test_the_second_default_regulation_demands_what_the_first_did() -> None:
    changes = diff_regulations(api.load_regulation("vn-default/1"), api.load_regulation("vn-default/2"))
    assert ChangeKind.REQUIREMENT not in {change.kind for change in changes}
    assert {change.path.rpartition(".")[2] for change in changes if change.kind is ChangeKind.RULE} == {"observers", "exempters"}
    assert True not in {change.stricter for change in changes}


@pytest.mark.parametrize(
    "name, old, new, stricter",
    [
        ("counted_attempts", "best", "latest", True),
        ("counted_attempts", "latest", "m_of_n", None),
        ("min_assurance", "supervised", "self", False),
        ("accepted_assurance", ("self", "observed"), ("observed",), True),
        ("accepted_assurance", ("self",), ("observed",), None),
        ("hazard_blocks_mastery", False, True, True),
        ("raise_only", False, True, False),
        ("validity_days", None, 365, True),
        ("validity_days", 30, 365, False),
        ("counted_n", 3, 5, False),
        ("settling_seconds", 0, 60, None),
        ("observers", ("teacher",), (), True),
    ],
)
def test_which_value_is_stricter(name: str, old: Any, new: Any, stricter: bool | None) -> None:
    assert rule_stricter(name, old, new) is stricter
    assert rule_stricter(name, new, old) is (None if stricter is None else not stricter)
