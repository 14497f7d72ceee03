"""Registry profiles, routing and identity schemes: what is shipped holds together, and what is wrong is named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from digiskills_framework import api
from digiskills_framework.cli import main
from digiskills_framework.identity_scheme import IdentityScheme
from digiskills_framework.library import SHIPPED
from digiskills_framework.registry import FACTS
from digiskills_framework.strict_yaml import read_yaml
from digiskills_framework.validation import validate
from tests.framework_data.builders import write

PROFILES = api.list_registry_profiles()
GOLDEN = sorted(path for key in PROFILES for path in (api.load_registry_profile(key).directory / "golden").glob("*.json"))
VN = api.load_identity_scheme("vn")


def profile_of(path: Path) -> api.RegistryProfile:
    pack, _registries, code, version = path.parts[-6:-2]
    return api.load_registry_profile(f"{pack}/{code}/{version}")


def test_the_registries_of_the_mission_are_there() -> None:
    assert set(PROFILES) == {"vn/vneid/1", "vn/civil_servants/1", "vn/education/1", "vn/province/1", "xx/national/1"}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: "/".join(path.parts[-4:]))
def test_a_mapping_makes_the_committed_record(path: Path) -> None:
    """If this fails, the mapping of a version has changed: give it a new version, or review the difference and commit it."""
    golden = json.loads(path.read_text(encoding="utf-8"))
    assert api.build_record(profile_of(path), golden["facts"]) == golden["record"]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: "/".join(path.parts[-4:]))
def test_a_committed_record_keeps_the_contract(path: Path) -> None:
    golden = json.loads(path.read_text(encoding="utf-8"))
    assert list(Draft202012Validator(profile_of(path).schema).iter_errors(golden["record"])) == []


@pytest.mark.parametrize("key", PROFILES)
def test_every_event_has_a_committed_form_or_is_not_sent(key: str) -> None:
    profile = api.load_registry_profile(key)
    facts = json.loads((profile.directory / "golden" / "issued.json").read_text(encoding="utf-8"))["facts"]
    for event in profile.events:
        record = api.build_record(profile, {**facts, "event": {**facts["event"], "type": event}})
        assert list(Draft202012Validator(profile.schema).iter_errors(record)) == []


@pytest.mark.parametrize("key", PROFILES)
def test_the_contract_speaks_of_the_same_record_and_answer(key: str) -> None:
    profile = api.load_registry_profile(key)
    contract: Any = read_yaml(profile.directory / "openapi.yaml").value
    assert contract["openapi"] == "3.1.0"
    assert "record.schema.json" in json.dumps(contract)
    assert set(contract["components"]["securitySchemes"]) == set(profile.auth)
    result = contract["components"]["schemas"]["Result"]["properties"]
    answer = profile.answer
    assert set(result) == {answer.key, answer.status, answer.reference, answer.reason}
    assert result[answer.status]["enum"] == [*answer.accepted, *answer.rejected, *answer.again]
    if profile.batch is not None:
        request = contract["components"]["schemas"]["Request"]["properties"]
        assert set(request) == {profile.batch.key, profile.batch.records}
        assert request[profile.batch.records]["maxItems"] == profile.batch.max_records


@pytest.mark.parametrize("key", PROFILES)
def test_every_profile_says_that_it_is_assumed(key: str) -> None:
    profile = api.load_registry_profile(key)
    readme = (profile.directory.parent / "README.md").read_text(encoding="utf-8")
    assert "Assumed:" in readme
    assert "No public interface exists" in readme or profile.pack == "xx"
    assert profile.notice.vi
    assert profile.notice.en


@pytest.mark.parametrize("key", PROFILES)
def test_who_needs_no_citizen_number_is_not_told_one(key: str) -> None:
    profile = api.load_registry_profile(key)
    told = any(rule.fact == ("identity", "number") for rule in profile.record)
    assert told == ("identity" in profile.needs)


def golden_facts(key: str = "vn/vneid/1") -> dict[str, Any]:
    path = api.load_registry_profile(key).directory / "golden" / "issued.json"
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["facts"]
    return facts


def test_a_required_fact_that_is_not_known_stops_the_record() -> None:
    facts = golden_facts()
    facts["identity"] = {}
    profile = api.load_registry_profile("vn/vneid/1")
    with pytest.raises(api.MappingError) as caught:
        api.build_record(profile, facts)
    assert (caught.value.code, caught.value.field) == ("missing_fact", "congDan.soDinhDanh")
    assert api.missing_needs(profile, facts) == ("identity",)


def test_a_word_that_the_registry_does_not_have_is_not_passed_on() -> None:
    facts = golden_facts()
    facts["confirmation"]["audience"] = "tourist"
    with pytest.raises(api.MappingError, match=r"xacNhan\.doiTuong: unknown_value") as caught:
        api.build_record(api.load_registry_profile("vn/vneid/1"), facts)
    assert "tourist" not in str(caught.value)


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-22T18:30:00", "2026-11-22", ""])
def test_a_time_without_zone_is_no_time(moment: str) -> None:
    facts = golden_facts()
    facts["event"]["occurredAt"] = moment
    with pytest.raises(api.MappingError, match="thoiDiem: bad_time"):
        api.build_record(api.load_registry_profile("vn/vneid/1"), facts)


def test_days_are_those_of_the_registrys_clock() -> None:
    """Half past six in the evening UTC is already the next day in Hanoi."""
    record = api.build_record(api.load_registry_profile("vn/civil_servants/1"), golden_facts("vn/civil_servants/1"))
    assert record["ngayNghiepVu"] == "23/11/2026"


names = st.sampled_from(["number", "skills", "type", "01", "code"])
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=10,
)


@given(facts=st.dictionaries(st.sampled_from(["event", "confirmation", "record", "identity", "unit", "holder"]), junk))
def test_facts_of_any_shape_end_in_a_named_error(facts: dict[str, Any]) -> None:
    """No key of an event is among the facts, so every record lacks something."""
    with pytest.raises(api.MappingError) as caught:
        api.build_record(api.load_registry_profile("vn/education/1"), facts)
    assert caught.value.code in {"missing_fact", "unknown_value", "bad_time"}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the neutral pack with its registry, under the code ``yy``."""
    shutil.copytree(SHIPPED / "packs" / "xx", tmp_path / "packs" / "yy")
    for name in ("pack", "world", "units", "real-life", "registries/routing", "registries/identity", "registries/national/1/mapping"):
        change(tmp_path, name, lambda raw, field="code" if name == "pack" else "pack": raw.update({field: "yy"}))
    return tmp_path


