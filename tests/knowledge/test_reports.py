from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import knowledge
from knowledge import reports
from knowledge.entries import Citation
from tests.knowledge.conftest import SMALL

DAY = date(2026, 11, 21)


def test_an_exported_base_loads_back_to_the_same_revision(kb: knowledge.KnowledgeBase, tmp_path: Path) -> None:
    reports.export(kb, tmp_path)
    again = knowledge.load(tmp_path)
    assert again.revision == kb.revision
    assert again.entries == kb.entries
    assert again.documents == kb.documents


def test_the_revision_changes_with_a_word(kb: knowledge.KnowledgeBase) -> None:
    entry = kb.entries["chung-thuc/sao-y"]
    assert kb.publishing([replace(entry, answer="Khác.")]).revision != kb.revision
    assert kb.publishing([entry]).revision == kb.revision


def test_publishing_adds_replaces_and_retires(kb: knowledge.KnowledgeBase) -> None:
    entry = replace(kb.entries["chung-thuc/sao-y"], id="chung-thuc/moi", asked_as=("chứng thực kiểu mới",))
    changed = kb.publishing([entry], retired=["chung-thuc/chu-ky"])
    assert changed.look_up("chung thuc kieu moi", as_of=DAY).matches[0].entry == entry
    assert "chung-thuc/chu-ky" not in changed.entries
    assert "chung-thuc/chu-ky" in kb.entries


def _ids(lapses: tuple[reports.Lapse, ...]) -> list[str]:
    return [lapse.entry.id for lapse in lapses]


def test_what_stops_on_a_day_what_will_and_what_has(kb: knowledge.KnowledgeBase) -> None:
    mediation, old_pay = "dat-dai/hoa-giai-tranh-chap", "che-do-chinh-sach/luong-co-so-cu"
    before, on_the_day, after = (reports.lapse_report(kb, date(2027, 3, day)) for day in (1, 2, 3))
    eve = reports.lapse_report(kb, date(2027, 2, 28))
    assert (_ids(eve.ending), _ids(eve.coming), _ids(eve.gone)) == ([], [mediation], [old_pay])
    assert (_ids(before.ending), _ids(before.coming), _ids(before.gone)) == ([mediation], [], [old_pay])
    assert _ids(on_the_day.gone) == _ids(after.gone) == [old_pay, mediation]
    assert _ids(reports.lapse_report(kb, date(2026, 2, 28)).coming) == [old_pay]


def test_an_end_a_year_and_a_day_away_is_not_told_yet(kb: knowledge.KnowledgeBase) -> None:
    assert _ids(reports.lapse_report(kb, date(2026, 3, 1)).coming)[-1] == "dat-dai/hoa-giai-tranh-chap"
    assert "dat-dai/hoa-giai-tranh-chap" not in _ids(reports.lapse_report(kb, date(2026, 2, 28)).coming)


def test_why_an_entry_lapses_and_what_takes_the_place(kb: knowledge.KnowledgeBase) -> None:
    (lapse,) = reports.lapse_report(kb, date(2026, 7, 1)).ending
    (reason,) = lapse.because
    assert (lapse.on, reason.until) == (date(2026, 7, 1), date(2026, 7, 1))
    assert (reason.citation.document, reason.successors) == ("73/2024/NĐ-CP", ("161/2026/NĐ-CP",))


def test_an_article_cut_early_names_who_cut_it(kb: knowledge.KnowledgeBase) -> None:
    entry = replace(kb.entries["tu-phap-ho-tich/khai-sinh"], citations=(Citation("123/2015/NĐ-CP", "Điều 26"),))
    (lapse,) = reports.lapse_report(kb.publishing([entry]), date(2026, 2, 1)).ending
    (reason,) = lapse.because
    assert (lapse.entry, reason.until, reason.successors) == (entry, date(2026, 2, 1), ("18/2026/NĐ-CP",))


def test_an_article_that_its_own_document_ends_has_no_successor(kb: knowledge.KnowledgeBase) -> None:
    decree = kb.documents["123/2015/NĐ-CP"]
    own = replace(decree.exceptions[0], by=decree.number)
    entry = replace(kb.entries["tu-phap-ho-tich/khai-sinh"], citations=(Citation(decree.number, "Điều 26"),))
    changed = kb.publishing([entry], documents=[replace(decree, exceptions=(own,))])
    (lapse,) = reports.lapse_report(changed, date(2026, 2, 1)).ending
    assert [reason.successors for reason in lapse.because] == [()]


def test_what_has_not_begun_is_told_apart_from_what_has_ended(kb: knowledge.KnowledgeBase) -> None:
    report = reports.lapse_report(kb, date(2026, 1, 1))
    new_pay = next(lapse for lapse in report.gone if lapse.entry.id == "che-do-chinh-sach/luong-co-so")
    assert new_pay.on is None
    assert [reason.until for reason in new_pay.because] == [None]


def test_figures(kb: knowledge.KnowledgeBase) -> None:
    figures = reports.stats(kb, DAY)
    assert (figures["entries"], figures["in_force"], figures["documents"]) == (12, 11, 10)
    assert figures["by_field"]["tu-phap-ho-tich"] == 5
    assert sum(figures["by_field"].values()) == 12
    assert figures["phrasings"] == sum(len(entry.asked_as) for entry in kb.entries.values())
    assert figures["lapsing_within_a_year"] == 1
    assert figures["by_confidence"] == {"A": 12}
    assert figures["oldest_check"] == "2026-11-21"
    assert figures["confirmed"] == 0


def test_questions_asked_of_the_base(kb: knowledge.KnowledgeBase) -> None:
    assert [entry.id for entry in kb.entries_in("che-do-chinh-sach", DAY)] == ["che-do-chinh-sach/luong-co-so"]
    assert [entry.id for entry in kb.entries_citing("73/2024/NĐ-CP")] == ["che-do-chinh-sach/luong-co-so-cu"]
    assert kb.entries_citing("73/2024/NĐ-CP", DAY) == ()
    assert kb.department_for("dat-dai") == "so-nong-nghiep-va-moi-truong"
    moved = replace(kb.entries["chung-thuc/sao-y"], department="so-noi-vu")
    assert kb.department_for(moved) == "so-noi-vu"
    with pytest.raises(KeyError):
        kb.department_for("khong-co")


def test_loading_twice_gives_the_same_revision(kb: knowledge.KnowledgeBase) -> None:
    assert knowledge.load(SMALL).revision == kb.revision
