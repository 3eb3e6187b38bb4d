"""Files that nobody should send: each as small as it can be and still dangerous, broken or not what it says."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pypdf
from reportlab.pdfgen.canvas import Canvas

from tests.knowledge.importing.layouts import Block, as_docx, as_pdf

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504
BLOCKS = [Block("Phạm vi điều chỉnh", label="Điều 1."), *[Block("Nghị định này quy định chi tiết.")] * 40]
MEGABYTE = 1024 * 1024
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><d>&c;</d>'
)
QUADRATIC = f'<!DOCTYPE d [<!ENTITY a "{"x" * 50_000}">]><d>{"&a;" * 50_000}</d>'
EXTERNAL = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><d>&a;</d>'


def word() -> bytes:
    return as_docx(BLOCKS)


def with_part(data: bytes, name: str, content: bytes | str) -> bytes:
    """A zipped file with one part replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return file.getvalue()


def zip_bomb() -> bytes:
    return with_part(word(), "word/media/image1.png", bytes(40 * MEGABYTE))


def many_small_bombs() -> bytes:
    data = word()
    file = io.BytesIO(data)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for index in range(30):
            archive.writestr(f"word/media/{index}.png", bytes(7 * MEGABYTE))
    return file.getvalue()


def many_members() -> bytes:
    file = io.BytesIO(word())
    with zipfile.ZipFile(file, "a") as archive:
        for index in range(5_100):
            archive.writestr(f"word/media/{index}", b"")
    return file.getvalue()


def huge_text() -> bytes:
    """65 MiB in the part that is read, which shrink less than a bomb does."""
    line = "".join(f"<w:p><w:r><w:t>{index}</w:t></w:r></w:p>" for index in range(20_000))
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f'<w:document xmlns:w="{space}"><w:body>{line * 90}</w:body></w:document>'
    return with_part(word(), "word/document.xml", body)


def lying_size() -> bytes:
    """A part that says it is far smaller than it is."""
    data = bytearray(with_part(word(), "word/document.xml", b"<a>" + b"x" * MEGABYTE + b"</a>"))
    true, false = MEGABYTE + 7, 100
    for found in range(2):
        at = data.rindex(true.to_bytes(4, "little")) if found == 0 else data.index(true.to_bytes(4, "little"))
        data[at : at + 4] = false.to_bytes(4, "little")
    return bytes(data)


def encrypted_zip() -> bytes:
    data = bytearray(word())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1
    return bytes(data)


def macros() -> bytes:
    return with_part(word(), "word/vbaProject.bin", b"Attribute VB_Name")


def macro_type() -> bytes:
    with zipfile.ZipFile(io.BytesIO(word())) as archive:
        types = archive.read("[Content_Types].xml").decode()
    main = "vnd.openxmlformats-officedocument.wordprocessingml.document.main"
    return with_part(word(), "[Content_Types].xml", types.replace(main, "vnd.ms-word.document.macroEnabled.main"))


def pdf() -> bytes:
    return as_pdf(BLOCKS)


def locked_pdf(algorithm: str = "RC4-128") -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    writer.encrypt(user_password="mật khẩu", owner_password="chủ", algorithm=algorithm)
    return _written(writer)


def guarded_pdf() -> bytes:
    """Anybody may read it; only changes need the password."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    writer.encrypt(user_password="", owner_password="chủ", algorithm="RC4-128")
    return _written(writer)


def _written(writer: pypdf.PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def scanned_pdf() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file)
    for _ in range(5):
        canvas.rect(100, 100, 300, 500, fill=1)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def many_pages() -> bytes:
    writer = pypdf.PdfWriter()
    for _ in range(2_001):
        writer.add_blank_page(100, 100)
    return _written(writer)


def pdf_bomb() -> bytes:
    """A page of 80 MiB of spaces."""
    file = io.BytesIO()
    canvas = Canvas(file, pageCompression=1)
    canvas._code.append(" " * (80 * MEGABYTE))
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def looping_pages() -> bytes:
    """A tree of pages that is its own branch."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 1000000000 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 3 0 R /Resources 3 0 R >>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"xref\n0 4\n0000000000 65535 f \n" + table + (
        b"trailer << /Root 1 0 R /Size 4 >>\nstartxref\n%d\n%%%%EOF" % len(data)
    )  # fmt: skip


def lost_letters_pdf() -> bytes:
    """A font without a table of letters: people see words, programs see numbers of drawings."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    fonts = [font.get_object() for page in writer.pages for font in page["/Resources"]["/Font"].values()]
    for font in fonts:
        font.pop("/ToUnicode", None)
    return _written(writer)


def squares_pdf() -> bytes:
    """A font without Vietnamese letters: squares where they should be."""
    file = io.BytesIO()
    canvas = Canvas(file)
    for line in range(30):
        canvas.drawString(72, 800 - 20 * line, "Điều 1. Ủy ban nhân dân cấp xã được giải quyết những việc này")
    canvas.save()
    return file.getvalue()


def tcvn3() -> bytes:
    """The font of the nineties (ABC): what people saw as "Điều 1. Phạm vi điều chỉnh của Nghị định"."""
    return "§iÒu 1. Ph¹m vi ®iÒu chØnh cña NghÞ ®Þnh nµy ®­îc quy ®Þnh nh­ sau\n".encode("latin-1") * 30


def vni() -> str:
    return "Ñieàu 1. Phaïm vi ñieàu chænh cuûa Nghò ñònh naøy ñöôïc quy ñònh nhö sau\n" * 30


def excel(rows: int = 1) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Mã thủ tục", "Tên thủ tục"])
    for index in range(rows):
        sheet.append([f"1.{index:06d}", "Đăng ký khai sinh"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def excel_of_empty_rows() -> bytes:
    """Two rows, and a million empty ones behind them, as a format set for a whole column leaves them."""
    with zipfile.ZipFile(io.BytesIO(excel())) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    empty = "".join(f'<row r="{index}"/>' for index in range(3, 1_048_577))
    sheet = sheet.replace("<sheetData>", '<dimension ref="A1:B1048576"/><sheetData>')
    return with_part(excel(), "xl/worksheets/sheet1.xml", sheet.replace("</sheetData>", f"{empty}</sheetData>"))


def broken_lines() -> bytes:
    good = json.dumps({"id": "a+1", "law_id": "1/2020/nđ-cp", "article": "1", "text": "Một."})
    return gzip.compress(f"{good}\n{good[:30]}\n{good}\n".encode())


def cut_lines() -> bytes:
    """Good lines of a table and of a collection, the end of the file missing."""
    rows = [
        {"id": f"a+{index}", "law_id": "1/2020/nđ-cp", "article": "1", "code": f"1.{index:06d}", "name": "Một"}
        for index in range(500)
    ]
    return gzip.compress("".join(f"{json.dumps(row)}\n" for row in rows).encode())[:-50]


def gzip_bomb() -> bytes:
    return gzip.compress(b" " * (8 * MEGABYTE), 9)


def deep_json() -> bytes:
    return b"[" * 200_000 + b"]" * 200_000 + b"\n"


def plain_word(change: Callable[[docx.document.Document], None]) -> bytes:
    document = docx.Document()
    change(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
