"""Fields and departments that a province has published over the release's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from knowledge import KnowledgeBase
from knowledge.entries import Department, Field
from knowledge.publishing import Version, publish, read_versions, text_of
from knowledge.structure import DEPARTMENTS, FIELDS, departments_in_use, province_fields_to_text, settle
from knowledge.writing import departments_to_text, entry_to_text, fields_to_text

OWN = Department("so-du-lich", "Sở Du lịch", "Sở Du lịch")
DAY = date(2026, 11, 23)


def _departments(kb: KnowledgeBase, *more: Department, without: str = "") -> Version:
    kept = [d for d in kb.departments.values() if d.code != without]
    return Version(DEPARTMENTS, departments_to_text([*kept, *more]))


def _moved(kb: KnowledgeBase, field: str, department: str) -> Field:
    return replace(kb.fields[field], department=department)


def test_a_province_s_own_department_answers_for_a_field(kb: KnowledgeBase) -> None:
    fields = province_fields_to_text([_moved(kb, "dat-dai", OWN.code)], kb)
    served = publish(kb, [_departments(kb, OWN), Version(FIELDS, fields)])
    assert served.problems == ()
    assert served.base.departments[OWN.code] == OWN
    assert served.base.department_for("dat-dai") == OWN.code
    assert served.base.department_for("chung-thuc") == "so-tu-phap"
    assert served.base.fields.keys() == kb.fields.keys()
    assert served.base.revision != kb.revision
    assert text_of(served.base, DEPARTMENTS) == departments_to_text(served.base.departments.values())
    assert text_of(served.base, FIELDS) == fields_to_text(served.base.fields.values())


def test_the_words_of_a_field_stay_the_release_s(kb: KnowledgeBase) -> None:
    """A later release may know better words; only the department is the province's."""
    text = province_fields_to_text([_moved(kb, "dat-dai", "so-xay-dung")], kb)
    assert "words" not in text
    words = ("so do", "moi")
    later = kb.publishing([], fields=[replace(f, words=words) for f in kb.fields.values()])
    field = publish(later, [Version(FIELDS, text)]).base.fields["dat-dai"]
    assert (field.department, field.words) == ("so-xay-dung", words)
    own = replace(kb.fields["dat-dai"], words=("ruong",))
    assert publish(kb, [Version(FIELDS, province_fields_to_text([own], kb))]).base.fields["dat-dai"] == own


def test_a_department_that_nothing_needs_may_go(kb: KnowledgeBase) -> None:
    moved = Version(FIELDS, fields_to_text([_moved(kb, "xay-dung-giao-thong", "so-noi-vu")]))
    served = publish(kb, [_departments(kb, without="so-xay-dung"), moved])
    assert served.problems == ()
    assert "so-xay-dung" not in served.base.departments


def test_a_department_that_a_field_needs_stays_and_is_told_of(kb: KnowledgeBase) -> None:
    served = publish(kb, [_departments(kb, OWN, without="so-xay-dung")])
    assert [(p.path, "so-xay-dung" in p.message) for p in served.problems] == [(DEPARTMENTS, True)]
    assert served.base.departments["so-xay-dung"] == kb.departments["so-xay-dung"]
    assert OWN.code in served.base.departments


def test_a_department_that_a_published_entry_needs_stays_and_is_told_of(kb: KnowledgeBase) -> None:
    entry = replace(next(iter(kb.entries.values())), department="so-xay-dung")
    moved = Version(FIELDS, fields_to_text([_moved(kb, "xay-dung-giao-thong", "so-noi-vu")]))
    own = Version(f"entries/{entry.id}.md", entry_to_text(entry))
    served = publish(kb, [_departments(kb, without="so-xay-dung"), moved, own])
    assert [p.path for p in served.problems] == [DEPARTMENTS]
    assert served.base.department_for(served.base.entries[entry.id]) == "so-xay-dung"


def test_a_field_is_not_given_to_a_department_that_nobody_knows(kb: KnowledgeBase) -> None:
    fields = fields_to_text([_moved(kb, "dat-dai", "so-khong-co"), _moved(kb, "chung-thuc", "so-noi-vu")])
    served = publish(kb, [Version(FIELDS, fields)])
    assert [(p.path, p.line, "so-khong-co" in p.message) for p in served.problems] == [(FIELDS, 1, True)]
    assert served.base.department_for("dat-dai") == kb.department_for("dat-dai")
    assert served.base.department_for("chung-thuc") == "so-noi-vu"


def test_a_list_that_cannot_be_read_changes_nothing(kb: KnowledgeBase) -> None:
    for name in (FIELDS, DEPARTMENTS):
        for text in ("- {code: a", "code: a", "- {code: a, name: 7, department: b, short_name: c}"):
            served = publish(kb, [Version(name, text)])
            assert {problem.path for problem in served.problems} == {name}
            assert (served.base.fields, served.base.departments) == (kb.fields, kb.departments)


def test_a_published_entry_may_belong_to_an_own_department(kb: KnowledgeBase) -> None:
    entry = replace(next(iter(kb.entries.values())), department=OWN.code)
    own = Version(f"entries/{entry.id}.md", entry_to_text(entry))
    assert publish(kb, [own]).problems
    assert publish(kb, [_departments(kb, OWN), own]).problems == ()


_CODES = st.sampled_from(["so-tu-phap", "so-noi-vu", "so-xay-dung", "so-du-lich", "so-khong-co"])
_FIELDS = st.sampled_from(["dat-dai", "chung-thuc", "xay-dung-giao-thong", "linh-vuc-moi"])


@given(st.sets(_CODES), st.dictionaries(_FIELDS, _CODES))
def test_whatever_the_lists_say_every_field_has_its_department(
    kb: KnowledgeBase, codes: set[str], moved: dict[str, str]
) -> None:
    departments = departments_to_text(Department(code, "Sở A", "A") for code in sorted(codes))
    fields = fields_to_text(Field(code, "Lĩnh vực", department) for code, department in moved.items())
    read = read_versions([Version(DEPARTMENTS, departments), Version(FIELDS, fields)])
    structure = settle(kb, read)
    assert departments_in_use(structure.fields.values(), kb.entries.values()) <= structure.departments.keys()
    assert structure.fields.keys() >= kb.fields.keys()
    assert codes <= structure.departments.keys()
