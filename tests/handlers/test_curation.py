"""Curation: nothing is published by one person alone, nothing faulty, nothing that was overtaken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

import knowledge
from handlers import curation
from handlers.examining import examine
from handlers.naming import new_name
from knowledge import KnowledgeBase
from knowledge.entries import Citation
from knowledge.publishing import entry_name, revision_of, text_of
from knowledge.writing import entry_to_text
from storage import Database, Transaction
from storage.drafts import Deed, DraftStatus
from storage.people import Role
from storage.wakeups import KNOWLEDGE
from tests.handlers.curators import ENTRY, NAME, Team, at, edited, refused, served, team
from tests.handlers.desks import desk, keys, promised, somebody
from tests.knowledge.conftest import SMALL


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    return knowledge.load(SMALL)


async def published(tx: Transaction, kb: KnowledgeBase, people: Team, text: str, name: str = NAME) -> int:
    """Propose and approve, by two people; the number of the version."""
    draft = await curation.propose(await at(tx, kb, people.author), name, text, note="vì sao")
    return (await curation.approve(await at(tx, kb, people.decider), draft.key)).key


async def test_two_people_publish_and_everybody_concerned_is_told(database: Database, kb: KnowledgeBase) -> None:
    async with database.transaction() as tx:
        people = await team(tx)
        text = edited(kb, answer="Nộp tờ khai trong 15 ngày.")
        draft = await curation.propose(await at(tx, kb, people.specialist), NAME, text, note="rút gọn")
        assert (await keys(tx, people.author), await keys(tx, people.decider)) == (["draft.waiting"],) * 2
        assert await keys(tx, people.specialist) == []

        version = await curation.approve(await at(tx, kb, people.decider), draft.key)
        assert (version.author, version.approver, version.draft) == (people.specialist.id, people.decider.id, draft.key)
        assert version.over == revision_of(text_of(kb, NAME))
        [told] = await promised(tx, people.specialist)
        assert (told.key, told.facts["name"], told.facts["by"]) == ("draft.approved", "Đăng ký khai tử", "Hà Kim Oanh")
        assert KNOWLEDGE in tx.topics
        entry = (await served(tx, kb)).entries[ENTRY]
        assert entry.answer == "Nộp tờ khai trong 15 ngày."
        assert entry.review is not None
        assert (entry.review.by, entry.review.on) == ("Sở Nội vụ", date(2026, 11, 23))
        acts = [line.act for line in await tx.audit.about(NAME)]
        assert acts == ["draft.proposed", "draft.approved"]


async def test_nobody_approves_what_they_wrote(database: Database, kb: KnowledgeBase) -> None:
    async with database.transaction() as tx:
        people = await team(tx)
        text = edited(kb, answer="Nộp tờ khai.")
        draft = await curation.propose(await at(tx, kb, people.author), NAME, text, note="x")
        assert await refused(curation.approve(await at(tx, kb, people.author), draft.key)) == "draft.own"
        desk_of_decider = await at(tx, kb, people.decider)
        await curation.rewrite(desk_of_decider, draft.key, edited(kb, answer="Nộp tờ khai sớm."), "rõ hơn")
        assert await refused(curation.approve(desk_of_decider, draft.key)) == "draft.own"
        assert await refused(curation.approve(await at(tx, kb, people.author), draft.key)) == "draft.own"
        for outsider in (people.specialist, people.officer):
            assert await refused(curation.approve(await at(tx, kb, outsider), draft.key)) == "permission.curate"
        assert await tx.drafts.current() == []


async def test_only_the_author_and_those_who_decide_write_on_it(sqlite: Database, kb: KnowledgeBase) -> None:
    async with sqlite.transaction() as tx:
        people = await team(tx)
        other = await somebody(tx, "Đỗ Quang Vinh", Role.SPECIALIST, "so-tu-phap")
        draft = await curation.propose(await at(tx, kb, people.specialist), NAME, edited(kb, answer="Một."), note="x")
        two = edited(kb, answer="Hai.")
        assert await refused(curation.rewrite(await at(tx, kb, other), draft.key, two, "y")) == "draft.not_own"
        assert await refused(curation.withdraw(await at(tx, kb, other), draft.key)) == "draft.not_own"
        assert await refused(curation.withdraw(await at(tx, kb, people.author), draft.key)) == "draft.not_own"
        await curation.withdraw(await at(tx, kb, people.specialist), draft.key)
        assert draft.status == DraftStatus.WITHDRAWN
        assert await refused(curation.approve(await at(tx, kb, people.author), draft.key)) == "draft.decided"


@pytest.mark.parametrize(
    ("name", "note", "key"),
    [
        ("entries/../x.md", "vì", "draft.bad_name"),
        ("entries/tu-phap-ho-tich/Khai-Tu.md", "vì", "draft.bad_name"),
        ("documents/2015/x.md", "vì", "draft.bad_name"),
        ("fields.yaml", "vì", "draft.bad_name"),
        (NAME, "  ", "draft.note_missing"),
    ],
)
async def test_what_is_no_proposal(sqlite: Database, kb: KnowledgeBase, name: str, note: str, key: str) -> None:
    async with sqlite.transaction() as tx:
        people = await team(tx)
        proposing = curation.propose(await at(tx, kb, people.author), name, edited(kb, answer="Mới."), note=note)
        assert await refused(proposing) == key


async def test_more_that_is_no_proposal(sqlite: Database, kb: KnowledgeBase) -> None:
    async with sqlite.transaction() as tx:
        people = await team(tx)
        author, officer = await at(tx, kb, people.author), await at(tx, kb, people.officer)
        same, long = edited(kb), "x" * (curation.LONGEST_TEXT + 1)
        assert await refused(curation.propose(author, NAME, same, note="x")) == "draft.no_change"
        assert await refused(curation.propose(author, NAME, same.replace("\n---\n", "\n---\n\n"), note="x")) == (
            "draft.no_change"
        )
        assert await refused(curation.propose(author, NAME, long, note="x")) == "draft.too_long"
        assert await refused(curation.propose(officer, NAME, long, note="x")) == "permission.propose"
        assert await refused(curation.retire(author, "tu-phap-ho-tich/khong-co", "x")) == "draft.nothing_there"
        assert await refused(curation.to_release(author, NAME, "x")) == "draft.nothing_there"
        assert await refused(curation.keep_ours(author, NAME, "x")) == "draft.nothing_there"
        assert await refused(curation.roll_back(author, 99, "x")) == "publication.unknown"


async def test_an_incomplete_text_can_be_kept_but_not_approved(sqlite: Database, kb: KnowledgeBase) -> None:
    async with sqlite.transaction() as tx:
        people = await team(tx)
        name = entry_name("tu-phap-ho-tich/moi")
        text = edited(kb, id="tu-phap-ho-tich/moi", title="Việc mới", asked_as=("việc mới hỏi ai",), citations=())
        draft = await curation.propose(await at(tx, kb, people.author), name, text, note="x")
        rules = {problem.rule for problem in examine(kb, draft, date(2026, 11, 23)).problems}
        assert rules == {"phrasings_few", "citations_missing"}
        assert await refused(curation.approve(await at(tx, kb, people.decider), draft.key)) == "draft.faulty"
        tomorrow = replace(kb.entries[ENTRY].checked, on=date(2026, 11, 24))
        early = await curation.propose(await at(tx, kb, people.author), NAME, edited(kb, checked=tomorrow), note="x")
        found = examine(kb, early, date(2026, 11, 23)).problems
        assert [(problem.rule, problem.key) for problem in found] == [("checked_future", "checked.on")]


async def test_a_rejection_says_why_and_ends_it(sqlite: Database, kb: KnowledgeBase) -> None:
    async with sqlite.transaction() as tx:
        people = await team(tx)
        draft = await curation.propose(await at(tx, kb, people.author), NAME, edited(kb, answer="Một."), note="x")
        decider = await at(tx, kb, people.decider)
        assert await refused(curation.reject(decider, draft.key, " ")) == "draft.reason_missing"
        await curation.reject(decider, draft.key, "chưa có căn cứ")
        told = [message for message in await promised(tx, people.author) if message.key == "draft.rejected"]
        assert [message.facts["reason"] for message in told] == ["chưa có căn cứ"]
        for act in (
            curation.approve(decider, draft.key),
            curation.reject(decider, draft.key, "nữa"),
            curation.rewrite(await at(tx, kb, people.author), draft.key, edited(kb, answer="Hai."), "x"),
        ):
            assert await refused(act) == "draft.decided"


async def test_the_second_of_two_on_one_entry_was_overtaken(database: Database, kb: KnowledgeBase) -> None:
    async with database.transaction() as tx:
        people = await team(tx)
        first = await curation.propose(await at(tx, kb, people.author), NAME, edited(kb, answer="Một."), note="x")
        second = await curation.propose(await at(tx, kb, people.specialist), NAME, edited(kb, answer="Hai."), note="x")
        await curation.approve(await at(tx, kb, people.decider), first.key)
        decider = await at(tx, kb, people.decider)
        assert examine(decider.knowledge, second, decider.today).moved_on
        assert await refused(curation.approve(decider, second.key)) == "draft.moved_on"
        await curation.rewrite(await at(tx, kb, people.specialist), second.key, edited(kb, answer="Hai."), "đã so lại")
        await curation.approve(decider, second.key)
        assert (await served(tx, kb)).entries[ENTRY].answer == "Hai."


async def test_leaders_decide_on_what_their_department_answers_for(sqlite: Database, kb: KnowledgeBase) -> None:
    async with sqlite.transaction() as tx:
        people = await team(tx)
        own = await somebody(tx, "Trưởng Tư pháp", Role.LEADER, "so-tu-phap")
        other = await somebody(tx, "Trưởng Nội vụ", Role.LEADER, "so-noi-vu")
        top = await somebody(tx, "Cao Thanh Bình", Role.LEADER, "ubnd-tinh")
        draft = await curation.propose(await at(tx, kb, people.author), NAME, edited(kb, answer="Một."), note="x")
        assert await refused(curation.approve(await at(tx, kb, other), draft.key)) == "draft.other_department"
        assert curation.barrier(await at(tx, kb, own), draft) is None
        assert curation.barrier(await at(tx, kb, top), draft) is None
        assert str(curation.barrier(await at(tx, kb, people.author), draft)) != ""
        await curation.approve(await at(tx, kb, top), draft.key)
        review = (await served(tx, kb)).entries[ENTRY].review
        assert review is not None
        assert review.by == "Cao Thanh Bình", "the province is no department"


async def test_a_lone_curators_proposals_are_told_to_leaders(sqlite: Database, kb: KnowledgeBase) -> None:
    async with sqlite.transaction() as tx:
        author = await somebody(tx, "Vũ Ngọc Diệp", Role.CURATOR, "so-tu-phap")
        own = await somebody(tx, "Trưởng Tư pháp", Role.LEADER, "so-tu-phap")
        other = await somebody(tx, "Trưởng Nội vụ", Role.LEADER, "so-noi-vu")
        await curation.propose(desk(tx, kb, author), NAME, edited(kb, answer="Một."), note="x")
        assert [await keys(tx, person) for person in (author, own, other)] == [[], ["draft.waiting"], []]


async def test_retire_roll_back_and_the_release_again(database: Database, kb: KnowledgeBase) -> None:
    async with database.transaction() as tx:
        people = await team(tx)

        async def approved(draft_key: int) -> None:
            await curation.approve(await at(tx, kb, people.decider), draft_key)

        version = await published(tx, kb, people, edited(kb, answer="Bản một."))
        await approved((await curation.retire(await at(tx, kb, people.author), ENTRY, "sai")).key)
        assert ENTRY not in (await served(tx, kb)).entries
        await approved((await curation.roll_back(await at(tx, kb, people.author), version, "đúng lại")).key)
        assert (await served(tx, kb)).entries[ENTRY].answer == "Bản một."
        await approved((await curation.to_release(await at(tx, kb, people.author), NAME, "thôi")).key)
        assert (await served(tx, kb)).entries[ENTRY] == kb.entries[ENTRY]
        deeds = [publication.deed for publication in await tx.drafts.history(NAME)]
        assert deeds == [Deed.RELEASE, Deed.TEXT, Deed.RETIRE, Deed.TEXT]
        retired = (await tx.drafts.history(NAME))[2]
        rolling = curation.roll_back(await at(tx, kb, people.author), retired.key, "x")
        assert await refused(rolling) == "draft.nothing_there"


def newer(kb: KnowledgeBase, **changes: object) -> KnowledgeBase:
    """A later release, in which the entry reads otherwise."""
    entries = [replace(e, **changes) if e.id == ENTRY else e for e in kb.entries.values()]  # type: ignore[arg-type]
    return _release(kb, entries)


def _release(kb: KnowledgeBase, entries: list[knowledge.base.Entry]) -> KnowledgeBase:
    return KnowledgeBase(
        fields=kb.fields.values(), departments=kb.departments.values(), documents=kb.documents.values(),
        entries=entries, abbreviations=kb.abbreviations, scope=kb.scope,
    )  # fmt: skip


async def test_a_newer_release_that_changed_the_same_is_a_conflict(database: Database, kb: KnowledgeBase) -> None:
    later = newer(kb, answer="Bản phát hành mới.")
    async with database.transaction() as tx:
        people = await team(tx)
        await published(tx, kb, people, edited(kb, answer="Bản của tỉnh."))
        assert await curation.conflicts(await at(tx, kb, people.decider)) == []
        other = newer(kb, id="tu-phap-ho-tich/khac")
        assert (await served(tx, later)).entries[ENTRY].answer == "Bản của tỉnh.", "ours is served meanwhile"

        [conflict] = await curation.conflicts(await at(tx, later, people.decider))
        assert (conflict.ours.name, conflict.theirs) == (NAME, text_of(later, NAME))
        [gone] = await curation.conflicts(await at(tx, other, people.decider))
        assert gone.theirs is None

        keep = await curation.keep_ours(await at(tx, later, people.author), NAME, "tỉnh có quy định riêng")
        assert [c.ours.name for c in await curation.conflicts(await at(tx, later, people.decider))] == [NAME]
        await curation.approve(await at(tx, later, people.decider), keep.key)
        assert await curation.conflicts(await at(tx, later, people.decider)) == []
        assert (await served(tx, later)).entries[ENTRY].answer == "Bản của tỉnh."

        third = newer(kb, answer="Bản phát hành thứ ba.")
        take = await curation.to_release(await at(tx, third, people.author), NAME, "bản mới đủ hơn")
        await curation.approve(await at(tx, third, people.decider), take.key)
        assert await curation.conflicts(await at(tx, third, people.decider)) == []
        assert (await served(tx, third)).entries[ENTRY].answer == "Bản phát hành thứ ba."


async def test_taking_a_release_that_took_it_away(sqlite: Database, kb: KnowledgeBase) -> None:
    without = _release(kb, [entry for entry in kb.entries.values() if entry.id != ENTRY])
    async with sqlite.transaction() as tx:
        people = await team(tx)
        await published(tx, kb, people, edited(kb, answer="Bản của tỉnh."))
        take = await curation.to_release(await at(tx, without, people.author), NAME, "bỏ theo")
        await curation.approve(await at(tx, without, people.decider), take.key)
        assert ENTRY not in (await served(tx, without)).entries
        assert await curation.conflicts(await at(tx, without, people.decider)) == []


async def test_what_both_took_out_is_no_conflict(sqlite: Database, kb: KnowledgeBase) -> None:
    without = _release(kb, [entry for entry in kb.entries.values() if entry.id != ENTRY])
    async with sqlite.transaction() as tx:
        people = await team(tx)
        draft = await curation.retire(await at(tx, kb, people.author), ENTRY, "sai")
        await curation.approve(await at(tx, kb, people.decider), draft.key)
        assert len(await curation.conflicts(await at(tx, newer(kb, answer="Khác."), people.decider))) == 1
        assert await curation.conflicts(await at(tx, without, people.decider)) == []


async def test_something_new_never_takes_a_name_that_was_taken(sqlite: Database, kb: KnowledgeBase) -> None:
    async with sqlite.transaction() as tx:
        people = await team(tx)
        author = await at(tx, kb, people.author)
        assert await new_name(author, "tu-phap-ho-tich", "Khai  TỬ!") == "entries/tu-phap-ho-tich/khai-tu-2.md"
        assert await new_name(author, "tu-phap-ho-tich", "Khai tử", but=NAME) == NAME
        assert await new_name(author, "dat-dai", "???") == "entries/dat-dai/muc.md"
        long = await new_name(author, "dat-dai", "quyền sử dụng đất " * 20)
        assert len(long) <= len("entries/dat-dai/.md") + 60
        entry = replace(kb.entries[ENTRY], id="dat-dai/moi", field="dat-dai", title="Mới", citations=(Citation("x"),))
        draft = await curation.propose(author, "entries/dat-dai/moi.md", entry_to_text(entry), note="x")
        assert await new_name(author, "dat-dai", "Mới") == "entries/dat-dai/moi-2.md"
        moved = entry_to_text(replace(entry, id="chung-thuc/moi", field="chung-thuc"))
        await curation.rewrite(author, draft.key, moved, "x", name="entries/chung-thuc/moi.md")
        assert draft.name == "entries/chung-thuc/moi.md"
        old = await curation.propose(author, NAME, edited(kb, answer="Khác."), note="x")
        renaming = curation.rewrite(author, old.key, moved, "x", name="entries/chung-thuc/khac.md")
        assert await refused(renaming) == "draft.keeps_name"
