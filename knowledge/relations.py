"""How documents act on one another (quan hệ giữa các văn bản): one graph of who amends, replaces, cuts whom.

Every relation leads from the later document to the earlier one, whichever of the two files tells of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from knowledge.entries import ArticleException, LegalDocument


class Kind(StrEnum):
    """What the later document does to the earlier one."""

    AMENDS = "amends"
    REPLACES = "replaces"
    CUTS = "cuts"
    """It gives an article of the earlier one a life of its own: ends it early, suspends it, lets it begin later."""


_NAMES = {Kind.AMENDS: ("amends", "amended_by"), Kind.REPLACES: ("replaces", "replaced_by")}
"""Under what the later document names the earlier one, and the earlier the later."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One document acts on another; `exception` is what it says of an article, for CUTS only."""

    kind: Kind
    later: str
    earlier: str
    exception: ArticleException | None = None


class Relations:
    """The graph over all documents; numbers without a file of their own are in it, too."""

    def __init__(self, documents: Iterable[LegalDocument]) -> None:
        self._documents = {document.number: document for document in documents}
        told = (relation for document in self._documents.values() for relation in _told(document))
        self._all = tuple(dict.fromkeys(told))
        self._on: dict[str, list[Relation]] = {}
        for relation in self._all:
            self._on.setdefault(relation.earlier, []).append(relation)

    def successors(self, number: str) -> tuple[str, ...]:
        """Numbers of the documents that replace it directly."""
        return self._later(number, frozenset({Kind.REPLACES}))

    def replacement(self, number: str, day: date) -> tuple[LegalDocument, ...]:
        """The documents that in the end took its place and are in force on `day`; several where it was split."""
        later = (self._documents.get(one) for one in self._following(number, frozenset({Kind.REPLACES})))
        alive = [document for document in later if document is not None and document.in_force.covers(day)]
        return tuple(document for document in alive if not self._replaced_by_any(document, alive))

    def history(self, number: str) -> tuple[Relation, ...]:
        """All that was done to the document, and all that it does to others; the earliest first."""
        about = [one for one in self._all if number in (one.later, one.earlier)]
        return tuple(sorted(about, key=lambda one: (self._since(one.later), one.later, one.earlier)))

    def in_a_circle(self, number: str, *kinds: Kind) -> bool:
        """Whether following the relations of these kinds leads back to the document."""
        return number in self._following(number, frozenset(kinds))

    def _later(self, number: str, kinds: frozenset[Kind]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.later for one in self._on.get(number, ()) if one.kind in kinds))

    def _following(self, number: str, kinds: frozenset[Kind]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        waiting = list(self._later(number, kinds))
        while waiting:
            following = waiting.pop(0)
            if following not in found:
                found[following] = None
                waiting += self._later(following, kinds)
        return tuple(found)

    def _replaced_by_any(self, document: LegalDocument, others: Iterable[LegalDocument]) -> bool:
        successors = self.successors(document.number)
        return any(other.number in successors for other in others)

    def _since(self, number: str) -> date:
        document = self._documents.get(number)
        return document.in_force.since if document else date.max


def told_both_ways(documents: Iterable[LegalDocument]) -> list[LegalDocument]:
    """The same documents, each telling of every amendment and replacement that the file of the other one tells of."""
    known = {document.number: document for document in documents}
    for relation in [relation for document in known.values() for relation in _told(document)]:
        active, passive = _NAMES.get(relation.kind, ("", ""))
        if active:
            _add(known, relation.later, active, relation.earlier)
            _add(known, relation.earlier, passive, relation.later)
    return list(known.values())


def _add(known: dict[str, LegalDocument], number: str, key: str, other: str) -> None:
    document = known.get(number)
    if document is not None and other not in getattr(document, key):
        more: dict[str, Any] = {key: (*getattr(document, key), other)}
        known[number] = replace(document, **more)


def _told(document: LegalDocument) -> Iterator[Relation]:
    own = document.number
    yield from (Relation(Kind.AMENDS, own, other) for other in document.amends)
    yield from (Relation(Kind.AMENDS, other, own) for other in document.amended_by)
    yield from (Relation(Kind.REPLACES, own, other) for other in document.replaces)
    yield from (Relation(Kind.REPLACES, other, own) for other in document.replaced_by)
    for exception in document.exceptions:
        if exception.by not in ("", own):
            yield Relation(Kind.CUTS, exception.by, own, exception)