def change(directory: Path, name: str, edit: Callable[[Any], object]) -> None:
    raw: Any = read_yaml(directory / "packs" / "yy" / f"{name}.yaml").value
    edit(raw)
    write(directory, f"packs/yy/{name}", raw)


def test_a_registry_of_an_operator_works(pack: Path) -> None:
    assert validate(pack).findings == ()
    assert api.load_registry_profile("yy/national/1", (pack,)).answer == api.load_registry_profile("xx/national/1").answer


MAPPING, ROUTING, IDENTITY = "registries/national/1/mapping", "registries/routing", "registries/identity"


@pytest.mark.parametrize(
    "file, edit, path, message",
    [
        (MAPPING, lambda raw: raw.update(version=2), "version", "contradicts the place of the file"),
        (MAPPING, lambda raw: raw["record"][0].update({"from": "learner.phone"}), "record[0].from", "is not a fact"),
        (MAPPING, lambda raw: raw["record"][1].update(to="key"), "record[1].to", "is given twice"),
        (MAPPING, lambda raw: raw["record"][1]["values"].pop("withdrawn"), "record[1].values", "is not a word for this event known here"),
        (MAPPING, lambda raw: raw["record"][0].update(const="both"), "record[0]", "has none of the forms allowed here"),
        (MAPPING, lambda raw: raw["answer"].update(results="list"), "answer.results", "does not fit `batch`"),
        (MAPPING, lambda raw: raw.update(hidden=1), "hidden", "unknown field 'hidden'"),
        (ROUTING, lambda raw: raw["rules"][0].update(registry="other"), "rules[0].registry", "is not a registry known here"),
        (ROUTING, lambda raw: raw["rules"][0].update(legal_bases=["habit"]), "rules[0].legal_bases[0]", "is not a legal basis known here"),
        (ROUTING, lambda raw: raw["rules"][0].pop("units"), "rules[0]", "field 'units' is missing"),
        (IDENTITY, lambda raw: raw.update(digits="8"), "digits", "has the wrong type"),
        (
            IDENTITY,
            lambda raw: raw.update(
                structure={"place_digits": 2, "places": ["1"], "centuries": [{"digit": "0", "century": 1900, "sex": "male"}]}
            ),
            "structure.places[0]",
            "has another length than place_digits",
        ),
    ],
)
def test_what_is_wrong_is_named(pack: Path, file: str, edit: Callable[[Any], object], path: str, message: str) -> None:
    change(pack, file, edit)
    assert (path, message) in [(finding.path, finding.message) for finding in validate(pack).findings]


def test_a_contract_that_is_no_schema_is_refused(pack: Path) -> None:
    (pack / "packs/yy/registries/national/1/record.schema.json").write_text('{"type": "thing"}', encoding="utf-8")
    [finding] = validate(pack).findings
    assert finding.file == "packs/yy/registries/national/1/record.schema.json"
    assert "is no JSON Schema" in finding.message


def test_an_unknown_profile_is_answered_with_those_that_are_known() -> None:
    with pytest.raises(api.UnknownDataError, match="vn/vneid/1"):
        api.load_registry_profile("vn/vneid/99")


