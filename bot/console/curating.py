"""What the pages of curation have in common (biên tập): who comes in, and how a form is done or refused."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.console.access import Door, Stop, form_of
from bot.console.pages import Pages, reader_of
from handlers.desk import Desk
from handlers.permissions import Act, may
from storage import Conflict, Refusal

log = logging.getLogger(__name__)

LONGEST_FORM = 640 * 1024
"""The longest text of a file, with every letter written as several escaped bytes."""
MOST_FIELDS = 40

Form = Mapping[str, str]
Work = Callable[[Desk, Form], Awaitable[str]]
"""What a form asks for; returns where to go then."""
Show = Callable[[Desk, Form], Awaitable[dict[str, Any]]]
"""All that a page shows."""


class CuratingPages:
    """Pages for people who propose, and for those who decide."""

    act = Act.PROPOSE
    """What one must be allowed to do to open them."""

    def __init__(self, door: Door, pages: Pages) -> None:
        self._door, self._database, self._pages = door, door.database, pages
        self._library = door.whole.library

    async def _page(
        self, request: web.Request, template: str, show: Show, form: Form | None = None, refusal: Refusal | None = None
    ) -> web.Response:
        """A page, with what was typed when it is shown again."""
        async with self._database.reading() as tx:
            desk = self._admitted(await self._door.desk(tx, request))
            facts = await show(desk, form or {})
            reader = reader_of(desk.person)
        done = request.query.get("done", "")
        shown = {"form": form or {}, "refusal": refusal, "done": done if done in DONE else "", "today": desk.today}
        return self._pages.page(template, reader, status=409 if refusal else 200, **{**shown, **facts})

    async def _done(self, request: web.Request, work: Work, template: str, show: Show) -> web.Response:
        """Do what a form says, in one transaction; a refusal shows the page again, with what was typed."""
        form = await form_of(request, longest=LONGEST_FORM, fields=MOST_FIELDS)
        try:
            async with self._database.transaction() as tx:
                desk = self._admitted(await self._door.desk(tx, request))
                there = await work(desk, form)
        except Refusal as refusal:
            return await self._page(request, template, show, form, refusal)
        except Conflict as conflict:
            log.warning("a form was overtaken: %s", type(conflict).__name__)
            return await self._page(request, template, show, form, Refusal("console.draft.stale"))
        raise web.HTTPSeeOther(there)

    def _admitted(self, desk: Desk) -> Desk:
        if not may(desk.person, self.act):
            raise Stop(403, f"permission.{self.act}", desk.person)
        return desk


DONE = ("proposed", "saved", "approve", "reject", "withdraw")
"""What a page may say was done before it."""


def number_of(text: str) -> int:
    """The number that a form carries; 0, which nothing has, when it is none."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) else 0
