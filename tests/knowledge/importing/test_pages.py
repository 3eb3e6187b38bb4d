"""Web pages, PDF pages and text files: what belongs to the page and not to the law, and what falls apart on it."""

from __future__ import annotations

import io
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from knowledge.importing import read_decree
from knowledge.importing.letters import clean
from knowledge.importing.lines import Line
from knowledge.importing.portable import pdf_lines, without_edges
from knowledge.importing.rejoining import join_lines, join_wrapped
from knowledge.importing.webpage import html_paragraphs
from tests.knowledge.importing.layouts import Block, as_pdf, font


def html(body: str, head: str = "") -> list[str]:
    page = f"<html><head>{head}</head><body>{body}</body></html>"
    return [" ".join(text.split()) for text in html_paragraphs(page.encode())]


def test_blocks_breaks_and_cells_end_paragraphs_and_letters_do_not() -> None:
    body = "<p>Điều <b>1</b>.&nbsp;Phí<br>Mức</p><table><tr><td>Một</td><td>Hai</td></tr></table>rời<div>sau</div>"
    assert html(body) == ["Điều 1. Phí", "Mức", "Một", "Hai", "rời", "sau"]


def test_scripts_styles_and_heads_are_not_read() -> None:
    assert html("<script>a < b</script><style>p{}</style><p>Một</p><select><option>x</select>", "<title>t</title>") == [
        "Một"
    ]


def test_lists_get_the_numbers_that_a_browser_draws() -> None:
    inner = "<ol type=a><li>một<li>hai</ol>"
    assert html(f"<ol start=3><li>Ba{inner}<li>Bốn</ol><ul><li>chấm</ul>") == [
        "3. Ba", "a) một", "b) hai", "4. Bốn", "chấm",
    ]  # fmt: skip


def test_a_page_that_declares_the_wrong_letters_is_read_by_the_right_ones() -> None:
    page = '<meta charset="windows-1258"><p>Điều 1. Phạm vi</p><p>Uỷ ban nhân dân xã.</p>'
    assert read_decree(page.encode(), "trang.html").articles[0].text == "Uỷ ban nhân dân xã."


def test_words_that_a_change_of_fonts_takes_apart_are_put_together() -> None:
    """As browsers write a font that lacks some letters: each piece in its own font, at its own place."""
    lines = ["Điều 1. Phạm vi điều chỉnh", "Ủy ban nhân dân cấp xã giải quyết thủ tục đăng ký khai sinh ở xã."] * 6
    file = io.BytesIO()
    canvas = Canvas(file)
    for at, line in enumerate(lines):
        x = 72.0
        for lacking, piece in groupby(line, key=lambda letter: letter > "\u00ff"):
            words, name = "".join(piece), font() if lacking else "Times-Roman"
            canvas.setFont(name, 12)
            canvas.drawString(x, 700 - 20 * at, words)
            x += canvas.stringWidth(words, name, 12)
    canvas.save()
    assert [" ".join(line.text.split()) for line in pdf_lines(file.getvalue())] == lines


def test_a_paragraph_goes_on_over_the_page_and_its_header() -> None:
    long = "Ủy ban nhân dân cấp xã tiếp nhận hồ sơ và trả kết quả cho người đề nghị theo quy định. " * 120
    blocks = [Block("Phạm vi", label="Điều 1."), Block(long), Block("Hiệu lực", label="Điều 2."), Block("Từ nay.")]
    first, second = read_decree(as_pdf(blocks), "dai.pdf").articles
    assert first.text == long.strip()
    assert second.text == "Từ nay."


def test_a_line_repeated_at_the_edge_of_few_of_many_pages_is_no_header() -> None:
    pages = [[Line(f"dòng {'a' * page} {at}", 70, 700 - 20 * at, page) for at in range(9)] for page in range(40)]
    for page in range(3):
        pages[page][0] = Line("theo quy định của pháp luật", 70, 700, page)
    headed = [
        [Line("CÔNG BÁO", 70, 800, page), *lines, Line(str(page), 300, 30, page)] for page, lines in enumerate(pages)
    ]
    assert without_edges(headed) == pages


def test_numbers_broken_at_a_stroke_or_hyphen_are_joined_without_a_space() -> None:
    texts = ["theo Nghị định số 154/2025/", "NĐ-", "CP về tài chính -", "ngân sách"]
    lines = [Line(text, 70, 700 - 16 * at, 0) for at, text in enumerate(texts)]
    assert join_lines(lines) == ["theo Nghị định số 154/2025/NĐ-CP về tài chính - ngân sách"]


@given(st.text(max_size=40))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_a_text_file_broken_at_its_width_is_joined_and_its_headings_are_not() -> None:
    lines = [
        "Điều 1. Phạm vi điều chỉnh",
        "Nghị định này quy định việc tiếp nhận và",
        "trả kết quả.",
        "",
        "a) một;",
        "b) hai",
    ]
    assert join_wrapped(lines) == [
        "Điều 1. Phạm vi điều chỉnh",
        "Nghị định này quy định việc tiếp nhận và trả kết quả.",
        "a) một;",
        "b) hai",
    ]
