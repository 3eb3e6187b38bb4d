"""The outbox at the console (tin đi): for operators, what could not be sent, and once more for what they choose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.console.access import Door, Stop, form_of
from bot.console.pages import Pages, reader_of, runs_the_server
from handlers.desk import Desk
from storage import Refusal
from storage.outbox import OutgoingMessage, Sending

STATES = (Sending.WAITING, Sending.SENDING, Sending.HELD, Sending.UNCERTAIN, Sending.FAILED)
MOST = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that did not arrive, or perhaps did; its words are nobody's business here."""

    id: int
    key: str
    channel: str
    person: str
    error: str
    status: str
    attempts: int
    since: datetime


class OutboxPage:
    """The page of operators."""

    def __init__(self, door: Door, pages: Pages) -> None:
        self._door, self._database, self._pages = door, door.database, pages

    async def show(self, request: web.Request) -> web.Response:
        """How many promises are in each state, and those an operator may have to look after."""
        return await self._page(request, None)

    async def requeue(self, request: web.Request) -> web.Response:
        """Send one once more; it is written down who said so."""
        await form_of(request)
        try:
            async with self._database.transaction() as tx:
                desk = await self._door.desk(tx, request)
                _require_operator(desk)
                await _requeue(desk, int(request.match_info["message"]))
        except Refusal as refusal:
            return await self._page(request, refusal)
        raise web.HTTPSeeOther("/console/outbox?done=requeue")

    async def _page(self, request: web.Request, refusal: Refusal | None) -> web.Response:
        async with self._database.reading() as tx:
            desk = await self._door.desk(tx, request)
            _require_operator(desk)
            counts = await tx.outbox.count_by_status()
            letters = [await _letter(desk, message) for message in await tx.outbox.dead(limit=MOST)]
        return self._pages.page(
            "outbox",
            reader_of(desk.person),
            status=409 if refusal else 200,
            counts=[(state.value, counts.get(state, 0)) for state in STATES],
            letters=letters,
            most=MOST,
            refusal=refusal,
            done=request.query.get("done") == "requeue",
        )


def _require_operator(desk: Desk) -> None:
    if not runs_the_server(desk.person):
        raise Stop(403, "console.outbox.operators_only", desk.person)


async def _requeue(desk: Desk, key: int) -> None:
    # Two operators at once: the second sees what the first did, or is told to look again.
    alone = await desk.tx.alone("console:requeue")
    dead = {message.row: message for message in await desk.tx.outbox.dead(limit=MOST)} if alone else {}
    if key not in dead:
        raise Refusal("console.outbox.gone")
    message = dead[key]
    desk.tx.audit.write(
        "outbox.requeued", f"message:{key}", at=desk.now, actor=desk.person.key, was=message.status, error=message.error
    )
    message.requeue()
    desk.tx.wake("outbox")


async def _letter(desk: Desk, message: OutgoingMessage) -> Letter:
    person = "" if message.person is None else (await desk.tx.people.get(message.person)).name
    return Letter(
        id=message.row,
        key=message.key,
        channel=message.channel,
        person=person,
        error=message.error,
        status=message.status,
        attempts=message.attempts,
        since=message.created_at,
    )
