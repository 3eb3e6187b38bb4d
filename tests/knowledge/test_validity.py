from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import KnowledgeBase
from knowledge.entries import ArticleException, Citation, Interval, LegalDocument
from knowledge.validity import ending_exceptions, places, stretches_of_citation, together

MEDIATION = "dat-dai/hoa-giai-tranh-chap"
END = date(2027, 3, 1)


def test_until_is_the_first_day_without_force(kb: KnowledgeBase) -> None:
    entry = kb.entries[MEDIATION]
    assert kb.in_force(entry, END - timedelta(days=1))
    assert not kb.in_force(entry, END)


def test_validity_says_from_when_to_when_and_what_lapsed(kb: KnowledgeBase) -> None:
    entry = kb.entries[MEDIATION]
    before, after = kb.validity(entry, date(2026, 11, 21)), kb.validity(entry, END)
    assert (before.in_force, before.since, before.until) == (True, date(2025, 7, 1), END)
    assert (after.in_force, after.until) == (False, END)
    assert [citation.document for citation in after.lapsed] == ["154/2025/NĐ-CP"]


@pytest.fixture
def decree(kb: KnowledgeBase) -> LegalDocument:
    return kb.documents["123/2015/NĐ-CP"]


@pytest.mark.parametrize(
    ("article", "clause", "until"),
    [
        ("Điều 26", "", date(2026, 2, 1)),
        ("Điều 26", "khoản 2", date(2026, 2, 1)),
        ("Điều 26", "điểm a khoản 2", date(2026, 2, 1)),
        ("Điều 25, Điều 26", "", date(2026, 2, 1)),
        ("Điều 2", "", None),
        ("Điều 27", "khoản 26", None),
        ("", "", None),
    ],
)
def test_an_article_that_ended_early(
    kb: KnowledgeBase, decree: LegalDocument, article: str, clause: str, until: date | None
) -> None:
    citation = Citation(decree.number, article, clause)
    (stretch,) = stretches_of_citation(citation, kb.documents)
    assert stretch.until == until
    assert kb.citation_in_force(citation, date(2026, 1, 31))
    assert kb.citation_in_force(citation, date(2026, 2, 1)) is (until is None)


def test_a_clause_that_ended_leaves_its_article(decree: LegalDocument) -> None:
    ended = ArticleException("Điều 9", "khoản 2", Interval(date(2016, 1, 1), date(2020, 1, 1)))
    documents = {decree.number: replace(decree, exceptions=(ended,))}

    def until(article: str, clause: str) -> date | None:
        (stretch,) = stretches_of_citation(Citation(decree.number, article, clause), documents)
        return stretch.until

    assert until("Điều 9", "") is None
    assert until("Điều 9", "khoản 1") is None
    assert until("Điều 9", "khoản 2") == date(2020, 1, 1)
    assert until("Điều 9", "khoản 1, khoản 2") == date(2020, 1, 1)


def test_an_article_may_outlive_its_document(decree: LegalDocument) -> None:
    kept = ArticleException("Điều 9", "", Interval(date(2016, 1, 1), date(2030, 1, 1)))
    lapsed = replace(decree, in_force=Interval(date(2016, 1, 1), date(2020, 1, 1)), exceptions=(kept,))
    (stretch,) = stretches_of_citation(Citation(decree.number, "Điều 9"), {decree.number: lapsed})
    assert stretch.until == date(2030, 1, 1)


def test_an_unknown_document_is_never_in_force(kb: KnowledgeBase) -> None:
    assert not kb.citation_in_force(Citation("1/1990/NĐ-CP"), date(2026, 1, 1))


def test_places_named_in_words() -> None:
    assert places("Điều 5 đến Điều 7") == (("5",), ("6",), ("7",))
    assert places("Điều 15a", "điểm b khoản 2") == (("15a", "2", "b"),)


_intervals = st.builds(
    lambda since, days: Interval(since, since + timedelta(days=days) if days else None),
    st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    st.integers(0, 3000),
)
_lives = st.lists(st.lists(_intervals, min_size=1, max_size=3).map(tuple), min_size=1, max_size=4)


@given(_lives, st.dates(date(1999, 1, 1), date(2040, 1, 1)))
def test_together_covers_a_day_when_every_life_does(lives: list[tuple[Interval, ...]], day: date) -> None:
    each = all(any(stretch.covers(day) for stretch in life) for life in lives)
    assert any(stretch.covers(day) for stretch in together(lives)) is each


def test_who_ended_a_place_early_by_a_day(kb: KnowledgeBase, decree: LegalDocument) -> None:
    place = Citation(decree.number, "Điều 25, Điều 26", "khoản 2")
    (ender,) = ending_exceptions(place, kb.documents, date(2026, 2, 1))
    assert ender.by == "18/2026/NĐ-CP"
    assert ending_exceptions(place, kb.documents, date(2026, 1, 31)) == ()
    assert ending_exceptions(Citation(decree.number, "Điều 27"), kb.documents, END) == ()
    assert ending_exceptions(Citation("1/1990/NĐ-CP"), kb.documents, END) == ()


def test_point_d_and_point_dd_are_two_places() -> None:
    assert places("Điều 14", "điểm d khoản 1") == (("14", "1", "d"),)
    assert places("Điều 14", "điểm đ khoản 1") == (("14", "1", "đ"),)
    assert places("Điều 14", "các điểm a, đ khoản 1") == (("14", "1", "a"), ("14", "1", "đ"))
