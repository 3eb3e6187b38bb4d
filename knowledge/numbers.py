"""Document numbers as people write them: "nd154", "NĐ 154/2025", "điều 15 nghị định 123", "luật 60/2014"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from knowledge.entries import Citation, LegalDocument
from knowledge.text import fold, normalise
from knowledge.validity import places

_KINDS = {
    "nghi dinh": "nghi dinh",
    "nd": "nghi dinh",
    "thong tu lien tich": "thong tu lien tich",
    "ttlt": "thong tu lien tich",
    "thong tu": "thong tu",
    "tt": "thong tu",
    "quyet dinh": "quyet dinh",
    "qd": "quyet dinh",
    "nghi quyet": "nghi quyet",
    "nq": "nghi quyet",
    "luat": "luat",
    "phap lenh": "phap lenh",
    "chi thi": "chi thi",
}
_KIND = "|".join(sorted(_KINDS, key=len, reverse=True))
_NOT_COUNTED = r"(?!\s*(?:ngay|tuoi|trieu|nguoi|thang|dong|m2|ha|gio|lan|buoi|nghin|ty|xa|ho)\b|\s*%|\d)"
_NAMED = re.compile(
    rf"\b(?P<kind>{_KIND})(?:-cp)?\s*(?:so\s*)?(?P<number>\d{{1,4}}(?:\.\d+)?)"
    rf"(?:\s*(?:/|nam\s)\s*(?P<year>(?:19|20)\d\d))?(?P<tail>/[a-z0-9-]+)?{_NOT_COUNTED}"
)
_TAILED = re.compile(
    r"(?<![\d/.])(?P<number>\d{1,5}(?:\.\d+)?)(?:/(?P<year>(?:19|20)\d\d))?/(?P<tail>[a-z]+\d*(?:-[a-z0-9]+)*)"
)
_BARE = re.compile(r"(?<![\d/.])(?P<number>\d{2,4})/(?P<year>(?:19|20)\d\d)\b")
_ALONE = re.compile(rf"(?:^|\b(?:theo|van ban|vb)\s+(?:so\s+)?)(?P<number>\d{{2,4}})(?=\s|$|\?){_NOT_COUNTED}")
_ARTICLE = re.compile(r"\bdieu\s+(\d+[a-z]?)\b")
_CLAUSE = re.compile(r"\bkhoan\s+(\d+[a-z]?)\b")
_NUMBER = re.compile(r"([\d.]+)(?:/((?:19|20)\d\d))?/")
_PROCEDURE = re.compile(r"(?<![\d.])\d\.\d{6}(?![\d.])")
_LAST_DAY_OF_MONTH = 31


@dataclass(frozen=True, slots=True)
class DocumentMention:
    """A legal document as a message names it; what it does not say is empty.

    `number_part` is 154 of 154/2025/NĐ-CP; `kind` is folded ("nghi dinh"); `article` and `clause` are bare
    numbers; `typed` is how the message writes it and `at` where, counted in the normalised text; these two make no
    difference between two mentions.
    """

    number_part: str
    year: int | None = None
    kind: str = ""
    article: str = ""
    clause: str = ""
    typed: str = field(default="", compare=False)
    at: int = field(default=0, compare=False)

    @property
    def bare(self) -> bool:
        """Whether it is a number and nothing more, so that it may as well count something else."""
        return not self.kind and self.year is None

    def names(self, document: LegalDocument) -> bool:
        """Whether the document can be the one meant."""
        return self.fits(document.number, document.kind)

    def fits(self, number: str, kind: str) -> bool:
        """Whether a document of this number and kind can be the one meant; an empty kind may be any."""
        parts = _NUMBER.match(number)
        if parts is None or parts.group(1).lstrip("0") != self.number_part.lstrip("0"):
            return False
        if self.year and parts.group(2) and int(parts.group(2)) != self.year:
            return False
        return not (self.kind and kind) or fold(kind) == self.kind

    def rests_on(self, citation: Citation, numbers: Iterable[str]) -> bool:
        """Whether a citation is of one of the documents `numbers`, and of the article if one was named."""
        if citation.document not in numbers:
            return False
        cited = {place[0] for place in places(citation.article) if place}
        return not (self.article and cited) or self.article in cited


def mentions(text: str) -> tuple[DocumentMention, ...]:
    """Every document that a text names by number, in order."""
    found: dict[tuple[str, int | None], DocumentMention] = {}
    for mention in occurrences(text):
        found.setdefault((mention.number_part, mention.year), mention)
    return tuple(found.values())


def occurrences(text: str) -> Iterator[DocumentMention]:
    """Every place where a text names a document by number, in order, repeats too."""
    written = normalise(text)
    folded = fold(written)
    article, clause = _first(_ARTICLE, folded), _first(_CLAUSE, folded)
    for match in _matches(folded):
        parts = match.groupdict()
        year = int(parts["year"]) if parts.get("year") else None
        typed = (written if len(written) == len(folded) else folded)[match.start() : match.end()]
        yield DocumentMention(parts["number"], year, _kind(parts), article, clause, typed, match.start())


def procedures(text: str) -> tuple[str, ...]:
    """Every code of an administrative procedure in a text (mã thủ tục), for example 1.001193."""
    return tuple(_PROCEDURE.findall(text))


def without_mentions(text: str) -> str:
    """The text without the documents, articles and procedures it names by number; folded if it names any."""
    text = _PROCEDURE.sub(" ", text)
    folded = fold(normalise(text))
    if not _matches(folded):
        return text
    for pattern in (_NAMED, _TAILED, _BARE, _ALONE, _ARTICLE, _CLAUSE):
        folded = pattern.sub(" ", folded)
    return " ".join(folded.split())


def _matches(folded: str) -> list[re.Match[str]]:
    taken: list[re.Match[str]] = []
    for pattern in (_NAMED, _TAILED, _BARE, _ALONE):
        for match in pattern.finditer(folded):
            if pattern is _BARE and int(match["number"]) <= _LAST_DAY_OF_MONTH:
                continue
            if all(match.end() <= other.start() or other.end() <= match.start() for other in taken):
                taken.append(match)
    return sorted(taken, key=lambda match: match.start())


def _kind(parts: dict[str, str | None]) -> str:
    tail = (parts.get("tail") or "").strip("/").partition("-")[0]
    return _KINDS.get(tail) or _KINDS.get(parts.get("kind") or "", "")


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match.group(1) if match else ""
