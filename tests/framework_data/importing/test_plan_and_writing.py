"""From a table to a framework on disk: the plan, the succession of codes, and all-or-nothing writing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_framework import api
from digiskills_framework.importing.cells import Cells, Row, read_cells
from digiskills_framework.importing.plan import ImportPlan, make_plan, read_map
from digiskills_framework.importing.table import REQUIRED_COLUMNS, OfficialTable, read_table
from digiskills_framework.importing.writing import Identity, compose, read_back, write
from digiskills_framework.types import Framework
from tests.framework_data.builders import KEY, write_framework
from tests.framework_data.importing.tables import LEVELS, ROWS, read, table_text, write_table

IDENTITY = Identity(id="vn-test", version="1.0", title=api.LocalizedText("Khung thử", "Test"), source="made for tests", pack="vn")


@pytest.fixture
def old(tmp_path: Path) -> Framework:
    """Framework with the skills X1 and X2."""
    write_framework(tmp_path / "old")
    return api.load_framework(KEY, (tmp_path / "old",))


def _table(tmp_path: Path, *codes: str, names: dict[str, str] | None = None) -> OfficialTable:
    rows = tuple(f"{code};{(names or {}).get(code, f'Tên {code}')};N;1;Nhóm;G;x;x" for code in codes)
    return read(write_table(tmp_path, table_text(rows)))


def _plan(tmp_path: Path, old: Framework, table: OfficialTable, pairs: str = "") -> ImportPlan:
    mapped = read_map(read_cells(write_table(tmp_path, f"old,new\n{pairs}", "map.csv")), old, table) if pairs else {}
    return make_plan("vn-test/1.0", table, old, mapped)


def test_a_skill_of_the_same_code_and_name_is_kept(tmp_path: Path, old: Framework) -> None:
    plan = _plan(tmp_path, old, _table(tmp_path, "X1", "X2", "Y", names={"X1": "First tiếng Việt"}))
    assert (plan.kept, plan.unmapped, plan.added) == (("X1",), ("X2",), ("X2", "Y"))


def test_a_map_renames_splits_merges_and_ends(tmp_path: Path, old: Framework) -> None:
    table = _table(tmp_path, "1", "2")
    renamed = _plan(tmp_path, old, table, "X1,1\nX2,\n")
    assert [(move.old, move.new) for move in renamed.renamed] == [("X1", ("1",))]
    assert (renamed.removed, renamed.added) == (("X2",), ("2",))
    split = _plan(tmp_path, old, table, "X1,1\nX1,2\n")
    assert [(move.old, move.new) for move in split.split] == [("X1", ("1", "2"))]
    assert (split.unmapped, split.added) == (("X2",), ())
    merged = _plan(tmp_path, old, table, "X1,1\nX2,1\n")
    assert [(move.old, move.new) for move in merged.merged] == [("X1", ("1",)), ("X2", ("1",))]


def test_a_first_import_has_nothing_to_follow(tmp_path: Path) -> None:
    plan = make_plan("vn-test/1.0", _table(tmp_path, "1"), None, {})
    assert plan.added == ("1",)
    assert plan.succession() == ()
    assert "succession" not in compose(IDENTITY, _table(tmp_path, "1"), plan)


@pytest.mark.parametrize(
    "pairs, message",
    [
        ("Q,1\n", "is not a skill of sample/1.0"),
        ("X1,9\n", "is not a skill of table.csv"),
        ("X1,1\nX1,1\n", "mapped twice"),
        ("X1,1\nX1,\n", "both ends and goes on"),
        ("X1,\nX1,1\n", "both ends and goes on"),
    ],
)
def test_a_wrong_map_is_refused_by_row(tmp_path: Path, old: Framework, pairs: str, message: str) -> None:
    with pytest.raises(api.InvalidTableError, match=message) as caught:
        _plan(tmp_path, old, _table(tmp_path, "1"), pairs)
    assert caught.value.path.startswith("row ")


def test_a_map_with_other_columns_is_refused(tmp_path: Path, old: Framework) -> None:
    with pytest.raises(api.InvalidTableError, match="other columns"):
        read_map(read_cells(write_table(tmp_path, "from,to\nX1,1\n", "map.csv")), old, _table(tmp_path, "1"))


def test_what_is_written_is_a_framework_with_its_succession(tmp_path: Path, old: Framework) -> None:
    table = _table(tmp_path, "1", "2")
    plan = _plan(tmp_path, old, table, "X1,1\nX1,2\nX2,\n")
    out = tmp_path / "new" / "data"
    target = write(out, IDENTITY.key, compose(IDENTITY, table, plan))
    assert target == out / "frameworks" / "vn-test" / "1.0"
    framework = api.load_framework("vn-test/1.0", (out,))
    assert (framework.codes, framework.status, framework.predecessor) == (("1", "2"), "official", KEY)
    assert [(row.old, row.new) for row in framework.succession] == [("X1", ("1", "2")), ("X2", ())]
    assert api.load_profile("vn-test/1.0", (out,)).skills("student", "CB1") == ("1", "2")
    assert sorted(path.name for path in out.iterdir()) == ["frameworks"]


def test_writing_over_something_is_refused(tmp_path: Path) -> None:
    table = _table(tmp_path, "1")
    files = compose(IDENTITY, table, make_plan(IDENTITY.key, table, None, {}))
    write(tmp_path / "out", IDENTITY.key, files)
    with pytest.raises(api.OutputRefusedError, match="exists already"):
        write(tmp_path / "out", IDENTITY.key, files)
    blocked = write_table(tmp_path, "a file", "blocked")
    with pytest.raises(api.OutputRefusedError, match="is not a directory"):
        write(blocked, IDENTITY.key, files)


def test_a_second_version_is_written_beside_the_first(tmp_path: Path) -> None:
    table = _table(tmp_path, "1")
    for version in ("1.0", "1.1"):
        identity = Identity(id="vn-test", version=version, title=IDENTITY.title, source="made for tests", pack="vn")
        write(tmp_path / "out", identity.key, compose(identity, table, make_plan(identity.key, table, None, {})))
    assert set(api.list_frameworks((tmp_path / "out",))) >= {"vn-test/1.0", "vn-test/1.1"}


class _Interrupting(dict[str, bytes]):
    """Files of which the second is never delivered, as when somebody presses Ctrl-C."""

    def items(self) -> Iterator[tuple[str, bytes]]:  # type: ignore[override]  # an iterator is all that is asked of it
        yield "framework", b"schema: framework/1\n"
        raise KeyboardInterrupt


@pytest.mark.parametrize("exists", [False, True])
def test_an_interruption_leaves_nothing(tmp_path: Path, exists: bool) -> None:
    out = tmp_path / "out"
    if exists:
        out.mkdir()
    with pytest.raises(KeyboardInterrupt):
        write(out, IDENTITY.key, _Interrupting())
    assert out.exists() is exists
    assert [path for path in tmp_path.rglob("*") if path != out] == []


def test_an_unwritable_place_is_an_error_of_ours(tmp_path: Path) -> None:
    name = "x" * 300  # longer than a file name may be
    with pytest.raises(api.OutputRefusedError, match="cannot be written"):
        write(tmp_path, f"{name}/1.0", {"framework": b""})


def test_ten_thousand_rows_are_read_planned_and_composed(tmp_path: Path) -> None:
    rows = tuple(f"{number // 100}.{number % 100};Kỹ năng {number};{number // 100};Nhóm {number // 100};x" for number in range(10_000))
    table = read(write_table(tmp_path, table_text(rows, header="code;name_vi;group;group_vi;ND")))
    files = compose(IDENTITY, table, make_plan(IDENTITY.key, table, None, {}))
    assert files["framework"].count(b"- code: ") == 10_000 + 100  # skills and groups; compose itself reads everything back


@pytest.mark.property
@given(st.permutations(ROWS))
def test_the_order_of_rows_means_nothing(rows: list[str]) -> None:
    expected = compose(IDENTITY, _from_rows(ROWS), make_plan(IDENTITY.key, _from_rows(ROWS), None, {}))
    table = _from_rows(rows)
    assert compose(IDENTITY, table, make_plan(IDENTITY.key, table, None, {})) == expected


def _from_rows(rows: list[str] | tuple[str, ...]) -> OfficialTable:
    columns = tuple(table_text().splitlines()[0].split(";"))
    cells = [Row(number=at, cells=dict(zip(columns, row.split(";"), strict=True))) for at, row in enumerate(rows, start=2)]
    return read_table(Cells(file="t.csv", columns=columns, rows=tuple(cells), notices=()), levels=LEVELS)


# Codes and names that a YAML reader could take for something else.
TRICKY = st.sampled_from(["1.0", "1e3", "0x1F", "no", "null", "true", "2025-07-01", "1_000", "0o7", "on", "1.5e3", "007"])
NAMES = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=30).map(str.strip).filter(bool)


@pytest.mark.property
@given(st.lists(TRICKY, min_size=1, unique=True), NAMES.filter(lambda name: name[0] not in "=@"))
def test_whatever_the_table_says_comes_back_word_for_word(codes: list[str], name: str) -> None:
    columns = (*REQUIRED_COLUMNS, "ND")
    texts = api.LocalizedText(vi=writing_form(name), en=writing_form(name))
    cells = [
        Row(number=at, cells=dict(zip(columns, (code, texts.vi, "no", "null", "x"), strict=True))) for at, code in enumerate(codes, start=2)
    ]
    table = read_table(Cells(file="t.csv", columns=columns, rows=tuple(cells), notices=()), levels=LEVELS)
    bundle = read_back(IDENTITY.key, compose(IDENTITY, table, make_plan(IDENTITY.key, table, None, {})))
    assert {skill.code: skill.name for skill in bundle.framework.skills} == dict.fromkeys(codes, texts)
    assert bundle.framework.groups[0].code == "no"
    assert bundle.framework.groups[0].name.vi == "null"


def writing_form(name: str) -> str:
    """Cells reach the table composed."""
    return unicodedata.normalize("NFC", name)


@pytest.mark.property
@given(
    st.binary(max_size=200) | st.text(alphabet='code;,\n"name_vigroupND=x\t\u0301{}[]:', max_size=150).map(str.encode),
    st.sampled_from(["csv", "json"]),
)
def test_hostile_files_are_read_or_refused_never_anything_else(tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str) -> None:
    file = write_table(tmp_path_factory.getbasetemp(), data, f"hostile.{suffix}")
    try:
        read(file)
    except api.FrameworkDataError as error:
        findings = error.findings
    else:
        findings = ()
    assert all(finding.message and finding.remedy for finding in findings)
