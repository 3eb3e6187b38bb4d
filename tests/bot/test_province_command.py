"""A province's workbook at the command line: what is told, where codes go, and what remains when something fails."""

from __future__ import annotations

import asyncio
import csv
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import bot.commands.province as command
import knowledge
from bot.cli import main
from bot.commands.common import settings, transaction
from bot.commands.province import import_workbook
from bot.province_telling import _WHAT
from bot.settings import Settings
from knowledge import KnowledgeBase
from knowledge.importing.province import is_province_file, read_province
from knowledge.importing.province_notes import Flaw, Notice
from storage import Transaction
from storage.people import Person
from tests.knowledge.conftest import kb
from tests.knowledge.importing import workbooks
from tests.knowledge.importing.workbooks import COMMUNES, STAFF, Rows, workbook

__all__ = ["kb"]
SHEETS: dict[str, Rows] = {"Xã": COMMUNES, "Cán bộ": STAFF}


@pytest.fixture(autouse=True)
def province(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kb: KnowledgeBase) -> None:
    """An empty folder with its own data, and a small release."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XONGVIEC_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setattr("bot.cli.logging.basicConfig", lambda **_: None)
    monkeypatch.setattr(knowledge, "load", lambda *folders: kb)


def imports(sheets: dict[str, Rows], *, dry_run: bool = False, codes: Path | None = None) -> None:
    import_workbook(Path("tinh.xlsx"), read_province(workbook(sheets), "tinh.xlsx"), dry_run=dry_run, codes=codes)


def known() -> list[Person]:
    async def people() -> list[Person]:
        async with transaction(settings()) as tx:
            return await tx.people.all()

    return asyncio.run(people())


def test_codes_go_into_a_file_of_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "codes.csv"
    imports(SHEETS, codes=file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    header, *rows = csv.reader(file.read_text("utf-8-sig").splitlines())
    assert len(header) == 7
    assert [row[:4] for row in rows] == [
        ["Lò Thị Mai", "cán bộ xã", "xa-suoi-mo", "Xã Suối Mơ"],
        ["Nguyễn Thu Hà", "chuyên viên", "so-tu-phap", "Sở Tư pháp"],
    ]
    assert all(row[5].endswith(f"/?code={row[4]}") and row[6] == f"LK {row[4]}" for row in rows)
    said = "".join(capsys.readouterr())
    assert "Cán bộ: thêm 2, sửa 0, bỏ 0, giữ nguyên 0" in said
    assert not [row for row in rows if row[4] in said]


def test_a_dry_run_needs_no_file_and_makes_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    imports(SHEETS, dry_run=True)
    assert "Nếu nhập sẽ có" in capsys.readouterr().out
    assert known() == []


def test_without_a_file_for_codes_nobody_is_made() -> None:
    with pytest.raises(click.UsageError, match="--codes"):
        imports(SHEETS)
    assert known() == []
    imports({"Xã": COMMUNES})


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("mine")
    with pytest.raises(click.ClickException, match="exists"):
        imports(SHEETS, codes=file)
    assert file.read_text() == "mine"
    assert known() == []
    with pytest.raises(click.ClickException, match="No such"):
        imports(SHEETS, codes=tmp_path / "none" / "codes.csv")


def test_codes_of_nobody_do_not_remain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the commit fails, the file goes as well: its codes would open nothing."""
    file = tmp_path / "codes.csv"
    real = command.transaction

    @asynccontextmanager
    async def failing(chosen: Settings) -> AsyncIterator[Transaction]:
        async with real(chosen) as tx:
            yield tx
            assert file.exists()
            raise OSError("disk full")

    monkeypatch.setattr(command, "transaction", failing)
    with pytest.raises(OSError, match="disk full"):
        imports(SHEETS, codes=file)
    assert not file.exists()
    assert known() == []


