"""Documents at the console (văn bản): how each stands, what rests on it, that it ends, its file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from aiohttp import web

from bot.console.access import Stop
from bot.console.curating import CuratingPages, Form, Show, Work, number_of
from bot.console.differences import difference, lines_of, lines_of_text
from bot.console.document_form import blank_document, document_of
from bot.console.entry_rows import versions
from handlers import curation, ending
from handlers.desk import Desk
from handlers.permissions import Act
from handlers.views import history, standing
from knowledge import KnowledgeBase
from knowledge.entries import LegalDocument
from knowledge.publishing import revision_of, text_of
from knowledge.text import fold
from knowledge.writing import document_name
from storage import Refusal

PLACE = r"/documents/{year:\d{4}}/{slug:[a-z0-9-]+}"


class DocumentPages(CuratingPages):
    """The pages of documents, for those who decide."""

    act = Act.CURATE

    def routes(self, console: web.Application) -> None:
        """Where they are."""
        console.router.add_get("/documents", self.all)
        console.router.add_get("/documents/new", self.new)
        console.router.add_post("/documents/new", self.create)
        console.router.add_get(PLACE, self.document)
        console.router.add_get(f"{PLACE}/edit", self.edit)
        console.router.add_post(f"{PLACE}/edit", self.change)
        console.router.add_post(f"{PLACE}/{{verb:end|end_article|roll_back|to_release}}", self.act_on)

    async def all(self, request: web.Request) -> web.Response:
        """All documents, or those that words name."""
        words = request.query.get("q", "").strip()[:200]

        async def show(desk: Desk, form: Form) -> dict[str, Any]:
            found = _searched(desk.knowledge, words)
            resting = {d.number: len(desk.knowledge.entries_citing(d.number, desk.today)) for d in found}
            return {"documents": [_row(desk, d, resting[d.number]) for d in found], "words": words}

        return await self._page(request, "documents", show)

    async def document(self, request: web.Request) -> web.Response:
        """One document."""
        return await self._page(request, "document", _show(request))

    async def act_on(self, request: web.Request) -> web.Response:
        """Propose that it ends, or an article of it, or an earlier version of its file."""
        return await self._done(request, _work(request), "document", _show(request))

    async def edit(self, request: web.Request) -> web.Response:
        """Its file, for those who can."""
        return await self._page(request, "document_text", _show_text(request))

    async def change(self, request: web.Request) -> web.Response:
        """Propose another text of its file."""
        name = _name(request)

        async def work(desk: Desk, form: Form) -> str:
            if form.get("base", "") != revision_of(text_of(desk.knowledge, name)):
                raise Refusal("console.entry.stale")
            text = form.get("text", "").strip() + "\n"
            draft = await curation.propose(desk, name, text, note=form.get("note", ""))
            return f"/console/drafts/{draft.key}?done=proposed"

        return await self._done(request, work, "document_text", _show_text(request))

    async def new(self, request: web.Request) -> web.Response:
        """The form of a document that is not there yet."""
        return await self._page(request, "document_form", _show_blank)

    async def create(self, request: web.Request) -> web.Response:
        """Propose it."""

        async def work(desk: Desk, form: Form) -> str:
            draft = await ending.add_document(desk, document_of(form), form.get("note", ""))
            return f"/console/drafts/{draft.key}?done=proposed"

        return await self._done(request, work, "document_form", _show_blank)


async def _show_blank(desk: Desk, form: Form) -> dict[str, Any]:
    return {"boxes": dict(form) or blank_document(desk.today)}


def _searched(knowledge: KnowledgeBase, words: str) -> list[LegalDocument]:
    named = knowledge.documents_named(words) if words else ()
    wanted = fold(words)
    found = [d for d in knowledge.documents.values() if wanted in fold(f"{d.number} {d.kind} {d.title} {d.issuer}")]
    found.sort(key=lambda document: (document.issued or document.in_force.since, document.number), reverse=True)
    return list({document.number: document for document in (*named, *found)}.values())


def _row(desk: Desk, document: LegalDocument, resting: int) -> dict[str, Any]:
    place = document_name(document).removesuffix(".yaml")
    return {"document": document, "place": place, "standing": standing(desk.today, document), "resting": resting}


def _show(request: web.Request) -> Show:
    name, chosen = _name(request), (request.query.get("a", ""), request.query.get("b", ""))

    async def show(desk: Desk, form: Form) -> dict[str, Any]:
        document = _of_name(desk, name)
        known = await versions(desk, name)
        texts = {version.id: version.text for version in known}
        both = [lines_of_text(desk.knowledge, name, texts[one]) for one in chosen if one in texts]
        drafts = await desk.tx.drafts.of_name(name)
        return {
            "document": document,
            "place": name.removesuffix(".yaml"),
            "standing": standing(desk.today, document),
            "relations": history(desk, document),
            "lines": lines_of(desk.knowledge, document),
            "entries": _resting(desk, document),
            "versions": known,
            "chosen": chosen,
            "rows": difference(*both) if len(both) == 2 else None,
            "waiting": [draft for draft in drafts if draft.status == "proposed"],
        }

    return show


def _resting(desk: Desk, document: LegalDocument) -> Sequence[tuple[Any, bool]]:
    """The entries that cite it, by title, and whether each is answered today."""
    found = sorted(desk.knowledge.entries_citing(document.number), key=lambda entry: entry.title)
    return [(entry, desk.knowledge.in_force(entry, desk.today)) for entry in found]


def _show_text(request: web.Request) -> Show:
    name = _name(request)

    async def show(desk: Desk, form: Form) -> dict[str, Any]:
        _of_name(desk, name)
        text = text_of(desk.knowledge, name) or ""
        place = name.removesuffix(".yaml")
        facts = {"text": form.get("text", text), "base": form.get("base", revision_of(text)), "file": name}
        return {**facts, "note": form.get("note", ""), "action": f"/console/{place}/edit", "faults": (), "draft": 0}

    return show


def _work(request: web.Request) -> Work:
    name, verb = _name(request), request.match_info["verb"]

    async def work(desk: Desk, form: Form) -> str:
        note, number = form.get("note", ""), _of_name(desk, name).number
        if verb == "end":
            draft = await ending.end_document(desk, number, _day(form), form.get("replaced_by", ""), note)
        elif verb == "end_article":
            where = form.get("article", ""), form.get("clause", "")
            draft = await ending.end_article(desk, number, *where, _day(form), form.get("by", ""), note)
        elif verb == "to_release":
            draft = await curation.to_release(desk, name, note)
        else:
            draft = await curation.roll_back(desk, number_of(form.get("version", "")), note)
        return f"/console/drafts/{draft.key}?done=proposed"

    return work


def _of_name(desk: Desk, name: str) -> LegalDocument:
    found = (document for document in desk.knowledge.documents.values() if document_name(document) == name)
    document = next(found, None)
    if document is None:
        raise Stop(404, "browse.unknown", desk.person)
    return document


def _day(form: Form) -> date:
    try:
        return date.fromisoformat(form.get("until", "").strip())
    except ValueError:
        raise Refusal("entry_form.day", text=form.get("until", "")) from None


def _name(request: web.Request) -> str:
    return f"documents/{request.match_info['year']}/{request.match_info['slug']}.yaml"
