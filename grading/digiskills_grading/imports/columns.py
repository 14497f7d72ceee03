"""The columns of an import: their names in Vietnamese and English, and which of them a file must have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

from digiskills_grading.data import ImportOptions
from digiskills_grading.errors import ImportRefused

# Who the learner is. A file has exactly one of these. No e-mail address: it changes hands, and a file that has it has a list of persons.
PERSON_COLUMNS = ("learner_id", "user_id", "username", "external_id")
ALIASES: dict[str, tuple[str, ...]] = {
    "learner_id": ("mã người học",),
    "user_id": ("mã tài khoản",),
    "username": ("tên đăng nhập",),
    "external_id": ("mã riêng",),
    "skill": ("kỹ năng", "mã kỹ năng"),
    "facet": ("phần", "mã phần"),
    "value": ("điểm", "kết quả"),
    "scale": ("thang điểm",),
    "assurance": ("mức bảo đảm",),
    "practical": ("thực hành",),
    "occurred_at": ("ngày", "ngày đánh giá", "thời điểm"),
    "source_ref": ("mã kết quả", "source reference"),
    "revision": ("lần sửa",),
    "withdrawn": ("thu hồi",),
    "note": ("ghi chú",),
}
_ALWAYS = ("skill", "value", "occurred_at", "source_ref")
_BY_NAME = {name.replace("_", " "): column for column, names in ALIASES.items() for name in (column, *names)}


def read_header(cells: Sequence[str], options: ImportOptions, filename: str) -> tuple[str, ...]:
    """Which column stands where.

    Raises:
        ImportRefused: a column is not known, comes twice or is missing, or does not go with the options.
    """
    columns = []
    for cell in cells:
        column = _BY_NAME.get(_plain(cell))
        if column is None:
            known = ", ".join(f"{name} ({names[0]})" for name, names in ALIASES.items())
            remedy = _("Remove it, above all if it holds names or addresses, or correct its name. Known columns: %s") % known
            raise _refused(filename, cell, _("the column is not known"), remedy)
        if column in columns:
            raise _refused(filename, cell, _("the column comes twice"), _("Keep one of the two."))
        columns.append(column)
    _require(columns, options, filename)
    return tuple(columns)


def _require(columns: Sequence[str], options: ImportOptions, filename: str) -> None:
    missing = [column for column in _ALWAYS if column not in columns]
    if missing:
        raise _refused(filename, ", ".join(missing), _("columns are missing"), _("Add them to the first row."))
    persons = [column for column in PERSON_COLUMNS if column in columns]
    if len(persons) != 1:
        remedy = _("Give exactly one of: %s") % ", ".join(PERSON_COLUMNS)
        raise _refused(filename, ", ".join(persons), _("it is not clear which column names the learner"), remedy)
    if persons == ["external_id"] and options.organisation is None:
        raise _refused(
            filename, "external_id", _("it is not said whose numbers these are"), _("Name the organisation in the options of the import.")
        )
    if (options.scale is None) == ("scale" not in columns):
        remedy = _("Name the scale (milli, percent or ten) either in the options of the import or in a column “scale”.")
        raise _refused(filename, "scale", _("the scale of the values is not given, or given twice"), remedy)


def _plain(text: str) -> str:
    return re.sub(r"[\s_]+", " ", unicodedata.normalize("NFC", text)).strip().casefold()


def _refused(filename: str, value: str, problem: str, remedy: str) -> ImportRefused:
    return ImportRefused(filename, problem, remedy, where=_("row %d") % 1, value=value)
