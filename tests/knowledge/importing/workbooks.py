"""Workbooks of a province as people fill them in, and as nobody should."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

Rows = Sequence[Sequence[Any]]

DEPARTMENTS: Rows = [
    ["Mã", "Tên", "Tên ngắn"],
    ["so-tu-phap", "Sở Tư pháp", ""],
    ["so-du-lich", "Sở Du lịch", "Du lịch"],
]
FIELDS: Rows = [["Mã lĩnh vực", "Mã sở phụ trách"], ["chung-thuc", "so-tu-phap"]]
COMMUNES: Rows = [["Mã", "Tên"], ["xa-suoi-mo", "Xã Suối Mơ"]]
STAFF: Rows = [
    ["Họ tên", "Vai trò", "Mã đơn vị", "Ngôn ngữ"],
    ["Lò Thị Mai", "cán bộ xã", "xa-suoi-mo", ""],
    ["Nguyễn Thu Hà", "chuyên viên", "so-tu-phap", "en"],
]
WHOLE = {"Sở ngành": DEPARTMENTS, "Lĩnh vực": FIELDS, "Xã": COMMUNES, "Cán bộ": STAFF}
SHEET = "xl/worksheets/sheet1.xml"


def workbook(sheets: Mapping[str, Rows], touch: Callable[[Any], None] | None = None) -> bytes:
    """An .xlsx file of these sheets; `touch` may do more to the book before it is written."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    if touch is not None:
        touch(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def staff(*rows: Sequence[Any]) -> bytes:
    """A workbook with these people only."""
    return workbook({"Cán bộ": [STAFF[0], *rows]})


def repacked(data: bytes, change: Callable[[str, bytes], bytes], **more: bytes) -> bytes:
    """The file with each part changed, and further parts."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in more.items():
            new.writestr(name, content)
    return written.getvalue()


def with_cell(data: bytes, place: str, cell: str) -> bytes:
    """The file with another cell in a place of the first sheet, as XML."""

    def change(name: str, part: bytes) -> bytes:
        if name != SHEET:
            return part
        found = re.subn(rf'<c r="{place}"[^>]*?(/>|>.*?</c>)'.encode(), cell.encode(), part)
        assert found[1] == 1
        return found[0]

    return repacked(data, change)
