"""What the knowledge base would say to a question, as data and as the words an officer would read."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot import wording
from bot.settings import Settings
from bot.wording.rich import plain
from handlers import sources
from handlers.turn import Paragraph
from handlers.views import Reader, department_name, document_name, entry_paragraphs, gone_paragraphs
from knowledge import KnowledgeBase
from knowledge.days import stretch_named
from knowledge.entries import Decision, Finding, Interval, Match, Related


class Answerer:
    """Answers without storing anything: for the command line and for evaluation."""

    def __init__(self, knowledge: KnowledgeBase, settings: Settings) -> None:
        self.knowledge = knowledge
        self._wording = wording.load(settings.zone)

    def answer(
        self,
        text: str,
        *,
        today: date,
        as_of: date | None = None,
        field: str | None = None,
        previous: str | None = None,
    ) -> dict[str, Any]:
        """The object that `xongviec ask --json` prints, less its id.

        With `as_of` the question is answered as if that were today; otherwise it may name a day of its own.
        """
        if as_of:
            finding = self.knowledge.look_up(text, as_of=as_of, field=field, previous=previous)
        else:
            finding = self.knowledge.look_up_today(text, today=today, field=field, previous=previous)
        asked, day = None if as_of else stretch_named(text, today), finding.as_of
        reader = Reader(self.knowledge, as_of or today)
        return {
            "decision": finding.decision.value,
            "confidence": round(finding.confidence, 4),
            "field": finding.field,
            "department": finding.department,
            "entries": [self._entry(match, day) for match in finding.matches[:4]],
            "related": [self._related(one) for one in finding.related],
            "as_of": day.isoformat(),
            "text": self._words(finding, reader, asked),
        }

    @staticmethod
    def _related(one: Related) -> dict[str, Any]:
        names = ("kind", "number", "article", "title", "score", "in_force")
        return {name: getattr(one, name) for name in names}

    def _entry(self, match: Match, day: date) -> dict[str, Any]:
        entry = match.entry
        citations = [
            {
                "number": c.document, "article": c.article, "clause": c.clause,
                "in_force": self.knowledge.citation_in_force(c, day),
            }
            for c in entry.citations
        ]  # fmt: skip
        return {"id": entry.id, "title": entry.title, "score": round(match.score, 4), "citations": citations}

    def _words(self, finding: Finding, reader: Reader, asked: Interval | None) -> str:
        if finding.decision == Decision.ANSWER:
            entry = finding.matches[0].entry
            more = entry_paragraphs(reader, entry, asked)
            return self._say("answer.entry", {"title": entry.title, "body": entry.answer}, more)
        if finding.decision == Decision.CHOICES and not finding.matches:
            return self._named(finding)
        if finding.decision == Decision.CHOICES:
            titles = [match.entry.title for match in finding.matches[:4]]
            listed = "\n".join(f"{n}. {t}" for n, t in enumerate(titles, 1))
            return self._say("choices.offer", {}, gone_paragraphs(reader, finding)) + "\n" + listed
        if finding.decision == Decision.ESCALATE:
            name = department_name(reader, finding.department or "")
            key = "ask.would_escalate" if name else "ask.would_triage"
            more = [*gone_paragraphs(reader, finding), *sources.paragraphs(finding.related)]
            return self._say(key, {"department": name}, more)
        family = "smalltalk" if finding.decision == Decision.SMALLTALK else "refusal"
        return self._say(f"{family}.{finding.topic}", {})

    def _named(self, finding: Finding) -> str:
        """What a message names by number, where no entry is about it: documents, else what was imported."""
        lines = [f"{document_name(d)}: {d.title}" for d in finding.documents]
        lines += [f"{sources.name_of(one)}: {one.title}" for one in finding.named[: sources.MOST_NAMED]]
        if lines:
            return self._say("browse.documents" if finding.documents else "browse.named", {}) + "\n" + "\n".join(lines)
        items = sources.titles(self.knowledge, finding.imported[: sources.MOST_NAMED])
        return self._say("browse.imported", {"items": items})

    def _say(self, key: str, facts: dict[str, Any], more: list[Paragraph] | None = None) -> str:
        rows = [paragraph.row() for paragraph in more or ()]
        return plain(self._wording.say(key, {**facts, "more": rows}, "vi"))
