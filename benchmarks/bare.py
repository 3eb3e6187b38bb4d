"""The least a program can do for a question: a bare aiohttp handler with as many commits, and one reply.

`python -m benchmarks.bare DATABASE PORT API_ROOT TOKEN`. Same database library, connection settings and durability
as XongViệc; each commit inserts one row; there is nothing else.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import nullcontext
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert

from storage import Database

REPLY = "Trả lời. " * 100
ROWS = Table("bare", MetaData(), Column("id", Integer, primary_key=True), Column("said", Text, nullable=False))


class Bare:
    """Commit 1, "200 OK", commits 2 and 3, the reply, commit 4."""

    def __init__(self, database: Database, api: str) -> None:
        self._database, self._send = database, f"{api}/sendMessage"
        self._turnstile = nullcontext() if database.postgres else asyncio.Lock()
        self._replies: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None

    async def life(self, _: web.Application) -> AsyncIterator[None]:
        """Make the table, hold the client open."""
        async with self._database.engine.begin() as connection:
            await connection.run_sync(ROWS.metadata.create_all)
        async with aiohttp.ClientSession() as self._http:
            yield
        await self._database.close()

    async def hear(self, request: web.Request) -> web.Response:
        """The webhook."""
        message = (await request.json())["message"]
        await self._commit(message["text"])
        reply = asyncio.create_task(self._reply(message["chat"]["id"]))
        self._replies.add(reply)
        reply.add_done_callback(self._replies.discard)
        return web.Response()

    async def _reply(self, chat: int) -> None:
        assert self._http
        await self._commit(REPLY)
        await self._commit("sending")
        async with self._http.post(self._send, json={"chat_id": chat, "text": REPLY}) as answer:
            sent: dict[str, Any] = await answer.json()
        await self._commit(str(sent["ok"]))

    async def _commit(self, said: str) -> None:
        engine = self._database.engine.execution_options(sqlite_begin="IMMEDIATE")
        async with self._turnstile, engine.begin() as connection:
            await connection.execute(insert(ROWS).values(said=said))


def main(database: str, port: str, api_root: str, token: str) -> None:
    """Serve until terminated."""
    bare = Bare(Database(database), f"{api_root}/bot{token}")
    app = web.Application()
    app.cleanup_ctx.append(bare.life)
    app.router.add_post("/webhooks/telegram", bare.hear)
    app.router.add_get("/readyz", lambda _: _ready())
    web.run_app(app, host="127.0.0.1", port=int(port), access_log=None, print=None)


async def _ready() -> web.Response:
    return web.Response()


if __name__ == "__main__":
    main(*sys.argv[1:])