@pytest.mark.parametrize(
    "registry, audience, units, territory, basis, told",
    [
        ("vneid", "citizen", (), (), "agreement", True),
        ("vneid", "citizen", (), (), "", False),
        ("vneid", "citizen", (), (), "personnel_records", False),
        ("civil_servants", "public_sector", (), (), "personnel_records", True),
        ("civil_servants", "citizen", (), (), "personnel_records", False),
        ("education", "student", ("00004", "01"), (), "state_sharing", True),
        ("education", "enterprise_worker", (), (), "state_sharing", False),
        ("province", "citizen", ("00004", "01"), ("01",), "agreement", True),
        ("province", "citizen", ("00004", "01"), ("79", "00004"), "agreement", True),
        ("province", "citizen", ("00004", "01"), ("79",), "agreement", False),
        ("province", "citizen", (), ("01",), "agreement", False),
        ("province", "citizen", ("00004", "01"), (), "agreement", False),
    ],
)
def test_a_record_goes_where_audience_place_and_legal_basis_allow(
    registry: str, audience: str, units: tuple[str, ...], territory: tuple[str, ...], basis: str, told: bool
) -> None:
    record: dict[str, Any] = {"record_type": "confirmation", "audience": audience, "unit_codes": units}
    rules = api.load_routing("vn").rules_of(registry)
    assert any(rule.matches(**record, territory=territory, legal_basis=basis) for rule in rules) == told


def test_a_result_is_no_confirmation() -> None:
    [rule] = api.load_routing("vn").rules_of("vneid")
    assert not rule.matches(record_type="result", audience="citizen", unit_codes=(), territory=(), legal_basis="agreement")


@pytest.mark.parametrize("unit, told", [("101", True), ("301", False)])
def test_a_rule_may_name_the_places_itself(unit: str, told: bool) -> None:
    [rule] = api.load_routing("xx").rules_of("national")
    place = (unit, unit[0])
    assert rule.matches(record_type="confirmation", audience="citizen", unit_codes=place, territory=(), legal_basis="agreement") == told


@pytest.mark.parametrize(
    "number", ["", "1" * 11, "1" * 13, "00109300000a", " 01093000001", "٠٠١٠٩٣٠٠٠٠٠١", "001093000001\n", "+01093000001"]
)
def test_twelve_digits_are_a_hard_rule(number: str) -> None:
    assert not VN.is_well_formed(number)


@pytest.mark.parametrize(
    "number, known, warnings",
    [
        ("001093000001", {}, ()),
        ("001093000001", {"birth_year": 1993, "sex": "male"}, ()),
        ("001193000001", {"birth_year": 1993, "sex": "male"}, ("sex_differs",)),
        ("001206000001", {"birth_year": 1906}, ("birth_year_differs",)),
        ("003093000001", {}, ("unknown_place",)),
        ("000093000001", {"birth_year": 1950, "sex": "female"}, ()),
    ],
)
def test_structure_is_only_a_warning(number: str, known: dict[str, Any], warnings: tuple[str, ...]) -> None:
    assert VN.is_well_formed(number)
    assert VN.warnings(number, **known) == warnings


@given(st.from_regex(r"[0-9]{12}", fullmatch=True), st.none() | st.integers(1800, 2400), st.sampled_from([None, "male", "female"]))
def test_no_well_formed_number_is_too_odd_to_be_looked_at(number: str, birth_year: int | None, sex: Any) -> None:
    assert set(VN.warnings(number, birth_year=birth_year, sex=sex)) <= {"unknown_place", "birth_year_differs", "sex_differs"}


def test_there_are_63_old_places_and_none_of_them_is_for_tests() -> None:
    assert isinstance(VN, IdentityScheme)
    assert VN.structure is not None
    assert len(VN.structure.places) == 63
    assert not any(VN.is_test(place) for place in VN.structure.places)


def run(*arguments: str, stdin: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(main, ["registry", *arguments], input=stdin)
    return result.exit_code, result.output


def test_the_command_lists_the_profiles() -> None:
    code, output = run("list", "--language", "en")
    assert code == 0
    assert [line.split()[0] for line in output.splitlines()] == list(PROFILES)
    code, output = run("list", "--json")
    assert [row["id"] for row in json.loads(output)] == list(PROFILES)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: "/".join(path.parts[-4:]))
def test_the_command_makes_the_golden_records(path: Path) -> None:
    code, output = run("record", profile_of(path).key, str(path))
    assert code == 0
    assert json.loads(output) == json.loads(path.read_text(encoding="utf-8"))["record"]


@pytest.mark.parametrize(
    "key, stdin, message",
    [
        ("vn/vneid/1", "[]", "no JSON object of facts"),
        ("vn/vneid/1", "{", "no JSON object of facts"),
        ("vn/vneid/1", "{}", "maGiaoDich: missing_fact"),
        ("vn/unheard/1", "{}", "is not known"),
    ],
)
def test_what_gives_no_record_is_said(key: str, stdin: str, message: str) -> None:
    code, output = run("record", key, "-", stdin=stdin)
    assert code == 1
    assert message in output


def test_a_record_that_breaks_the_contract_is_shown_and_refused() -> None:
    facts = golden_facts()
    facts["identity"]["number"] = "12"
    code, output = run("record", "vn/vneid/1", "-", stdin=json.dumps(facts))
    assert code == 1
    assert "at congDan.soDinhDanh: pattern" in output


def test_the_page_names_every_fact() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/registry-profiles.md").read_text(encoding="utf-8")
    assert [fact for fact in FACTS if f"`{fact}`" not in page] == []
