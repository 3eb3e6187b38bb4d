"""Entries at the console (kho tri thức): search, one as people read it, its versions, and the form to propose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from bot.console.access import Stop
from bot.console.curating import CuratingPages, Form, Show, Work, number_of
from bot.console.differences import Row, difference, lines_of_text
from bot.console.entry_form import blank_form, entry_of, form_of
from bot.console.entry_rows import EntryRow, Mark, VersionRow, entry_in, last_text, rows, searched, versions
from bot.console.entry_shown import as_read, cited, form_facts
from handlers import curation
from handlers.desk import Desk
from handlers.naming import new_name
from handlers.permissions import Act, may
from knowledge import KnowledgeBase
from knowledge.publishing import entry_name, revision_of, text_of
from knowledge.writing import entry_to_text
from storage import Refusal

MOST = 200
PLACE = "/{field:[a-z0-9-]+}/{slug:[a-z0-9-]+}"


class EntryPages(CuratingPages):
    """The pages of entries."""

    def routes(self, console: web.Application) -> None:
        """Where they are."""
        console.router.add_get("/entries", self.all)
        console.router.add_get("/entries/new", self.new)
        console.router.add_post("/entries/new", self.create)
        console.router.add_get(f"/entries{PLACE}", self.entry)
        console.router.add_get(f"/entries{PLACE}/edit", self.edit)
        console.router.add_post(f"/entries{PLACE}/edit", self.change)
        console.router.add_post(f"/entries{PLACE}/{{verb:retire|roll_back|to_release}}", self.act_on)

    async def all(self, request: web.Request) -> web.Response:
        """All entries, by words, by field, by what a curator should know of them."""
        query = {name: request.query.get(name, "").strip()[:200] for name in ("q", "field", "mark")}

        async def show(desk: Desk, form: Form) -> dict[str, Any]:
            return _found(desk, rows(desk, await desk.tx.drafts.current()), query)

        return await self._page(request, "entries", show)

    async def entry(self, request: web.Request) -> web.Response:
        """One entry, as people read it and as it came about."""
        return await self._page(request, "entry", _show_entry(request))

    async def edit(self, request: web.Request) -> web.Response:
        """The form of an entry."""
        return await self._page(request, "entry_form", _show_form(request))

    async def new(self, request: web.Request) -> web.Response:
        """The form of something new."""
        return await self._page(request, "entry_form", _show_blank(request))

    async def create(self, request: web.Request) -> web.Response:
        """Propose something new."""

        async def work(desk: Desk, form: Form) -> str:
            name = await new_name(desk, form.get("field", ""), form.get("title", ""))
            entry = entry_of(form, name.removeprefix("entries/").removesuffix(".md"))
            draft = await curation.propose(desk, name, entry_to_text(entry), note=form.get("note", ""))
            return f"/console/drafts/{draft.key}?done=proposed"

        return await self._done(request, work, "entry_form", _show_blank(request))

    async def change(self, request: web.Request) -> web.Response:
        """Propose another text for an entry."""
        key = _key(request)

        async def work(desk: Desk, form: Form) -> str:
            now = text_of(desk.knowledge, entry_name(key))
            if form.get("base", "") != revision_of(now):
                raise Refusal("console.entry.stale")
            entry = entry_of(form, key, entry_in(now, entry_name(key)))
            draft = await curation.propose(desk, entry_name(key), entry_to_text(entry), note=form.get("note", ""))
            return f"/console/drafts/{draft.key}?done=proposed"

        return await self._done(request, work, "entry_form", _show_form(request))

    async def act_on(self, request: web.Request) -> web.Response:
        """Propose to retire it, to roll it back, to take the release's version."""
        return await self._done(request, _work(request), "entry", _show_entry(request))


