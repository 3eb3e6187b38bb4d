"""A province's workbook into what is served: all of it or nothing, nobody revoked, twice is once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from bot.library import Library
from bot.province_import import Counts, Report, import_province
from bot.province_template import template
from handlers import curation
from handlers.permissions import PROVINCE_UNIT
from knowledge import KnowledgeBase
from knowledge.importing.province import read_province
from knowledge.importing.province_notes import Flaw, Notice
from knowledge.importing.province_words import province_words
from knowledge.structure import DEPARTMENTS, FIELDS
from storage import Database
from storage.drafts import Deed
from storage.people import Role
from tests.handlers.desks import desk
from tests.knowledge.conftest import kb
from tests.knowledge.importing import workbooks
from tests.knowledge.importing.workbooks import COMMUNES, STAFF, Rows, workbook
from tests.storage.rows import NOW, chat, everything, officer, opened, specialist

__all__ = ["kb"]
HEAD: Rows = workbooks.DEPARTMENTS[:1]


async def run(database: Database, release: KnowledgeBase, sheets: dict[str, Rows], *, dry_run: bool = False) -> Report:
    found = read_province(workbook(sheets), "tinh.xlsx")
    async with database.transaction() as tx:
        return await import_province(tx, found, release=release, at=NOW, dry_run=dry_run)


def departments(kb: KnowledgeBase, *more: list[str], without: str = "") -> Rows:
    kept = [[d.code, d.name, d.short_name] for d in kb.departments.values() if d.code != without]
    return [*HEAD, *kept, *more]


def whole(kb: KnowledgeBase) -> dict[str, Rows]:
    own = ["so-du-lich", "Sở Du lịch", ""]
    moved: Rows = [workbooks.FIELDS[0], ["dat-dai", "so-du-lich"]]
    return {"Sở ngành": departments(kb, own), "Lĩnh vực": moved, "Xã": COMMUNES, "Cán bộ": STAFF}


async def base_of(database: Database, kb: KnowledgeBase, folder: Path) -> KnowledgeBase:
    library = Library(database, kb, folder)
    await library.refresh()
    assert library.problems == ()
    return library.current


async def test_all_four_sheets(database: Database, kb: KnowledgeBase, tmp_path: Path) -> None:
    report = await run(database, kb, whole(kb))
    assert (report.faults, report.notices, report.absent, report.elsewhere) == ((), (), (), 0)
    assert report.counts == {
        "departments": Counts(created=1, unchanged=5),
        "fields": Counts(changed=1, unchanged=6),
        "communes": Counts(created=1),
        "staff": Counts(created=2),
    }
    served = await base_of(database, kb, tmp_path)
    assert served.department_for("dat-dai") == "so-du-lich"
    assert served.departments["so-du-lich"].short_name == "Sở Du lịch"
    assert [(one.name, one.role, one.unit, one.unit_name) for one in report.codes] == [
        ("Lò Thị Mai", "requester", "xa-suoi-mo", "Xã Suối Mơ"),
        ("Nguyễn Thu Hà", "specialist", "so-tu-phap", "Sở Tư pháp"),
    ]
    async with database.transaction() as tx:
        account = await tx.people.meet("web", "page", name="", at=NOW)
        person = await tx.people.redeem(report.codes[1].code, account, at=NOW)
        assert (person.name, person.role, person.unit, person.language) == (
            "Nguyễn Thu Hà", "specialist", "so-tu-phap", "en",
        )  # fmt: skip
        assert [line.act for line in await tx.audit.about(f"person:{person.key}")] == ["person.invited"]
        [line] = await tx.audit.about("province")
        assert line.facts["staff"]["created"] == 2
    stored = repr(await everything(database))
    assert not [one for one in report.codes if one.code in stored or one.code in repr(report)]


async def test_the_second_import_of_a_file_changes_nothing(database: Database, kb: KnowledgeBase) -> None:
    await run(database, kb, whole(kb))
    before = await everything(database)
    report = await run(database, kb, whole(kb))
    assert all(counts == Counts(unchanged=counts.unchanged) for counts in report.counts.values())
    assert report.codes == ()
    after = await everything(database)
    assert {name for name in before if before[name] != after[name]} == {"audit_line"}


async def test_a_dry_run_tells_the_same_and_writes_nothing(database: Database, kb: KnowledgeBase) -> None:
    before = await everything(database)
    dry = await run(database, kb, whole(kb), dry_run=True)
    assert await everything(database) == before
    assert dry.codes == ()
    assert dry.counts == (await run(database, kb, whole(kb))).counts


@pytest.mark.parametrize("dry_run", [True, False])
async def test_one_bad_row_and_nothing_is_written(database: Database, kb: KnowledgeBase, dry_run: bool) -> None:
    before = await everything(database)
    people: Rows = [*STAFF, ["Ai Đó", "chuyên viên", "so-tu-phat"], ["", "giám đốc", "so-tu-phap"]]
    report = await run(database, kb, {**whole(kb), "Cán bộ": people}, dry_run=dry_run)
    assert [(spot.row, spot.code, spot.right) for spot in report.faults if spot.row] == [
        (4, Flaw.UNKNOWN_UNIT, "so-tu-phap (Sở Tư pháp)"),
        (5, Flaw.MISSING, ""),
        (5, Flaw.UNKNOWN_ROLE, ", ".join(province_words().role_names.values())),
    ]
    assert (report.codes, report.counts) == ((), {})
    assert await everything(database) == before


async def test_a_department_that_something_needs_must_not_vanish(database: Database, kb: KnowledgeBase) -> None:
    async with database.transaction() as tx:
        asker = await officer(tx)
        _, talk = await chat(tx, asker)
        await opened(tx, asker, talk, department="so-y-te")
        await specialist(tx, "Bùi Đức Thắng", "so-y-te")
        await tx.people.revoke(await specialist(tx, "Người Cũ", "so-y-te"), at=NOW)
    report = await run(database, kb, {"Sở ngành": departments(kb, without="so-y-te")})
    assert [(spot.sheet, spot.row, spot.code, spot.value, spot.right) for spot in report.faults] == [
        ("Sở ngành", 0, Flaw.USED_BY_FIELDS, "so-y-te", "bao-tro-xa-hoi"),
        ("Sở ngành", 0, Flaw.USED_BY_TICKETS, "so-y-te", ""),
        ("Sở ngành", 0, Flaw.USED_BY_PEOPLE, "so-y-te", "Bùi Đức Thắng"),
    ]


async def test_a_department_that_nothing_needs_goes_and_is_told_of(
    database: Database, kb: KnowledgeBase, tmp_path: Path
) -> None:
    moved: Rows = [workbooks.FIELDS[0], ["xay-dung-giao-thong", "so-noi-vu"]]
    sheets = {"Sở ngành": departments(kb, without="so-xay-dung"), "Lĩnh vực": moved}
    report = await run(database, kb, sheets)
    assert [(spot.code, spot.value) for spot in report.notices] == [(Notice.REMOVED, "so-xay-dung")]
    assert report.counts["departments"] == Counts(removed=1, unchanged=4)
    assert "so-xay-dung" not in (await base_of(database, kb, tmp_path)).departments


async def test_back_to_what_the_release_has(database: Database, kb: KnowledgeBase, tmp_path: Path) -> None:
    await run(database, kb, whole(kb))
    back: Rows = [workbooks.FIELDS[0], ["dat-dai", kb.department_for("dat-dai")]]
    await run(database, kb, {"Sở ngành": departments(kb), "Lĩnh vực": back})
    async with database.reading() as tx:
        assert {p.name: p.deed for p in await tx.drafts.current()} == {DEPARTMENTS: Deed.RELEASE, FIELDS: Deed.RELEASE}
    assert (await base_of(database, kb, tmp_path)).revision == kb.revision


async def test_a_later_release_is_no_conflict(database: Database, kb: KnowledgeBase) -> None:
    await run(database, kb, whole(kb))
    later = kb.publishing([], fields=[f for f in kb.fields.values() if f.code != "chung-thuc"])
    async with database.transaction() as tx:
        curator = await tx.people.add("Vũ Ngọc Diệp", Role.CURATOR, "so-tu-phap", at=NOW)
        assert await curation.conflicts(desk(tx, later, curator)) == []


async def test_the_next_workbook_builds_on_the_former(database: Database, kb: KnowledgeBase) -> None:
    await run(database, kb, whole(kb))
    people: Rows = [STAFF[0], ["Cầm Văn Ơn", "chuyên viên", "so-du-lich"]]
    moved: Rows = [workbooks.FIELDS[0], ["chung-thuc", "so-du-lich"]]
    report = await run(database, kb, {"Cán bộ": people, "Lĩnh vực": moved})
    assert report.faults == ()
    assert report.counts["fields"] == Counts(changed=1, unchanged=6)
    assert [one.unit_name for one in report.codes] == ["Sở Du lịch"]


async def test_a_commune_may_be_named_anew(database: Database, kb: KnowledgeBase) -> None:
    async with database.transaction() as tx:
        for code in ("xa-suoi-mo", "xa-nam-thanh"):
            await tx.people.add_commune(code, "Xã Cũ")
    report = await run(database, kb, {"Xã": COMMUNES})
    assert report.counts["communes"] == Counts(changed=1, unchanged=1)
    async with database.reading() as tx:
        assert await tx.people.communes() == {"xa-suoi-mo": "Xã Suối Mơ", "xa-nam-thanh": "Xã Cũ"}


async def test_people_are_known_by_name_unit_and_role_and_never_revoked(database: Database, kb: KnowledgeBase) -> None:
    async with database.transaction() as tx:
        await tx.people.add_commune("xa-suoi-mo", "Xã Suối Mơ")
        mai = await officer(tx, "Lò  thị Mai")
        other = await officer(tx, "Lường Văn Thử")
        await tx.people.add("Lãnh Đạo", Role.LEADER, PROVINCE_UNIT, at=NOW)
        gone = await specialist(tx)
        await tx.people.revoke(gone, at=NOW)
    report = await run(database, kb, {"Cán bộ": [*STAFF, ["Lò Thị Mai", "quản trị", "so-tu-phap"]]})
    assert report.counts["staff"] == Counts(created=1, unchanged=2)
    assert [one.role for one in report.codes] == ["operator"]
    assert [(absent.id, absent.name) for absent in report.absent] == [(other.key, "Lường Văn Thử")]
    assert report.elsewhere == 1
    assert [(spot.row, spot.code) for spot in report.notices] == [(3, Notice.REVOKED)]
    async with database.reading() as tx:
        assert [person.active for person in await tx.people.all()] == [True, True, True, False, True]
        assert (await tx.people.get(mai.key)).name == "Lò  thị Mai"


async def test_who_has_the_post_again_is_not_taken_for_revoked(database: Database, kb: KnowledgeBase) -> None:
    async with database.transaction() as tx:
        first, _, third = [await specialist(tx) for _ in range(3)]
        for person in (first, third):
            await tx.people.revoke(person, at=NOW)
    report = await run(database, kb, {"Cán bộ": [STAFF[0], STAFF[2]]})
    assert (report.counts["staff"], report.notices) == (Counts(unchanged=1), ())


async def test_the_template_as_it_is_changes_nothing(database: Database, kb: KnowledgeBase) -> None:
    found = read_province(template(kb), "mau.xlsx")
    assert {spot.code for spot in found.notices} == {Notice.EXAMPLES}
    async with database.transaction() as tx:
        report = await import_province(tx, found, release=kb, at=NOW, dry_run=False)
        assert await tx.drafts.current() == []
    assert report.faults == ()
    assert {(c.created, c.changed, c.removed) for c in report.counts.values()} == {(0, 0, 0)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_five_thousand_people_within_seconds(database: Database, kb: KnowledgeBase) -> None:
    communes: Rows = [COMMUNES[0], *([f"xa-{n}", f"Xã Số {n}"] for n in range(130))]
    people: Rows = [STAFF[0], *([f"Người Thứ {n}", "cán bộ xã", f"xa-{n % 130}"] for n in range(5_000))]
    found: Any = read_province(workbook({"Xã": communes, "Cán bộ": people}), "a.xlsx")
    began = time.perf_counter()
    async with database.transaction() as tx:
        report = await import_province(tx, found, release=kb, at=NOW, dry_run=False)
    assert time.perf_counter() - began < 30
    assert len({one.code for one in report.codes}) == 5_000


def test_roles_of_workbooks_are_the_roles_there_are() -> None:
    assert set(province_words().role_names) == {role.value for role in Role} - {Role.GUEST.value}
