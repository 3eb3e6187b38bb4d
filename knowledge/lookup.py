"""One message, one day → a Finding: scope first, then documents named, then the search, then the decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from knowledge.confidence import ANSWER_FROM, CHOICES_FROM, UNSURE, confidence_of, decide, odds
from knowledge.entries import Decision, Entry, Finding, LegalDocument, Match, Related
from knowledge.index import Candidate
from knowledge.layers import MOST_RELATED
from knowledge.layers.words import one_spelling
from knowledge.numbers import DocumentMention, mentions, procedures, without_mentions
from knowledge.reading import Wording
from knowledge.routing import Routing

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

MOST_CHOICES = 4
MOST_LAPSED = 3
LEAST_OFFERED = 0.005
"""A choice hardly ever meant only makes the others harder to find."""
_ONLY_NUMBER = 0.5
"""The most that is said of an entry when a message is nothing but a number: entries are offered, none chosen."""
_CLEARLY_BETTER = 0.1
_NOTHING_SAID = CHOICES_FROM / 2
"""A question of nothing but "nộp ở đâu" that follows on no other fits everything and so nothing."""
_LEAST_SUBSTANCE = 2
"""One syllable that says something is too little to be sure by ("20 ngày hay 30 ngày")."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question made ready to search: its words, the documents it names, the limits set from outside."""

    text: str
    wording: Wording
    mentions: tuple[DocumentMention, ...]
    documents: tuple[LegalDocument, ...]
    speaking: frozenset[str]
    """Ids of the entries that speak of a document named but not in the base."""
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
        if (asked.mentions or asked.procedures) and not self._base.scope.substance(asked.wording):
            return self._about_numbers(asked)
        return self._searched(asked)

    def _outside(self, text: str, as_of: date) -> Finding | None:
        reader, scope = self._base.index.reader, self._base.scope
        judged = scope.judge(reader.read(text), text)
        numbered = mentions(text) or procedures(text)
        if judged is None and not numbered and not reader.readable(text):
            judged = (Decision.REFUSE, "empty")
        if judged is None:
            return None
        return Finding(judged[0], 1.0, as_of, topic=judged[1])

    def _asked(self, text: str, as_of: date, field: str | None, previous: str | None) -> _Asked:
        wording = self._wording(text)
        if previous and not (mentions(text) or procedures(text)) and self._base.scope.leans(wording):
            wording = self._base.scope.going_on(self._wording(previous), wording)
            text = f"{previous} {text}"
        named = mentions(text)
        documents = self._base.documents_named(text)
        missing = [one for one in named if not one.bare and not any(one.names(document) for document in documents)]
        speaking = frozenset[str]().union(*(self._speaking_of(mention) for mention in missing))
        return _Asked(text, wording, named, documents, speaking, procedures(text), as_of, field)

    def _speaking_of(self, mention: DocumentMention) -> frozenset[str]:
        number, year = mention.number_part.lstrip("0"), str(mention.year or "")
        words = (number, year) if year else (*mention.kind.split(), number)
        return self._base.index.speaking_of(*words)

    def _wording(self, text: str) -> Wording:
        """The words of a question, without the numbers of documents unless only the words can find them."""
        whole = self._base.scope.core(self._base.index.reader.read(text))
        plain = self._base.scope.core(self._base.index.reader.read(without_mentions(text)))
        found_by_number = self._base.documents_named(text) or not self._base.scope.substance(plain)
        return plain if found_by_number or procedures(text) else whole

    def _about_numbers(self, asked: _Asked) -> Finding:
        """A message that is nothing but numbers: the documents they name, with the entries about them."""
        about = sorted(
            (entry for entry in self._base.entries.values() if self._is_about(entry, asked)),
            key=lambda entry: (not _in_title(entry, asked), -self._share_resting(entry, asked), entry.id),
        )
        live = [entry for entry in about if self._base.in_force(entry, asked.as_of)]
        imported = self._imported(asked)
        if not (about or asked.documents or asked.procedures or imported):
            return _unknown_document(asked)
        lapsed = tuple(entry for entry in about if entry not in live)[:MOST_LAPSED]
        chance = round(min(_ONLY_NUMBER, 1 / max(len(live), 1)), 4)
        matches = tuple(Match(entry, chance) for entry in live[:MOST_CHOICES])
        named = matches or asked.documents or imported or any(map(self._base.layers.procedure, asked.procedures))
        decision = Decision.CHOICES if named else Decision.ESCALATE
        code = asked.field or (_most_common(entry.field for entry in about) if len(asked.documents) < 2 else None)
        return self._finding(asked, decision, chance if matches else 0.0, matches, lapsed, code)

    def _searched(self, asked: _Asked) -> Finding:
        live, lapsed = self._live_and_lapsed(asked)
        confidence = min(confidence_of(live), self._ceiling(live, lapsed, asked))
        code = asked.field or self._routing.field(asked.wording, [*live, *lapsed], confidence)
        if confidence < ANSWER_FROM and asked.field is None and self._is_chatter(asked):
            return Finding(Decision.REFUSE, 1 - confidence, asked.as_of, topic="off-topic")
        matches = _matches(live, confidence)
        gone = tuple(candidate.entry for candidate in lapsed[:MOST_LAPSED]) if _likely(lapsed) else ()
        return self._finding(asked, decide(confidence), confidence, matches, gone, code)

    def _live_and_lapsed(self, asked: _Asked) -> tuple[list[Candidate], list[Candidate]]:
        found = self._base.index.candidates(asked.wording, lambda entry: asked.field in (None, entry.field))
        resting = [candidate for candidate in found if self._is_about(candidate.entry, asked)]
        ordered = resting or found
        live = [c for c in ordered if self._base.in_force(c.entry, asked.as_of)]
        return live, [c for c in ordered if c not in live]

    def _ceiling(self, live: Sequence[Candidate], lapsed: Sequence[Candidate], asked: _Asked) -> float:
        if not live or live[0].exact:
            return 1.0
        if (asked.mentions or asked.procedures) and not self._is_about(live[0].entry, asked):
            return UNSURE
        substance = self._base.scope.substance(asked.wording)
        if substance < _LEAST_SUBSTANCE:
            return UNSURE if substance else _NOTHING_SAID
        passed = lapsed[0].signals.strength if lapsed else 0.0
        return UNSURE if passed > live[0].signals.strength + _CLEARLY_BETTER else 1.0

    def _is_about(self, entry: Entry, asked: _Asked) -> bool:
        """Whether the entry rests on what is named, or speaks of a document that the base does not have."""
        if entry.procedure and entry.procedure in asked.procedures:
            return True
        return self._share_resting(entry, asked) > 0 or entry.id in asked.speaking

    def _share_resting(self, entry: Entry, asked: _Asked) -> float:
        numbers = {document.number for document in asked.documents}
        resting = [
            citation
            for citation in entry.citations
            if any(mention.rests_on(citation, numbers) for mention in asked.mentions)
        ]
        return len(resting) / len(entry.citations) if entry.citations else 0.0

    def _is_chatter(self, asked: _Asked) -> bool:
        idle = self._base.scope.chatter(asked.wording, asked.text)
        return idle and not self._routing.speaks_of_work(asked.wording)

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
        named = self._base.layers.at(asked.mentions, asked.procedures, asked.as_of, self._base)
        related = () if decision is Decision.ANSWER else self._related(asked, named)
        found = replace(finding, documents=asked.documents, lapsed=lapsed)
        return replace(found, related=related, named=named, imported=self._imported(asked))

    def _imported(self, asked: _Asked) -> tuple[str, ...]:
        named = self._base.layers.named(asked.mentions)
        return tuple(text.number for text in named if text.number not in self._base.documents)

    def _related(self, asked: _Asked, named: tuple[Related, ...]) -> tuple[Related, ...]:
        """What of the imported layers may bear on a question that no entry answers well enough."""
        words = [one_spelling(word) for word in asked.wording.folded]
        found = self._base.layers.related(words, asked.as_of, self._base) if words else ()
        live = [one for one in named if one.in_force is not False]
        return tuple({(one.kind, one.key): one for one in (*live, *found)}.values())[:MOST_RELATED]


