"""Intake: a message is handled once, in its order, whatever breaks on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot import intake
from bot.intake import MOST_ATTEMPTS
from handlers import dispatch
from handlers.desk import Turn
from knowledge import KnowledgeBase
from storage.inbox import IncomingMessage
from tests.bot.conftest import Office, said, until

Dispatch = Callable[[Turn], Awaitable[None]]


def broken(text: str, error: Exception, *, times: int = 10_000) -> Dispatch:
    """The real routes, except that one text makes them stumble so many times."""
    left = [times]

    async def handle(turn: Turn) -> None:
        if turn.incoming.text == text and left[0]:
            left[0] -= 1
            await turn.reply("cancel.done")  # to be undone
            raise error
        await dispatch(turn)

    return handle


class Stumbling:
    """The knowledge base, which one text makes stumble."""

    def __init__(self, real: KnowledgeBase) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def look_up_today(self, text: str, **more: Any) -> object:
        if text == "độc":
            raise RecursionError("too deep")
        return self._real.look_up_today(text, **more)


async def messages(office: Office) -> list[IncomingMessage]:
    async with office.database.reading() as tx:
        found = [await tx.inbox.get(key) for key in range(1, 40)]
    return [message for message in found if message is not None]


async def test_a_repeat_is_accepted_once(office: Office) -> None:
    message = said("telegram:a", "chào em")
    assert await office.intake.receive(message)
    assert not await office.intake.receive(message)
    await office.intake.drain()
    await office.delivery.drain()
    assert len(office.telegram.letters) == 1


async def test_many_first_words_of_a_stranger_at_once_are_all_accepted(office: Office) -> None:
    said_at_once = [said("telegram:new", f"tin {n}") for n in range(4)]
    assert await asyncio.gather(*(office.intake.receive(message) for message in said_at_once)) == [True] * 4
    assert len(await messages(office)) == 4


async def test_a_handler_that_stumbles_apologises_with_an_incident_and_the_next_is_heard(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(intake, "dispatch", broken("hỏng", ValueError("a bug")))
    await office.person("Mai", "telegram:a")
    await office.intake.receive(said("telegram:a", "hỏng"))
    await office.writes("telegram:a", "chào em")
    await office.delivery.drain()
    apology, greeting = office.telegram.at("telegram:a")
    bad, good = await messages(office)
    assert bad.incident
    assert bad.incident in apology
    assert f"incident {bad.incident}" in caplog.text
    assert "Chào anh/chị" in greeting
    assert (bad.status, good.status, good.incident) == ("handled", "handled", "")


async def test_trouble_with_the_database_makes_a_message_wait_not_vanish(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = OperationalError("SELECT", {}, Exception("connection lost"))
    monkeypatch.setattr(intake, "dispatch", broken("chào em", gone, times=2 * intake.MOST_RERUNS))
    await office.person("Mai", "telegram:a")
    worker = asyncio.create_task(office.intake.run())
    await office.intake.receive(said("telegram:a", "chào em"))
    await office.intake.receive(said("telegram:a", "cảm ơn nhé"))
    await office.person("Sùng", "telegram:b")
    await office.intake.receive(said("telegram:b", "phiếu của tôi"))
    await arrive(office, "telegram:b", 1)
    assert office.telegram.at("telegram:a") == []
    await arrive(office, "telegram:a", 2, pace=1)
    greeting, thanks = office.telegram.at("telegram:a")
    assert "Chào anh/chị" in greeting
    assert "Không có gì" in thanks
    assert not worker.done()
    office.intake.stop()
    await worker


async def test_a_message_that_cannot_even_be_read_is_given_up_in_the_end(
    office: Office, knowledge_base: KnowledgeBase
) -> None:
    await office.person("Mai", "telegram:a")
    office.intake.knowledge = lambda: Stumbling(knowledge_base)  # type: ignore[assignment,return-value]
    await office.intake.receive(said("telegram:a", "độc"))
    await office.intake.receive(said("telegram:a", "chào em"))
    for attempt in range(MOST_ATTEMPTS):
        assert office.telegram.letters == [], attempt
        await office.intake.drain()
        await office.delivery.drain()
        office.clock.moves(seconds=61)
    apology, greeting = office.telegram.at("telegram:a")
    bad, _ = await messages(office)
    assert bad.attempts == MOST_ATTEMPTS
    assert bad.incident in apology
    assert "Chào anh/chị" in greeting


async def test_never_two_of_one_conversation_at_once_and_in_order(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once: dict[int, int] = {}
    order: list[str] = []

    async def handle(turn: Turn) -> None:
        talk = turn.conversation.key
        at_once[talk] = at_once.get(talk, 0) + 1
        assert at_once[talk] == 1
        await asyncio.sleep(0.01)
        order.append(turn.incoming.text)
        at_once[talk] -= 1

    monkeypatch.setattr(intake, "dispatch", handle)
    workers = [asyncio.create_task(office.intake.run())]
    for n in range(12):
        await office.intake.receive(said(f"telegram:{n % 3}", f"{n % 3}.{n:02}"))
    await until(lambda: len(order) == 12)
    assert [text for text in order if text[0] == "0"] == ["0.00", "0.03", "0.06", "0.09"]
    assert all(message.incident == "" for message in await messages(office))
    office.intake.stop()
    await asyncio.gather(*workers)


async def test_conversations_are_looked_up_side_by_side(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    inside: set[int] = set()
    all_in = asyncio.Event()

    async def fetch(message: IncomingMessage) -> None:
        inside.add(message.conversation)
        if len(inside) == 3:
            all_in.set()
        async with asyncio.timeout(5):
            await all_in.wait()

    office.intake.files = SimpleNamespace(fetch_all=fetch, keep=office.intake.files.keep)  # type: ignore[assignment]
    for n in range(3):
        await office.person(str(n), f"telegram:{n}")
    worker = asyncio.create_task(office.intake.run())
    for n in range(3):
        await office.intake.receive(said(f"telegram:{n}", "chào em"))
    async with asyncio.timeout(5):
        await all_in.wait()
    office.intake.stop()
    await worker
    assert [message.status for message in await messages(office)] == ["handled"] * 3


async def test_stopping_finishes_what_has_begun_and_begins_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def handle(turn: Turn) -> None:
        begun.set()
        await go_on.wait()

    monkeypatch.setattr(intake, "dispatch", handle)
    worker = asyncio.create_task(office.intake.run())
    await office.intake.receive(said("telegram:a", "một"))
    await begun.wait()
    office.intake.stop()
    go_on.set()
    await worker
    async with asyncio.timeout(5):
        await office.intake.receive(said("telegram:a", "hai"))
    assert [message.status for message in await messages(office)] == ["handled", "waiting"]


async def arrive(office: Office, address: str, count: int, *, pace: float = 0) -> None:
    """Wait until so many letters came to an address, the clock moving on so many seconds at each look."""
    async with asyncio.timeout(5):
        while len(office.telegram.at(address)) < count:
            await office.delivery.drain()
            await asyncio.sleep(0.02)
            office.clock.moves(seconds=pace)
