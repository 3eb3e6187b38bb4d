"""A province's workbook as people fill it in: what is read, and every bad cell at once."""

from __future__ import annotations

import pickle
import time
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.importing.faults import ImportFault
from knowledge.importing.province import LONGEST_CODE, LONGEST_NAME, ProvinceFile, is_province_file, read_province
from knowledge.importing.province_notes import Flaw, Notice, Spot
from tests.knowledge.importing.workbooks import COMMUNES, STAFF, WHOLE, Rows, staff, with_cell, workbook


def read(sheets: dict[str, Rows], touch: Any = None) -> ProvinceFile:
    return read_province(workbook(sheets, touch), "tinh.xlsx")


def people(found: ProvinceFile) -> list[tuple[int, str, str, str, str]]:
    return [(r.line, r["name"], r["role"], r["unit"], r["language"]) for r in found.staff]


def faults(found: ProvinceFile) -> list[tuple[int, str, Flaw | Notice, str]]:
    return [(spot.row, spot.column, spot.code, spot.value) for spot in found.faults]


def test_a_whole_workbook() -> None:
    found = read(WHOLE)
    assert (found.faults, found.notices) == ((), ())
    assert [dict(row.values) for row in found.departments] == [
        {"code": "so-tu-phap", "name": "Sở Tư pháp", "short_name": ""},
        {"code": "so-du-lich", "name": "Sở Du lịch", "short_name": "Du lịch"},
    ]
    assert [(row["field"], row["department"]) for row in found.fields] == [("chung-thuc", "so-tu-phap")]
    assert [(row["code"], row["name"]) for row in found.communes] == [("xa-suoi-mo", "Xã Suối Mơ")]
    assert people(found) == [
        (2, "Lò Thị Mai", "requester", "xa-suoi-mo", "vi"),
        (3, "Nguyễn Thu Hà", "specialist", "so-tu-phap", "en"),
    ]
    assert pickle.loads(pickle.dumps(found)) == found, "it travels from the process that reads"


def test_a_sheet_alone_is_enough_and_others_are_told_of() -> None:
    found = read({"XA": COMMUNES, "Ghi chú": [["gì đó"]]})
    assert len(found.communes) == 1
    assert (found.departments, found.fields, found.staff, found.faults) == ((), (), (), ())
    assert found.notices == (Spot("Ghi chú", 0, "", Notice.UNKNOWN_SHEET),)


def test_which_excel_files_are_a_province_s() -> None:
    assert is_province_file(workbook({"Ghi chú": [], "can bo": STAFF}), "a.xlsx")
    assert not is_province_file(workbook({"Thủ tục": [["Mã thủ tục", "Tên thủ tục"]]}), "a.xlsx")
    assert not is_province_file(b"whatever", "a.csv")


@pytest.mark.parametrize("above", range(10))
def test_the_header_may_stand_on_any_of_the_first_ten_rows(above: int) -> None:
    titles: Rows = [["DANH SÁCH CÁN BỘ", None, "Tên"]] * above
    found = read({"Cán bộ": [*titles, *STAFF]})
    assert [line for line, *_ in people(found)] == [above + 2, above + 3]


def test_the_header_is_the_row_with_every_column_that_is_needed() -> None:
    rows: Rows = [["Tên", "Tên ngắn"], ["Mã", "Tên"], ["so-a", "Sở A"]]
    found = read({"Sở ngành": rows})
    assert ([row["code"] for row in found.departments], found.faults) == (["so-a"], ())


def test_a_header_further_down_is_not_looked_for() -> None:
    found = read({"Xã": [["DANH SÁCH"]] * 10 + [*COMMUNES]})
    assert found.faults == (Spot("Xã", 0, "", Flaw.NO_HEADER, "", "Mã, Tên"),)


def test_columns_in_any_order_without_marks_and_with_strangers_between() -> None:
    header = ["STT", "MA DON VI", "Số điện thoại", "vai  tro", "Họ và tên"]
    found = read({"Cán bộ": [header, [1, "xa-suoi-mo", "090", "Cán Bộ Xã", "Lò Thị Mai"]]})
    assert people(found) == [(2, "Lò Thị Mai", "requester", "xa-suoi-mo", "vi")]
    assert found.notices == tuple(
        Spot("Cán bộ", 1, column, Notice.UNKNOWN_COLUMN) for column in ("STT", "Số điện thoại")
    )


def test_a_column_that_is_missing_or_there_twice() -> None:
    found = read({"Cán bộ": [["Họ tên", "Mã đơn vị"], ["A", "x"]], "Xã": [["Mã", "Tên", "Tên xã"], ["x", "Xã A", "B"]]})
    assert found.faults == (
        Spot("Cán bộ", 1, "Vai trò", Flaw.NO_COLUMN),
        Spot("Xã", 1, "Tên xã", Flaw.COLUMN_TWICE),
    )
    twice = read({"Xã": COMMUNES, "Xã phường": COMMUNES})
    assert twice.faults == (Spot("Xã phường", 0, "", Flaw.SHEET_TWICE),)


