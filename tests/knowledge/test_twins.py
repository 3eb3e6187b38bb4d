"""Near-duplicates: a proposal that says again what is there is shown its twin, a sister is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from knowledge import KnowledgeBase
from knowledge.twins import SHARE_ANSWERED, twins

DAY = date(2026, 11, 23)
KEY = "tu-phap-ho-tich/khai-tu"


def test_the_same_phrasings_under_another_title(kb: KnowledgeBase) -> None:
    there = kb.entries[KEY]
    proposed = replace(there, id="tu-phap-ho-tich/bao-tu", title="Thủ tục khi trong nhà có người vừa mất")
    [twin] = twins(kb, proposed, DAY)
    assert twin.entry is there
    assert set(twin.answered) == set(there.asked_as)
    assert twin.alike < 88


def test_the_same_title_in_another_order(kb: KnowledgeBase) -> None:
    proposed = replace(kb.entries[KEY], id="x/y", title="Khai tử: đăng ký", asked_as=("một câu hỏi hoàn toàn khác",))
    [twin] = twins(kb, proposed, DAY)
    assert (twin.entry.id, twin.answered) == (KEY, ())
    assert twin.alike >= 88


def test_an_entry_is_no_twin_of_its_former_self_nor_of_its_sisters(kb: KnowledgeBase) -> None:
    for entry in kb.entries.values():
        if kb.in_force(entry, DAY):
            assert twins(kb, entry, DAY) == (), entry.id


def test_one_phrasing_in_common_may_be_chance(kb: KnowledgeBase) -> None:
    others = tuple(f"câu {n} về việc nuôi ong mật ở khu dân cư" for n in range(round(1 / SHARE_ANSWERED) + 1))
    title = "Nuôi ong mật"
    chance = replace(kb.entries[KEY], id="x/y", title=title, asked_as=(kb.entries[KEY].asked_as[0], *others))
    assert twins(kb, chance, DAY) == ()
    enough = replace(chance, asked_as=(*kb.entries[KEY].asked_as[:2], *others))
    assert [twin.entry.id for twin in twins(kb, enough, DAY)] == [KEY]


def test_what_is_no_longer_in_force_is_no_twin(kb: KnowledgeBase) -> None:
    old = kb.entries["che-do-chinh-sach/luong-co-so-cu"]
    assert not kb.in_force(old, DAY)
    assert old.id not in [twin.entry.id for twin in twins(kb, replace(old, id="x/y"), DAY)]
