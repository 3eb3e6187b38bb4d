"""From a ticket's answer to everybody's answer: written by one, approved by another, served everywhere, no restart."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar

import knowledge
from bot.app import App
from bot.doctor import examine
from handlers import curation
from knowledge import KnowledgeBase
from knowledge.entries import LegalDocument
from knowledge.publishing import entry_name, text_of
from knowledge.writing import entry_to_text
from storage import schema
from tests.console.conftest import Browser
from tests.console.curating import approved, decided, fields, sent
from tests.knowledge.conftest import SMALL
from tests.support.cast import Listener, WebActor
from tests.support.stage import Clock, Stage, settings, staged

QUESTION = "nhận con nuôi người nước ngoài ở xã biên giới thế nào"
ANSWER = "Theo khoản 1 Điều 37 Luật số 60/2014/QH13, nộp tại Ủy ban nhân dân xã khu vực biên giới."
PHRASINGS = """nhận con nuôi người nước láng giềng ở xã biên giới
xin con nuoi ben kia bien gioi
nhan con nuoi nguoi nuoc ngoai o xa
công dân nước bạn nhận con nuôi thì xã nào làm
thu tuc nuoi con nuoi vung bien gioi
người bên kia biên giới xin nhận trẻ làm con nuôi
đăng ký con nuôi có người nước láng giềng"""
KEY = "tu-phap-ho-tich/khai-tu"


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    return knowledge.load(SMALL)


@dataclass
class Party:
    """The people of one stage, each with a browser for the chat and the console."""

    stage: Stage
    stack: AsyncExitStack

    async def comes(self, name: str) -> tuple[Browser, WebActor, Listener]:
        """A person at their machine."""
        session = ClientSession(self.stage.url, cookie_jar=CookieJar(unsafe=True))
        await self.stack.enter_async_context(session)
        actor = WebActor("", session)
        await actor.becomes(self.stage.people[name].key)
        return Browser(session, self.stage.url), actor, Listener(name, actor)


@pytest.fixture
async def party(tmp_path: Path, kb: KnowledgeBase) -> AsyncIterator[Party]:
    async with AsyncExitStack() as stack:
        yield Party(await stack.enter_async_context(staged(tmp_path, kb, clock=Clock())), stack)


async def ticket_number(officer: Listener) -> int:
    found = re.search(r"phiếu (\d+)", await officer.hears("phiếu"))
    assert found
    return int(found[1])


async def test_the_whole_way_from_a_question_to_everybodys_answer(party: Party) -> None:
    _, mai_says, mai = await party.comes("Lò Thị Mai")
    desk, ha_says, ha = await party.comes("Nguyễn Thu Hà")
    curator, _, diep = await party.comes("Vũ Ngọc Diệp")
    leader, _, _ = await party.comes("Cao Thanh Bình")

    await mai_says.says(QUESTION)
    number = await ticket_number(mai)
    await ha.hears(f"Phiếu {number}", QUESTION)
    await ha_says.says(f"trả lời {number} {ANSWER}")
    await ha.hears("Đã gửi trả lời")
    await mai.hears("khu vực biên giới")
    await ha_says.presses("Đề xuất vào kho tri thức")
    draft = int(re.findall(r"đề xuất (\d+)", await ha.hears("Đã tạo đề xuất"))[0])
    await diep.hears("chờ duyệt", "Nguyễn Thu Hà")
    assert "60/2014/QH13 | Điều 37 | khoản 1" in await desk.read(f"/console/drafts/{draft}/edit")

    form = fields(await curator.read(f"/console/drafts/{draft}/edit"))
    whole = {"title": "Nhận con nuôi ở xã biên giới", "asked_as": f"{QUESTION}\n{PHRASINGS}", "note": "từ phiếu"}
    await sent(curator, f"/console/drafts/{draft}/edit", **{**form, **whole})
    assert (await decided(curator, draft, "approve")).status == 409, "who completed it may not approve it"
    await approved(leader, draft)
    await ha.hears("Nhận con nuôi ở xã biên giới", "Cao Thanh Bình")

    _, sung_says, sung = await party.comes("Vàng A Sùng")
    await sung_says.says("xin con nuoi ben kia bien gioi")
    await sung.hears("khu vực biên giới", "Điều 37 Luật 60/2014/QH13", "Căn cứ", without=("chưa xác nhận",))

    [key] = [key for key in party.stage.app.knowledge.entries if "con-nuoi" in key]
    await approved(leader, await sent(curator, f"/console/entries/{key}/retire", note="đang sửa luật"))
    await sung_says.says(QUESTION)
    await sung.hears("phiếu", without=("khu vực biên giới",))
    await approved(
        leader, await sent(curator, f"/console/entries/{key}/roll_back", note="luật giữ nguyên", version="1")
    )
    await sung_says.says(QUESTION)
    await sung.hears("khu vực biên giới", "Căn cứ")


async def publish(app: App, answer: str) -> None:
    """Two people publish another answer, past the console."""
    async with app.database.transaction() as tx:
        people = {person.name: person for person in await tx.people.all()}
        text = entry_to_text(replace(app.knowledge.entries[KEY], answer=answer))
        author = app.desk(tx, people["Vũ Ngọc Diệp"])
        draft = await curation.propose(author, entry_name(KEY), text, note="x")
        await curation.approve(app.desk(tx, people["Cao Thanh Bình"]), draft.key)


def told(app: App) -> str:
    """What the process answers today."""
    [first, *_] = app.knowledge.look_up("lam giay khai tu can gi", as_of=Clock().moment.date()).matches
    return first.entry.answer


async def test_every_process_on_postgresql_is_woken(tmp_path: Path, kb: KnowledgeBase, postgres_database: str) -> None:
    given = {"clock": Clock(), "database_url": postgres_database}
    async with staged(tmp_path, kb, **given) as one, staged(tmp_path, kb, **given) as two:
        assert told(two.app) == kb.entries[KEY].answer
        await publish(one.app, "Bản của tỉnh.")
        async with asyncio.timeout(10):  # half of what the poll alone would need
            while not told(one.app) == told(two.app) == "Bản của tỉnh.":
                await asyncio.sleep(0.05)


async def test_another_process_finds_it_by_asking(tmp_path: Path, kb: KnowledgeBase, database_url: str) -> None:
    """As the poll does, where no wake-up comes; and one that starts later has it from the beginning."""
    chosen = settings(tmp_path, database_url=database_url)
    apps = [App(chosen, clock=Clock(), knowledge_base=kb) for _ in range(3)]
    one, two, late = apps
    await one.prepare()
    await two.prepare()
    await publish(one, "Bản của tỉnh.")
    assert told(one) == told(two) == kb.entries[KEY].answer, "nobody has been woken"
    assert await two.library.refresh()
    assert told(two) == "Bản của tỉnh."
    assert not await two.library.refresh(), "nothing has changed since"
    await late.prepare()
    assert told(late) == "Bản của tỉnh."
    assert late.knowledge.revision == two.knowledge.revision != kb.revision
    for app in apps:
        await app.database.close()


def without(base: KnowledgeBase, number: str) -> KnowledgeBase:
    """A later release that has let go of a document, and of all that rested on it."""
    gone = {entry.id for entry in base.entries_citing(number)}
    kept: list[LegalDocument] = [document for document in base.documents.values() if document.number != number]
    return KnowledgeBase(
        fields=base.fields.values(), departments=base.departments.values(), documents=kept,
        entries=[entry for entry in base.entries.values() if entry.id not in gone],
        abbreviations=base.abbreviations, scope=base.scope,
    )  # fmt: skip


async def test_what_a_new_release_made_faulty_is_not_served_and_is_reported(
    tmp_path: Path, kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = settings(tmp_path)
    app = App(chosen, clock=Clock(), knowledge_base=kb)
    await app.prepare()
    await publish(app, "Bản của tỉnh.")
    monkeypatch.setattr(knowledge, "load", lambda: kb)
    assert [(f.part, f.good) for f in await examine(chosen) if f.part == "published"] == [("published", True)]

    release = without(kb, "60/2014/QH13")
    upgraded = App(chosen, clock=Clock(), knowledge_base=release)
    await upgraded.prepare()
    assert KEY not in upgraded.knowledge.entries
    assert [problem.path for problem in upgraded.library.problems] == [entry_name(KEY)]
    assert text_of(upgraded.knowledge, entry_name("chung-thuc/sao-y"))
    monkeypatch.setattr(knowledge, "load", lambda: release)
    [finding] = [f for f in await examine(chosen) if f.part == "published"]
    assert not finding.good
    assert entry_name(KEY) in finding.said
    assert await schema.revision_of(app.database) == schema.newest()
    for one in (app, upgraded):
        await one.database.close()
