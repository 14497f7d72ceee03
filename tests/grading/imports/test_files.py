"""Files as people's programs write them, and files that nobody should open."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve

from digiskills_grading import api
from digiskills_grading.errors import ImportRefused
from digiskills_grading.imports import files
from digiskills_grading.models import Evidence, ImportBatch
from tests.grading.imports.helpers import COLUMNS, OPTIONS, csv_file, load, problems, row, xlsx_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def man() -> str:
    return api.create_learner()


def values() -> list[int]:
    return list(Evidence.objects.order_by("id").values_list("value_milli", flat=True))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_separators_and_byte_order_marks(man: str, delimiter: str, encoding: str) -> None:
    load(csv_file([row(man, value="72,5")], delimiter=delimiter, encoding=encoding))
    assert values() == [725]


def test_vietnamese_columns_composed_or_not(man: str) -> None:
    names = {"mã người học": man, "Kỹ năng": "S3", "ĐIỂM": "80", "Ngày": "2026-11-20", "Mã kết quả": "1", "Thực hành": "có"}
    content = csv_file([names]).decode()
    load(unicodedata.normalize("NFD", content).encode())
    assert (values(), Evidence.objects.get().practical) == ([800], True)


def test_a_reference_is_the_same_composed_or_not(man: str) -> None:
    for form in ("NFC", "NFD"):
        load(csv_file([row(man, ref=unicodedata.normalize(form, "Đợt 1/Tổ 5"))]))
    assert len(values()) == 1


@pytest.mark.parametrize(
    "scale, text, value",
    [
        ("percent", "0", 0),
        ("percent", "100", 1000),
        ("percent", "69,99", 699),
        ("percent", "85 %", 850),
        ("ten", "7.25", 725),
        ("ten", "10,0", 1000),
        ("milli", "725", 725),
    ],
)
def test_values_by_their_scale_are_never_rounded_up(man: str, scale: Any, text: str, value: int) -> None:
    load(csv_file([row(man, value=text)]), evolve(OPTIONS, scale=scale))
    assert values() == [value]


@pytest.mark.parametrize(
    "scale, text",
    [("percent", "101"), ("ten", "10,5"), ("ten", "85%"), ("milli", "1.000"), ("milli", "7,5"), ("percent", "-1"), ("ten", "")],
)
def test_values_that_the_scale_does_not_have_are_rejected(man: str, scale: Any, text: str) -> None:
    assert problems(load(csv_file([row(man, value=text)]), evolve(OPTIONS, scale=scale))) == [(2, "value")]


def test_a_scale_for_every_row(man: str) -> None:
    rows = [
        row(man, value="8", ref="1", scale="10"),
        row(man, value="8", ref="2", scale="percent"),
        row(man, value="8", ref="3", scale="five"),
    ]
    assert problems(load(csv_file(rows), evolve(OPTIONS, scale=None))) == [(4, "scale")]
    assert values() == [800, 80]


@pytest.mark.parametrize(
    "dates, text, when",
    [
        ("iso", "2026-11-20", datetime(2026, 11, 19, 17, tzinfo=UTC)),
        ("iso", "2026-11-20 08:30", datetime(2026, 11, 20, 1, 30, tzinfo=UTC)),
        ("iso", "2026-11-20T08:30:15Z", datetime(2026, 11, 20, 8, 30, 15, tzinfo=UTC)),
        ("day_first", "2/11/2026", datetime(2026, 11, 1, 17, tzinfo=UTC)),
        ("day_first", "02/11/2026 08:30", datetime(2026, 11, 2, 1, 30, tzinfo=UTC)),
    ],
)
def test_dates_of_the_declared_form_and_zone(man: str, dates: Any, text: str, when: datetime) -> None:
    load(csv_file([row(man, occurred_at=text)]), evolve(OPTIONS, dates=dates, timezone="Asia/Ho_Chi_Minh"))
    assert Evidence.objects.get().occurred_at == when


@pytest.mark.parametrize(
    "dates, text",
    [("iso", "02/11/2026"), ("day_first", "31/02/2026"), ("iso", "2026-11-23"), ("iso", "1926-11-02"), ("iso", "45000"), ("iso", "")],
)
def test_other_dates_are_rejected(man: str, dates: Any, text: str) -> None:
    assert problems(load(csv_file([row(man, occurred_at=text)]), evolve(OPTIONS, dates=dates))) == [(2, "occurred_at")]


@pytest.mark.parametrize(
    "changes",
    [
        {"facet": "recover"},
        {"skill": "A1"},
        {"source_ref": ""},
        {"source_ref": "x" * 129},
        {"source_ref": "a\u200bb"},
        {"revision": "one"},
        {"practical": "perhaps"},
        {"note": "x" * 1001},
        {"learner_id": ""},
    ],
)
def test_a_wrong_cell_is_told_with_row_and_column(man: str, changes: Mapping[str, str]) -> None:
    full = row(man, facet="", revision="", practical="", note="")
    [(number, column)] = problems(load(csv_file([full | changes])))
    assert (number, column) == (2, "facet" if "skill" in changes else next(iter(changes)))


def test_everything_wrong_with_a_row_is_told_at_once(man: str) -> None:
    report = load(csv_file([row(man, "S99", value="much", occurred_at="soon", ref="")]))
    assert (problems(report), report.rejected) == ([(2, "skill"), (2, "value"), (2, "occurred_at"), (2, "source_ref")], 1)


def test_a_workbook_with_numbers_dates_and_percents(man: str) -> None:
    when = datetime(2026, 11, 20)  # noqa: DTZ001  # as a spreadsheet keeps it
    rows = [COLUMNS, (man, "S3", 0.85, when, 1001), (man, "K1", 72.5, "2026-11-20", "b"), (), (man, "K1", "60", when.date(), "c")]
    load(xlsx_file(rows, {"C2": "0%"}))
    assert values() == [850, 725, 600]


def test_a_formula_is_refused_and_told(man: str) -> None:
    report = load(xlsx_file([COLUMNS, (man, "S3", "=40+40", "2026-11-20", "a"), (man, "S3", 80, "2026-11-20", "b")]))
    assert ([error.row for error in report.errors], report.errors[0].value, values()) == ([2], "=40+40", [800])


def refused(content: bytes, **options: Any) -> str:
    """The message of a file that is refused as a whole, of which nothing is written."""
    with pytest.raises(ImportRefused) as caught:
        load(content, evolve(OPTIONS, **options))
    assert not ImportBatch.objects.exists()
    return str(caught.value)


def zipped(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content, told",
    [
        (b"", "empty"),
        (csv_file([row("x")], encoding="utf-16"), "UTF-16"),
        ("mã người học;điểm\n".encode("cp1258", "ignore") + b"\xd0\xfe", "not in UTF-8"),
        (b'learner_id,skill,value,occurred_at,source_ref\nx,"S3,80\n', "no CSV"),
        (b"learner_id,skill,value,occurred_at,source_ref\nx,S3,80,2026-11-20,1,extra\n", "more cells than columns"),
        (b"learner_id,skill,value,occurred_at\n", "missing"),
        (b"learner_id,skill,value,occurred_at,source_ref,full_name\n", "full_name"),
        (b"learner_id,skill,skill,value,occurred_at,source_ref\n", "twice"),
        (b"skill,value,occurred_at,source_ref\n", "which column names the learner"),
        (b"learner_id,username,skill,value,occurred_at,source_ref\n", "which column names the learner"),
        (b"external_id,skill,value,occurred_at,source_ref\n", "whose numbers"),
        (b"learner_id,skill,value,scale,occurred_at,source_ref\n", "scale"),
        (b",".join([b"c"] * 40) + b"\n", "too many columns"),
        (b"PK\x03\x04 and then nothing", "XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "XLS"),
        (zipped(a_xml=b"<a/>"), "XLSX"),
        (zipped(xl__workbook_xml=b'<!DOCTYPE w [<!ENTITY a "aaaa">]><w>&a;</w>'), "spreadsheet program"),
        (zipped(**{f"p{number}": b"" for number in range(1001)}), "unfolds"),
        (zipped(xl__sharedStrings_xml=b" " * (files.MAX_SHARED_STRINGS_BYTES + 1)), "unfolds"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(content: bytes, told: str) -> None:
    assert told in refused(content)


def test_a_scale_must_be_declared() -> None:
    assert "scale" in refused(csv_file([row("x")]), scale=None)


def test_a_file_above_the_limits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_ROWS", 2)
    assert "too many rows" in refused(csv_file([row("x", ref=str(number)) for number in range(3)]))
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    assert "too large" in refused(csv_file([row("x")]))
