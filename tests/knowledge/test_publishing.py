"""What was published, laid over the release: nothing faulty is served, nor what it replaced."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import KnowledgeBase
from knowledge.entries import Citation, Entry, Interval
from knowledge.publishing import (
    Version,
    entry_id,
    entry_name,
    faults_among,
    publish,
    read_versions,
    revision_of,
    text_of,
)
from knowledge.writing import document_name, document_to_text, entry_to_text

DAY = date(2026, 11, 23)
KEY = "tu-phap-ho-tich/khai-tu"
LAW = "60/2014/QH13"
ASKED = "lam giay khai tu can gi"


def version(entry: Entry) -> Version:
    return Version(entry_name(entry.id), entry_to_text(entry))


def answered(base: KnowledgeBase, question: str = ASKED) -> str:
    matches = base.look_up(question, as_of=DAY).matches
    return matches[0].entry.answer if matches else ""


def test_a_version_takes_the_place_of_its_file(kb: KnowledgeBase) -> None:
    found = publish(kb, [version(replace(kb.entries[KEY], answer="Bản của tỉnh."))])
    assert found.problems == ()
    assert answered(found.base) == "Bản của tỉnh."
    assert found.base.release is kb
    assert found.base.revision != kb.revision
    assert publish(kb, []).base.revision == kb.revision


def test_something_new_is_found_and_something_retired_is_not(kb: KnowledgeBase) -> None:
    phrasings = tuple(f"nuôi ong mật trong khu dân cư cách hỏi {n}" for n in range(8))
    new = replace(kb.entries[KEY], id="dat-dai/ong", field="dat-dai", title="Nuôi ong mật", asked_as=phrasings)
    base = publish(kb, [version(new), Version(entry_name(KEY), None)]).base
    assert [m.entry.id for m in base.look_up(phrasings[0], as_of=DAY).matches][:1] == ["dat-dai/ong"]
    assert KEY not in base.entries
    assert answered(base) != kb.entries[KEY].answer


def test_an_ended_document_takes_its_entries_along(kb: KnowledgeBase) -> None:
    law = kb.documents[LAW]
    ended = replace(law, in_force=Interval(law.in_force.since, DAY))
    base = publish(kb, [Version(document_name(law), document_to_text(ended))]).base
    assert not any(base.in_force(entry, DAY) for entry in base.entries_citing(LAW))
    assert text_of(base, document_name(law)) == document_to_text(ended)


def test_neither_a_faulty_version_nor_what_it_replaced_is_served(kb: KnowledgeBase) -> None:
    """A newer release took away what the version cites."""
    broken = replace(kb.entries[KEY], citations=(Citation("999/2030/NĐ-CP"),))
    found = publish(kb, [version(broken)])
    assert [(problem.path, problem.rule) for problem in found.problems] == [(entry_name(KEY), "document_unknown")]
    assert KEY not in found.base.entries
    unreadable = publish(kb, [Version(entry_name(KEY), "---\nid: [\n---\n")])
    assert unreadable.problems
    assert KEY not in unreadable.base.entries


def test_what_rests_on_a_faulty_document_is_not_served(kb: KnowledgeBase) -> None:
    law = kb.documents[LAW]
    wrong = replace(law, in_force=Interval(law.in_force.since, law.in_force.since))
    found = publish(kb, [Version(document_name(law), document_to_text(wrong))])
    assert [problem.rule for problem in found.problems] == ["until_early"]
    assert LAW not in found.base.documents
    assert not any(found.base.in_force(entry, DAY) for entry in found.base.entries_citing(LAW))


def test_one_faulty_version_does_not_hold_back_another(kb: KnowledgeBase) -> None:
    other = "tu-phap-ho-tich/ket-hon"
    versions = [
        version(replace(kb.entries[KEY], citations=())),
        version(replace(kb.entries[other], answer="Bản của tỉnh.")),
    ]
    base = publish(kb, versions).base
    assert (KEY in base.entries, base.entries[other].answer) == (False, "Bản của tỉnh.")


def test_relations_are_told_on_both_sides(kb: KnowledgeBase) -> None:
    """Two people, two files, two days: neither can wait for the other."""
    old, new = kb.documents["73/2024/NĐ-CP"], kb.documents["161/2026/NĐ-CP"]
    amended = replace(kb.documents[LAW], amended_by=(new.number,))
    base = publish(kb, [Version(document_name(amended), document_to_text(amended))]).base
    assert base.documents[new.number].amends == (*new.amends, LAW)
    assert base.documents[old.number] == old


def test_faults_are_told_with_the_line_and_the_box(kb: KnowledgeBase) -> None:
    other = kb.entries["tu-phap-ho-tich/ket-hon"].asked_as[0]
    entry = replace(kb.entries[KEY], asked_as=(*kb.entries[KEY].asked_as, other), answer="gọi 0912 345 678")
    read = read_versions([version(entry)])
    faults = {fault.rule: fault for fault in faults_among(kb, read)}
    assert set(faults) == {"phrasing_elsewhere", "private"}
    fault = faults["phrasing_elsewhere"]
    place = len(entry.asked_as) - 1
    assert (fault.key, dict(fault.facts)["owner"]) == (f"asked_as.{place}", "tu-phap-ho-tich/ket-hon")
    assert entry_to_text(entry).splitlines()[fault.line - 1].strip() == f"- {other}"
    assert other in fault.message


def test_a_version_in_anothers_place_is_a_fault(kb: KnowledgeBase) -> None:
    text = entry_to_text(kb.entries["tu-phap-ho-tich/ket-hon"])
    found = publish(kb, [Version(entry_name(KEY), text)])
    assert "id_not_path" in {problem.rule for problem in found.problems}
    assert KEY not in found.base.entries
    assert found.base.entries["tu-phap-ho-tich/ket-hon"] == kb.entries["tu-phap-ho-tich/ket-hon"]


def test_what_was_checked_tomorrow_is_a_fault_today(kb: KnowledgeBase) -> None:
    late = replace(kb.entries[KEY], checked=replace(kb.entries[KEY].checked, on=date(2026, 11, 24)))
    read = read_versions([version(late)])
    assert faults_among(kb, read) == []
    assert [fault.rule for fault in faults_among(kb, read, on=DAY)] == ["checked_future"]


def test_texts_and_revisions(kb: KnowledgeBase) -> None:
    name = entry_name(KEY)
    assert (name, entry_id(name)) == (f"entries/{KEY}.md", KEY)
    assert text_of(kb, name) == entry_to_text(kb.entries[KEY])
    assert text_of(kb, "entries/dat-dai/khong-co.md") is None
    assert text_of(kb, "documents/1999/1-1999-nd-cp.yaml") is None
    assert (revision_of(None), len(revision_of(""))) == ("", 16)
    assert revision_of("a") != revision_of("b")


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300))
def test_no_text_whatever_stops_the_rest(kb: KnowledgeBase, text: str) -> None:
    found = publish(kb, [Version(entry_name(KEY), text), Version("documents/2014/60-2014-qh13.yaml", text)])
    assert found.problems
    assert "chung-thuc/sao-y" in found.base.entries
