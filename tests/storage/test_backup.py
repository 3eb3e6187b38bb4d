"""Backups: the same rows and files come back, on either database, and life goes on from there."""

from __future__ import annotations

import asyncio
import tarfile
from pathlib import Path

import pytest

from storage import Database, backup, schema
from tests.storage.province import PHOTO, founded
from tests.storage.rows import NOW, chat, everything, officer, opened


async def _fresh(folder: Path, name: str) -> Database:
    database = Database(f"sqlite+aiosqlite:///{folder / name}.db")
    await schema.upgrade(database)
    return database


@pytest.fixture(params=["sqlite to sqlite", "sqlite to postgres", "postgres to sqlite"])
def ways(request: pytest.FixtureRequest) -> tuple[str, str]:
    """From which database into which."""
    came, _, goes = request.param.partition(" to ")
    return came, goes


@pytest.fixture
async def pair(
    ways: tuple[str, str], sqlite: Database, postgres: Database, tmp_path: Path
) -> tuple[Database, Database]:
    """Where a backup is taken, and an empty database where it is restored."""
    named = {"sqlite": sqlite, "postgres": postgres}
    if ways[0] == ways[1]:
        return sqlite, await _fresh(tmp_path, "other")
    return named[ways[0]], named[ways[1]]


async def test_every_row_and_file_comes_back(pair: tuple[Database, Database], tmp_path: Path) -> None:
    here, there = pair
    await founded(here, tmp_path / "here")
    before = await everything(here)
    assert [name for name, rows in before.items() if not rows] == [], "every table takes part in this test"

    written = await backup.write(here, tmp_path / "here", tmp_path / "backup.tar.gz")
    restored = await backup.read(there, tmp_path / "there", tmp_path / "backup.tar.gz")

    assert written == restored == sum(len(rows) for rows in before.values())
    assert await everything(there) == before
    assert (tmp_path / "there/attachments/2026/1.png").read_bytes() == PHOTO
    assert (tmp_path / "there/uploads/2.jpg").read_bytes() == PHOTO[::-1]
    await there.close()


async def test_ids_go_on_after_the_restored_ones(pair: tuple[Database, Database], tmp_path: Path) -> None:
    here, there = pair
    await founded(here, tmp_path / "here")
    await backup.write(here, tmp_path / "here", tmp_path / "backup.tar.gz")
    await backup.read(there, tmp_path / "there", tmp_path / "backup.tar.gz")
    async with there.transaction() as tx:
        known = {person.key for person in await tx.people.all()}
        person = await officer(tx, "Vàng A Sùng", "xa-nam-thanh")
        assert person.key > max(known)
        ticket = await opened(tx, person, (await chat(tx, person, address="new"))[1])
        [before] = [found for found in await tx.tickets.of_requester(min(known))]
        assert ticket.id > before.id
        assert len(await tx.tickets.events(ticket.id)) == 1
        await tx.people.revoke(person, at=NOW)
        tx.audit.write("person.revoked", f"person:{person.key}", at=NOW)
    await there.close()


async def test_a_database_that_holds_anything_is_left_alone(database: Database, tmp_path: Path) -> None:
    await founded(database, tmp_path / "here")
    await backup.write(database, tmp_path / "here", tmp_path / "backup.tar.gz")
    before = await everything(database)
    with pytest.raises(backup.BackupError, match="not empty"):
        await backup.read(database, tmp_path / "there", tmp_path / "backup.tar.gz")
    assert await everything(database) == before
    assert not (tmp_path / "there/attachments").exists()


async def test_a_backup_is_one_snapshot_while_others_write(database: Database, tmp_path: Path) -> None:
    """Rows refer to each other: a ticket without its event, or a chat without its person, must not get in."""
    await founded(database, tmp_path / "here")

    async def busy(number: int) -> None:
        async with database.transaction() as tx:
            person = await officer(tx)
            await opened(tx, person, (await chat(tx, person, address=f"busy{number}"))[1])

    await asyncio.gather(
        *(busy(number) for number in range(12)),
        backup.write(database, tmp_path / "here", tmp_path / "backup.tar.gz"),
        *(busy(number) for number in range(12, 24)),
    )
    there = await _fresh(tmp_path, "snapshot")
    await backup.read(there, tmp_path / "there", tmp_path / "backup.tar.gz")
    rows = await everything(there)
    assert len(rows["ticket"]) == len(rows["person"]) - 1 == len(rows["conversation"])
    assert len(rows["ticket_event"]) == len(rows["ticket"]) + 2
    await there.close()


async def test_a_backup_of_another_schema_is_refused(sqlite: Database, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar.gz"
    (tmp_path / "manifest.json").write_text('{"format": 1, "schema": "9999_later"}')
    with tarfile.open(file, "w:gz") as archive:
        archive.add(tmp_path / "manifest.json", "manifest.json")
    with pytest.raises(backup.BackupError, match="the backup has schema 9999_later"):
        await backup.read(sqlite, tmp_path, file)
