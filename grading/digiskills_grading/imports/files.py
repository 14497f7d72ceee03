"""Rows of text from a CSV or XLSX file, one at a time, within limits that no file can exceed."""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
import zipfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from typing import BinaryIO

from attrs import frozen
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from digiskills_grading.data import ImportOptions
from digiskills_grading.errors import ImportRefused
from digiskills_grading.imports.columns import read_header
from digiskills_grading.imports.faults import shorten

MAX_BYTES = 256 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_COLUMNS = 32
MAX_CELL = 4096
# Of an XLSX file, which is a ZIP archive: what it may unfold to. Shared strings are held in memory by the reader.
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
MAX_SHARED_STRINGS_BYTES = 64 * 1024 * 1024
MAX_PARTS = 1000
_BLOCK = 1024 * 1024
_DELIMITERS = (";", ",", "\t")
_SIGNATURES = {b"PK\x03\x04": "xlsx", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"\xd0\xcf\x11\xe0": "XLS"}

Cells = dict[str, str]


@frozen
class FormulaCell:
    """Stands for a cell that holds a formula: its value depends on the program that opens the file."""

    text: str


RawRow = Sequence[str | FormulaCell]


def file_digest(stream: BinaryIO, filename: str) -> str:
    """SHA-256 in hexadecimal of a seekable stream, which is left at its start.

    Raises:
        ImportRefused: more than `MAX_BYTES`.
    """
    digest, size = hashlib.sha256(), 0
    while block := stream.read(_BLOCK):
        size += len(block)
        if size > MAX_BYTES:
            raise ImportRefused(filename, _("the file is too large"), _("Split it."), value=f"> {MAX_BYTES} bytes")
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest()


def read_rows(stream: BinaryIO, filename: str, options: ImportOptions) -> Generator[tuple[int, Cells | FormulaCell], None, None]:
    """The rows that are not empty, with their number as a spreadsheet shows it and their cells by column.

    A row that holds a formula comes as that formula. Close the generator before the stream.

    Raises:
        ImportRefused: the file as a whole cannot be read, or its columns are not those of an import.
    """
    kind = next((name for start, name in _SIGNATURES.items() if _starts_with(stream, start)), "csv")
    if kind in ("UTF-16", "XLS"):
        raise ImportRefused(filename, _("the file is neither CSV in UTF-8 nor XLSX"), _("Save it as “CSV UTF-8” or as XLSX."), value=kind)
    with closing(_xlsx_rows(stream, filename) if kind == "xlsx" else _csv_rows(stream, filename)) as rows:
        yield from _rows_by_column(rows, filename, options)


def _rows_by_column(rows: Iterator[tuple[int, RawRow]], filename: str, options: ImportOptions) -> Iterator[tuple[int, Cells | FormulaCell]]:
    columns: tuple[str, ...] | None = None
    for number, cells in rows:
        if len(cells) > MAX_COLUMNS:
            raise ImportRefused(filename, _("there are too many columns"), _("Keep those of an import."), where=_row(number))
        if columns is None:
            columns = read_header([str(cell) for cell in _without_empty_end(cells)], options, filename)
            continue
        if number > MAX_ROWS + 1:
            raise ImportRefused(filename, _("there are too many rows"), _("Split the file."), value=f"> {MAX_ROWS}")
        if any(cells):
            yield number, _by_column(columns, number, cells, filename)
    if columns is None:
        raise ImportRefused(filename, _("the file is empty"), _("Give the names of the columns in the first row."))


def _by_column(columns: tuple[str, ...], number: int, cells: RawRow, filename: str) -> Cells | FormulaCell:
    if any(cells[len(columns) :]):
        remedy = _("Check the separators, and put a cell that holds one into quotes.")
        raise ImportRefused(filename, _("there are more cells than columns"), remedy, where=_row(number))
    texts = []
    for cell in cells:
        if isinstance(cell, FormulaCell):
            return cell
        texts.append(unicodedata.normalize("NFC", cell).strip())
    texts += [""] * (len(columns) - len(texts))
    return dict(zip(columns, texts, strict=False))


def _without_empty_end(cells: RawRow) -> RawRow:
    kept = list(cells)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _starts_with(stream: BinaryIO, start: bytes) -> bool:
    found = stream.read(len(start)) == start
    stream.seek(0)
    return found


