"""A framework directory is read as a whole, and every contradiction in it is found and explained."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digiskills_framework import api
from tests.framework_data.builders import KEY, framework_files, regulation, text, write, write_framework

Files = dict[str, dict[str, Any]]


def test_an_operators_directory_adds_to_the_shipped_data(tmp_path: Path) -> None:
    write_framework(tmp_path)
    assert api.list_frameworks((tmp_path,)) == ("community-helpers/1.0", "digiskills-vn/1.0", "tt02-vn/2025", KEY)
    framework = api.load_framework(KEY, (tmp_path,))
    assert framework.codes == ("X1", "X2")
    assert framework.skill("X2").facet_codes == ("see", "act")
    assert framework.title.text("en-GB") == "Sample in English"
    assert framework.title.text("fr") == "Sample tiếng Việt"


def test_an_operators_directory_cannot_redefine_the_shipped_data(tmp_path: Path) -> None:
    files = framework_files()
    for name, content in files.items():
        write(tmp_path, f"frameworks/digiskills-vn/1.0/{name}", content)
    with pytest.raises(api.InconsistentDataError, match="exists in"):
        api.load_framework("digiskills-vn/1.0", (tmp_path,))


@pytest.mark.parametrize("key", ["nothing/1.0", "../sample/1.0", "sample", "", "sample/1.0/framework", "/etc/passwd", "sample/1.0\n"])
def test_an_unknown_id_lists_what_there_is(tmp_path: Path, key: str) -> None:
    write_framework(tmp_path)
    with pytest.raises(api.UnknownDataError) as caught:
        api.load_framework(key, (tmp_path,))
    assert KEY in caught.value.remedy


def _set(*path: str | int, value: object) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        target: Any = files
        for part in path[:-1]:
            target = target[part]
        target[path[-1]] = value

    return change


def _drop(*path: str | int) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        target: Any = files
        for part in path[:-1]:
            target = target[part]
        del target[path[-1]]

    return change


@pytest.mark.parametrize(
    "change, path, message",
    [
        (_drop("profile"), "", "file is missing"),
        (_set("extra", value={"a": 1}), "", "not a file of a framework"),
        (_set("framework", "version", value="2.0"), "", "contradicts the place"),
        (_set("framework", "version", value=1), "version", "wrong type"),
        (_set("framework", "colour", value="red"), "colour", "unknown field"),
        (_drop("framework", "source"), "", "field 'source' is missing"),
        (_set("framework", "status", value="real"), "status", "not one of the values"),
        (_set("framework", "title", "en", value=" "), "title.en", "form demanded"),
        (_set("framework", "skills", 1, "code", value="X1"), "skills[1]", "given twice"),
        (_set("framework", "skills", 0, "code", value="X 1"), "skills[0].code", "form demanded"),
        (_set("framework", "skills", 0, "group", value="Y"), "skills[0].group", "not a skill group"),
        (_set("framework", "skills", 1, "facets", 1, "code", value="see"), "skills[1].facets[1]", "given twice"),
        (_set("profile", "framework", value="sample/2.0"), "framework", "contradicts the place"),
        (_drop("profile", "audiences", "citizen", "X1"), "audiences.citizen", "says nothing of this skill"),
        (_set("profile", "audiences", "citizen", "X9", value="required"), "audiences.citizen.X9", "not a skill known"),
        (_set("profile", "audiences", "citizen", "X1", value="must"), "audiences.citizen.X1", "not one of the values"),
        (_set("profile", "audiences", "teacher", value={"X1": "none", "X2": "none"}), "audiences.teacher", "unknown field"),
    ],
)
def test_each_mistake_is_named_with_its_place(tmp_path: Path, change: Callable[[Files], None], path: str, message: str) -> None:
    files = framework_files()
    change(files)
    write_framework(tmp_path, files)
    with pytest.raises(api.FrameworkDataError) as caught:
        api.load_framework(KEY, (tmp_path,))
    found = [(finding.path, finding.message) for finding in caught.value.findings]
    assert any(place == path and message in text for place, text in found), found
    assert all(finding.remedy and finding.file.startswith("frameworks/sample/1.0") for finding in caught.value.findings)


def test_mistakes_in_several_files_are_reported_together(tmp_path: Path) -> None:
    files = framework_files()
    files["framework"]["colour"] = "red"
    files["profile"]["audiences"]["citizen"]["X1"] = "must"
    files["crosswalk"]["rows"] = "none"
    write_framework(tmp_path, files)
    with pytest.raises(api.FrameworkDataError) as caught:
        api.load_framework(KEY, (tmp_path,))
    assert {Path(finding.file).stem for finding in caught.value.findings} == {"framework", "profile", "crosswalk"}


def _row(**fields: object) -> dict[str, object]:
    return {"document": "CV-3240-BTTTT-2024", "skills": ["X1"], "coverage": "full", "row": "1"} | fields


@pytest.mark.parametrize(
    "rows, message",
    [
        ([_row()], "leaves out"),
        ([_row(row="9")], "is not a row of the document"),
        ([_row(), _row()], "given twice"),
        ([_row(skills=["Z"])], "not a skill known"),
        ([_row(coverage="none", note=text("why"))], "does not fit the skills"),
        ([_row(skills=[])], "does not fit the skills"),
        ([_row(coverage="partial")], "is not explained"),
        ([_row(place=text("title"))], "either a row or a place"),
        ([_row(document="QD-0")], "is not known"),
    ],
)
def test_a_crosswalk_leaves_nothing_out_in_silence(tmp_path: Path, rows: list[dict[str, object]], message: str) -> None:
    files = framework_files()
    files["crosswalk"]["rows"] = rows
    write_framework(tmp_path, files)
    with pytest.raises(api.FrameworkDataError, match=message):
        api.load_crosswalk(KEY, (tmp_path,))


def test_can_do_statements_are_there_for_every_cell_or_for_none(tmp_path: Path) -> None:
    files = framework_files()
    files["can-do/citizen"] = {"schema": "can-do/1", "framework": KEY, "audience": "citizen", "statements": {"X1": text("I can")}}
    write_framework(tmp_path, files)
    with pytest.raises(api.InconsistentDataError) as caught:
        api.load_can_do(KEY, (tmp_path,))
    missing = [finding for finding in caught.value.findings if finding.message == "has no can-do statement"]
    assert len(missing) == 1 + 5 * 2


def test_a_succession_leads_to_skills_that_exist(tmp_path: Path) -> None:
    files = framework_files()
    files["succession"] = {"schema": "succession/1", "from": "old/1", "to": KEY, "skills": [{"old": "A", "new": ["X1", "X7"]}]}
    write_framework(tmp_path, files)
    with pytest.raises(api.InconsistentDataError, match="X7"):
        api.load_framework(KEY, (tmp_path,))


def test_a_skill_set_has_skills_of_its_framework(tmp_path: Path) -> None:
    write_framework(tmp_path)
    content = {"schema": "skill-set/1", "id": "mine", "framework": KEY, "title": text("Mine"), "source": "test", "skills": ["X1", "Z9"]}
    write(tmp_path, "skill-sets/mine", content)
    with pytest.raises(api.InconsistentDataError, match="Z9"):
        api.load_skill_set("mine", (tmp_path,))


def test_a_document_cannot_call_a_row_seen_without_its_wording(tmp_path: Path) -> None:
    row = {"code": "1", "name_vi": None, "name_en": None, "seen": True}
    content = {
        "schema": "document/1",
        "id": "DOC-1",
        "title_vi": "Tài liệu",
        "title_en": None,
        "issued": "2026",
        "issuer": None,
        "rows_known": "some",
        "source": "test",
        "unknown": None,
        "audiences": [],
        "groups": [{"code": "1", "name_vi": None, "name_en": None, "rows": [row]}],
    }
    write(tmp_path, "documents/DOC-1", content)
    with pytest.raises(api.InconsistentDataError, match="seen without a wording"):
        api.load_document("DOC-1", (tmp_path,))


@pytest.mark.parametrize(
    "tree, message",
    [
        ({"skill": "X9"}, "not a skill known"),
        ({"skill": "X2", "facet": "fly"}, "not a facet of X2"),
        ({"at_least": {"n": 3, "of": [{"skill": "X1"}, {"skill": "X2"}]}}, "more than there are"),
        ({"all": [{"skill": "X1"}], "any": [{"skill": "X2"}]}, "mixes several forms"),
        ({"all": []}, "too few items"),
        ({"facet": "see"}, "needs another"),
        ({"not": {"skill": "X1"}}, "unknown field"),
    ],
)
def test_a_requirement_tree_must_make_sense(tmp_path: Path, tree: dict[str, object], message: str) -> None:
    write_framework(tmp_path)
    content = regulation()
    content["audiences"]["citizen"]["requires"] = tree
    write(tmp_path, "regulations/sample-rules/1", content)
    with pytest.raises(api.FrameworkDataError, match=message):
        api.load_regulation("sample-rules/1", (tmp_path,))


def test_a_requirement_tree_is_read_as_written(tmp_path: Path) -> None:
    write_framework(tmp_path)
    content = regulation()
    content["audiences"]["citizen"]["requires"] = {
        "any": [{"all": [{"skill": "X1"}]}, {"at_least": {"n": 1, "of": [{"skill": "X2", "facet": "see"}, {"skill": "X1"}]}}]
    }
    write(tmp_path, "regulations/sample-rules/1", content)
    tree = api.load_regulation("sample-rules/1", (tmp_path,)).requires("citizen")
    see, first = api.SkillRequired("X2", "see"), api.SkillRequired("X1")
    assert tree == api.AnyOf((api.AllOf((first,)), api.AtLeast(1, (see, first))))
    assert list(api.leaves(tree)) == [first, see, first]


def test_a_level_overrides_its_audience_which_overrides_the_regulation(tmp_path: Path) -> None:
    write_framework(tmp_path)
    content = regulation()

    def threshold(value: int) -> dict[str, object]:
        return {"mastery_threshold_milli": {"value": value, "basis": "test", "source": "test"}}

    content["audiences"]["student"] = {
        "requires": {"skill": "X1"},
        "rules": threshold(600),
        "levels": {"CB1": {"requires": {"skill": "X2"}, "rules": threshold(500)}, "CB2": {"requires": {"skill": "X2"}}},
    }
    write(tmp_path, "regulations/sample-rules/1", content)
    rules = api.load_regulation("sample-rules/1", (tmp_path,))
    asked = [("citizen", None), ("student", None), ("student", "CB1"), ("student", "CB2"), ("student", "TC1")]
    assert [rules.values(*who).mastery_threshold_milli for who in asked] == [700, 600, 500, 600, 600]
    assert [rules.requires(*who) for who in asked[1:]] == [api.SkillRequired(code) for code in ("X1", "X2", "X2", "X1")]
    with pytest.raises(KeyError, match="public_sector"):
        rules.requires("public_sector")


@pytest.mark.parametrize("name, value", [("mastery_threshold_milli", 1001), ("trace_retention_days", 0), ("counted_attempts", "worst")])
def test_rules_out_of_range_are_refused(tmp_path: Path, name: str, value: object) -> None:
    write_framework(tmp_path)
    content = regulation()
    content["rules"][name]["value"] = value
    write(tmp_path, "regulations/sample-rules/1", content)
    with pytest.raises(api.InvalidShapeError) as caught:
        api.load_regulation("sample-rules/1", (tmp_path,))
    assert caught.value.path == f"rules.{name}.value"


def test_a_rule_without_basis_or_source_is_refused(tmp_path: Path) -> None:
    write_framework(tmp_path)
    content = regulation()
    del content["rules"]["raise_only"]["basis"]
    del content["rules"]["raise_only"]["source"]
    write(tmp_path, "regulations/sample-rules/1", content)
    with pytest.raises(api.InvalidShapeError) as caught:
        api.load_regulation("sample-rules/1", (tmp_path,))
    assert {finding.message for finding in caught.value.findings} == {"field 'basis' is missing", "field 'source' is missing"}


@pytest.mark.parametrize(
    "change, path",
    [
        ({"framework": "other/1.0"}, "framework"),
        ({"skills": {"X9": {"tasks": ["S3-01"]}}}, "skills.X9"),
        ({"skills": {"X1": {"tasks": ["S3"]}}}, "skills.X1.tasks[0]"),
    ],
)
def test_only_skills_that_there_are_borrow(tmp_path: Path, change: dict[str, object], path: str) -> None:
    write_framework(tmp_path)
    content = {"schema": "content/1", "framework": KEY, "skills": {"X1": {"tasks": ["S3-01"]}}}
    write(tmp_path, f"frameworks/{KEY}/content", content | change)
    with pytest.raises(api.FrameworkDataError) as caught:
        api.load_framework(KEY, (tmp_path,))
    assert [finding.path for finding in caught.value.findings] == [path]


def test_a_task_may_be_borrowed_by_several_skills(tmp_path: Path) -> None:
    write_framework(tmp_path)
    skills = {"X2": {"tasks": ["S3-01"]}, "X1": {"tasks": ["A1-03", "S3-01"]}}
    write(tmp_path, f"frameworks/{KEY}/content", {"schema": "content/1", "framework": KEY, "skills": skills})
    assert api.load_borrowed(KEY, (tmp_path,)) == {"A1-03": ("X1",), "S3-01": ("X1", "X2")}
