"""Official tables: what is understood, and how each wrong cell is named."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from digiskills_framework import api
from digiskills_framework.importing.cells import MAX_ROWS
from digiskills_framework.importing.table import natural_order
from tests.framework_data.importing.tables import HEADER, ROWS, read, table_text, write_table


def test_a_table_is_understood(tmp_path: Path) -> None:
    table = read(write_table(tmp_path, table_text()))
    assert [skill.code for skill in table.skills] == ["1.1", "1.2", "1.10", "2.1"]
    assert [group for group, _name in table.groups] == ["1", "2"]
    paying = table.skills[1]
    assert paying.name == api.LocalizedText("Thanh toán", "Paying")
    assert paying.requirements[api.Audience.CITIZEN, None] is api.Requirement.OPTIONAL
    assert paying.requirements[api.Audience.STUDENT, "NC1"] is api.Requirement.NONE
    assert table.notices == ()


@pytest.mark.parametrize(
    "content",
    [
        table_text().replace(";", ","),
        table_text().replace(";", "\t"),
        "\ufeff" + table_text(),
        table_text().replace("\n", "\r\n"),
        table_text().replace("Tự bảo vệ", '"Tự bảo vệ"'),
        table_text() + ";;;;;;;\n\n",
        table_text().replace("citizen", "ND").replace("student", "HSSV"),
    ],
    ids=["commas", "tabs", "bom", "crlf", "quotes", "blank rows", "document codes"],
)
def test_what_spreadsheet_programs_do_to_a_file_changes_nothing(tmp_path: Path, content: str) -> None:
    assert read(write_table(tmp_path, content)) == read(write_table(tmp_path, table_text()))


def test_decomposed_letters_are_composed_and_reported(tmp_path: Path) -> None:
    plain = read(write_table(tmp_path, table_text()))
    decomposed = read(write_table(tmp_path, unicodedata.normalize("NFD", table_text())))
    assert decomposed.skills == plain.skills
    assert [notice for notice in decomposed.notices if "NFC" in notice]


def test_json_says_the_same_as_csv(tmp_path: Path) -> None:
    columns = HEADER.split(";")
    rows = [dict(zip(columns, row.split(";"), strict=True)) for row in ROWS]
    rows[3] = {column: value or None for column, value in rows[3].items()}  # type: ignore[misc]  # null is an empty cell
    from_json = read(write_table(tmp_path, json.dumps({"rows": rows}), "table.json"))
    from_csv = read(write_table(tmp_path, table_text()))
    assert (from_json.skills, from_json.groups, from_json.columns) == (from_csv.skills, from_csv.groups, from_csv.columns)


def test_a_missing_english_name_is_reported(tmp_path: Path) -> None:
    table = read(write_table(tmp_path, "code,name_vi,group,group_vi,ND\n1,Một,A,Nhóm,x\n"))
    assert table.skills[0].name == api.LocalizedText("Một", "Một")
    assert [notice for notice in table.notices if "no English" in notice]


def test_school_levels_may_have_columns_of_their_own(tmp_path: Path) -> None:
    header = "code,name_vi,group,group_vi,HSSV:NC1,student:CB1,student:CB2,student:TC1,student:TC2"
    table = read(write_table(tmp_path, f"{header}\n1,Một,A,Nhóm,x,–,–,○,x\n"))
    assert [level for _audience, level in table.columns] == ["CB1", "CB2", "TC1", "TC2", "NC1"]
    assert [str(value) for value in (table.skills[0].requirements[column] for column in table.columns)] == [
        "none",
        "none",
        "optional",
        "required",
        "required",
    ]


@pytest.mark.parametrize(
    "row, column, message",
    [
        (";Một;One;1;Nền tảng;Basics;x;x", "code", "is empty"),
        ("=1+1;Một;One;1;Nền tảng;Basics;x;x", "code", "formula"),
        ("+84;Một;One;1;Nền tảng;Basics;x;x", "code", "formula"),
        ("-1;Một;One;1;Nền tảng;Basics;x;x", "code", "formula"),
        ("@x;Một;One;1;Nền tảng;Basics;x;x", "code", "formula"),
        ("1 3;Một;One;1;Nền tảng;Basics;x;x", "code", "is not a code"),
        ("../3;Một;One;1;Nền tảng;Basics;x;x", "code", "is not a code"),
        ("1" * 33 + ";Một;One;1;Nền tảng;Basics;x;x", "code", "is not a code"),
        ("1.1;Một;One;1;Nền tảng;Basics;x;x", "code", "is given twice, first in row 2"),
        ("1.3;;One;1;Nền tảng;Basics;x;x", "name_vi", "is empty"),
        ('1.3;"=HYPERLINK(""x"")";One;1;Nền tảng;Basics;x;x', "name_vi", "formula"),
        ("1.3;Mộ\u200bt;One;1;Nền tảng;Basics;x;x", "name_vi", "invisible character (U+200B)"),
        ('1.3;"Một\nhai";One;1;Nền tảng;Basics;x;x', "name_vi", "invisible character (U+000A)"),
        (f"1.3;{'a' * 501};One;1;Nền tảng;Basics;x;x", "name_vi", "too long"),
        ("1.3;Một;One;;Nền tảng;Basics;x;x", "group", "is empty"),
        ("1.3;Một;One;1;Nền móng;Basics;x;x", "group_vi", "differs from the name of group 1"),
        ("1.3;Một;One;1;Nền tảng;Basics;maybe;x", "citizen", "is not a requirement"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(tmp_path: Path, row: str, column: str, message: str) -> None:
    with pytest.raises(api.InvalidTableError) as caught:
        read(write_table(tmp_path, table_text((*ROWS, row))))
    found = [(finding.path, finding.message) for finding in caught.value.findings]
    assert any(place == f"row 6, column {column}" and message in text for place, text in found), found


def test_every_wrong_cell_is_reported_at_once(tmp_path: Path) -> None:
    rows = (";;;;;;maybe;perhaps", *ROWS, "1.1;Hai;Two;2;Khác;Other;x;x")
    with pytest.raises(api.InvalidTableError) as caught:
        read(write_table(tmp_path, table_text(rows)))
    places = [finding.path for finding in caught.value.findings]
    assert {"row 2, column code", "row 2, column name_vi", "row 2, column citizen", "row 2, column student"} <= set(places)
    assert {"row 7, column code", "row 7, column group_vi"} <= set(places)


@pytest.mark.parametrize(
    "header, message",
    [
        ("code;name_vi;name_en;group;group_vi;group_en;citizen;citizen", "names a column twice"),
        ("code;name_vi;name_en;group;group_vi;group_en;citizen;ND", "another column fills"),
        ("code;name_vi;name_en;group;group_vi;group_en;citizen;pupils", "is not known"),
        ("code;name_vi;name_en;group;group_vi;group_en;citizen;citizen:CB1", "is not known"),
        ("code;name_vi;name_en;group;group_vi;group_en;citizen;student:XX", "is not known"),
        ("code;name_vi;name_en;group;group_vi;group_en;citizen;student:CB1", "columns are missing"),
        ("kode;name_vi;name_en;group;group_vi;group_en;citizen;student", "column is missing"),
    ],
)
def test_a_wrong_header_is_refused(tmp_path: Path, header: str, message: str) -> None:
    with pytest.raises(api.InvalidTableError, match=message) as caught:
        read(write_table(tmp_path, table_text(header=header)))
    assert caught.value.path == "row 1"


@pytest.mark.parametrize(
    "content, name, message",
    [
        (b"", "t.csv", "is empty"),
        (b"code;name_vi;group;group_vi;ND\n", "t.csv", "has no rows"),
        (b"code;name_vi;group;group_vi\n1;a;1;b\n", "t.csv", "no column for an audience"),
        (b"code;name_vi;group;group_vi;ND\n1;a\n", "t.csv", "another number of cells"),
        (b'code;name_vi;group;group_vi;ND\n1;"a"b;1;b;x\n', "t.csv", "not valid CSV"),
        (b'code;name_vi;group;group_vi;ND\n1;"a;1;b;x\n', "t.csv", "not valid CSV"),
        ("code;tên".encode("utf-16"), "t.csv", "is not UTF-8"),
        ("mã;tên\n1;kỹ".encode("cp1258", errors="replace"), "t.csv", "is not UTF-8"),
        (b"{", "t.json", "not valid JSON"),
        (b"[" * 100_000, "t.json", "not valid JSON"),
        (b'{"rows": 3}', "t.json", "no list of rows"),
        (b'{"rows": [{"code": 1.1}]}', "t.json", "not a row of texts"),
        (b'{"rows": [["1.1"]]}', "t.json", "not a row of texts"),
        (b'{"rows": [{"code": "1", "code": "2"}]}', "t.json", "given twice"),
        (b"code\n" + b"1\n" * (MAX_ROWS + 1), "t.csv", "too long"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, name: str, message: str) -> None:
    with pytest.raises(api.InvalidTableError, match=message) as caught:
        read(write_table(tmp_path, content, name))
    assert caught.value.file == name
    assert caught.value.remedy


def test_codes_stand_in_the_order_people_expect() -> None:
    codes = ["A10", "A2", "1.10", "1.9", "1", "B", "A", "1.9.1"]
    assert sorted(codes, key=natural_order) == ["1", "1.9", "1.9.1", "1.10", "A", "A2", "A10", "B"]