def _csv_rows(stream: BinaryIO, filename: str) -> Generator[tuple[int, RawRow], None, None]:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    line = 0
    try:
        first_line = text.readline(MAX_CELL * MAX_COLUMNS)
        text.seek(0)
        delimiter = max(_DELIMITERS, key=first_line.count)
        for line, cells in enumerate(csv.reader(text, delimiter=delimiter, strict=True), start=1):  # told when it breaks
            if any(len(cell) > MAX_CELL for cell in cells):
                raise ImportRefused(filename, _("a cell is too long"), _("Check the quotes."), where=_row(line))
            yield line, cells
    except UnicodeDecodeError as error:
        remedy = _("Save it as “CSV UTF-8”; in a spreadsheet program choose UTF-8 when saving.")
        raise ImportRefused(filename, _("the file is not in UTF-8"), remedy, where=_row(line + 1)) from error
    except csv.Error as error:
        remedy = _("Check the quotes; a quote inside a cell is doubled.")
        raise ImportRefused(filename, _("this is no CSV"), remedy, where=_row(line + 1), value=str(error)) from error
    finally:
        text.detach()  # the stream is the caller's to close


def _xlsx_rows(stream: BinaryIO, filename: str) -> Generator[tuple[int, RawRow], None, None]:
    _check_archive(stream, filename)
    unreadable: tuple[type[Exception], ...] = (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, SyntaxError)
    try:
        # keep_links would follow references to other workbooks; data_only would take what a program last computed from a formula.
        book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
    except unreadable as error:
        raise _broken(filename, error) from error
    try:
        rows = book.worksheets[0].iter_rows(max_col=MAX_COLUMNS + 1) if book.worksheets else iter(())
        for number, row in enumerate(_guarded(rows, filename, unreadable), start=1):
            yield number, _without_empty_end([_cell_text(cell) for cell in row])
    finally:
        book.close()


def _guarded(rows: Iterator[Sequence[object]], filename: str, faults: tuple[type[Exception], ...]) -> Iterator[Sequence[object]]:
    """The sheet is parsed while it is read; what breaks there is the file's fault."""
    while True:
        try:
            row = next(rows, None)
        except faults as error:
            raise _broken(filename, error) from error
        if row is None:
            return
        yield row


def _check_archive(stream: BinaryIO, filename: str) -> None:
    """Refuses an archive that would unfold to too much, by its directory and by what its parts begin with.

    Raises:
        ImportRefused: too many parts, too many bytes, or a part with a document type, which no spreadsheet writes.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            shared = sum(part.file_size for part in parts if part.filename.endswith("sharedStrings.xml"))
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES or shared > MAX_SHARED_STRINGS_BYTES:
                raise ImportRefused(filename, _("the file unfolds to too much"), _("Save it as CSV, or split it."))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and _has_document_type(archive, part):
                    raise ImportRefused(filename, _("the file was not made by a spreadsheet program"), _("Save it again, or as CSV."))
    except zipfile.BadZipFile as error:
        raise _broken(filename, error) from error
    stream.seek(0)


def _has_document_type(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    with archive.open(part) as content:
        head = content.read(64 * 1024)
    return b"<!DOCTYPE" in head or b"<!ENTITY" in head or head[:2] in (b"\xff\xfe", b"\xfe\xff")


def _cell_text(cell: object) -> str | FormulaCell:
    value = getattr(cell, "value", None)
    if value is None:
        return ""
    if getattr(cell, "data_type", "") == "f":
        return FormulaCell(shorten(str(value)))
    convert: Callable[[object], str] = next((form for kind, form in _FORMS if isinstance(value, kind)), str)
    text = convert(value)
    if isinstance(value, float | int) and "%" in str(getattr(cell, "number_format", "")):
        return f"{float(value) * 100:.6f}".rstrip("0").rstrip(".") + "%"
    return text


def _number(value: object) -> str:
    number = float(str(value))
    return str(int(number)) if number.is_integer() else repr(number)


_FORMS: tuple[tuple[type, Callable[[object], str]], ...] = (
    (bool, lambda value: "yes" if value else "no"),
    (float, _number),
    (datetime, lambda value: str(value).removesuffix(" 00:00:00")),
    (date, str),
)


def _row(number: int) -> str:
    return _("row %d") % number


def _broken(filename: str, error: Exception) -> ImportRefused:
    return ImportRefused(filename, _("the file cannot be read as XLSX"), _("Save it again, or as CSV."), value=shorten(str(error)))
