"""Official tables as tests need them."""

from __future__ import annotations

from pathlib import Path

from digiskills_framework.importing.cells import read_cells
from digiskills_framework.importing.table import OfficialTable, read_table

LEVELS = ("CB1", "CB2", "TC1", "TC2", "NC1")
HEADER = "code;name_vi;name_en;group;group_vi;group_en;citizen;student"
ROWS = (
    "1.1;Sử dụng thiết bị số;Using devices;1;Nền tảng;Basics;required;●",
    "1.2;Thanh toán;Paying;1;Nền tảng;Basics;○;–",
    "1.10;Tự bảo vệ;Self-protection;1;Nền tảng;Basics;x;bắt buộc",
    "2.1;Tìm kiếm;Searching;2;Thông tin;Information;;",
)


def table_text(rows: tuple[str, ...] = ROWS, header: str = HEADER) -> str:
    return "\n".join((header, *rows)) + "\n"


def write_table(directory: Path, content: str | bytes, name: str = "table.csv") -> Path:
    file = directory / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return file


def read(file: Path, levels: tuple[str, ...] = LEVELS) -> OfficialTable:
    return read_table(read_cells(file), levels=levels)
