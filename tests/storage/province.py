"""A small province with at least one row in every table, and one attachment on disk."""

from __future__ import annotations

from pathlib import Path

from storage import Database
from storage.attachments import StoredAttachment
from storage.journal import Exchange
from storage.transcript import WebLine
from tests.storage.rows import NOW, after, chat, heard, officer, opened, promise, specialist

PHOTO = b"\x89PNG not really \x00\xff"


async def founded(database: Database, data_dir: Path) -> None:
    """Fill an empty database, and the data folder."""
    async with database.transaction() as tx:
        await tx.people.add_commune("xa-suoi-mo", "Xã Suối Mơ")
        asker, answerer = await officer(tx), await specialist(tx)
        await tx.people.invite(asker, at=NOW)
        account, talk = await chat(tx, asker)
        account.locked_until = after(minutes=15)
        talk.offer(["take:1", "ticket:1"], at=NOW)
        talk.wait_for("details", at=NOW, number=1)
        message = heard(talk, account, "m1", text="Trích lục khai sinh “cũ” \n dòng hai", sent_at=after(minutes=-1))
        await tx.inbox.add(message)
        exchange = await tx.journal.record(
            Exchange(
                person=asker.key, conversation=talk.key, incoming=message.key, question=message.text,
                as_of=NOW.date(), decision="escalate", confidence=0.25, at=NOW, knowledge="0badcafe",
                matches=[{"entry": "ho-tich/khai-sinh", "revision": "1", "score": 0.4}],
            )
        )  # fmt: skip
        tx.journal.note(exchange.key, "ticket", at=NOW, ticket=1)
        ticket = await opened(tx, asker, talk, exchange=exchange.key)
        ticket.assign(answerer.key, at=after(hours=1))
        ticket.answer("Được.", by=answerer.key, at=after(hours=2), citations=["123/2015/NĐ-CP"])
        await tx.outbox.add(promise(talk, "ticket.answered", facts={"due": None, "n": 1}, incoming=message.key))
        tx.audit.write("demo.seeded", "province", at=NOW, actor=asker.key, count=2)
        tx.transcript.assign("hash", "page", at=NOW)
        await tx.transcript.write(WebLine(address="page", once="1", text="Chào", html="<p>Chào</p>", at=NOW))
        await tx.attachments.add(
            StoredAttachment(
                incoming=message.key, ticket=ticket.id, name="ảnh.png", media_type="image/png", size=len(PHOTO),
                path="attachments/2026/1.png", secret="s" * 32, at=NOW,
            )
        )  # fmt: skip
    (data_dir / "attachments/2026").mkdir(parents=True)
    (data_dir / "attachments/2026/1.png").write_bytes(PHOTO)
    (data_dir / "uploads").mkdir()
    (data_dir / "uploads/2.jpg").write_bytes(PHOTO[::-1])
