"""Recalls at the console (đính chính): what should be corrected, who was told, drafting, the decision, who has read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time
from typing import Any

from aiohttp import web

from bot.console.access import Stop
from bot.console.curating import CuratingPages, Form, Show, Work
from bot.console.recall_rows import concerned, edition_rows, listed
from handlers import recalls
from handlers.desk import Desk
from handlers.permissions import Act
from handlers.recallable import about_document, about_entry
from handlers.recalls import LONGEST_TEXT, what
from handlers.told import local_day
from storage import Refusal
from storage.recalls import Figures, Recall, RecallStatus

ONE = "/recalls/{recall:[0-9]{1,9}}"
SKIP = "skip-"
"""Begins the name of a box that leaves a revision out."""

VERBS: dict[str, Callable[[Desk, int, Form], Awaitable[Recall]]] = {
    "approve": lambda desk, key, form: recalls.approve(desk, key),
    "reject": lambda desk, key, form: recalls.reject(desk, key, form.get("objection", "").strip()),
    "edit": lambda desk, key, form: recalls.rewrite(
        desk, key, text=form.get("text", ""), reason=form.get("reason", "")
    ),
}
DONE_AS = {"approve": "approve", "reject": "reject", "edit": "saved"}


class RecallPages(CuratingPages):
    """The pages of those who correct what was said; they show who was told, so nobody else opens them."""

    act = Act.CURATE

    def routes(self, console: web.Application) -> None:
        """Where they are."""
        console.router.add_get("/recalls", self.all)
        console.router.add_get("/recalls/new", self.new)
        console.router.add_post("/recalls/new", self.propose)
        console.router.add_get(ONE, self.recall)
        console.router.add_post(f"{ONE}/{{verb:{'|'.join(VERBS)}}}", self.act_on)

    async def all(self, request: web.Request) -> web.Response:
        """What should be recalled, and what was."""
        return await self._page(request, "recalls", _show_list)

    async def new(self, request: web.Request) -> web.Response:
        """Who was told what is no longer so, and the form of a correction."""
        return await self._page(request, "recall_new", _show_new(request))

    async def propose(self, request: web.Request) -> web.Response:
        """Keep a correction for a second person to decide."""
        return await self._done(request, _propose, "recall_new", _show_new(request))

    async def recall(self, request: web.Request) -> web.Response:
        """One recall: its text, where it stands, who has read it."""
        return await self._page(request, "recall", _show(request))

    async def act_on(self, request: web.Request) -> web.Response:
        """Decide on one, or improve its text."""
        return await self._done(request, _acting(request), "recall", _show(request))


async def _show_list(desk: Desk, form: Form) -> dict[str, Any]:
    return await listed(desk)


def _show_new(request: web.Request) -> Show:
    async def show(desk: Desk, form: Form) -> dict[str, Any]:
        chosen = {**request.query, **form}
        entry = chosen.get("entry", "")
        facts: dict[str, Any] = {"chosen": chosen, "skip": SKIP, "longest": LONGEST_TEXT, "nothing": None}
        try:
            recall = await _drawn_up(desk, chosen)
        except Refusal as refusal:
            return {**facts, "nothing": refusal, "editions": await edition_rows(desk, entry, _skipped(chosen))}
        since = chosen.get("since") or local_day(desk, recall.told_since).isoformat()
        facts |= {"what": what(recall), "ended_on": recall.ended_on, "sources": recall.sources, "since": since}
        editions = await edition_rows(desk, entry, _skipped(chosen)) if entry else []
        return {**facts, "editions": editions, **await concerned(desk, recall)}

    return show


def _show(request: web.Request) -> Show:
    async def show(desk: Desk, form: Form) -> dict[str, Any]:
        recall = await _stored(desk, request)
        figures = (await desk.tx.recalls.figures([recall.key])).get(recall.key, Figures())
        facts = {"recall": recall, "what": what(recall), "names": await _names(desk, recall), "longest": LONGEST_TEXT}
        facts |= {"figures": figures, "waits": recall.status == RecallStatus.PROPOSED}
        facts |= {"mine": desk.person.id in (recall.author, recall.editor)}
        return {**facts, **await concerned(desk, recall)}

    return show


async def _names(desk: Desk, recall: Recall) -> dict[str, str]:
    """Who has written, edited and decided on it."""
    people = {"author": recall.author, "editor": recall.editor, "decider": recall.decided_by}
    return {role: (await desk.tx.people.get(key)).name for role, key in people.items() if key is not None}


async def _propose(desk: Desk, form: Form) -> str:
    recall = await _drawn_up(desk, form)
    await recalls.propose(desk, recall, text=form.get("text", ""), reason=form.get("reason", ""))
    return f"/console/recalls/{recall.key}?done=proposed"


def _acting(request: web.Request) -> Work:
    verb = request.match_info["verb"]

    async def work(desk: Desk, form: Form) -> str:
        recall = await _stored(desk, request)
        if form.get("version") != str(recall.version):
            raise Refusal("recall.stale")
        await VERBS[verb](desk, recall.key, form)
        return f"/console/recalls/{recall.key}?done={DONE_AS[verb]}"

    return work


async def _drawn_up(desk: Desk, chosen: Form) -> Recall:
    """A recall as chosen: about an entry or a document, of people told between two moments."""
    since = _moment(desk, chosen.get("since", ""))
    until = _moment(desk, chosen.get("until", ""))
    if chosen.get("document"):
        return await about_document(desk, chosen["document"], since=since, until=until)
    return await about_entry(desk, chosen.get("entry", ""), since=since, until=until, but=_skipped(chosen))


def _skipped(chosen: Form) -> frozenset[str]:
    return frozenset(name.removeprefix(SKIP) for name in chosen if name.startswith(SKIP))


def _moment(desk: Desk, text: str) -> datetime | None:
    """A day, or a day and a time, of the province as a browser sends it; None for nothing."""
    if not text.strip():
        return None
    try:
        local = datetime.fromisoformat(text) if "T" in text else datetime.combine(date.fromisoformat(text), time())
        return local.replace(tzinfo=desk.rules.timezone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refusal("recall.bad_day") from None


async def _stored(desk: Desk, request: web.Request) -> Recall:
    try:
        return await desk.tx.recalls.get(int(request.match_info["recall"]))
    except Refusal:
        raise Stop(404, "recall.none", desk.person) from None
