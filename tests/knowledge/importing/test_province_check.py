"""A province's workbook among what is known: codes that lead nowhere, with the nearest that does."""

from __future__ import annotations

import pytest

from knowledge.importing.province import read_province
from knowledge.importing.province_check import Known, check_province, nearest
from knowledge.importing.province_notes import Flaw, Notice, Spot
from tests.knowledge.importing.workbooks import COMMUNES, DEPARTMENTS, FIELDS, STAFF, Rows, workbook

KNOWN = Known(
    fields={"dat-dai": "Đất đai", "chung-thuc": "Chứng thực"},
    departments={"so-tu-phap": "Sở Tư pháp", "so-noi-vu": "Sở Nội vụ"},
    communes={"xa-nam-thanh": "Xã Nậm Thanh"},
    province="ubnd-tinh",
)


def check(sheets: dict[str, Rows]) -> tuple[tuple[Spot, ...], tuple[Spot, ...]]:
    found = read_province(workbook(sheets), "a.xlsx")
    assert not found.faults
    return check_province(found, KNOWN)


def test_what_the_workbook_brings_is_known_to_its_other_sheets() -> None:
    own = {"Sở ngành": DEPARTMENTS, "Xã": COMMUNES}
    fields: Rows = [FIELDS[0], ["dat-dai", "so-du-lich"]]
    people: Rows = [
        *STAFF,
        ["C", "lãnh đạo", "so-du-lich"],
        ["D", "cán bộ xã", "xa-nam-thanh"],
        ["E", "lãnh đạo", "ubnd-tinh"],
    ]
    assert check({**own, "Lĩnh vực": fields, "Cán bộ": people}) == ((), ())
    assert [spot.code for spot in check({"Lĩnh vực": fields, "Cán bộ": people})[0]] == [
        Flaw.UNKNOWN_DEPARTMENT, Flaw.UNKNOWN_UNIT, Flaw.UNKNOWN_UNIT,
    ]  # fmt: skip


def test_codes_that_lead_nowhere_and_the_nearest_that_does() -> None:
    faults, _ = check({
        "Lĩnh vực": [FIELDS[0], ["dat-dia", "so-tu-phat"], ["chung-thuc", "so-ngoai-vu"]],
        "Cán bộ": [STAFF[0], ["A", "lãnh đạo", "tu-phap"], ["B", "quản trị", "zzz"], ["C", "quản trị", "nam-thanh"]],
    })  # fmt: skip
    assert faults == (
        Spot("Lĩnh vực", 2, "Mã lĩnh vực", Flaw.UNKNOWN_FIELD, "dat-dia", "dat-dai (Đất đai)"),
        Spot("Lĩnh vực", 2, "Mã sở phụ trách", Flaw.UNKNOWN_DEPARTMENT, "so-tu-phat", "so-tu-phap (Sở Tư pháp)"),
        Spot("Lĩnh vực", 3, "Mã sở phụ trách", Flaw.UNKNOWN_DEPARTMENT, "so-ngoai-vu", "so-noi-vu (Sở Nội vụ)"),
        Spot("Cán bộ", 2, "Mã đơn vị", Flaw.UNKNOWN_UNIT, "tu-phap", "so-tu-phap (Sở Tư pháp)"),
        Spot("Cán bộ", 3, "Mã đơn vị", Flaw.UNKNOWN_UNIT, "zzz", ""),
        Spot("Cán bộ", 4, "Mã đơn vị", Flaw.UNKNOWN_UNIT, "nam-thanh", "xa-nam-thanh (Xã Nậm Thanh)"),
    )


@pytest.mark.parametrize(
    ("role", "unit", "fault"),
    [
        ("cán bộ xã", "xa-nam-thanh", None), ("cán bộ xã", "so-tu-phap", Flaw.NOT_A_COMMUNE),
        ("cán bộ xã", "ubnd-tinh", Flaw.NOT_A_COMMUNE), ("chuyên viên", "so-tu-phap", None),
        ("chuyên viên", "xa-nam-thanh", Flaw.NOT_A_DEPARTMENT), ("lãnh đạo", "ubnd-tinh", None),
        ("lãnh đạo", "xa-nam-thanh", Flaw.NOT_A_DEPARTMENT), ("biên tập viên", "xa-nam-thanh", None),
        ("quản trị", "so-noi-vu", None),
    ],
)  # fmt: skip
def test_who_belongs_where(role: str, unit: str, fault: Flaw | None) -> None:
    faults, _ = check({"Cán bộ": [STAFF[0], ["A", role, unit]]})
    assert [spot.code for spot in faults] == ([] if fault is None else [fault])


def test_one_code_is_one_unit() -> None:
    faults, _ = check({"Xã": [COMMUNES[0], ["so-tu-phap", "Xã A"], ["ubnd-tinh", "Xã B"]]})
    assert [(spot.code, spot.value, spot.right) for spot in faults] == [
        (Flaw.TAKEN, "so-tu-phap", "Sở Tư pháp"),
        (Flaw.TAKEN, "ubnd-tinh", ""),
    ]
    faults, _ = check({"Sở ngành": [DEPARTMENTS[0], ["xa-nam-thanh", "Sở A", ""]]})
    assert [(spot.code, spot.right) for spot in faults] == [(Flaw.TAKEN, "Xã Nậm Thanh")]


def test_two_communes_of_one_name_are_told_of() -> None:
    faults, notices = check({"Xã": [COMMUNES[0], ["03127", "XÃ NẬM THANH"], ["xa-nam-thanh", "Xã Nậm Thanh"]]})
    assert not faults
    assert [(spot.row, spot.code, spot.right) for spot in notices] == [
        (2, Notice.SAME_NAME, "xa-nam-thanh"),
        (3, Notice.SAME_NAME, "03127"),
    ]


def test_a_name_leads_to_its_code_and_nonsense_nowhere() -> None:
    assert nearest("Tư pháp", KNOWN.departments) == "so-tu-phap (Sở Tư pháp)"
    assert nearest("SỞ NỘI VỤ", KNOWN.departments) == "so-noi-vu (Sở Nội vụ)"
    assert nearest("", KNOWN.departments) == nearest("qwertz", KNOWN.departments) == nearest("a", {}) == ""
