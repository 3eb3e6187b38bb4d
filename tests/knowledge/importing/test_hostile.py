"""Files that are damaged, locked, or made to hurt get their own refusal, soon."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable

import pytest

from knowledge.importing import Fault, ImportFault, limits, read_articles, read_decree, read_procedures
from tests.knowledge.importing import hostile
from tests.knowledge.importing.hostile import MEGABYTE

SOON = 10.0
PAGE = "<html><body><p>Điều 1. Phạm vi</p><p>Nghị định này quy định.</p></body></html>"


def part(content: str, name: str = "word/document.xml") -> bytes:
    return hostile.with_part(hostile.word(), name, content)


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("rong.txt", lambda: b"", Fault.EMPTY),
        ("trang.txt", lambda: b" \r\n\t" * 100, Fault.EMPTY),
        ("to.txt", lambda: b"a" * (limits.FILE_BYTES + 1), Fault.TOO_LARGE),
        ("ngau-nhien.bin", lambda: os.urandom(5000), Fault.WRONG_KIND),
        ("ngau-nhien.docx", lambda: b"PK\x03\x04word/" + os.urandom(5000), Fault.DAMAGED),
        ("doi-duoi.pdf", hostile.word, Fault.WRONG_KIND),
        ("doi-duoi.docx", hostile.pdf, Fault.WRONG_KIND),
        ("doi-duoi.txt", PAGE.encode, Fault.WRONG_KIND),
        ("la-bang.docx", hostile.excel, Fault.WRONG_KIND),
        ("nen.zip", lambda: b"PK\x05\x06" + bytes(18), Fault.WRONG_KIND),
        ("cu.doc", lambda: hostile.OLE2 + "WordDocument".encode("utf-16-le"), Fault.OLD_OFFICE),
        ("khoa.docx", lambda: hostile.OLE2 + "EncryptedPackage".encode("utf-16-le"), Fault.ENCRYPTED),
        ("khoa-zip.docx", hostile.encrypted_zip, Fault.ENCRYPTED),
        ("cat.docx", lambda: hostile.word()[:-400], Fault.DAMAGED),
        ("thieu.docx", lambda: part("<w:document"), Fault.DAMAGED),
        ("bom.docx", hostile.zip_bomb, Fault.BOMB),
        ("nhieu-bom.docx", hostile.many_small_bombs, Fault.BOMB),
        ("nhieu-phan.docx", hostile.many_members, Fault.BOMB),
        ("phan-to.docx", hostile.huge_text, Fault.BOMB),
        ("noi-doi.docx", hostile.lying_size, Fault.DAMAGED),
        ("cuoi.docx", lambda: part(hostile.LAUGHS), Fault.ENTITIES),
        ("binh-phuong.docx", lambda: part(hostile.QUADRATIC), Fault.ENTITIES),
        ("ngoai.docx", lambda: part(hostile.EXTERNAL), Fault.ENTITIES),
        ("ngoai-phu.docx", lambda: part(hostile.EXTERNAL, "customXml/item1.xml"), Fault.ENTITIES),
        ("kieu.docx", lambda: part('<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd"><d/>'), Fault.ENTITIES),
        ("utf16.docx", lambda: hostile.with_part(
            hostile.word(), "word/document.xml", hostile.EXTERNAL.encode("utf-16")), Fault.ENTITIES),
        ("macro.docm", hostile.macros, Fault.MACROS),
        ("macro.docx", hostile.macro_type, Fault.MACROS),
        ("khoa.pdf", hostile.locked_pdf, Fault.ENCRYPTED),
        ("cat.pdf", lambda: hostile.pdf()[:600], Fault.DAMAGED),
        ("quet.pdf", hostile.scanned_pdf, Fault.SCANNED),
        ("nhieu-trang.pdf", hostile.many_pages, Fault.TOO_MANY_PAGES),
        ("bom.pdf", hostile.pdf_bomb, Fault.BOMB),
        ("vong.pdf", hostile.looping_pages, Fault.DAMAGED),
        ("mat-chu.pdf", hostile.lost_letters_pdf, Fault.UNREADABLE),
        ("o-vuong.pdf", hostile.squares_pdf, Fault.UNREADABLE),
        ("abc.txt", hostile.tcvn3, Fault.OLD_ENCODING),
        ("vni.txt", lambda: hostile.vni().encode(), Fault.OLD_ENCODING),
        ("vni-cu.txt", lambda: hostile.vni().encode("latin-1"), Fault.OLD_ENCODING),
        ("thuc-the.html", lambda: f"<!DOCTYPE html [<!ENTITY a 'x'>]>{PAGE}".encode(), Fault.ENTITIES),
        ("khong-dieu.html", lambda: PAGE.replace("Điều", "Phần").encode(), Fault.NO_ARTICLES),
    ],
)  # fmt: skip
def test_a_bad_decree_is_refused_by_its_fault(name: str, make: Callable[[], bytes], code: Fault) -> None:
    data = make()
    begun = time.monotonic()
    with pytest.raises(ImportFault) as refusal:
        read_decree(data, name)
    assert (refusal.value.code, time.monotonic() - begun < SOON) == (code, True)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("sau.html", lambda: f"{'<div>' * 200_000}<p>Điều 1. Phạm vi</p>Nghị định này.".encode()),
        ("dai.html", lambda: f"<p>Điều 1. Phạm vi</p><p {'a=1 ' * 500_000}>Nghị định này.</p>".encode()),
        ("mot-dong.txt", lambda: ("Điều 1. " + "Nghị định này quy định. " * 200_000).encode()),
        ("nhieu-dong.txt", lambda: "Điều 1. Phạm vi\nNghị định\n".encode() * 30_000),
        ("gioi-han.pdf", hostile.guarded_pdf),
        ("tham-chieu.docx", lambda: part(
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r1" Type="t/image" TargetMode="External" Target="http://127.0.0.1:9/x"/>'
            "</Relationships>", "word/_rels/document.xml.rels")),
        ("nen-trong.docx", lambda: hostile.with_part(hostile.word(), "word/inner.zip", hostile.zip_bomb())),
    ],
)  # fmt: skip
def test_what_only_looks_dangerous_is_read_soon(name: str, make: Callable[[], bytes]) -> None:
    data = make()
    begun = time.monotonic()
    assert read_decree(data, name).articles[0].number == "1"
    assert time.monotonic() - begun < SOON


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("trong.xlsx", lambda: b"", Fault.EMPTY),
        ("la-van-ban.xlsx", hostile.word, Fault.WRONG_KIND),
        ("macro.xlsm", lambda: hostile.with_part(hostile.excel(), "xl/vbaProject.bin", b"x"), Fault.MACROS),
        ("ngoai.xlsx", lambda: hostile.with_part(
            hostile.excel(), "xl/worksheets/sheet1.xml", hostile.EXTERNAL), Fault.ENTITIES),
        ("hong.xlsx", lambda: hostile.with_part(
            hostile.excel(), "xl/worksheets/sheet1.xml", "<worksheet><sheetData><row"), Fault.DAMAGED),
        ("thieu.xlsx", lambda: hostile.with_part(
            hostile.excel(), "xl/workbook.xml", "<workbook/>"), Fault.DAMAGED),
        ("khong-tieu-de.csv", b"1.000001,Khai sinh\n".__mul__, Fault.NO_HEADER),
        ("khong-dong.csv", lambda: "Mã thủ tục,Tên thủ tục\n".encode(), Fault.NO_ROWS),
        ("bom.jsonl.gz", hostile.gzip_bomb, Fault.BOMB),
        ("cat.jsonl.gz", hostile.cut_lines, Fault.DAMAGED),
        ("hong.jsonl.gz", hostile.broken_lines, Fault.BAD_LINE),
        ("sau.jsonl", lambda: b'{"code": ' + hostile.deep_json(), Fault.BAD_LINE),
    ],
)  # fmt: skip
def test_a_bad_table_is_refused_by_its_fault(name: str, make: Callable[..., bytes], code: Fault) -> None:
    data = make(3) if name == "khong-tieu-de.csv" else make()
    begun = time.monotonic()
    with pytest.raises(ImportFault) as refusal:
        read_procedures(data, name)
    assert (refusal.value.code, time.monotonic() - begun < SOON) == (code, True)


def test_a_million_empty_rows_are_no_table_of_a_million_rows() -> None:
    data = hostile.excel_of_empty_rows()
    begun = time.monotonic()
    found, faults = read_procedures(data, "dinh-dang.xlsx")
    assert ([procedure.code for procedure in found], faults) == (["1.000000"], ())
    assert time.monotonic() - begun < SOON


@pytest.mark.parametrize(
    ("name", "make", "code", "detail"),
    [
        ("hong.jsonl.gz", hostile.broken_lines, Fault.BAD_LINE, "2"),
        ("thieu.jsonl", lambda: b'{"id": "a", "law_id": "1/2020/ND-CP"}\n', Fault.BAD_LINE, "1 article"),
        ("danh-sach.jsonl", lambda: b"\n[1]\n", Fault.BAD_LINE, "2"),
        ("sau.jsonl", hostile.deep_json, Fault.BAD_LINE, "1"),
        ("dai.jsonl", lambda: b" " * (5 * MEGABYTE), Fault.TOO_LARGE, ""),
        ("bom.jsonl.gz", hostile.gzip_bomb, Fault.BOMB, ""),
        ("cat.jsonl.gz", hostile.cut_lines, Fault.DAMAGED, ""),
        ("rong.jsonl", lambda: b"", Fault.EMPTY, ""),
        ("bang.xlsx", hostile.excel, Fault.WRONG_KIND, "bang.xlsx"),
    ],
)
def test_a_bad_collection_is_refused_with_its_line(
    name: str, make: Callable[[], bytes], code: Fault, detail: str
) -> None:
    with pytest.raises(ImportFault) as refusal:
        list(read_articles(io.BytesIO(make()), name))
    assert (refusal.value.code, refusal.value.detail) == (code, detail)