def test_every_bad_row_is_told_in_words_and_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    people: Rows = [*STAFF, ["Ai Đó", "chuyên viên", "so-tu-phat"], ["=1", "giám đốc", "so-tu-phap"]]
    with pytest.raises(click.ClickException) as refused:
        imports({"Xã": COMMUNES, "Cán bộ": people, "Ghi chú": []})
    assert refused.value.exit_code == 1
    assert refused.value.message == "Tệp tinh.xlsx còn 3 lỗi; chưa thay đổi gì. Anh/chị sửa hết rồi nhập lại."
    assert capsys.readouterr().out.splitlines() == [
        "Lỗi – Cán bộ, dòng 4, Mã đơn vị: không có đơn vị «so-tu-phat»; gần nhất: so-tu-phap (Sở Tư pháp)",
        "Lỗi – Cán bộ, dòng 5, Họ tên: ô trống. Nếu ô là công thức thì mở tệp bằng Excel, lưu lại rồi nhập",
        "Lỗi – Cán bộ, dòng 5, Vai trò: không có vai trò «giám đốc»; "
        "chọn một trong: cán bộ xã, chuyên viên, lãnh đạo, biên tập viên, quản trị",
        "Lưu ý – Ghi chú: không phải trang tính của tệp mẫu, không đọc",
    ]
    assert known() == []


def test_people_who_are_not_in_the_file_are_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    imports(SHEETS, codes=tmp_path / "1.csv")
    capsys.readouterr()
    imports({"Cán bộ": [STAFF[0], ["Lường Văn Thử", "cán bộ xã", "xa-suoi-mo"]]}, codes=tmp_path / "2.csv")
    said = capsys.readouterr().out
    assert "Không có trong tệp, vẫn giữ: 1 Lò Thị Mai, cán bộ xã, xa-suoi-mo" in said
    assert "còn 1 người" in said
    assert [person.active for person in known()] == [True, True, True]


def test_everything_that_can_be_found_has_its_sentence() -> None:
    assert set(_WHAT) == {*Flaw, *Notice}
    assert len(set(_WHAT.values())) == len(_WHAT)


def test_the_template_holds_what_is_served_and_is_not_written_over(tmp_path: Path) -> None:
    own: Rows = [*workbooks.DEPARTMENTS[:1], ["so-du-lich", "Sở Du lịch", ""]]
    release = knowledge.load()
    kept = [[d.code, d.name, d.short_name] for d in release.departments.values()]
    imports({"Sở ngành": [*own, *kept]})
    file = tmp_path / "mau.xlsx"
    done = CliRunner().invoke(main, ["kb", "province-template", str(file)])
    assert done.exit_code == 0, done.output
    assert is_province_file(file.read_bytes(), file.name)
    found = read_province(file.read_bytes(), file.name)
    assert [row["code"] for row in found.departments] == ["so-du-lich", *release.departments]
    assert {row["field"]: row["department"] for row in found.fields} == {
        code: field.department for code, field in release.fields.items()
    }
    again = CliRunner().invoke(main, ["kb", "province-template", str(file)])
    assert (again.exit_code, "exists already" in again.output) == (1, True)
    other = CliRunner().invoke(main, ["kb", "province-template", str(tmp_path / "mau.csv")])
    assert (other.exit_code, "must end in .xlsx" in other.output) == (1, True)


def test_people_are_invited_to_a_province_s_own_department() -> None:
    own: Rows = [*workbooks.DEPARTMENTS[:1], ["so-du-lich", "Sở Du lịch", ""]]
    kept = [[d.code, d.name, d.short_name] for d in knowledge.load().departments.values()]
    invite = ["people", "invite", "--role", "specialist", "--unit", "so-du-lich"]
    assert "unknown department" in CliRunner().invoke(main, invite).output
    imports({"Sở ngành": [*own, *kept]})
    assert CliRunner().invoke(main, invite).exit_code == 0
    assert [person.unit for person in known()] == ["so-du-lich"]
