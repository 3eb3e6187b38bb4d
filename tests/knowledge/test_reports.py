from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import knowledge
from knowledge import reports
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


def test_what_lapses_when_and_because_of_what(kb: knowledge.KnowledgeBase) -> None:
    (lapse,) = reports.lapse_report(kb, DAY)
    assert (lapse.entry.id, lapse.on) == ("dat-dai/hoa-giai-tranh-chap", date(2027, 3, 1))
    assert [citation.document for citation in lapse.because] == ["154/2025/NĐ-CP"]
    assert reports.lapse_report(kb, date(2027, 3, 1)) == ()


def test_documents_that_end_in_a_stretch_of_days(kb: knowledge.KnowledgeBase) -> None:
    ending = reports.documents_ending(kb, date(2026, 1, 1), date(2027, 3, 2))
    assert [document.number for document in ending] == ["73/2024/NĐ-CP", "154/2025/NĐ-CP"]


def test_figures(kb: knowledge.KnowledgeBase) -> None:
    figures = reports.stats(kb, DAY)
    assert (figures["entries"], figures["in_force"], figures["documents"]) == (12, 11, 9)
    assert figures["fields"]["tu-phap-ho-tich"] == 5
    assert figures["lapsing_within_a_year"] == 1
    assert figures["confidence"] == {"A": 12}
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
