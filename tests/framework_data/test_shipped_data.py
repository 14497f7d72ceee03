"""The data that ships: complete, in both languages, honest about what is not known."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from digiskills_framework import api
from digiskills_framework.library import SHIPPED
from digiskills_framework.strict_yaml import read_yaml, walk_texts
from digiskills_framework.validation import validate

WORKING = "digiskills-vn/1.0"
LEVELS = ("CB1", "CB2", "TC1", "TC2", "NC1")
OWN_FILES = sorted(
    file
    for kind in ("documents", "frameworks", "regulations", "coverage", "skill-sets", "packs")
    for file in (SHIPPED / kind).rglob("*.yaml")
)
COLUMNS = [("citizen", None), ("public_sector", None), ("enterprise_worker", None), *(("student", level) for level in LEVELS)]

# Skill by skill: citizen, public sector, enterprise worker; then the first school level that requires it ("" = never).
MATRIX = """
K1 ●●● TC1 | D1 ●●● CB1 | D2 ●●● CB1 | I1 ●●● CB1 | I2 ●●● CB2 | I3 ○●● CB2 | C1 ●●● CB1 | C2 ○●● CB2 | C3 ●●● CB2
S1 ●●● TC1 | S2 ●●● TC1 | S3 ●●● TC1 | S4 ●●● TC1 | A1 ●●● CB1 | A2 ●●● CB2 | A3 ●●● CB1 | A4 ○○○ CB1 | N1 ○●● CB2
N2 –●○ TC1 | P1 ●●● TC1 | P2 –●● TC1 | W1 ○●● | W2 ○●● | T1 ●●● CB1 | T2 ●●● TC1 | T3 ●●● TC1
"""
MARKS = {"●": api.Requirement.REQUIRED, "○": api.Requirement.OPTIONAL, "–": api.Requirement.NONE}


def test_the_shipped_data_is_valid() -> None:
    report = validate()
    assert report.findings == ()
    assert f"frameworks/{WORKING}" in report.checked


@pytest.mark.parametrize("file", OWN_FILES, ids=lambda file: file.relative_to(SHIPPED).as_posix())
def test_every_text_is_composed_and_tidy(file: Path) -> None:
    for path, text in walk_texts(read_yaml(file).value):
        assert unicodedata.is_normalized("NFC", text), path
        assert text == " ".join(text.split()), path


def test_the_working_profile_has_26_skills_and_says_that_it_is_ours() -> None:
    framework = api.load_framework(WORKING)
    assert len(framework.skills) == len(set(framework.codes)) == 26
    assert framework.status == "working"
    assert "757" in framework.notice.en
    assert "757" not in framework.title.vi + framework.title.en
    assert {skill.group for skill in framework.skills} == {group.code for group in framework.groups}


def test_only_a1_has_facets() -> None:
    facets = {skill.code: skill.facet_codes for skill in api.load_framework(WORKING).skills if skill.facets}
    assert facets == {"A1": ("recognise", "refuse_and_check", "recover")}


def test_every_skill_has_digcomp_competences_that_exist() -> None:
    known = {row.code for row in api.load_document("DigComp-2.2").rows()}
    assert len(known) == 21
    for skill in api.load_framework(WORKING).skills:
        assert skill.digcomp, skill.code
        assert set(skill.digcomp) <= known


def test_the_requirement_matrix_is_the_agreed_one() -> None:
    profile = api.load_profile(WORKING)
    rows = re.findall(r"(\w+) ([●○–]{3})(?: (\w+))?", MATRIX)
    assert [row[0] for row in rows] == list(api.load_framework(WORKING).codes)
    for code, marks, first in rows:
        for audience, mark in zip(("citizen", "public_sector", "enterprise_worker"), marks, strict=True):
            assert profile.requirement(audience, code) is MARKS[mark], (audience, code)
        required_from = LEVELS.index(first) if first else len(LEVELS)
        for at, level in enumerate(LEVELS):
            expected = api.Requirement.REQUIRED if at >= required_from else api.Requirement.NONE
            assert profile.requirement("student", code, level) is expected, (level, code)


def test_the_counts_of_the_matrix() -> None:
    profile = api.load_profile(WORKING)
    assert len(profile.cells) == 26 * len(COLUMNS)
    present = [sum(1 for cell in profile.present() if (cell.audience, cell.level) == column) for column in COLUMNS]
    assert present == [24, 26, 26, 8, 14, 24, 24, 24]
    assert len(profile.present()) == 170


def test_a_profile_refuses_a_student_without_a_level() -> None:
    with pytest.raises(KeyError, match="student"):
        api.load_profile(WORKING).requirement("student", "S1")


def test_there_is_one_can_do_statement_for_each_cell_of_the_profile() -> None:
    statements = api.load_can_do(WORKING)
    cells = [(cell.audience, cell.level, cell.skill) for cell in api.load_profile(WORKING).present()]
    assert [(item.audience, item.level, item.skill) for item in statements] == cells


@pytest.mark.parametrize("language", ["vi", "en"])
def test_can_do_statements_are_specific(language: str) -> None:
    texts = [item.text.text(language) for item in api.load_can_do(WORKING)]
    assert len(set(texts)) == len(texts), "two cells share a text"
    for text in texts:
        assert 40 <= len(text) <= 220, text
        assert text.endswith("."), text


def test_can_do_statements_are_written_in_their_language_and_to_their_reader() -> None:
    vietnamese = re.compile("[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
    for item in api.load_can_do(WORKING):
        assert vietnamese.search(item.text.vi), item.text.vi
        assert not vietnamese.search(item.text.en), item.text.en
        young = item.level in {"CB1", "CB2", "TC1", "TC2"}
        assert re.search(r"\b[Ee]m\b" if young else r"\b[Bb]ạn\b", item.text.vi), item.text.vi


def test_services_of_lower_secondary_pupils_are_used_with_an_adult() -> None:
    for item in api.load_can_do(WORKING):
        if item.skill in {"S1", "S2", "S3", "S4"} and item.level in {"TC1", "TC2"}:
            assert re.search("with (your|an?) (parents|grown-up|adult)|grandparents", item.text.en, re.IGNORECASE), item.text.en


def test_nothing_unread_is_presented_as_official() -> None:
    for document_id in api.list_documents():
        document = api.load_document(document_id)
        for row in document.rows():
            if not row.seen:
                assert row.official_name is None
                assert row.name_vi is None
        if document.rows_known != "all":
            assert document.unknown is not None
    decision = api.load_document("QD-757-BKHCN-2025")
    assert decision.rows() == ()
    assert decision.rows_known == "none"


def test_unread_rows_are_never_called_fully_covered() -> None:
    unseen = {(key, row.code) for key in api.list_documents() for row in api.load_document(key).rows() if not row.seen}
    assert len(unseen) == 3
    for row in api.load_crosswalk(WORKING).rows:
        if (row.document, row.row) in unseen or row.document == "QD-757-BKHCN-2025":
            assert row.coverage is not api.Coverage.FULL
            assert row.note is not None


def test_the_documents_audiences_are_all_mapped() -> None:
    named = {(item.code, item.audience) for key in api.list_documents() for item in api.load_document(key).audiences}
    assert named == set(api.AUDIENCE_BY_DOCUMENT_CODE.items())
    assert set(api.AUDIENCE_BY_DOCUMENT_CODE.values()) == set(api.Audience)


def test_what_we_do_not_cover_is_named() -> None:
    uncovered = {(row.document, row.row) for row in api.load_crosswalk(WORKING).uncovered()}
    assert {("TT-02-2025-BGDDT", "3.4"), ("TT-02-2025-BGDDT", "5.3"), ("TT-02-2025-BGDDT", "5.4")} <= uncovered


def test_the_five_basic_skills() -> None:
    basic = api.load_skill_set("five-basic")
    assert basic.skills == ("S1", "S2", "S3", "S4", "A1")
    rows = api.load_crosswalk(WORKING).for_document("CV-3240-BTTTT-2024")
    assert sorted(code for row in rows for code in row.skills) == sorted(basic.skills)


@pytest.mark.parametrize("key", ["vn-default/1", "vn-default/2"])
def test_the_default_regulation_demands_what_the_profile_requires(key: str) -> None:
    regulation, profile = api.load_regulation(key), api.load_profile(WORKING)
    for audience, level in COLUMNS:
        tree = regulation.requires(audience, level)
        assert isinstance(tree, api.AllOf)
        assert tuple(leaf.skill for leaf in api.leaves(tree)) == profile.skills(audience, level)


@pytest.mark.parametrize("key", ["vn-default/1", "vn-default/2"])
def test_a_student_of_unknown_level_is_asked_for_the_highest(key: str) -> None:
    regulation = api.load_regulation(key)
    assert regulation.requires("student") == regulation.requires("student", "NC1")


def test_being_proficient_in_the_five_basic_skills_is_a_regulation_of_its_own() -> None:
    tree = api.load_regulation("vn-five-basic/1").requires("citizen")
    assert tree == api.AllOf(tuple(api.SkillRequired(code) for code in api.load_skill_set("five-basic").skills))


@pytest.mark.parametrize("key", api.list_regulations())
def test_every_number_is_labelled_as_an_assumption_of_ours(key: str) -> None:
    regulation = api.load_regulation(key)
    rules = [*regulation.rules, regulation.record_basis, *(rule for entry in regulation.audiences for rule in entry.rules)]
    rules += regulation.change_policy.statements if regulation.change_policy else ()
    assert {(rule.basis, rule.source) for rule in rules} == {("operator-configurable default", "own assumption")}
    assert regulation.status != "official"


def test_the_values_of_the_default_regulation() -> None:
    regulation = api.load_regulation("vn-default/1")
    expected = api.RuleValues(
        mastery_threshold_milli=700,
        counted_attempts=api.CountedAttempts.BEST,
        min_assurance=api.Assurance.SELF,
        hazard_blocks_mastery=True,
        raise_only=True,
        retest_delay_days=0,
        validity_days=None,
        settling_seconds=0,
        trace_retention_days=90,
    )
    assert {regulation.values(*column) for column in COLUMNS} == {expected}


def test_the_second_default_regulation_says_who_observes_and_exempts() -> None:
    values = api.load_regulation("vn-default/2").values("citizen")
    assert values.observers == (api.Role.COURSE_TEAM, api.Role.ASSESSOR, api.Role.TEACHER)
    assert values.exempters == (api.Role.ASSESSOR, api.Role.OFFICIAL)
    assert values.accepted_assurance == frozenset(api.Assurance)


def test_the_assured_demo_is_strict() -> None:
    regulation = api.load_regulation("demo-assured/1")
    values = regulation.values("citizen")
    assert regulation.status == "demo"
    assert (values.counted_attempts, values.counted_m, values.counted_n) == (api.CountedAttempts.M_OF_N, 2, 3)
    assert (values.hazard_veto_days, values.validity_days, values.renewal_notice_days, values.raise_only) == (30, 730, 60, False)
    supervised = frozenset({api.Assurance.SUPERVISED, api.Assurance.OBSERVED})
    groups = {piece.named for piece in api.evidence_leaves(regulation.requires("citizen")) if piece.assurance == supervised}
    assert groups == {f"group:{code}" for code in "KDICSAPT"}


def test_the_demo_regulation_is_named_as_one_and_asks_for_two_skills() -> None:
    regulation = api.load_regulation("demo-s3-a1/1")
    assert regulation.status == "demo"
    assert "Demo" in regulation.label.en
    assert regulation.audience_codes() == (api.Audience.CITIZEN,)
    assert regulation.requires("citizen") == api.AllOf((api.SkillRequired("S3"), api.SkillRequired("A1")))


def test_vietnam_has_34_provinces_and_3321_communes() -> None:
    units = api.load_units("vn")
    by_level = {level: [unit for unit in units if unit.level == level] for level in ("province", "commune")}
    assert {level: len(found) for level, found in by_level.items()} == {"province": 34, "commune": 3321}
    assert len({unit.code for unit in units}) == len(units)
    assert {len(unit.code) for unit in by_level["province"]} == {2}
    assert {len(unit.code) for unit in by_level["commune"]} == {5}
    assert {unit.parent for unit in by_level["commune"]} == {unit.code for unit in by_level["province"]}
    assert {unit.valid_from for unit in units} == {date(2025, 7, 1)}
    assert all(unicodedata.is_normalized("NFC", unit.name) for unit in units)


def test_the_fictional_places_are_no_real_units() -> None:
    real = {unit.name.casefold() for unit in api.load_units("vn")}
    short = {name.partition(" ")[2] for name in real}
    for code, name in api.load_pack("vn").world.places:
        assert name.casefold() not in real
        assert code == "hamlet" or not {name.casefold(), name.casefold().partition(" ")[2]} & short


def test_the_vietnamese_pack_writes_money_and_dates_as_people_do() -> None:
    pack = api.load_pack("vn")
    assert [pack.money.format(amount) for amount in (0, 999, 1_250_000, -20_000_000)] == ["0 đ", "999 đ", "1.250.000 đ", "-20.000.000 đ"]
    assert pack.dates.format(date(2026, 11, 2)) == "02/11/2026"


def test_help_numbers_are_checked_and_sourced() -> None:
    numbers = {number.code: number for number in api.load_pack("vn").help_numbers}
    assert {code: number.number for code, number in numbers.items()} == {
        "police": "113",
        "fire": "114",
        "ambulance": "115",
        "child_helpline": "111",
        "scam_calls": "156",
    }
    assert all(number.source.startswith("https://") and number.checked_on >= date(2026, 11, 1) for number in numbers.values())


def test_each_grade_has_one_school_level() -> None:
    pack = api.load_pack("vn")
    found = [pack.school_level_of_grade(grade) for grade in range(1, 13)]
    assert [level.code if level else None for level in found] == ["CB1"] * 3 + ["CB2"] * 2 + ["TC1"] * 2 + ["TC2"] * 2 + ["NC1"] * 3
    assert pack.school_level_of_grade(13) is None
    assert [level.code for level in pack.school_levels if level.tertiary] == ["NC1"]


@pytest.mark.parametrize("code", ["vn", "xx"])
def test_consent_ages_leave_no_gap(code: str) -> None:
    ages = api.load_pack(code).consent_ages
    assert ages[0].from_age == 0
    assert ages[-1].up_to is None
    assert [age.from_age for age in ages[1:]] == [age.up_to + 1 for age in ages[:-1] if age.up_to is not None]


def test_the_neutral_pack_differs_in_everything_a_country_decides() -> None:
    pack = api.load_pack("xx")
    assert pack.money.format(-1_250_050) == "-¤12,500.50"
    assert pack.dates.format(date(2026, 11, 2)) == "2026-11-02"
    units = api.load_units("xx")
    assert [unit.code for unit in units if unit.parent is None] == ["1", "2"]
    assert {level.code for level in pack.unit_levels} == {unit.level for unit in units}
