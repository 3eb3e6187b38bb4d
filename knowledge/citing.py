"""What a specialist's words cite (dẫn căn cứ): documents by number, with the articles and clauses named beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from knowledge.entries import Citation, LegalDocument
from knowledge.numbers import DocumentMention, occurrences
from knowledge.text import fold, normalise

MOST_NEAR = 3
_SLIPS = 1
"""Letters wrong, missing or swapped (154 for 145) up to which a number is taken for a slip of another."""
_FULL = re.compile(r"(?P<number>[\d.]+)/(?:(?P<year>(?:19|20)\d\d)/)?(?P<tail>[a-z]+\d*(?:-[a-z0-9]+)*)$")
_PLACE = re.compile(
    r"(?:diem [a-z]\W{1,3})?(?:khoan (?P<clause>\d+[a-z]?)\W{1,3}(?:cua )?)?\bdieu (?P<article>\d+[a-z]?)\b"
    r"(?:\W{1,3}khoan (?P<later>\d+[a-z]?)\b)?"
)
_TO_THE_NEXT = re.compile(r"(?:[\w ]|,(?= {6})){0,100}$")
"""Words only ("của Luật Hộ tịch số"), or further articles, which are blanked out."""
_TITLED = ("luat", "bo luat", "phap lenh")
_YEAR_OF_TITLE = re.compile(r"\s*\(\d{4}\)$")
"""Tells a former law from the one that took its name, in our files."""
_TO_THE_LAST = re.compile(r"[ ,(]{1,3}(?:tai |o )?$")


@dataclass(frozen=True, slots=True)
class Cited:
    """A document that a text cites, as it is written there; `document` is None when the base does not have it."""

    written: str
    mention: DocumentMention
    document: LegalDocument | None
    places: tuple[Citation, ...]
    """The document, or each article named of it."""

    @property
    def local(self) -> bool:
        """Whether it is a province's or a commune's own: a decision of theirs, or an official letter."""
        full = _FULL.search(fold(self.written))
        if full is None:
            return False
        parts = full["tail"].split("-")
        letter = full["year"] is None and not self.mention.kind and len(parts) > 1
        return letter or bool({"ubnd", "hdnd"} & set(parts))

    @property
    def certain(self) -> bool:
        """Whether it cannot but be a document: with its year, and its kind or its issuer's letters."""
        return self.mention.year is not None and bool(self.mention.kind or _FULL.search(fold(self.written)))


def cited_in(text: str, documents: Mapping[str, LegalDocument]) -> tuple[Cited, ...]:
    """Every document that a text cites, in order."""
    folded = fold(normalise(text))
    named = tuple(sorted([*occurrences(text), *_by_title(text, folded, documents)], key=lambda one: one.at))
    places = list(_places(folded, named))
    return tuple(_cited(mention, [p for at, p in places if at == mention.at], documents) for mention in named)


def nearest(cited: Cited, documents: Mapping[str, LegalDocument]) -> tuple[str, ...]:
    """The known numbers that what is cited may be a slip of, the closest first."""
    wanted = _key(cited.written.split()[-1])
    parts = wanted.count("/") + 1
    found: dict[str, tuple[int, bool]] = {}
    for number, document in documents.items():
        if cited.mention.kind in ("", fold(document.kind)):
            slips = OSA.distance(wanted, "/".join(_key(number).split("/")[:parts]))
            if slips <= _SLIPS or _key(number).startswith(wanted.rpartition("/")[0] + "/"):
                found[number] = slips, sorted(_key(number)) != sorted(wanted)
    return tuple(sorted(found, key=lambda number: (found[number], number))[:MOST_NEAR])


def _by_title(text: str, folded: str, documents: Mapping[str, LegalDocument]) -> Iterator[DocumentMention]:
    """Laws as most people cite them, by title and year ("Luật Đất đai 2013")."""
    written = normalise(text)
    for document in documents.values():
        number, _, rest = document.number.partition("/")
        kind, year = fold(document.kind), rest[:4]
        if kind in _TITLED and year in folded:
            title = fold(_YEAR_OF_TITLE.sub("", document.title)).removeprefix(f"{kind} ")
            words = r"\W+".join(map(re.escape, [*kind.split(), *re.findall(r"\w+", title)]))
            for match in re.finditer(rf"\b{words}\s+(?:nam\s+)?{year}\b", folded):
                typed = (written if len(written) == len(folded) else folded)[match.start() : match.end()]
                yield DocumentMention(number, int(year), kind, typed=typed, at=match.start())


def _cited(mention: DocumentMention, places: list[tuple[str, str]], documents: Mapping[str, LegalDocument]) -> Cited:
    document = _document(mention, documents)
    number = document.number if document else mention.typed
    citations = [Citation(number, f"Điều {article}", f"khoản {clause}" if clause else "") for article, clause in places]
    return Cited(mention.typed, mention, document, tuple(citations) or (Citation(number),))


def _document(mention: DocumentMention, documents: Mapping[str, LegalDocument]) -> LegalDocument | None:
    """The document meant: by its whole number when that is written, else the youngest that fits."""
    full = _FULL.search(fold(mention.typed))
    if full and full["year"]:
        wanted = _key(full.group())
        return next((document for number, document in documents.items() if _key(number) == wanted), None)
    fitting = [document for document in documents.values() if not mention.bare and mention.names(document)]
    return max(fitting, key=lambda document: document.in_force.since, default=None)


def _places(folded: str, named: tuple[DocumentMention, ...]) -> Iterator[tuple[int, tuple[str, str]]]:
    """Each article named, with where its document is named."""
    blanked = _PLACE.sub(lambda place: " " * len(place.group()), folded)
    for place in _PLACE.finditer(folded):
        following = next((mention for mention in named if mention.at >= place.end()), None)
        before = [mention for mention in named if mention.at + len(mention.typed) <= place.start()]
        owner = None
        if following and _TO_THE_NEXT.match(blanked, place.end(), following.at):
            owner = following
        elif before and _TO_THE_LAST.match(folded[before[-1].at + len(before[-1].typed) : place.start()]):
            owner = before[-1]
        if owner:
            yield owner.at, (place["article"], place["clause"] or place["later"] or "")


def _key(number: str) -> str:
    return fold(number).lstrip("0")
