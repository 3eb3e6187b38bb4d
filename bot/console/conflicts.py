"""Conflicts at the console (xung đột): what the province and a newer release both changed, and what is left out."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.console.curating import CuratingPages, Form
from bot.console.differences import difference, lines_of_text
from bot.console.faults import Fault, faults_of
from handlers import curation
from handlers.curation import Conflict
from handlers.desk import Desk
from handlers.examining import value_of
from handlers.permissions import Act
from knowledge import KnowledgeBase
from knowledge.entries import Entry
from knowledge.publishing import entry_id
from storage.drafts import Deed, Publication

VERBS = {"keep": curation.keep_ours, "take": curation.to_release}


class ConflictPages(CuratingPages):
    """The page of conflicts, for those who decide."""

    act = Act.CURATE

    def routes(self, console: web.Application) -> None:
        """Where it is."""
        console.router.add_get("/conflicts", self.show)
        console.router.add_post(f"/conflicts/{{verb:{'|'.join(VERBS)}}}", self.settle)

    async def show(self, request: web.Request) -> web.Response:
        """Every conflict with both versions, and what was published but cannot be served."""
        return await self._page(request, "conflicts", self._show)

    async def settle(self, request: web.Request) -> web.Response:
        """Propose to keep ours, or to take the release's."""
        verb = VERBS[request.match_info["verb"]]

        async def work(desk: Desk, form: Form) -> str:
            draft = await verb(desk, form.get("name", ""), form.get("note", "").strip())
            return f"/console/drafts/{draft.key}?done=proposed"

        return await self._done(request, work, "conflicts", self._show)

    async def _show(self, desk: Desk, form: Form) -> dict[str, Any]:
        waiting = {draft.name: draft.key for draft in await desk.tx.drafts.waiting()}
        found = [_shown(desk.knowledge, conflict, waiting) for conflict in await curation.conflicts(desk)]
        current = {publication.name: publication for publication in await desk.tx.drafts.current()}
        return {"conflicts": found, "faulty": self._faulty(current)}

    def _faulty(self, current: dict[str, Publication]) -> list[tuple[str, str, list[Fault]]]:
        """What was published and cannot be served: its page, its title, its faults."""
        by_name: dict[str, list[Fault]] = {}
        for problem in self._library.problems:
            text = current[problem.path].text if problem.path in current else ""
            by_name.setdefault(problem.path, []).extend(
                faults_of(self._library.current, [problem], value_of(problem.path, text))
            )
        return [(_place(n), _title(n, current[n].text if n in current else ""), f) for n, f in by_name.items()]


def _shown(knowledge: KnowledgeBase, conflict: Conflict, waiting: dict[str, int]) -> dict[str, Any]:
    ours = conflict.ours
    name, text = ours.name, ours.text if ours.deed == Deed.TEXT else None
    own, theirs = lines_of_text(knowledge, name, text), lines_of_text(knowledge, name, conflict.theirs)
    return {
        "name": name,
        "title": _title(name, text or conflict.theirs or ""),
        "place": _place(name),
        "deed": ours.deed,
        "at": ours.at,
        "ours": own,
        "theirs": theirs,
        "gone": conflict.theirs is None,
        "rows": difference(own, theirs),
        "draft": waiting.get(name, 0),
    }


def _title(name: str, text: str) -> str:
    value = value_of(name, text)
    if isinstance(value, Entry):
        return value.title
    return value.number if value else entry_id(name)


def _place(name: str) -> str:
    return name.removesuffix(".md").removesuffix(".yaml")
