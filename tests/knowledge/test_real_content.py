"""The content that comes with the package is sound and finds itself."""

from __future__ import annotations

from datetime import date, timedelta

import knowledge
from knowledge.days import day_named
from knowledge.reports import lapse_report

DAY = date(2026, 11, 21)
CLIFF = date(2027, 3, 1)
"""The decentralisation decrees of 2025 state that they end on this day."""


def test_the_real_content_has_no_problems() -> None:
    problems = knowledge.check(knowledge.read_content(knowledge.CONTENT))
    assert not problems, "\n".join(str(problem) for problem in problems)


def _ending_with(kb: knowledge.KnowledgeBase, day: date) -> set[str]:
    """Ids of the entries that cite a document, or a place in one, that ends on the day; read from the files alone."""
    whole = {number for number, document in kb.documents.items() if document.in_force.until == day}
    parts = {
        (number, exception.article)
        for number, document in kb.documents.items()
        for exception in document.exceptions
        if exception.in_force.until == day and not exception.clause
    }
    return {
        entry.id
        for entry in kb.entries.values()
        for citation in entry.citations
        if (citation.document in whole and not kb.citation_in_force(citation, day))
        or (citation.document, citation.article) in parts
    }


def test_the_lapse_report_names_all_that_rests_on_what_ends(knowledge_base: knowledge.KnowledgeBase) -> None:
    resting = _ending_with(knowledge_base, CLIFF)
    report = lapse_report(knowledge_base, CLIFF)
    ending = {lapse.entry.id for lapse in report.ending}
    gone_before = {lapse.entry.id for lapse in report.gone if lapse.on is not None and lapse.on < CLIFF}
    assert ending & resting
    assert resting <= ending | gone_before


def test_nothing_that_rests_on_what_ended_is_served_the_day_after(knowledge_base: knowledge.KnowledgeBase) -> None:
    after = CLIFF + timedelta(days=1)
    for key in sorted(_ending_with(knowledge_base, CLIFF)):
        finding = knowledge_base.look_up(knowledge_base.entries[key].asked_as[0], as_of=after)
        assert key not in [match.entry.id for match in finding.matches], key
        assert all(knowledge_base.in_force(match.entry, after) for match in finding.matches)


def test_no_phrasing_of_the_content_names_a_past_day_its_entry_does_not_answer(
    knowledge_base: knowledge.KnowledgeBase,
) -> None:
    asked = [(entry, text) for entry in knowledge_base.entries.values() for text in (*entry.asked_as, entry.title)]
    named = [(entry, day) for entry, text in asked if (day := day_named(text, DAY)) is not None]
    assert len(named) < len(asked) / 100
    assert all(knowledge_base.in_force(entry, day) for entry, day in named)