def _found(desk: Desk, among: Sequence[EntryRow], query: dict[str, str]) -> dict[str, Any]:
    words, mark = query["q"], query["mark"]
    field = query["field"] if query["field"] in desk.knowledge.fields else ""
    shown = searched(desk, words, among, field or None) if words else list(among)
    shown = [row for row in shown if field in ("", row.field) and (mark not in set(Mark) or mark in row.marks)]
    marks = Counter(one for row in among if field in ("", row.field) for one in row.marks)
    return {
        "query": query,
        "fields": [(f, sum(row.field == f.code for row in among)) for f in desk.knowledge.fields.values()],
        "names": {f.code: f.name for f in desk.knowledge.fields.values()},
        "marks": [(one.value, marks[one]) for one in Mark],
        "asked": bool(words or field or mark),
        "rows": shown[:MOST],
        "count": len(shown),
        "total": len(among),
    }


def _show_entry(request: web.Request) -> Show:
    key, chosen = _key(request), (request.query.get("a", ""), request.query.get("b", ""))

    async def show(desk: Desk, form: Form) -> dict[str, Any]:
        name = entry_name(key)
        known = await versions(desk, name)
        served = desk.knowledge.entries.get(key)
        entry = served or entry_in(last_text(known), name)
        if entry is None:
            raise Stop(404, "browse.unknown", desk.person)
        drafts = await desk.tx.drafts.of_name(name)
        return {
            "entry": entry,
            "served": served is not None,
            "in_force": desk.knowledge.in_force(entry, desk.today),
            "field": desk.knowledge.fields[entry.field].name if entry.field in desk.knowledge.fields else entry.field,
            "read": as_read(desk, entry),
            "cited": cited(desk, entry),
            "versions": known,
            "chosen": chosen,
            "rows": _between(desk.knowledge, name, known, *chosen),
            "waiting": [draft for draft in drafts if draft.status == "proposed"],
            "decides": may(desk.person, Act.CURATE),
        }

    return show


def _between(
    knowledge: KnowledgeBase, name: str, known: Sequence[VersionRow], former: str, later: str
) -> list[Row] | None:
    """What differs between two chosen versions; None when none were chosen."""
    texts = {version.id: version.text for version in known}
    if former not in texts or later not in texts:
        return None
    return difference(*(lines_of_text(knowledge, name, texts[one]) for one in (former, later)))


def _show_form(request: web.Request) -> Show:
    key = _key(request)

    async def show(desk: Desk, form: Form) -> dict[str, Any]:
        text = text_of(desk.knowledge, entry_name(key)) or last_text(await versions(desk, entry_name(key)))
        entry = entry_in(text, entry_name(key))
        if entry is None:
            raise Stop(404, "browse.unknown", desk.person)
        base = revision_of(text_of(desk.knowledge, entry_name(key)))
        facts = form_facts(desk, dict(form) or form_of(entry), key=key, title=entry.title)
        return {**facts, "base": form.get("base", base), "action": f"/console/entries/{key}/edit"}

    return show


def _show_blank(request: web.Request) -> Show:
    asked = request.query.get("field", "")

    async def show(desk: Desk, form: Form) -> dict[str, Any]:
        field = asked if asked in desk.knowledge.fields else ""
        facts = form_facts(desk, dict(form) or blank_form(field, desk.today))
        return {**facts, "base": "", "action": "/console/entries/new"}

    return show


def _work(request: web.Request) -> Work:
    key, verb = _key(request), request.match_info["verb"]

    async def work(desk: Desk, form: Form) -> str:
        note = form.get("note", "")
        if verb == "retire":
            draft = await curation.retire(desk, key, note)
        elif verb == "to_release":
            draft = await curation.to_release(desk, entry_name(key), note)
        else:
            draft = await curation.roll_back(desk, number_of(form.get("version", "")), note)
        return f"/console/drafts/{draft.key}?done=proposed"

    return work


def _key(request: web.Request) -> str:
    return f"{request.match_info['field']}/{request.match_info['slug']}"