def test_what_excel_and_people_do_to_cells() -> None:
    nfd = unicodedata.normalize("NFD", "Lường Văn Thửa")
    header = [unicodedata.normalize("NFD", text) for text in STAFF[0]]
    rows = [
        header,
        [],
        [f"  {nfd}\u00a0 ", "Cán bộ\u00a0xã ", 30985.0, None],
        [None] * 4,
        ["Lò\u200b Mai", "QUẢN TRỊ", "XA-1 ", "Tiếng Anh"],
    ]
    assert people(read({"Cán bộ": rows})) == [
        (3, "Lường Văn Thửa", "requester", "30985", "vi"),
        (5, "Lò Mai", "operator", "xa-1", "en"),
    ]


def test_formulas_count_as_what_they_last_gave() -> None:
    data = with_cell(staff(["Lò Mai", "cán bộ xã", "?"]), "C2", '<c r="C2" t="str"><f>A1</f><v>xa-suoi-mo</v></c>')
    assert people(read_province(data, "a.xlsx")) == [(2, "Lò Mai", "requester", "xa-suoi-mo", "vi")]
    failed = with_cell(staff(["Lò Mai", "cán bộ xã", "?"]), "C2", '<c r="C2" t="e"><f>A1</f><v>#REF!</v></c>')
    assert faults(read_province(failed, "a.xlsx")) == [(2, "Mã đơn vị", Flaw.FORMULA_ERROR, "#REF!")]
    never = staff(["Lò Mai", "cán bộ xã", "=A1&B1"])
    assert faults(read_province(never, "a.xlsx")) == [(2, "Mã đơn vị", Flaw.MISSING, "")]


def test_a_cell_merged_downwards_counts_for_each_of_its_rows_and_no_further() -> None:
    rows: Rows = [
        STAFF[0], ["A", "cán bộ xã", "xa-1"], ["B", "cán bộ xã"], [], ["C", "cán bộ xã"], ["D", "cán bộ xã"],
        ["E", "cán bộ xã", "xa-2"],
    ]  # fmt: skip

    def merge(book: Any) -> None:
        book["Cán bộ"].merge_cells("C2:C5")
        book["Cán bộ"].merge_cells("F1:G9")

    found = read({"Cán bộ": rows}, merge)
    units = {line: unit for line, _, _, unit, _ in people(found)}
    assert units == {2: "xa-1", 3: "xa-1", 5: "xa-1", 6: "", 7: "xa-2"}
    assert faults(found) == [(6, "Mã đơn vị", Flaw.MISSING, "")]


def test_hidden_rows_are_read_and_told_of() -> None:
    def hide(book: Any) -> None:
        for line in (2, 3, 5, 9):
            book["Xã"].row_dimensions[line].hidden = True

    found = read({"Xã": [COMMUNES[0], *([f"x-{n}", "Xã"] for n in range(4))]}, hide)
    assert len(found.communes) == 4
    assert found.notices == (Spot("Xã", 0, "", Notice.HIDDEN_ROWS, "2-3, 5"),)


def test_the_header_again_at_the_top_of_a_page_is_no_row() -> None:
    assert [line for line, *_ in people(read({"Cán bộ": [*STAFF, STAFF[0], ["C", "quản trị", "x"]]}))] == [2, 3, 5]


def test_rows_left_over_from_the_template_are_no_rows() -> None:
    found = read({"Cán bộ": [*STAFF, ["Ai đó", "cán bộ xã", "Vi-du-xa-mot"]], "Xã": [COMMUNES[0], ["vi-du-x", ""]]})
    assert (len(found.staff), found.communes, found.faults) == (2, (), ())
    assert [(s.sheet, s.code, s.value) for s in found.notices] == [
        ("Cán bộ", Notice.EXAMPLES, "4"),
        ("Xã", Notice.EXAMPLES, "2"),
    ]


