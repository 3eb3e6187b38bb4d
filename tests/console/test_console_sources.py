"""Imported articles at the console: shown beside the ticket, cited with one press, gone with the answer."""

from __future__ import annotations

import html
from datetime import timedelta

from storage import Transaction
from storage.imports import ImportedDocument, ImportRun
from storage.journal import Exchange
from storage.tickets import Ticket
from tests.console.conftest import WEDNESDAY, House
from tests.console.test_console_tickets import ANSWER, OFFICER, SPECIALIST, arrives, page_of, version_of

NUMBER = "34/2026/NĐ-CP"
HEADING = "Lắp đặt trạm quan sát vũ trụ"


async def _asked(house: House) -> tuple[int, str]:
    """A ticket to which an imported article came along, and the article's place."""
    number = await house.ticket("Thôn lắp trạm quan sát vũ trụ thì xin phép ai?")
    async with house.app.database.transaction() as tx:
        run = await tx.imports.begin(ImportRun(kind="decree", name="x", digest="d", at=WEDNESDAY))
        since = WEDNESDAY.date() - timedelta(days=9)
        found = ImportedDocument(run=run.id, number=NUMBER, title="Về trạm vũ trụ", since=since)
        await tx.imports.put_document(found, [{"number": "9", "heading": HEADING, "text": HEADING, "position": 0}])
        ((key, *_),) = await tx.imports.article_rows(texts=False)
        related = {
            "kind": "article",
            "key": f"{key}",
            "number": NUMBER,
            "article": "Điều 9",
            "title": HEADING,
            "score": 1,
        }
        ticket = await tx.tickets.get(number)
        ticket.exchange = await _exchange(tx, ticket, related)
    await house.app.library.refresh()
    return number, f"article:{key}"


async def _exchange(tx: Transaction, ticket: Ticket, related: dict[str, object]) -> int:
    exchange = Exchange(
        person=ticket.requester, conversation=ticket.conversation, question=ticket.question, as_of=WEDNESDAY.date(),
        decision="escalate", confidence=0.1, related=[related], knowledge="r", at=WEDNESDAY,
    )  # fmt: skip
    return (await tx.journal.record(exchange)).key


async def test_one_press_cites_it_and_it_goes_along_with_the_answer(house: House) -> None:
    officer, specialist = await house.visit(OFFICER), await house.visit(SPECIALIST)
    number, place = await _asked(house)
    page = await page_of(specialist, number)
    assert house.say("console.related") in page
    assert f"Điều 9 {NUMBER}" in page
    assert "/cite" not in page, "before it is taken nobody cites in it"

    await specialist.submit(f"/console/tickets/{number}/take", version=await version_of(specialist, number))
    version = await version_of(specialist, number)
    done = await specialist.submit(f"/console/tickets/{number}/cite", version=version, place=place)
    assert done.status == 303
    page = await page_of(specialist, number)
    assert house.say("console.cited", documents=f"Điều 9 {NUMBER}") in page

    version = await version_of(specialist, number)
    await specialist.submit(f"/console/tickets/{number}/answer", version=version, text=ANSWER)
    await arrives(officer, ANSWER)
    assert any(f"– Điều 9 {NUMBER}" in text for text in await officer.chat())
    assert await house.happened(number) == ["opened", "assigned", "cited", "answered"]


async def test_a_forged_place_is_refused_with_a_sentence(house: House) -> None:
    specialist = await house.visit(SPECIALIST)
    number, _ = await _asked(house)
    await specialist.submit(f"/console/tickets/{number}/take", version=await version_of(specialist, number))
    version = await version_of(specialist, number)
    answer = await specialist.submit(f"/console/tickets/{number}/cite", version=version, place="article:<b>9</b>")
    assert answer.status == 409
    assert house.say("browse.unknown") in html.unescape(await answer.text())
    assert (await house.look(number)).cited == []
