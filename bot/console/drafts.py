"""Proposals at the console (đề xuất): what waits, one with its faults, twins and differences, and the decision."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.console.access import Stop
from bot.console.curating import CuratingPages, Form, Show, Work
from bot.console.draft_rows import draft_row, shown
from bot.console.entry_form import entry_of
from bot.console.entry_shown import form_facts
from bot.console.faults import faults_of
from handlers import curation
from handlers.desk import Desk
from handlers.examining import read, value_of
from handlers.naming import is_new, new_name
from handlers.permissions import Act, may
from knowledge.entries import Entry
from knowledge.publishing import entry_id
from knowledge.writing import entry_to_text
from storage import Refusal
from storage.drafts import Deed, Draft, DraftStatus

ONE = "/drafts/{draft:[0-9]{1,9}}"
Verb = Callable[[Desk, int, Form], Awaitable[object]]

VERBS: dict[str, Verb] = {
    "approve": lambda desk, key, form: curation.approve(desk, key),
    "reject": lambda desk, key, form: curation.reject(desk, key, form.get("reason", "").strip()),
    "withdraw": lambda desk, key, form: curation.withdraw(desk, key),
}


class DraftPages(CuratingPages):
    """The pages of proposals."""

    def routes(self, console: web.Application) -> None:
        """Where they are."""
        console.router.add_get("/drafts", self.all)
        console.router.add_get(ONE, self.draft)
        console.router.add_get(f"{ONE}/edit", self.edit)
        console.router.add_post(f"{ONE}/edit", self.change)
        console.router.add_post(f"{ONE}/{{verb:{'|'.join(VERBS)}}}", self.decide)

    async def all(self, request: web.Request) -> web.Response:
        """What waits, then what was decided; of others only for those who decide."""
        return await self._page(request, "drafts", _show_list)

    async def draft(self, request: web.Request) -> web.Response:
        """One proposal, with all that is known of it."""
        return await self._page(request, "draft", _show_draft(request))

    async def edit(self, request: web.Request) -> web.Response:
        """The form of a proposal."""
        return await self._page(request, await self._form_of(request), _show_form(request))

    async def change(self, request: web.Request) -> web.Response:
        """Improve a proposal."""
        key = _key(request)

        async def work(desk: Desk, form: Form) -> str:
            draft = await _fresh(desk, key, form)
            name, text = await _written(desk, draft, form)
            await curation.rewrite(desk, key, text, form.get("note", ""), name=name)
            return f"/console/drafts/{key}?done=saved"

        return await self._done(request, work, await self._form_of(request), _show_form(request))

    async def decide(self, request: web.Request) -> web.Response:
        """Approve, reject or take back; what was approved is served here when the next page is shown."""
        try:
            return await self._done(request, _decision(request), "draft", _show_draft(request))
        except web.HTTPSeeOther:
            await self._library.refresh()
            raise

    async def _form_of(self, request: web.Request) -> str:
        async with self._database.reading() as tx:
            draft = await _readable(self._admitted(await self._door.desk(tx, request)), _key(request))
        return "entry_form" if draft.name.startswith("entries/") else "document_text"


async def _show_list(desk: Desk, form: Form) -> dict[str, Any]:
    decides = may(desk.person, Act.CURATE)
    drafts = desk.tx.drafts
    found = [*await drafts.waiting(), *await drafts.decided()] if decides else await drafts.of_author(desk.person.key)
    rows = [await draft_row(desk, draft) for draft in found]
    return {
        "waiting": [row for row in rows if row.status == DraftStatus.PROPOSED],
        "decided": [row for row in rows if row.status != DraftStatus.PROPOSED],
        "decides": decides,
    }


def _show_draft(request: web.Request) -> Show:
    async def show(desk: Desk, form: Form) -> dict[str, Any]:
        draft = await _readable(desk, _key(request))
        return await shown(desk, draft)

    return show


def _show_form(request: web.Request) -> Show:
    async def show(desk: Desk, form: Form) -> dict[str, Any]:
        draft = await _readable(desk, _key(request))
        facts: dict[str, Any] = {
            "action": f"/console/drafts/{draft.key}/edit",
            "version": form.get("version", str(draft.version)),
        }
        facts |= {"note": form.get("note", draft.note), "draft": draft.key}
        value, problems = await asyncio.to_thread(read, desk.knowledge, draft, desk.today)
        faults = faults_of(desk.knowledge, problems, value)
        if not draft.name.startswith("entries/"):
            return {**facts, "text": form.get("text", draft.text), "faults": faults, "file": draft.name}
        entry = value if isinstance(value, Entry) else None
        new = await is_new(desk, draft.name)
        key = "" if new else entry_id(draft.name)
        boxes = form_facts(desk, dict(form), entry=entry, faults=faults, key=key, title=entry.title if entry else "")
        return {**facts, **boxes, "base": ""}

    return show


def _decision(request: web.Request) -> Work:
    key, verb = _key(request), request.match_info["verb"]

    async def work(desk: Desk, form: Form) -> str:
        await _fresh(desk, key, form)
        await VERBS[verb](desk, key, form)
        return f"/console/drafts/{key}?done={verb}"

    return work


async def _fresh(desk: Desk, key: int, form: Form) -> Draft:
    """The proposal, as it was when the form was shown."""
    draft = await _readable(desk, key)
    if form.get("version") != str(draft.version):
        raise Refusal("console.draft.stale")
    return draft


async def _written(desk: Desk, draft: Draft, form: Form) -> tuple[str, str]:
    """The name and the text that a form stands for; something new is named after its field and title."""
    if draft.deed != Deed.TEXT:
        return draft.name, ""
    if not draft.name.startswith("entries/"):
        return draft.name, form.get("text", "").strip() + "\n"
    former = value_of(draft.name, draft.text)
    kept = former if isinstance(former, Entry) else None
    field = form.get("field", "")
    moved = kept is not None and field != kept.field and await is_new(desk, draft.name)
    name = await new_name(desk, field, form.get("title", ""), but=draft.name) if moved else draft.name
    return name, entry_to_text(entry_of(form, entry_id(name), kept))


async def _readable(desk: Desk, key: int) -> Draft:
    """The proposal; one of somebody else does not exist for who may not decide."""
    try:
        draft = await desk.tx.drafts.get(key)
    except Refusal:
        raise Stop(404, "draft.unknown", desk.person) from None
    if draft.author != desk.person.id and not may(desk.person, Act.CURATE):
        raise Stop(404, "draft.unknown", desk.person)
    return draft


def _key(request: web.Request) -> int:
    return int(request.match_info["draft"])
