"""A damaged or hostile archive is refused as a whole: no row, and no file, inside the data folder or outside."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import Database, backup
from tests.storage.province import founded
from tests.storage.rows import everything

Archive = dict[str, bytes]


async def _refused(database: Database, data_dir: Path, file: Path) -> None:
    with pytest.raises(backup.BackupError):
        await backup.read(database, data_dir, file)
    rows = await everything(database)
    assert [name for name in rows if rows[name]] == []
    assert [found for found in data_dir.rglob("*") if found.is_file() or found.is_symlink()] == []


@pytest.fixture
async def good(sqlite: Database, tmp_path: Path) -> Path:
    """A backup that is all right."""
    await founded(sqlite, tmp_path / "here")
    await backup.write(sqlite, tmp_path / "here", tmp_path / "good.tar.gz")
    return tmp_path / "good.tar.gz"


async def test_cut_off_anywhere(good: Path, postgres: Database, tmp_path: Path) -> None:
    whole = good.read_bytes()
    for kept in range(0, len(whole), len(whole) // 25):
        (tmp_path / "cut.tar.gz").write_bytes(whole[:kept])
        await _refused(postgres, tmp_path / "there", tmp_path / "cut.tar.gz")


async def test_one_byte_wrong_anywhere(good: Path, postgres: Database, tmp_path: Path) -> None:
    whole = good.read_bytes()
    for place in range(40, len(whole), len(whole) // 40):
        wrong = bytearray(whole)
        wrong[place] ^= 0x10
        if _says_the_same(wrong, whole):
            continue  # a copy of the same bytes from elsewhere in the text: the archive is as good as before
        (tmp_path / "wrong.tar.gz").write_bytes(wrong)
        await _refused(postgres, tmp_path / "there", tmp_path / "wrong.tar.gz")


def _says_the_same(wrong: bytes, whole: bytes) -> bool:
    try:
        return gzip.decompress(wrong) == gzip.decompress(whole)
    except (OSError, EOFError, zlib.error):
        return False


async def test_no_archive_at_all(sqlite: Database, tmp_path: Path) -> None:
    (tmp_path / "text.tar.gz").write_text("Không phải bản sao lưu")
    for name in ("text.tar.gz", "missing.tar.gz"):
        await _refused(sqlite, tmp_path / "there", tmp_path / name)


def _without_a_table(archive: Archive) -> None:
    del archive["tables/web_session.jsonl"]


def _with_an_unknown_column(archive: Archive) -> None:
    archive["tables/web_session.jsonl"] = b'{"hash": "x", "address": "y", "at": "2026-11-23T00:00:00+00:00", "z": 1}\n'


def _with_a_reference_to_nobody(archive: Archive) -> None:
    archive["tables/account.jsonl"] = archive["tables/account.jsonl"].replace(b'"person": ', b'"person": 9')


def _with_a_row_twice(archive: Archive) -> None:
    archive["tables/web_session.jsonl"] *= 2


def _with_half_a_line(archive: Archive) -> None:
    archive["tables/web_session.jsonl"] = archive["tables/web_session.jsonl"][:20]


def _with_a_list_for_a_manifest(archive: Archive) -> None:
    archive["manifest.json"] = b"[1]"


SPOILT: list[Callable[[Archive], None]] = [
    _without_a_table,
    _with_an_unknown_column,
    _with_a_reference_to_nobody,
    _with_a_row_twice,
    _with_half_a_line,
    _with_a_list_for_a_manifest,
]


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__.strip("_"))
async def test_whole_but_wrong_inside(
    spoil: Callable[[Archive], None], good: Path, postgres: Database, tmp_path: Path
) -> None:
    contents = _contents(good)
    spoil(contents)
    _pack(tmp_path / "spoilt.tar.gz", contents)
    await _refused(postgres, tmp_path / "there", tmp_path / "spoilt.tar.gz")


@pytest.mark.parametrize("name", ["attachments/../../evil.txt", "uploads/2026/../../../evil.txt"])
async def test_a_path_that_leads_outside(name: str, good: Path, postgres: Database, tmp_path: Path) -> None:
    _pack(tmp_path / "hostile.tar.gz", _contents(good) | {name: b"evil"})
    before = {found for found in tmp_path.rglob("*") if found.name != "there"}
    (tmp_path / "there").mkdir()
    await _refused(postgres, tmp_path / "there", tmp_path / "hostile.tar.gz")
    assert {found for found in tmp_path.rglob("*") if found.name != "there"} == before


@pytest.mark.parametrize("target", ["/etc/passwd", "../../evil"])
async def test_a_link_that_leads_outside(target: str, good: Path, postgres: Database, tmp_path: Path) -> None:
    link = tarfile.TarInfo("attachments/innocent")
    link.type, link.linkname = tarfile.SYMTYPE, target
    _pack(tmp_path / "hostile.tar.gz", _contents(good), link)
    await _refused(postgres, tmp_path / "there", tmp_path / "hostile.tar.gz")


async def test_files_beside_the_attachments_are_not_unpacked(good: Path, postgres: Database, tmp_path: Path) -> None:
    extra = {"../evil.txt": b"evil", "/evil.txt": b"evil", "settings.env": b"evil"}
    _pack(tmp_path / "extra.tar.gz", _contents(good) | extra)
    await backup.read(postgres, tmp_path / "there", tmp_path / "extra.tar.gz")
    found = {file.relative_to(tmp_path / "there").as_posix() for file in (tmp_path / "there").rglob("*.*")}
    assert found == {"attachments/2026/1.png", "uploads/2.jpg"}
    assert not list(tmp_path.rglob("evil*"))


def _contents(file: Path) -> Archive:
    with tarfile.open(file, "r:gz") as archive:
        return {member.name: _read(archive, member) for member in archive.getmembers() if member.isfile()}


def _read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = archive.extractfile(member)
    assert content is not None
    return content.read()


def _pack(file: Path, contents: Archive, *links: tarfile.TarInfo) -> None:
    with tarfile.open(file, "w:gz") as archive:
        for name, content in contents.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for link in links:
            archive.addfile(link)
