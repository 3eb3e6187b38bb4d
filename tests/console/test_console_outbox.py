"""The operator's page: what could not be sent, and once more for what they choose."""

from __future__ import annotations

import asyncio
import html
from typing import Any

from storage.outbox import OutgoingMessage, Sending

House = Any
Browser = Any

OPERATOR, OFFICER, SPECIALIST = "Mai Xuân Trường", "Lò Thị Mai", "Nguyễn Thu Hà"


async def dead(house: House, status: Sending, *, name: str = "Người nhận") -> int:
    """A greeting to the officer that did not get through."""
    await house.visit(OFFICER)
    person = await house.person(OFFICER)
    async with house.app.database.transaction() as tx:
        talk = await tx.conversations.at("web", f"demo-{person.key}")
        message = OutgoingMessage(
            person=person.key, conversation=talk.key, channel="web", key="start.hello", facts={"name": name},
            status=status, attempts=12, error="<b>no route</b>", created_at=house.clock.now,
        )  # fmt: skip
        await tx.outbox.add(message)
        return message.row


async def state(house: House, key: int) -> str:
    async with house.app.database.reading() as tx:
        return str((await tx.outbox.get(key)).status)


async def said(browser: Browser) -> str:
    """The one thing the bot has said in the person's chat, once it is there."""
    async with asyncio.timeout(5):
        while not (lines := await browser.chat()):
            await asyncio.sleep(0.02)
    (line,) = lines
    return str(line)


async def test_the_operator_sees_what_failed_but_not_what_it_says(house: House) -> None:
    await dead(house, Sending.FAILED, name="Bí mật")
    await dead(house, Sending.UNCERTAIN)
    await dead(house, Sending.HELD)
    page = await (await house.visit(OPERATOR)).read("/console/outbox")
    assert page.count("start.hello") == 2
    assert OFFICER in html.unescape(page)
    assert "&lt;b&gt;no route&lt;/b&gt;" in page
    assert "Bí mật" not in html.unescape(page)
    assert [house.say(f"console.sending.{state}") in page for state in ("failed", "uncertain", "held")] == [True] * 3


async def test_requeueing_sends_it_and_is_written_down(house: House) -> None:
    key = await dead(house, Sending.FAILED)
    operator, officer = await house.visit(OPERATOR), await house.visit(OFFICER)
    answer = await operator.submit(f"/console/outbox/{key}/requeue", again="1")
    assert answer.status == 303
    assert house.say("console.outbox.requeued") in html.unescape(await operator.read(answer.headers["Location"]))
    assert not (await said(officer)).startswith(house.say("delivery.again"))
    async with house.app.database.reading() as tx:
        (line,) = await tx.audit.about(f"message:{key}")
    assert (line.act, line.actor) == ("outbox.requeued", (await house.person(OPERATOR)).key)


async def test_what_perhaps_arrived_is_marked_when_sent_again(house: House) -> None:
    key = await dead(house, Sending.UNCERTAIN)
    operator, officer = await house.visit(OPERATOR), await house.visit(OFFICER)
    await operator.submit(f"/console/outbox/{key}/requeue", again="1")
    assert (await said(officer)).startswith(house.say("delivery.again"))


async def test_only_an_operator_requeues(house: House) -> None:
    key = await dead(house, Sending.FAILED)
    specialist = await house.visit(SPECIALIST)
    answer = await specialist.submit(f"/console/outbox/{key}/requeue", again="1")
    assert answer.status == 403
    assert house.say("console.outbox.operators_only") in html.unescape(await answer.text())
    operator = await house.visit(OPERATOR)
    other_site = {"Origin": "https://evil.example"}
    assert (await operator.submit(f"/console/outbox/{key}/requeue", other_site, again="1")).status == 403
    assert await state(house, key) == "failed"


async def test_what_is_not_dead_cannot_be_requeued(house: House) -> None:
    held = await dead(house, Sending.HELD)
    operator = await house.visit(OPERATOR)
    for key in (held, 4711):
        answer = await operator.submit(f"/console/outbox/{key}/requeue", again="1")
        assert answer.status == 409
        assert house.say("console.outbox.gone") in html.unescape(await answer.text())
    assert await state(house, held) == "held"


async def test_requeueing_twice_sends_once(house: House) -> None:
    key = await dead(house, Sending.FAILED)
    operator, officer = await house.visit(OPERATOR), await house.visit(OFFICER)
    path = f"/console/outbox/{key}/requeue"
    answers = [(await operator.submit(path, again="1")).status for _ in range(2)]
    assert answers == [303, 409]
    await said(officer)
