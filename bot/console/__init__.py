"""The console (bàn làm việc) at /console: queue, entries and proposals, documents, the outbox for operators.

Plain pages and forms, no script. What is done here goes through the same handlers as in chat.
"""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.console.access import Door
from bot.console.conflicts import ConflictPages
from bot.console.documents import DocumentPages
from bot.console.drafts import DraftPages
from bot.console.entries import EntryPages
from bot.console.outbox import OutboxPage
from bot.console.pages import Pages
from bot.console.recalls import RecallPages
from bot.console.tickets import TicketPages
from bot.service import Service

STATIC = Path(__file__).parent / "static"


def add_console(app: web.Application, whole: Service) -> None:
    """Serve /console."""
    pages = Pages(whole.wording, demo=whole.settings.demo_mode)
    door = Door(whole, pages)
    tickets, outbox = TicketPages(door, pages), OutboxPage(door, pages)
    console = web.Application(middlewares=[door.guard])
    console.router.add_get("", tickets.queue)
    console.router.add_get("/", tickets.queue)
    console.router.add_get("/tickets", tickets.find)
    console.router.add_get("/tickets/{number:[0-9]{1,9}}", tickets.ticket)
    console.router.add_post("/tickets/{number:[0-9]{1,9}}/{verb}", tickets.act)
    console.router.add_get("/outbox", outbox.show)
    console.router.add_post("/outbox/{message:[0-9]{1,9}}/requeue", outbox.requeue)
    for curating in (EntryPages, DraftPages, DocumentPages, ConflictPages, RecallPages):
        curating(door, pages).routes(console)
    console.router.add_static("/static", STATIC)
    app.add_subapp("/console", console)