def _in_title(entry: Entry, asked: _Asked) -> bool:
    titled = {mention.number_part for mention in mentions(entry.title)}
    return any(mention.number_part in titled for mention in asked.mentions)


def _unknown_document(asked: _Asked) -> Finding:
    named = [mention.typed for mention in asked.mentions if not mention.bare]
    if not named:
        return Finding(Decision.REFUSE, 1.0, asked.as_of, topic="empty")
    return Finding(Decision.REFUSE, 1.0, asked.as_of, topic="unknown-document", facts={"document": ", ".join(named)})


def _matches(live: Sequence[Candidate], confidence: float) -> tuple[Match, ...]:
    """Each with its own probability: as likely as the first where it ties with it, all together at most 1."""
    if not live:
        return ()
    rest = live[1:MOST_CHOICES]
    likely = odds(live[:MOST_CHOICES])[1:]
    share = min(confidence, (1 - confidence) / (sum(likely) or 1.0))
    others = (Match(c.entry, round(share * chance, 4)) for c, chance in zip(rest, likely, strict=True))
    return (Match(live[0].entry, round(confidence, 4)), *(match for match in others if match.score >= LEAST_OFFERED))


def _likely(lapsed: Sequence[Candidate]) -> bool:
    return confidence_of(lapsed) >= CHOICES_FROM


def _most_common(codes: Iterable[str]) -> str | None:
    return next((code for code, _ in Counter(codes).most_common(1)), None)
