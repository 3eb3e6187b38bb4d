"""A small province with at least one row in every table, and one attachment on disk."""

from __future__ import annotations

from pathlib import Path

from storage import Database, Transaction
from storage.attachments import StoredAttachment
from storage.drafts import Draft, Publication
from storage.imports import ImportedDocument, ImportRun
from storage.journal import Exchange
from storage.people import Person
from storage.recalls import Recall, RecallNotice
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
        await curated(tx, asker, answerer)
        await imported(tx)
    (data_dir / "attachments/2026").mkdir(parents=True)
    (data_dir / "attachments/2026/1.png").write_bytes(PHOTO)
    (data_dir / "uploads").mkdir()
    (data_dir / "uploads/2.jpg").write_bytes(PHOTO[::-1])


async def curated(tx: Transaction, author: Person, approver: Person) -> None:
    """A draft, its publication, a recall and who it goes to."""
    draft = await tx.drafts.propose(
        Draft(
            name="entries/dat-dai/x.md", text="---\nid: dat-dai/x\n---\n", author=author.key, editor=author.key,
            created_at=NOW, changed_at=NOW,
        )
    )  # fmt: skip
    draft.approve(by=approver.key, at=NOW)
    await tx.drafts.publish(
        Publication(name=draft.name, text=draft.text, draft=draft.key, author=author.key, approver=approver.key, at=NOW)
    )
    recall = await tx.recalls.add(
        Recall(
            entries=["dat-dai/x"], revisions=["r1"], told_since=NOW, told_until=after(days=1), reason="Sai mức phí",
            text="Mức đúng là 8.000 đồng.", author=author.key, editor=author.key, created_at=NOW,
        )
    )  # fmt: skip
    await tx.recalls.promise(RecallNotice(recall=recall.key, person=author.key, told_at=NOW, promised_at=NOW))


async def imported(tx: Transaction) -> None:
    """A document with an article, and a procedure."""
    run = await tx.imports.begin(ImportRun(kind="decree", name="nd.docx", digest="d" * 64, rows=1, at=NOW))
    found = ImportedDocument(run=run.id, number="1/2026/NĐ-CP", title="Về việc", issued=NOW.date())
    await tx.imports.put_document(
        found, [{"number": "1", "heading": "Phạm vi", "place": "", "text": "A", "position": 0}]
    )
    procedure = {"code": "1.000001", "run": run.id, "name": "Cấp giấy", "fields": "", "state": "", "updated": ""}
    await tx.imports.put_procedures([{**procedure, "commune_level": True, "detail": {"time": "5 ngày"}}])