def test_every_bad_cell_is_told_at_once() -> None:
    found = read({
        "Sở ngành": [WHOLE["Sở ngành"][0], ["Sở Du lịch", "x" * (LONGEST_NAME + 1)], ["a", "Sở A"], ["a", "Sở B"]],
        "Lĩnh vực": [WHOLE["Lĩnh vực"][0], ["dat-dai", None], [None, "so-tu-phap"]],
        "Xã": [COMMUNES[0], ["x" * (LONGEST_CODE + 1), "Xã A"]],
        "Cán bộ": [STAFF[0], ["=1+1", "giám đốc", "so tu phap", "fr"], ["@mai", "chuyên viên", "a", ""]],
    })  # fmt: skip
    assert [(s.sheet, s.row, s.column, s.code) for s in found.faults] == [
        ("Sở ngành", 2, "Mã", Flaw.BAD_CODE),
        ("Sở ngành", 2, "Tên", Flaw.TOO_LONG),
        ("Sở ngành", 4, "Mã", Flaw.REPEATED),
        ("Lĩnh vực", 2, "Mã sở phụ trách", Flaw.MISSING),
        ("Lĩnh vực", 3, "Mã lĩnh vực", Flaw.MISSING),
        ("Xã", 2, "Mã", Flaw.TOO_LONG),
        ("Cán bộ", 2, "Họ tên", Flaw.MISSING),
        ("Cán bộ", 2, "Vai trò", Flaw.UNKNOWN_ROLE),
        ("Cán bộ", 2, "Mã đơn vị", Flaw.BAD_CODE),
        ("Cán bộ", 2, "Ngôn ngữ", Flaw.UNKNOWN_LANGUAGE),
        ("Cán bộ", 3, "Họ tên", Flaw.BAD_NAME),
    ]
    right = {(s.sheet, s.row, s.column): s.right for s in found.faults}
    assert right["Sở ngành", 2, "Mã"] == "so-du-lich"
    assert right["Sở ngành", 4, "Mã"] == "3"
    assert right["Cán bộ", 2, "Vai trò"] == "cán bộ xã, chuyên viên, lãnh đạo, biên tập viên, quản trị"
    assert right["Cán bộ", 2, "Ngôn ngữ"] == "vi, en"


@pytest.mark.parametrize(
    "name", ["=cmd()", "+84", "-1", "@x", "\tA", "1A", "A\nB*", "<b>A", "A_B", "A{x}", "A;B", '"A']
)
def test_what_a_spreadsheet_would_take_for_a_formula_is_no_name(name: str) -> None:
    """Names come out again in the file of codes, in messages and on pages."""
    data = with_cell(staff(["?", "quản trị", "x"]), "A2", f'<c r="A2" t="str"><v>{_escaped(name)}</v></c>')
    found = read_province(data, "a.xlsx")
    assert [s.code for s in found.faults] == [Flaw.BAD_NAME] or people(found)[0][1] == "A"


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Ngọc-Hân", "Y B’Hing Niê", "Lê Văn An (1985)", "K'Brol", "Đỗ A.", "Trần B, VP"]
)
def test_names_as_people_have_them(name: str) -> None:
    assert [row[1] for row in people(read_province(staff([name, "quản trị", "x"]), "a.xlsx"))] == [name]


def test_two_of_one_name_in_one_unit_must_be_told_apart() -> None:
    rows: Rows = [
        ["Lê Hoà", "cán bộ xã", "xa-1"], ["Lê Hòa", "quản trị", "XA-1"], ["Lê Hoa", "cán bộ xã", "xa-1"],
        ["Lê Hòa", "cán bộ xã", "xa-2"], ["Lê Hòa (1990)", "cán bộ xã", "xa-1"],
    ]  # fmt: skip
    found = read_province(staff(*rows), "a.xlsx")
    assert [row[0] for row in people(found)] == [2, 4, 5, 6]
    assert found.notices == (Spot("Cán bộ", 3, "Họ tên", Notice.NAMESAKE, "Lê Hòa", "2"),)
    assert not found.faults


def test_letters_of_old_fonts_are_refused_and_a_name_or_two_prove_nothing() -> None:
    names = ["NguyÔn V¨n ®øc", "TrÇn ThÞ H­¬ng"] * 40
    with pytest.raises(ImportFault, match="old_encoding"):
        read({"Xã": [COMMUNES[0], *([f"xa-{n}", name] for n, name in enumerate(names))]})
    assert read({"Xã": [COMMUNES[0], ["xa-1", "Tuân Khuê"]]}).communes[0]["name"] == "Tuân Khuê"


def test_five_thousand_people_within_seconds() -> None:
    data = staff(*([f"Người Thứ {n}", "cán bộ xã", f"xa-{n % 150}"] for n in range(5_000)))
    began = time.perf_counter()
    assert len(read_province(data, "a.xlsx").staff) == 5_000
    assert time.perf_counter() - began < 8


_CELLS = st.one_of(
    st.sampled_from([None, "", " ", 1, 2.5, 1e300, "quản trị", "xa-1", "Lê A", "#N/A", "=A1", "Họ tên", "vi-du-1"]),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(_CELLS, min_size=4, max_size=4), max_size=6))
def test_whatever_stands_in_the_cells_no_row_is_dropped_without_a_word(rows: list[list[Any]]) -> None:
    found = read_province(staff(*rows), "a.xlsx")
    told = {row.line for row in found.staff} | {spot.row for spot in found.notices}
    for line, row in enumerate(rows, start=2):
        if "quản trị" in row and not {"Họ tên", "vi-du-1"} & set(row):
            assert line in told
    bad = {spot.row for spot in found.faults}
    assert all(row["name"] and row["role"] and row["unit"] for row in found.staff if row.line not in bad)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
