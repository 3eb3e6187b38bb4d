"""The doors that are not for everybody: the demo, the health pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.settings import Settings
from knowledge import KnowledgeBase
from storage import Database
from tests.support.stage import Stage, staged


@pytest.fixture
async def stage(tmp_path: Path, knowledge_base: KnowledgeBase) -> AsyncIterator[Stage]:
    async with staged(tmp_path, knowledge_base) as playing:
        yield playing


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def get(http: aiohttp.ClientSession, url: str, **headers: str) -> tuple[int, Any]:
    async with http.get(url, headers=headers) as response:
        is_json = response.content_type == "application/json"
        return response.status, await (response.json() if is_json else response.text())


async def test_the_demo_shows_people_of_every_role(stage: Stage, http: aiohttp.ClientSession) -> None:
    status, people = await get(http, f"{stage.url}/demo/people")
    assert status == 200
    assert {person["role"] for person in people} == {"requester", "specialist", "leader", "curator", "operator"}
    assert set(people[0]) >= {"id", "name", "role", "unit"}


STRANGE = [
    {"Host": "xongviec.example"},
    {"Host": "127.0.0.1.evil.example"},
    {"X-Forwarded-For": "203.0.113.9"},
    {"Forwarded": "for=203.0.113.9"},
    {"X-Real-IP": "203.0.113.9"},
    {"Origin": "https://evil.example"},
]
ODD = [b"", b"[]", b"{", b"7", b"[" * 100_000, b'{"person": [1]}', b'{"person": {}}', b'{"person": 999}']


async def test_the_demo_is_only_for_a_browser_on_this_machine(stage: Stage, http: aiohttp.ClientSession) -> None:
    for headers in STRANGE:
        assert (await get(http, f"{stage.url}/demo/people", **headers))[0] == 404, headers
        async with http.post(f"{stage.url}/demo/session", json={"person": 1}, headers=headers) as response:
            assert response.status == 404
            assert "Set-Cookie" not in response.headers


async def test_an_odd_wish_to_be_somebody_gives_no_session(stage: Stage, http: aiohttp.ClientSession) -> None:
    for body in ODD:
        for kind in ("application/json", "application/json; charset=odd"):
            async with http.post(f"{stage.url}/demo/session", data=body, headers={"Content-Type": kind}) as response:
                assert response.status in (400, 404), body[:20]
                assert "Set-Cookie" not in response.headers


async def test_without_demo_mode_there_is_no_demo(
    tmp_path: Path, knowledge_base: KnowledgeBase, http: aiohttp.ClientSession
) -> None:
    async with staged(tmp_path, knowledge_base, demo=False) as stage:
        assert stage.people == {}
        assert (await get(http, f"{stage.url}/demo/people"))[0] == 404


def test_demo_mode_never_leaves_this_machine(tmp_path: Path) -> None:
    def demo(**given: Any) -> bool:
        return Settings(_env_file=None, data_dir=tmp_path, **given).demo_mode

    assert demo()
    assert not demo(host="0.0.0.0", demo=True)
    assert not demo(public_url="https://xongviec.example")
    assert not demo(database_url="postgresql://somewhere/x")
    assert not demo(telegram={"token": "1:x"})


async def test_a_well_app_says_so(stage: Stage, http: aiohttp.ClientSession) -> None:
    assert await get(http, f"{stage.url}/healthz") == (200, {"alive": True})
    assert await get(http, f"{stage.url}/readyz") == (200, {"ready": True, "faults": {}})
    status, measures = await get(http, f"{stage.url}/metrics")
    assert status == 200
    assert "xongviec_inbox_waiting 0.0" in measures
    assert f"xongviec_entries {float(len(stage.app.knowledge.entries))}" in measures


async def test_readyz_names_a_database_that_is_gone(stage: Stage, http: aiohttp.ClientSession, tmp_path: Path) -> None:
    kept, stage.app.database = stage.app.database, Database(f"sqlite+aiosqlite:///{tmp_path}")
    try:
        status, said = await get(http, f"{stage.url}/readyz")
        assert (status, list(said["faults"])) == (503, ["database"])
        assert await get(http, f"{stage.url}/healthz") == (200, {"alive": True})
    finally:
        await stage.app.database.close()
        stage.app.database = kept
    assert (await get(http, f"{stage.url}/readyz"))[0] == 200


async def test_readyz_names_a_worker_that_died(stage: Stage, http: aiohttp.ClientSession) -> None:
    stage.app.delivery.stop()
    async with asyncio.timeout(5):
        while (await get(http, f"{stage.url}/readyz"))[0] == 200:
            await asyncio.sleep(0.02)
    assert (await get(http, f"{stage.url}/readyz"))[1]["faults"] == {"delivery": "has stopped"}


async def test_readyz_names_a_schema_that_is_behind(stage: Stage, http: aiohttp.ClientSession) -> None:
    async with stage.app.database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    status, said = await get(http, f"{stage.url}/readyz")
    assert status == 503
    assert "0000" in said["faults"]["migrations"]
