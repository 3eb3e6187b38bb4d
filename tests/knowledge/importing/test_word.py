"""What a Word file holds beside plain paragraphs: tables, tracked changes, hidden words, numbers that Word counts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from knowledge.importing import read_decree
from knowledge.importing.word import word_paragraphs
from tests.knowledge.importing.hostile import plain_word

W = nsdecls("w")


def paragraphs(*inner: str) -> list[str]:
    """What is read of paragraphs given by their XML."""

    def write(document: Any) -> None:
        for xml in inner:
            document.element.body.append(parse_xml(f"<w:p {W}>{xml}</w:p>"))

    return [text for text in word_paragraphs(plain_word(write)) if text]


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_tracked_changes_count_as_accepted() -> None:
    deleted = f'<w:del w:id="1" w:author="a"><w:r><w:delText>bảy</w:delText></w:r>{run("cũ")}</w:del>'
    inserted = f'<w:ins w:id="2" w:author="a">{run("ba")}</w:ins>'
    gone, come = f'<w:moveFrom w:id="3">{run("đi")}</w:moveFrom>', f'<w:moveTo w:id="4">{run("!")}</w:moveTo>'
    assert paragraphs(run("trong ") + deleted + inserted + run(" ngày") + gone + come) == ["trong ba ngày!"]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    ended = '<w:pPr><w:rPr><w:del w:id="1" w:author="a"/></w:rPr></w:pPr>'
    assert paragraphs(ended + run("Hồ sơ "), run("gồm đơn.")) == ["Hồ sơ gồm đơn."]


def test_hidden_words_footnotes_and_fields_are_not_read_and_links_are() -> None:
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    field = "<w:r><w:instrText>PAGE</w:instrText></w:r>"
    link = f"<w:hyperlink>{run('Điều 5')}</w:hyperlink>"
    hidden, shown = run("ẩn", "<w:vanish/>"), run("hiện", '<w:vanish w:val="0"/>')
    assert paragraphs(run("Theo ") + link + note + field + hidden + run(", ") + shown) == ["Theo Điều 5, hiện"]


def test_breaks_and_hyphens_within_a_paragraph() -> None:
    inner = (
        f"{run('Chương II')}<w:r><w:br/></w:r>{run('NĐ')}<w:r><w:noBreakHyphen/></w:r>{run('CP')}<w:r><w:tab/></w:r>"
    )
    assert paragraphs(inner + run("x")) == ["Chương II", "NĐ-CP x"]


def test_what_is_drawn_twice_is_read_once() -> None:
    space = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = f"<mc:AlternateContent {space}><mc:Choice>{run('một')}</mc:Choice><mc:Fallback>{run('hai')}</mc:Fallback>"
    assert paragraphs(f"{both}</mc:AlternateContent>") == ["một"]


def test_a_table_of_contents_is_passed_over() -> None:
    contents = '<w:pPr><w:pStyle w:val="TOC1"/></w:pPr>' + run("Điều 1. Phạm vi 3")
    assert paragraphs(contents, run("Điều 1. Phạm vi")) == ["Điều 1. Phạm vi"]


def test_cells_of_a_table_stand_where_the_table_stands() -> None:
    def write(document: Any) -> None:
        head = document.add_table(rows=1, cols=2)
        head.cell(0, 0).text, head.cell(0, 1).text = "CHÍNH PHỦ", "Hà Nội, ngày 02 tháng 7 năm 2025"
        for line in ("Số: 5/2025/NĐ-CP", "Điều 1. Mức phí", "Mức phí như sau:"):
            document.add_paragraph(line)
        fees = document.add_table(rows=2, cols=2)
        for index, cell in enumerate(cell for row in fees.rows for cell in row.cells):
            cell.text = f"ô {index}"
        document.add_paragraph("Điều 2. Hiệu lực")

    decree = read_decree(plain_word(write), "phi.docx")
    assert decree.articles[0].text == "Mức phí như sau:\nô 0\nô 1\nô 2\nô 3"
    assert (decree.issuer, str(decree.issued)) == ("Chính phủ", "2025-07-02")


def numbered(levels: Sequence[tuple[str, str]], taken: Sequence[tuple[int, int]], *, style: bool = False) -> list[str]:
    """Labels that Word would draw: `levels` are forms and texts, `taken` the list and level of each paragraph."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    written = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(levels)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="70">{written}</w:abstractNum>'))
    for name in {name for name, _ in taken}:
        numbering.append(parse_xml(f'<w:num {W} w:numId="{name}"><w:abstractNumId w:val="70"/></w:num>'))
    if style:
        inner = f'<w:pPr><w:numPr><w:numId w:val="{taken[0][0]}"/></w:numPr></w:pPr>'
        document.styles.element.append(
            parse_xml(f'<w:style {W} w:type="paragraph" w:styleId="Khoan">{inner}</w:style>')
        )
        based = '<w:basedOn w:val="Khoan"/>'
        document.styles.element.append(parse_xml(f'<w:style {W} w:type="paragraph" w:styleId="Con">{based}</w:style>'))
    for name, level in taken:
        named = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{name}"/></w:numPr>'
        properties = '<w:pStyle w:val="Con"/>' if style else named
        document.element.body.append(parse_xml(f"<w:p {W}><w:pPr>{properties}</w:pPr>{run('x')}</w:p>"))
    file = io.BytesIO()
    document.save(file)
    return [text.removesuffix(" x") for text in word_paragraphs(file.getvalue()) if text]


def test_levels_count_within_each_other() -> None:
    levels = [("decimal", "Điều %1."), ("decimal", "%1.%2."), ("lowerLetter", "%3)")]
    taken = [(9, 0), (9, 1), (9, 2), (9, 2), (9, 1), (9, 2), (9, 0), (9, 1)]
    assert numbered(levels, taken) == ["Điều 1.", "1.1.", "a)", "b)", "1.2.", "a)", "Điều 2.", "2.1."]


def test_letters_are_counted_as_word_counts_them() -> None:
    assert numbered([("lowerLetter", "%1)")], [(9, 0)] * 28)[3:6] == ["d)", "e)", "f)"]
    assert numbered([("upperLetter", "%1.")], [(9, 0)] * 28)[25:] == ["Z.", "AA.", "BB."]


def test_roman_numbers_two_digits_bullets_and_nothing() -> None:
    assert numbered([("upperRoman", "%1.")], [(9, 0)] * 49)[-1] == "XLIX."
    assert numbered([("lowerRoman", "%1)")], [(9, 0)] * 4)[-1] == "iv)"
    assert numbered([("decimalZero", "%1.")], [(9, 0)] * 2) == ["01.", "02."]
    assert numbered([("bullet", "\uf0b7")], [(9, 0)]) == ["-"]
    assert numbered([("none", "%1.")], [(9, 0)]) == ["x"]


def test_a_style_brings_its_list_along() -> None:
    assert numbered([("decimal", "%1.")], [(9, 0)] * 3, style=True) == ["1.", "2.", "3."]


def test_lists_of_one_pattern_go_on_counting() -> None:
    assert numbered([("decimal", "%1.")], [(8, 0), (9, 0), (8, 0)]) == ["1.", "2.", "3."]
