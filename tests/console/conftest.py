"""The whole app on a temporary SQLite file with the demo province, and browsers of the people in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar
from aiohttp.test_utils import TestServer

import knowledge
from bot.app import App
from bot.settings import Settings
from knowledge import KnowledgeBase
from storage.people import Person
from storage.tickets import Ticket

WEDNESDAY = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


class Browser:
    """What one person's browser does: the session cookie comes along, and the Origin of our own page."""

    def __init__(self, session: ClientSession, origin: str) -> None:
        self._session, self._origin = session, origin

    async def get(self, path: str, *, follow: bool = True) -> ClientResponse:
        return await self._session.get(path, allow_redirects=follow)

    async def read(self, path: str, status: int = 200) -> str:
        """A page's text, which must have come with that status."""
        answer = await self.get(path)
        assert answer.status == status, await answer.text()
        return await answer.text()

    async def submit(self, path: str, headers: dict[str, str] | None = None, **fields: Any) -> ClientResponse:
        """Send a form, and stay where the answer comes from."""
        given = {"Origin": self._origin} if headers is None else headers
        return await self._session.post(path, data=fields, headers=given, allow_redirects=False)

    async def post_json(self, path: str, body: dict[str, Any]) -> ClientResponse:
        return await self._session.post(path, json=body)

    async def post(self, path: str, **more: Any) -> ClientResponse:
        return await self._session.post(path, allow_redirects=False, **more)

    async def chat(self) -> list[str]:
        """What the bot has said in this person's web chat."""
        answer = await self._session.get("/chat/api/messages")
        return [line["text"] for line in await answer.json()]


@dataclass
class Clock:
    now: datetime = WEDNESDAY

    def __call__(self) -> datetime:
        return self.now


@dataclass
class House:
    """The running app, its time, and who comes by."""

    app: App
    clock: Clock
    url: str
    stack: AsyncExitStack

    async def browser(self) -> Browser:
        """A browser nobody has signed in with."""
        jar = CookieJar(unsafe=True)
        session = await self.stack.enter_async_context(ClientSession(self.url, cookie_jar=jar))
        return Browser(session, self.url)

    async def visit(self, name: str) -> Browser:
        """The browser of one of the demo people."""
        browser = await self.browser()
        answer = await browser.post_json("/demo/session", {"person": (await self.person(name)).key})
        assert answer.status == 200
        return browser

    async def person(self, name: str) -> Person:
        async with self.app.database.reading() as tx:
            return next(person for person in await tx.people.all() if person.name == name)

    async def ticket(
        self, question: str = "Trích lục khai sinh bị mất thì làm thế nào?", *, department: str = "so-tu-phap",
        asks: str = "Lò Thị Mai", due: timedelta = timedelta(days=2),
    ) -> int:  # fmt: skip
        """A ticket of a commune officer, open in a department's queue."""
        await self.visit(asks)
        person, now = await self.person(asks), self.clock.now
        async with self.app.database.transaction() as tx:
            talk = await tx.conversations.at("web", f"demo-{person.key}")
            assert talk is not None
            ticket = Ticket(
                requester=person.key, unit=person.unit, conversation=talk.key, question=question,
                department=department, opened_at=now, due_at=now + due, changed_at=now,
            )  # fmt: skip
            return (await tx.tickets.open(ticket)).id

    async def look(self, number: int) -> Ticket:
        async with self.app.database.reading() as tx:
            ticket = await tx.tickets.look(number)
        assert ticket is not None
        return ticket

    async def happened(self, number: int) -> list[str]:
        async with self.app.database.reading() as tx:
            return [event.what for event in await tx.tickets.events(number)]

    def say(self, key: str, **facts: Any) -> str:
        """The sentence of a key, as chat would say it."""
        return self.app.wording.text(key, facts, "vi")


@pytest.fixture(scope="session")
def knowledge_base() -> KnowledgeBase:
    return knowledge.load()


@pytest.fixture
async def house(tmp_path: Path, knowledge_base: KnowledgeBase) -> AsyncIterator[House]:
    settings: Callable[..., Settings] = Settings
    clock = Clock()
    app = App(settings(_env_file=None, data_dir=tmp_path, demo=True), clock=clock, knowledge_base=knowledge_base)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(TestServer(app.web_app()))
        yield House(app, clock, str(server.make_url("/")).rstrip("/"), stack)
