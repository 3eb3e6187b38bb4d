"""The imported layers (lớp nhập): articles and procedures nobody has curated. They are looked up, never an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from types import MappingProxyType
from typing import Protocol

from knowledge.entries import Interval, Related
from knowledge.layers.index import TextIndex
from knowledge.numbers import DocumentMention

MOST_RELATED = 3
LEAST_COVERED = 0.4
"""What shares less with the question is noise: of questions about other documents three in five stay below."""
_YEAR = re.compile(r"/((?:19|20)\d\d)/")
_LOOKED_THROUGH = 60
"""The likeliest are looked at until three are in force."""


class Curated(Protocol):
    """What the layers ask of the knowledge base above them."""

    def standing(self, number: str, article: str, day: date) -> bool | None: ...


@dataclass(frozen=True, slots=True)
class ImportedText:
    """A document as imported: its number, its title, its kind and the days it is in force where they are known."""

    number: str
    title: str
    kind: str = ""
    in_force: Interval | None = None


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """An imported article without its text: `key` finds the text, `article` is the bare number."""

    key: str
    document: ImportedText
    article: str
    heading: str


@dataclass(frozen=True, slots=True)
class ProcedureHead:
    """An imported procedure without its detail."""

    code: str
    name: str
    commune_level: bool = False


class Layers:
    """The heads of what was imported, with an index over the texts; immutable, made anew after an import."""

    def __init__(
        self,
        articles: Sequence[ArticleHead] = (),
        article_index: TextIndex | None = None,
        procedures: Sequence[ProcedureHead] = (),
        procedure_index: TextIndex | None = None,
    ) -> None:
        self.articles, self.procedures = tuple(articles), tuple(procedures)
        self._article_index = article_index or TextIndex.build(())
        self._procedure_index = procedure_index or TextIndex.build(())

    @cached_property
    def documents(self) -> Mapping[str, ImportedText]:
        """Imported documents by number."""
        return MappingProxyType({head.document.number: head.document for head in self.articles})

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], ArticleHead]:
        return {(head.document.number, head.article.lower()): head for head in self.articles}

    @cached_property
    def _codes(self) -> Mapping[str, ProcedureHead]:
        return {head.code: head for head in self.procedures}

    def article(self, number: str, article: str) -> ArticleHead | None:
        """The article of a document, by its bare number."""
        return self._places.get((number, article.lower()))

    def procedure(self, code: str) -> ProcedureHead | None:
        """The procedure with this code."""
        return self._codes.get(code)

    def named(self, mentions: Iterable[DocumentMention]) -> tuple[ImportedText, ...]:
        """Imported documents that a message names by number, the youngest first."""
        found = [
            text for mention in mentions for text in self.documents.values() if mention.fits(text.number, text.kind)
        ]
        return tuple(sorted(dict.fromkeys(found), key=_year, reverse=True))

    def at(
        self, mentions: Sequence[DocumentMention], codes: Iterable[str], day: date, base: Curated
    ) -> tuple[Related, ...]:
        """The imported articles and procedures that a message names by number, dead ones too."""
        numbers = [text.number for text in self.named(mentions)]
        articles = {mention.article for mention in mentions if mention.article}
        heads = [self.article(number, article) for number in numbers for article in sorted(articles)]
        found = [self._shown(head, 1.0, day, base) for head in heads if head is not None]
        procedures = [_procedure(head, 1.0) for code in codes if (head := self.procedure(code)) is not None]
        return (*found, *procedures)

    def related(self, words: Sequence[str], day: date, base: Curated) -> tuple[Related, ...]:
        """The likeliest articles and procedures for a question's folded words, none known to be dead on the day."""
        both = [*self._likely_articles(words, day, base), *self._likely_procedures(words)]
        return tuple(sorted(both, key=lambda one: -one.score)[:MOST_RELATED])

    def _likely_articles(self, words: Sequence[str], day: date, base: Curated) -> list[Related]:
        found = self._article_index.search(words, limit=_LOOKED_THROUGH)
        shown = (self._shown(self.articles[row], score, day, base) for row, score in found if score >= LEAST_COVERED)
        return list(islice((one for one in shown if one.in_force is not False), MOST_RELATED))

    def _likely_procedures(self, words: Sequence[str]) -> list[Related]:
        found = self._procedure_index.search(words, limit=MOST_RELATED)
        return [_procedure(self.procedures[row], score) for row, score in found if score >= LEAST_COVERED]

    @staticmethod
    def standing(head: ArticleHead, day: date, base: Curated) -> bool | None:
        """Whether an article is in force: by the knowledge base, else by what its importer said, else unknown."""
        stands = base.standing(head.document.number, f"Điều {head.article}", day)
        if stands is None and head.document.in_force is not None:
            return head.document.in_force.covers(day)
        return stands

    def _shown(self, head: ArticleHead, score: float, day: date, base: Curated) -> Related:
        title = head.heading or head.document.title
        stands = self.standing(head, day, base)
        return Related(
            "article", head.key, head.document.number, f"Điều {head.article}", title, round(score, 4), stands
        )


def _year(text: ImportedText) -> str:
    """The year in its number; of older ones, which have none, nothing."""
    found = _YEAR.search(text.number)
    return found[1] if found else ""


def _procedure(head: ProcedureHead, score: float) -> Related:
    return Related("procedure", head.code, head.code, "", head.name, round(score, 4))


def article_text(document: ImportedText, heading: str, text: str) -> str:
    """What of an article is indexed: its heading counts twice, and its document's title lends it context."""
    return f"{heading}\n{heading}\n{document.title}\n{text}"
