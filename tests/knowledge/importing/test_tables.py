"""Articles in bulk and the table of procedures, in all the forms they are handed on in."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from knowledge.importing import (
    BulkArticle,
    Fault,
    ImportedProcedure,
    ImportFault,
    RowFault,
    cited_form,
    read_articles,
    read_procedures,
)

SHARED = Path(__file__).parents[4] / "shared" / "data"
HEADER = ("Mã thủ tục", "Tên thủ tục", "Lĩnh vực", "Cấp xã", "Thời hạn", "Thành phần hồ sơ", "Ngày công bố")


def excel(rows: Sequence[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def comma(rows: Sequence[Sequence[Any]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue().encode(encoding)


def catalogue(*rows: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


@pytest.mark.parametrize(
    ("written", "cited"),
    [
        ("123/2015/nđ-cp", "123/2015/NĐ-CP"),
        ("123/2015/nd-cp", "123/2015/NĐ-CP"),
        ("60/2014/qh13", "60/2014/QH13"),
        ("25/2008/qd-ttg", "25/2008/QĐ-TTg"),
        ("04/2017/nq-hđtp", "04/2017/NQ-HĐTP"),
        ("07/2015/ttlt-blđtbxh-btc", "07/2015/TTLT-BLĐTBXH-BTC"),
        ("183 /2013/TT–BTC", "183/2013/TT-BTC"),
        ("66.7/2025/nq-cp", "66.7/2025/NQ-CP"),
    ],
)
def test_numbers_are_given_as_documents_are_cited(written: str, cited: str) -> None:
    assert cited_form(written) == cited
    assert cited_form(cited) == cited


ROW = {"id": "1", "law_id": "1/2020/nđ-cp", "law_name": "Nghị định", "article": "9", "title": "t", "text": "x"}


@pytest.mark.parametrize(
    "odd",
    [
        {"article": "9" * 1000}, {"article": "1:2"}, {"article": "nan"}, {"law_id": "x" * 1000},
        {"law_id": "luật đất đai mới"}, {"law_id": "1/2020/" + "A" * 300},
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(odd: dict[str, str]) -> None:
    """Numbers stand in buttons, in lists and in questions."""
    with pytest.raises(ImportFault) as refused:
        list(read_articles(io.BytesIO(catalogue(ROW, {**ROW, **odd})), "dieu.jsonl"))
    assert (refused.value.code, refused.value.detail) == ("bad_line", "2")


def test_half_a_letter_is_left_out() -> None:
    """A lone surrogate can be written in JSON and stored nowhere."""
    data = json.dumps({**ROW, "text": "mười\ud800 ngày"}).encode()
    (article,) = read_articles(io.BytesIO(data), "dieu.jsonl")
    assert article.text == "mười ngày"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Nghị định số 15/2014/NĐ-CP Quy định chi tiết", "nghị định"), ("Luật số 60/2014/QH13", "luật"),
        ("Thông tư liên tịch số 1/2012/TTLT-BTP-UBDT", "thông tư liên tịch"), ("Bộ luật số 91/2015/QH13", "bộ luật"),
        ("Luật sư", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_kind_is_told_by_the_name(name: str, kind: str) -> None:
    (article,) = read_articles(io.BytesIO(catalogue({**ROW, "law_name": name})), "dieu.jsonl")
    assert article.kind == kind


@pytest.mark.parametrize("name", ["dieu.jsonl", "dieu.jsonl.gz"])
def test_articles_come_one_by_one_with_their_numbers(name: str) -> None:
    row = {
        "id": "1/2020/nđ-cp+9a", "law_id": "1/2020/nđ-cp", "law_name": "Luật số 1 có hiệu lực thi hành kể từ",
        "article": "9a", "title": "Phạm\u00a0vi", "text": "1. Một;\n\n2. Hai.", "topic": "x",
    }  # fmt: skip
    data = catalogue(row, {**row, "article": 10, "text": None})
    first, second = read_articles(io.BytesIO(gzip.compress(data) if name.endswith("gz") else data), name)
    assert first == BulkArticle(
        "1/2020/nđ-cp+9a",
        "1/2020/nđ-cp",
        "1/2020/NĐ-CP",
        "Luật số 1",
        "9a",
        "Phạm vi",
        "1. Một;\n2. Hai.",
        "luật",
    )
    assert (second.article, second.text) == ("10", "")


def test_the_collection_beside_the_repository_is_read_whole() -> None:
    file = SHARED / "legal_retrieval" / "corpus.jsonl.gz"
    if not file.exists():
        pytest.skip("the collection of articles is not beside this repository")
    with file.open("rb") as opened:
        articles = list(read_articles(opened, file.name))
    assert len(articles) == 20_035
    assert len({article.number for article in articles}) == 1_344


def test_the_catalogue_beside_the_repository_is_read_whole() -> None:
    file = SHARED / "procedures" / "procedures.jsonl.gz"
    if not file.exists():
        pytest.skip("the catalogue of procedures is not beside this repository")
    found, faults = read_procedures(file.read_bytes(), file.name)
    assert len(found) + len(faults) == 5_705
    assert [fault.detail for fault in faults] == ["1.014955-Xoa"]
    assert sum(procedure.commune_level for procedure in found) == 771
    assert sum(bool(procedure.steps) for procedure in found) > 690


def test_details_of_the_portal_are_told_in_words() -> None:
    detail = {
        "source": "OpenGOV", "updated": "2026-04-15", "decision": "163/QĐ-BTP", "decision_date": "2026-01-15",
        "steps": ["- Bước một\n- Bước hai"], "executing": "Ủy ban nhân dân cấp xã",
        "methods": [
            {"channel": "DIRECT", "time": 5, "unit": "WORKING_DAY", "fees": [{"amount": 0, "text": ""}]},
            {"channel": "ONLINE", "time": 1.5, "unit": "DAY", "fees": [{"amount": 50000, "text": "một bản"}]},
            {"channel": "POSTAL", "time": "", "unit": "OTHER", "note": "Ngay trong ngày", "fees": []},
            {"channel": "POSTAL", "time": "", "unit": "OTHER", "note": "Nộp qua bưu chính", "fees": None},
        ],
        "dossier": [{"case": "* Phải nộp:", "items": [{"name": "- Tờ khai;"}, {"name": "- Giấy báo tử."}]}],
        "legal_basis": [
            {"number": "60/2014/QH13", "name": "Luật 60/2014/QH13"},
            {"number": "07/2025/NĐ-CP", "name": "Nghị định sửa đổi"},
        ],
    }  # fmt: skip
    row = {
        "code": "1.000419", "name": "Đăng ký khai tử lưu động", "fields": ["Hộ tịch", "Tư pháp"], "agencies": [],
        "subjects": ["Công dân Việt Nam"], "kind": "STANDARD", "state": "UPDATED", "commune_level": True,
        "levels": ["xã"], "detail": detail,
    }  # fmt: skip
    (found,), faults = read_procedures(catalogue(row), "thu-tuc.jsonl")
    assert faults == ()
    assert found == ImportedProcedure(
        code="1.000419", name="Đăng ký khai tử lưu động", fields="Hộ tịch; Tư pháp", agencies="Ủy ban nhân dân cấp xã",
        subjects="Công dân Việt Nam", commune_level=True, state="UPDATED", kind="STANDARD",
        time="5 ngày làm việc\n1.5 ngày\nNgay trong ngày",
        fee="mức thu theo văn bản của trung ương hoặc của tỉnh (danh mục ghi 0)\n50.000 đồng một bản",
        dossier=("* Phải nộp:", "- Tờ khai;", "- Giấy báo tử."),
        legal_basis=("Luật 60/2014/QH13", "07/2025/NĐ-CP Nghị định sửa đổi"),
        steps="- Bước một\n- Bước hai", decision="163/QĐ-BTP", decided_on=date(2026, 1, 15), updated="2026-04-15",
        source="OpenGOV",
    )  # fmt: skip


def test_details_of_the_word_forms_are_told_alike() -> None:
    detail = {
        "source": "ThuTucHanhChinh", "decision": "Quyết định số 6225/QĐ-BQP", "steps": ["Bước 1"],
        "methods": [
            {"hinh_thuc": "Trực tiếp", "thoi_han_giai_quyet": "20 Ngày làm việc", "phi_le_phi": "Phí : 0 Đồng"},
            {"hinh_thuc": "Trực tuyến", "thoi_han_giai_quyet": "20 Ngày làm việc", "phi_le_phi": "Lệ phí : 1.5 USD"},
        ],
        "dossier": [{"ten_giay_to": "Đơn đề nghị", "so_luong": "", "ghi_chu": "Bản chính: 1\nBản sao: 0"}],
        "legal_basis": [{"so_ky_hieu": "12", "trich_yeu": "Quyết định số 12/2021/QĐ-TTg"}],
    }  # fmt: skip
    row = {"code": "1.013127", "name": "Phê duyệt kế hoạch", "commune_level": False, "detail": detail}
    (found,), _ = read_procedures(gzip.compress(catalogue(row)), "thu-tuc.jsonl.gz")
    assert found.time == "20 Ngày làm việc"
    assert found.fee.split("\n")[1:] == ["Lệ phí : 1.5 USD"]
    assert found.fee.startswith("mức thu theo văn bản")
    assert found.dossier == ("Đơn đề nghị (Bản chính: 1, Bản sao: 0)",)
    assert found.legal_basis == ("Quyết định số 12/2021/QĐ-TTg",)
    assert found.decided_on is None


ROWS = (
    HEADER,
    ("1.000080", "Đăng ký khai sinh", "Hộ tịch", "Có", "Ngay trong ngày", "Tờ khai\nGiấy chứng sinh", "15/01/2026"),
    ("2.001234", "Cấp giấy phép", "Xây dựng", "", "7 ngày", "", ""),
)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bang.xlsx", excel(ROWS)),
        ("bang.csv", comma(ROWS)),
        ("cham-phay.csv", comma(ROWS, ";", "utf-8-sig")),
        ("tab.csv", comma(ROWS, "\t", "utf-16")),
        ("co-tua-de.xlsx", excel([("DANH MỤC THỦ TỤC",), (), *ROWS, (), ()])),
    ],
)
def test_a_table_is_read_from_every_kind_of_file(name: str, data: bytes) -> None:
    found, faults = read_procedures(data, name)
    assert faults == ()
    assert found == (
        ImportedProcedure(
            code="1.000080", name="Đăng ký khai sinh", fields="Hộ tịch", commune_level=True, time="Ngay trong ngày",
            dossier=("Tờ khai", "Giấy chứng sinh"), decided_on=date(2026, 1, 15),
        ),
        ImportedProcedure(code="2.001234", name="Cấp giấy phép", fields="Xây dựng", time="7 ngày"),
    )  # fmt: skip


def test_codes_and_days_that_excel_took_for_numbers_are_given_back() -> None:
    rows = [HEADER, (1.00008, "Khai sinh", "", "x", 5, "", date(2026, 1, 15)), ("1.00009", "Kết hôn", "", "")]
    (first, second), _ = read_procedures(excel(rows), "bang.xlsx")
    assert (first.code, first.time, first.decided_on) == ("1.000080", "5", date(2026, 1, 15))
    assert second.code == "1.000090"


def test_a_formula_counts_as_what_it_last_gave() -> None:
    (found,), faults = read_procedures(
        excel([HEADER, ("1.000080", "Khai sinh", '=HYPERLINK("http://127.0.0.1")')]), "b.xlsx"
    )
    assert (found.fields, faults) == ("", ())


def test_the_level_is_told_by_the_agency_where_no_column_says() -> None:
    rows = [("code", "name", "agencies"), ("1.000001", "A", "Ủy ban nhân dân cấp xã"), ("1.000002", "B", "Sở Tư pháp")]
    found, _ = read_procedures(comma(rows), "bang.csv")
    assert [procedure.commune_level for procedure in found] == [True, False]


def test_faulty_rows_are_named_and_the_others_taken() -> None:
    rows = [HEADER, ("1.000080", "Khai sinh"), ("abc", "Sai mã"), ("1.000081", " "), ("1.000080", "Lặp lại")]
    found, faults = read_procedures(comma(rows), "bang.csv")
    assert [procedure.name for procedure in found] == ["Khai sinh"]
    assert faults == (
        RowFault(3, Fault.MISSING_VALUE, "abc"),
        RowFault(4, Fault.MISSING_VALUE, "1.000081"),
        RowFault(5, Fault.REPEATED, "1.000080"),
    )
