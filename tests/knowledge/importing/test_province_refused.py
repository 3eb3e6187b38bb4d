"""A province's workbook that is damaged, huge, locked or hostile: a plain code, and soon."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from knowledge.importing import limits, province
from knowledge.importing.faults import Fault, ImportFault
from knowledge.importing.province import is_province_file, read_province
from tests.knowledge.importing.workbooks import COMMUNES, SHEET, STAFF, WHOLE, repacked, workbook

GOOD = workbook(WHOLE)
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
NO_MERGE = b'</sheetData><mergeCells><mergeCell ref="Q"/></mergeCells>'
ENTITIES = b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>"


def _part(wanted: str, change: Callable[[bytes], bytes]) -> bytes:
    return repacked(GOOD, lambda name, part: change(part) if name == wanted else part)


def _swollen() -> bytes:
    return _part(SHEET, lambda part: part.replace(b"<sheetData>", b"<sheetData>" + b" " * (12 * limits.MIB)))


def _locked() -> bytes:
    """The flag of an encrypted member, in both places where a zip has it."""
    data = bytearray(GOOD)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + at] |= 1
    return bytes(data)


ZOO = {
    "empty": (b"", "a.xlsx", Fault.EMPTY),
    "random": (bytes(range(256)) * 40, "a.xlsx", Fault.WRONG_KIND),
    "text": (b"Ho ten;Vai tro\nA;B\n", "a.xlsx", Fault.WRONG_KIND),
    "wrong name": (GOOD, "a.docx", Fault.WRONG_KIND),
    "no sheet of ours": (workbook({"Khác": [["Mã"]]}), "a.xlsx", Fault.WRONG_KIND),
    "old office": (OLD_OFFICE, "a.xlsx", Fault.OLD_OFFICE),
    "password": (OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", Fault.ENCRYPTED),
    "locked zip": (_locked(), "a.xlsx", Fault.ENCRYPTED),
    "macros": (repacked(GOOD, lambda _, part: part, **{"xl/vbaProject.bin": b"x"}), "a.xlsm", Fault.MACROS),
    "entities": (_part(SHEET, lambda part: ENTITIES + part), "a.xlsx", Fault.ENTITIES),
    "bomb": (_swollen(), "a.xlsx", Fault.BOMB),
    "cut off": (GOOD[: len(GOOD) // 2], "a.xlsx", Fault.DAMAGED),
    "cut off within": (_part(SHEET, lambda part: part[: len(part) // 2]), "a.xlsx", Fault.DAMAGED),
    "no such merge": (_part(SHEET, lambda part: part.replace(b"</sheetData>", NO_MERGE)), "a.xlsx", Fault.DAMAGED),
    "no workbook": (_part("xl/workbook.xml", lambda _: b"<a/>"), "a.xlsx", Fault.DAMAGED),
    "too large": (b"PK\x03\x04xl/" + b"\0" * limits.FILE_BYTES, "a.xlsx", Fault.TOO_LARGE),
}  # fmt: skip


@pytest.mark.parametrize("name", ZOO)
def test_a_bad_file_is_refused_with_its_code(name: str) -> None:
    data, file, code = ZOO[name]
    with pytest.raises(ImportFault) as refused:
        read_province(data, file)
    assert refused.value.code is code


@pytest.mark.parametrize("name", ["empty", "password", "macros", "bomb", "cut off", "random"])
def test_a_bad_file_is_refused_before_its_sheets_are_asked_for(name: str) -> None:
    data, file, code = ZOO[name]
    with pytest.raises(ImportFault) as refused:
        is_province_file(data, file)
    assert refused.value.code is code


def test_every_cut_of_a_good_file_is_refused_or_told() -> None:
    for at in range(1, len(GOOD), len(GOOD) // 60):
        with pytest.raises(ImportFault):
            read_province(GOOD[:at], "a.xlsx")


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(province, "MOST_ROWS", 3)
    rows = [[f"xa-{n}", "Xã A"] for n in range(4)]
    assert len(read_province(workbook({"Xã": [COMMUNES[0], *rows[:3]]}), "a.xlsx").communes) == 3
    with pytest.raises(ImportFault, match="too_many_rows: 3"):
        read_province(workbook({"Xã": [COMMUNES[0], *rows]}), "a.xlsx")


def test_a_hundred_thousand_empty_rows_and_a_merge_over_all_of_them() -> None:
    rows = b"".join(b'<row r="%d"/>' % n for n in range(4, 100_000))
    merge = b'</sheetData><mergeCells><mergeCell ref="C2:C1048576"/></mergeCells>'
    one = workbook({"Cán bộ": STAFF})
    data = repacked(one, lambda name, part: part.replace(b"</sheetData>", rows + merge) if name == SHEET else part)
    began = time.perf_counter()
    assert len(read_province(data, "a.xlsx").staff) == 2
    assert time.perf_counter() - began < 10


def test_more_merged_cells_than_rows_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SPREADSHEET_ROWS", 100)
    merges = b"".join(b'<mergeCell ref="A%d:A%d"/>' % (n, n + 1) for n in range(1, 300, 2))
    with pytest.raises(ImportFault, match="too_many_rows"):
        read_province(_part(SHEET, lambda part: part.replace(b"</sheetData>", b"</sheetData>" + merges)), "a.xlsx")
