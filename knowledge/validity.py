"""On which days a citation, and so an entry, is in force (hiệu lực): derived from the documents alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from knowledge.entries import ArticleException, Citation, Entry, Interval, LegalDocument, Validity
from knowledge.text import fold, normalise

Stretches = tuple[Interval, ...]
Place = tuple[str, ...]
_ALWAYS: Stretches = (Interval(date.min),)
_RANGE = re.compile(r"(\d+)\s*(?:-|–|den(?: dieu| khoan)?)\s*(\d+)")
_POINT = re.compile(r"\b(?:điểm|diem)\s+([a-zđ]\b(?:\s*,\s*[a-zđ]\b)*)")
"""Points are lettered a b c d đ e: here a mark makes another place."""
_NUMBER = re.compile(r"\b\d+[a-z]?\b")


def stretches_of_citation(citation: Citation, documents: Mapping[str, LegalDocument]) -> Stretches:
    """The stretches of days on which every place the citation names is in force; none for an unknown document.

    An exception gives its article or clause a life of its own. A clause is hit by what happens to its whole
    article; an article cited as a whole is not hit by what happens to one clause of it.
    """
    document = documents.get(citation.document)
    if document is None:
        return ()
    return together(_life(place, document) for place in places(citation.article, citation.clause))


def stretches_of_entry(entry: Entry, documents: Mapping[str, LegalDocument]) -> Stretches:
    """The stretches of days on which all that the entry cites is in force together."""
    if not entry.citations:
        return ()
    return together(stretches_of_citation(citation, documents) for citation in entry.citations)


def validity_of(entry: Entry, day: date, documents: Mapping[str, LegalDocument]) -> Validity:
    """Whether the entry may be served on `day`, and the bounds of the stretch nearest to that day."""
    whole = stretches_of_entry(entry, documents)
    lapsed = tuple(
        citation for citation in entry.citations if not covers(stretches_of_citation(citation, documents), day)
    )
    nearest = [stretch for stretch in whole if stretch.since <= day][-1:] or whole[:1]
    since = nearest[0].since if nearest else None
    until = nearest[0].until if nearest else None
    return Validity(covers(whole, day), since, until, lapsed)


def ending_exceptions(
    citation: Citation, documents: Mapping[str, LegalDocument], day: date
) -> tuple[ArticleException, ...]:
    """The exceptions by which a place that the citation names has ended early, by `day`."""
    document = documents.get(citation.document)
    named = places(citation.article, citation.clause)
    return tuple(
        exception
        for exception in (document.exceptions if document else ())
        if exception.in_force.until is not None
        and exception.in_force.until <= day
        and any(_hits(exception, place) for place in named)
    )


def covers(stretches: Stretches, day: date) -> bool:
    """Whether the day lies in one of the stretches."""
    return any(stretch.covers(day) for stretch in stretches)


def together(lives: Iterable[Stretches]) -> Stretches:
    """The stretches of days that all lives have in common, in order."""
    common = _ALWAYS
    for life in lives:
        met = [_meet(one, other) for one in common for other in life]
        common = tuple(sorted((m for m in met if m is not None), key=lambda m: m.since))
    return common


def places(article: str, clause: str = "") -> tuple[Place, ...]:
    """The single places that words name: "Điều 15", "điểm a khoản 2" → (("15", "2", "a"),)."""
    articles = _numbers(article)
    if not articles:
        label = fold(article).strip()
        articles = (label,) if label else ()
    lettered = normalise(clause).lower()
    clauses = _numbers(_POINT.sub(" ", lettered))
    points = tuple(letter for found in _POINT.findall(lettered) for letter in re.findall("[a-zđ]", found))
    if points:
        return tuple((a, c, p) for a in articles for c in clauses or ("",) for p in points) or ((),)
    if clauses:
        return tuple((a, c) for a in articles for c in clauses) or ((),)
    return tuple((a,) for a in articles) or ((),)


def _numbers(text: str) -> tuple[str, ...]:
    folded = fold(text)
    spans = [(int(first), int(last)) for first, last in _RANGE.findall(folded)]
    ranged = [str(n) for first, last in spans if first < last < first + 200 for n in range(first, last + 1)]
    return tuple(dict.fromkeys([*ranged, *_NUMBER.findall(folded)]))


def _life(place: Place, document: LegalDocument) -> Stretches:
    by_place: dict[Place, list[Interval]] = {}
    for exception in document.exceptions:
        for hit in _hits(exception, place):
            by_place.setdefault(hit, []).append(exception.in_force)
    if not by_place:
        return (document.in_force,)
    return together(tuple(sorted(stretches, key=lambda s: s.since)) for stretches in by_place.values())


def _hits(exception: ArticleException, place: Place) -> list[Place]:
    """The places an exception names that contain this one."""
    return [hit for hit in places(exception.article, exception.clause) if hit and place[: len(hit)] == hit]


def _meet(one: Interval, other: Interval) -> Interval | None:
    since = max(one.since, other.since)
    ends = [end for end in (one.until, other.until) if end is not None]
    until = min(ends) if ends else None
    return Interval(since, until) if until is None or since < until else None
