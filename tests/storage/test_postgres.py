"""Both ways to a throw-away PostgreSQL give a server that works, and leave nothing behind."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from tests.support import postgres


async def _say(url: str, question: str) -> object:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


@pytest.mark.parametrize("way", ["machine", "package"])
async def test_a_cluster_runs_and_is_gone_afterwards(way: str) -> None:
    if way == "machine" and postgres.machine_programs() is None:
        pytest.skip("this machine has no PostgreSQL server of its own")
    with postgres.cluster(way) as url:
        assert await _say(url, "select upper('xong') || current_setting('fsync')") == "XONGoff"
        folder = await _say(url, "show data_directory")
    assert not Path(str(folder)).exists()
    with pytest.raises(OSError, match=r"refused|Connect call failed"):
        await _say(url, "select 1")


async def test_each_test_gets_an_empty_database_of_its_own(postgres_database: str) -> None:
    assert postgres_database.startswith("postgresql+asyncpg://")
    assert await _say(postgres_database, "select count(*) from pg_tables where schemaname = 'public'") == 0
    assert await _say(postgres_database, "select current_database()") == postgres_database.rpartition("/")[2]


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(ValueError, match="XONGVIEC_TEST_POSTGRES must be one of"):
        postgres.programs("elsewhere")
