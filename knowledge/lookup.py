"""One message, one day → a Finding: scope first, then documents named, then the search, then the decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from knowledge.confidence import ANSWER_FROM, CHOICES_FROM, UNSURE, confidence_of, decide
from knowledge.entries import Decision, Entry, Finding, LegalDocument, Match
from knowledge.index import Candidate
from knowledge.numbers import DocumentMention, mentions, procedures, without_mentions
from knowledge.reading import Wording
from knowledge.routing import Routing

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

MOST_CHOICES = 4
MOST_LAPSED = 3
_ONLY_NUMBER = 0.5
"""Confidence when a message is nothing but a number: the entries that rest on it are offered, none chosen."""
_CLEARLY_BETTER = 0.1
_NOTHING_SAID = CHOICES_FROM / 2
"""A question of nothing but "nộp ở đâu" that follows on no other fits everything and so nothing."""
_LEAST_SUBSTANCE = 2
"""One syllable that says something is too little to be sure by ("20 ngày hay 30 ngày")."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question made ready to search: its words, the documents it names, the limits set from outside."""

    wording: Wording
    mentions: tuple[DocumentMention, ...]
    documents: tuple[LegalDocument, ...]
    procedures: tuple[str, ...]
    as_of: date
    field: str | None


class LookUp:
    """Finds what one knowledge base has to say to a message."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._routing = Routing(base.fields.values(), base.index.reader)

    def __call__(self, text: str, *, as_of: date, field: str | None, previous: str | None) -> Finding:
        outside = self._outside(text, as_of)
        if outside is not None:
            return outside
        asked = self._asked(text, as_of, field, previous)
        if (asked.documents or asked.procedures) and not self._base.scope.substance(asked.wording):
            return self._about_numbers(asked)
        return self._searched(asked)

    def _outside(self, text: str, as_of: date) -> Finding | None:
        reader, scope = self._base.index.reader, self._base.scope
        judged = scope.judge(reader.read(text), text)
        numbered = "/" in text or procedures(text)
        if judged is None and not numbered and not reader.readable(text):
            judged = (Decision.REFUSE, "empty")
        if judged is None:
            return None
        return Finding(judged[0], 1.0, as_of, topic=judged[1])

    def _asked(self, text: str, as_of: date, field: str | None, previous: str | None) -> _Asked:
        wording = self._wording(text)
        if previous and self._base.scope.leans(wording):
            wording = self._base.scope.going_on(self._wording(previous), wording)
            text = f"{previous} {text}"
        return _Asked(wording, mentions(text), self._base.documents_named(text), procedures(text), as_of, field)

    def _wording(self, text: str) -> Wording:
        plain = without_mentions(text)
        return self._base.scope.core(self._base.index.reader.read(plain))

    def _about_numbers(self, asked: _Asked) -> Finding:
        citing = [entry for entry in self._base.entries.values() if self._rests(entry, asked)]
        live = [entry for entry in citing if self._base.in_force(entry, asked.as_of)]
        matches = tuple(Match(entry, _ONLY_NUMBER) for entry in live[:MOST_CHOICES])
        decision = Decision.CHOICES if matches else Decision.ESCALATE
        lapsed = tuple(entry for entry in citing if entry not in live)[:MOST_LAPSED]
        code = asked.field or _most_common(entry.field for entry in citing)
        confidence = _ONLY_NUMBER if matches else 0.0
        return self._finding(asked, decision, confidence, matches, lapsed, code)

    def _searched(self, asked: _Asked) -> Finding:
        live, lapsed = self._live_and_lapsed(asked)
        confidence = min(confidence_of(live), self._ceiling(live, lapsed, asked))
        code = asked.field or self._routing.field(asked.wording, [*live, *lapsed], confidence)
        if confidence < ANSWER_FROM and asked.field is None and self._is_chatter(asked.wording):
            return Finding(Decision.REFUSE, 1 - confidence, asked.as_of, topic="off-topic")
        matches = _matches(live, confidence)
        gone = tuple(candidate.entry for candidate in lapsed[:MOST_LAPSED]) if _likely(lapsed) else ()
        return self._finding(asked, decide(confidence), confidence, matches, gone, code)

    def _live_and_lapsed(self, asked: _Asked) -> tuple[list[Candidate], list[Candidate]]:
        found = self._base.index.candidates(asked.wording, lambda entry: asked.field in (None, entry.field))
        resting = [candidate for candidate in found if self._rests(candidate.entry, asked)]
        ordered = resting or found
        live = [c for c in ordered if self._base.in_force(c.entry, asked.as_of)]
        return live, [c for c in ordered if c not in live]

    def _ceiling(self, live: Sequence[Candidate], lapsed: Sequence[Candidate], asked: _Asked) -> float:
        if not live or live[0].exact:
            return 1.0
        if (asked.mentions or asked.procedures) and not self._rests(live[0].entry, asked):
            return UNSURE
        substance = self._base.scope.substance(asked.wording)
        if substance < _LEAST_SUBSTANCE:
            return UNSURE if substance else _NOTHING_SAID
        passed = lapsed[0].signals.strength if lapsed else 0.0
        return UNSURE if passed > live[0].signals.strength + _CLEARLY_BETTER else 1.0

    def _rests(self, entry: Entry, asked: _Asked) -> bool:
        if entry.procedure and entry.procedure in asked.procedures:
            return True
        numbers = {document.number for document in asked.documents}
        return any(mention.rests_on(citation, numbers) for mention in asked.mentions for citation in entry.citations)

    def _is_chatter(self, wording: Wording) -> bool:
        return self._base.scope.chatter(wording) and not self._routing.speaks_of_work(wording)

    def _finding(
        self,
        asked: _Asked,
        decision: Decision,
        confidence: float,
        matches: tuple[Match, ...],
        lapsed: tuple[Entry, ...],
        code: str | None,
    ) -> Finding:
        if decision is Decision.ESCALATE:
            matches = matches[:0] if confidence < CHOICES_FROM / 2 else matches
        first = matches[0].entry if matches and decision is Decision.ANSWER else None
        code = first.field if first else code
        subject = first or code
        department = self._base.department_for(subject) if subject else None
        finding = Finding(decision, round(confidence, 4), asked.as_of, matches, code, department)
        return replace(finding, documents=asked.documents, lapsed=lapsed)


def _matches(live: Sequence[Candidate], confidence: float) -> tuple[Match, ...]:
    """The first carries the confidence; the rest share what remains, by their strength."""
    if not live:
        return ()
    first = live[0].signals.strength or 1.0
    rest = [
        Match(c.entry, round(min(confidence, (1 - confidence) * c.signals.strength / first), 4))
        for c in live[1:MOST_CHOICES]
    ]
    return (Match(live[0].entry, round(confidence, 4)), *rest)


def _likely(lapsed: Sequence[Candidate]) -> bool:
    return confidence_of(lapsed) >= CHOICES_FROM


def _most_common(codes: Iterable[str]) -> str | None:
    return next((code for code, _ in Counter(codes).most_common(1)), None)
