"""One graph over all documents, whichever file tells of a relation."""

from __future__ import annotations

from datetime import date

from knowledge import KnowledgeBase
from knowledge.entries import ArticleException, Checked, Confidence, Interval, LegalDocument
from knowledge.relations import Kind, Relations

DAY = date(2026, 11, 21)


def law(number: str, since: int, until: int | None = None, **more: object) -> LegalDocument:
    """A document in force from one year to another."""
    life = Interval(date(since, 1, 1), date(until, 1, 1) if until else None)
    checked = Checked(DAY, Confidence.A)
    return LegalDocument(number, "luật", "", "", date(since, 1, 1), life, "", checked, **more)  # type: ignore[arg-type]


def numbers(found: tuple[LegalDocument, ...]) -> list[str]:
    return [document.number for document in found]


CHAIN = Relations(
    [
        law("1/2000", 2000, 2010, replaced_by=("2/2010",)),
        law("2/2010", 2010, 2020),
        law("3/2020", 2020, replaces=("2/2010",), amended_by=("9/2022",)),
        law("9/2022", 2022),
    ]
)


def test_a_relation_is_known_from_either_file() -> None:
    assert CHAIN.successors("1/2000") == ("2/2010",)
    assert CHAIN.successors("2/2010") == ("3/2020",)
    assert CHAIN.successors("3/2020") == ()
    assert CHAIN.successors("7/1999") == ()


def test_the_replacement_is_the_one_in_force_on_the_day() -> None:
    assert numbers(CHAIN.replacement("1/2000", date(2015, 1, 1))) == ["2/2010"]
    assert numbers(CHAIN.replacement("1/2000", DAY)) == ["3/2020"]
    assert numbers(CHAIN.replacement("1/2000", date(2005, 1, 1))) == []
    assert CHAIN.replacement("3/2020", DAY) == ()


def test_a_document_may_be_split_in_two() -> None:
    split = Relations(
        [
            law("1/2000", 2000, 2010),
            law("2/2010", 2010, replaces=("1/2000",)),
            law("3/2010", 2010, replaces=("1/2000",)),
        ]
    )
    assert numbers(split.replacement("1/2000", DAY)) == ["2/2010", "3/2010"]


def test_while_two_are_in_force_the_later_one_counts() -> None:
    overlap = Relations(
        [
            law("1/2000", 2000, 2010),
            law("2/2010", 2010, replaces=("1/2000",)),
            law("3/2020", 2020, replaces=("2/2010",)),
        ]
    )
    assert numbers(overlap.replacement("1/2000", DAY)) == ["3/2020"]


def test_the_replacement_need_not_be_known() -> None:
    lost = Relations([law("1/2000", 2000, 2010, replaced_by=("2/2010",))])
    assert lost.successors("1/2000") == ("2/2010",)
    assert lost.replacement("1/2000", DAY) == ()


def test_history_tells_what_was_done_to_it_and_what_it_does() -> None:
    told = [(one.kind, one.later, one.earlier) for one in CHAIN.history("3/2020")]
    assert told == [(Kind.REPLACES, "3/2020", "2/2010"), (Kind.AMENDS, "9/2022", "3/2020")]


def test_an_article_cut_by_another_document_is_a_relation() -> None:
    life = Interval(date(2020, 1, 1), date(2021, 1, 1))
    by_other, by_itself = (ArticleException("Điều 5", "", life, by) for by in ("2/2021", "1/2020"))
    relations = Relations([law("1/2020", 2020, exceptions=(by_other, by_itself))])
    (relation,) = relations.history("1/2020")
    assert (relation.kind, relation.later, relation.exception) == (Kind.CUTS, "2/2021", by_other)


def test_a_circle_is_seen_only_along_the_relations_asked_for() -> None:
    circle = Relations([law("1/2020", 2020, replaced_by=("2/2021",)), law("2/2021", 2021, amended_by=("1/2020",))])
    assert not circle.in_a_circle("1/2020", Kind.REPLACES)
    assert circle.in_a_circle("1/2020", Kind.REPLACES, Kind.AMENDS)
    round_trip = Relations([law("1/2020", 2020, replaced_by=("2/2021",)), law("2/2021", 2021, replaced_by=("1/2020",))])
    assert round_trip.in_a_circle("2/2021", Kind.REPLACES)
    assert numbers(round_trip.replacement("1/2020", DAY)) == []


def test_the_base_has_the_graph_of_its_documents(kb: KnowledgeBase) -> None:
    assert numbers(kb.relations.replacement("73/2024/NĐ-CP", DAY)) == ["161/2026/NĐ-CP"]
    assert kb.relations.replacement("73/2024/NĐ-CP", date(2025, 1, 1)) == ()
