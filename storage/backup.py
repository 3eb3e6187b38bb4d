"""Backups (sao lưu): one archive with every row and every attachment, readable into either database.

The rows are read in one snapshot while the service runs. Restoring refuses a database that holds anything.
"""

import gzip
import io
import json
import tarfile
import zlib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import schema
from storage.columns import Moment
from storage.database import Database

MANIFEST = "manifest.json"
FOLDERS = ("attachments", "uploads")
FORMAT = 1
BATCH = 500
CHUNK = 1 << 20

NOT_A_BACKUP = (
    tarfile.TarError, zlib.error, EOFError, OSError, KeyError, ValueError, TypeError, AttributeError, IntegrityError,
    DataError,
)  # fmt: skip
"""What reading a damaged or foreign archive may raise."""


class BackupError(Exception):
    """The archive cannot be read, or the database is not empty; the message says which."""


async def write(database: Database, data_dir: Path, file: Path) -> int:
    """Write a backup; returns the number of rows."""
    rows = 0
    part = file.with_suffix(file.suffix + ".part")
    with tarfile.open(part, "w:gz") as archive:
        async with database.engine.connect() as connection:
            if database.postgres:
                await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            for table in schema.TABLES:
                found = (await connection.execute(select(table))).mappings().all()
                rows += len(found)
                _add(archive, f"tables/{table.name}.jsonl", "".join(_line(dict(row)) for row in found).encode())
        manifest = {"format": FORMAT, "schema": schema.newest(), "rows": rows}
        _add(archive, MANIFEST, json.dumps(manifest).encode())
        for folder in FOLDERS:
            if (data_dir / folder).is_dir():
                archive.add(data_dir / folder, folder)
    part.replace(file)
    return rows


async def read(database: Database, data_dir: Path, file: Path) -> int:
    """Restore a backup into an empty database of the same schema; returns the number of rows."""
    try:
        _read_through(file)
        with tarfile.open(file, "r:gz") as archive:
            _refuse_other_schema(archive)
            attachments = _attachments(archive, data_dir)
            async with database.engine.begin() as connection:
                await _refuse_unless_empty(connection)
                rows = sum([await _restore(connection, table, archive) for table in schema.TABLES])
                await _set_sequences(connection, postgres=database.postgres)
                archive.extractall(data_dir, members=attachments, filter="data")
    except NOT_A_BACKUP as error:
        raise BackupError(f"{file.name} is not a readable backup: {error}") from error
    return rows


def _read_through(file: Path) -> None:
    """The checksum stands at the end: only an archive read through is known to be whole."""
    with gzip.open(file) as content:
        while content.read(CHUNK):
            pass


def _refuse_other_schema(archive: tarfile.TarFile) -> None:
    manifest = json.loads(_content(archive, MANIFEST))
    if manifest.get("format") != FORMAT or manifest.get("schema") != schema.newest():
        raise BackupError(f"the backup has schema {manifest.get('schema')}, this program {schema.newest()}")


def _attachments(archive: tarfile.TarFile, data_dir: Path) -> list[tarfile.TarInfo]:
    """The files in the archive; raises tarfile.FilterError, before any is written, when one would lie outside."""
    inside = [member for member in archive.getmembers() if member.name.split("/")[0] in FOLDERS]
    for member in inside:
        tarfile.data_filter(member, str(data_dir))
    return inside


async def _restore(connection: AsyncConnection, table: Table, archive: tarfile.TarFile) -> int:
    rows = [_row(table, line) for line in _content(archive, f"tables/{table.name}.jsonl").splitlines()]
    for start in range(0, len(rows), BATCH):
        await connection.execute(insert(table), rows[start : start + BATCH])
    return len(rows)


async def _refuse_unless_empty(connection: AsyncConnection) -> None:
    for table in schema.TABLES:
        if (await connection.execute(select(func.count()).select_from(table))).scalar():
            raise BackupError(f"the database is not empty ({table.name}); restore into a fresh one")


async def _set_sequences(connection: AsyncConnection, *, postgres: bool) -> None:
    """PostgreSQL counts on from where the restored rows end; SQLite does so by itself."""
    for table in schema.TABLES if postgres else ():
        for column in table.primary_key.columns:
            if column.type.python_type is int:
                sequence = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
                highest = f"(SELECT max({column.name}) FROM {table.name})"  # noqa: S608 names of our own schema
                await connection.execute(text(f"SELECT setval({sequence}, {highest}) WHERE {highest} IS NOT NULL"))


def _row(table: Table, line: bytes) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(line)
    return {name: _value(table.c[name].type, value) for name, value in row.items()}


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if kind.python_type is date else value


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, default=lambda value: value.isoformat()) + "\n"


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))


def _content(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    if member is None:
        raise BackupError(f"{name} is missing")
    return member.read()
