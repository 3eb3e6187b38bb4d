"""What may bear on a question goes along with the ticket, is read, and is cited with one tap; never as an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from handlers import sources
from knowledge import KnowledgeBase
from knowledge.entries import Interval
from knowledge.layers import ArticleHead, ImportedText, Layers, ProcedureHead, article_text
from knowledge.layers.index import TextIndex
from storage import Database, Transaction
from storage.imports import ImportedDocument, ImportRun
from storage.people import Person, Role
from storage.ticket_events import Happening
from storage.tickets import Status
from tests.handlers.desks import does, keys, presses, promised, somebody, talk_of
from tests.storage.rows import NOW

QUESTION = "thôn muốn lắp đặt trạm quan sát vũ trụ thì xin phép ở đâu"
HEADING = "Lắp đặt trạm quan sát vũ trụ"
TEXT = "1. Thôn muốn lắp đặt trạm quan sát vũ trụ xin phép Ủy ban nhân dân cấp tỉnh.\n2. Thời hạn 10 ngày."
LIVE = ("34/2026/NĐ-CP", Interval(date(2026, 3, 1)))
DEAD = ("12/2020/NĐ-CP", Interval(date(2020, 3, 1), date(2026, 3, 1)))
OTHERS = ImportedText("1/2001/QH10", "Luật về những việc khác", "luật", Interval(date(2001, 1, 1)))
OTHER_TEXT = "Thôn xin phép ở đâu thì theo quy định; muốn biết thêm thì hỏi."
"""Words that every law uses are rare only where there are few laws."""
UNKNOWN = ("56/2019/TT-BKHCN", None)


@dataclass
class Scene:
    """A base over imported articles, an officer, a specialist of the department, and one of another."""

    database: Database
    base: KnowledgeBase
    keys: dict[str, str]
    mai: Person
    khoa: Person
    ha: Person


@pytest.fixture
async def scene(database: Database, knowledge_base: KnowledgeBase) -> Scene:
    async with database.transaction() as tx:
        run = await tx.imports.begin(ImportRun(kind="decree", name="x", digest="d", at=NOW))
        heads, keys = [], {}
        for number, force in (LIVE, DEAD, UNKNOWN):
            since, until = (force.since, force.until) if force else (None, None)
            found = ImportedDocument(run=run.id, number=number, title="Về trạm vũ trụ", since=since, until=until)
            await tx.imports.put_document(found, [{"number": "9", "heading": HEADING, "text": TEXT, "position": 0}])
            (key,) = [row.id for row in await tx.imports.article_rows(texts=False) if row.document == found.id]
            keys[number] = str(key)
            heads.append(ArticleHead(str(key), ImportedText(number, "Về trạm vũ trụ", "", force), "9", HEADING))
        others = [ArticleHead(f"{n}", OTHERS, f"{n}", f"Việc {n}") for n in range(900, 1000)]
        texts = [article_text(head.document, head.heading, TEXT) for head in heads]
        index = TextIndex.build([*texts, *(article_text(OTHERS, h.heading, OTHER_TEXT) for h in others)])
        mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
        khoa = await somebody(tx, "Phạm Anh Khoa", Role.SPECIALIST, "van-phong-ubnd-tinh")
        ha = await somebody(tx, "Nguyễn Thu Hà", Role.SPECIALIST, "so-tu-phap")
    return Scene(database, knowledge_base.with_layers(Layers([*heads, *others], index)), keys, mai, khoa, ha)


async def _asked(scene: Scene, taker: Person | None = None) -> tuple[int, Person]:
    """The ticket that the question became, and a specialist of its department who took it."""
    async with scene.database.transaction() as tx:
        assert await does(tx, scene.base, scene.mai, QUESTION) is None
        (ticket,) = await tx.tickets.of_requester(scene.mai.key)
        holder = next((p for p in (scene.khoa, scene.ha) if p.unit == ticket.department), None)
        if holder is None:
            holder = await somebody(tx, "Vàng A Sử", Role.SPECIALIST, ticket.department)
        assert await does(tx, scene.base, holder, f"nhận {ticket.id}") is None
    return ticket.id, holder


async def test_they_go_with_the_ticket_and_are_said_to_be_no_answer(scene: Scene) -> None:
    number, holder = await _asked(scene)
    async with scene.database.reading() as tx:
        (opened,) = [message for message in await promised(tx, scene.mai) if message.key == "ticket.opened"]
        (taken,) = [message for message in await promised(tx, holder) if message.key == "ticket.you_have"]
    live, unknown = (f"Điều 9 {name}: {HEADING}" for name in (LIVE[0], UNKNOWN[0]))
    for message in (opened, taken):
        assert [more["key"] for more in message.facts["more"]] == ["related.list"]
        assert message.facts["more"][0]["facts"]["items"] == [live, unknown], "the dead one is not among them"
    read = [choice["id"] for choice in opened.choices if choice["key"] == "choice.read"]
    cite = [choice["id"] for choice in taken.choices if choice["key"] == "choice.cite"]
    assert read == [f"article:{scene.keys[name]}" for name in (LIVE[0], UNKNOWN[0])]
    assert cite == [f"cite:{number}:{place}" for place in read]


async def test_one_tap_cites_it_under_the_answer(scene: Scene) -> None:
    number, holder = await _asked(scene)
    async with scene.database.transaction() as tx:
        assert await presses(tx, scene.base, holder, f"cite:{number}:article:{scene.keys[LIVE[0]]}") is None
        assert (await keys(tx, holder))[-1] == "cite.done"
        again = await presses(tx, scene.base, holder, f"cite:{number}:article:{scene.keys[LIVE[0]]}")
        assert again is not None
        assert again.key == "cite.already"
        assert await does(tx, scene.base, holder, "Xin phép Ủy ban nhân dân tỉnh anh nhé.") is None
        ticket = await tx.tickets.get(number)
        assert (ticket.status, ticket.cited) == (Status.ANSWERED, [])
        answered = await tx.tickets.last_event(number, Happening.ANSWERED)
        (told,) = [message for message in await promised(tx, scene.mai) if message.key == "ticket.answered"]
    assert answered is not None
    assert answered.facts["citations"] == [f"Điều 9 {LIVE[0]}"]
    assert told.facts["more"] == [{"key": "answer.sources", "facts": {"sources": [f"Điều 9 {LIVE[0]}"]}}]


async def test_a_dead_article_is_not_cited(scene: Scene) -> None:
    number, holder = await _asked(scene)
    async with scene.database.transaction() as tx:
        refusal = await presses(tx, scene.base, holder, f"cite:{number}:article:{scene.keys[DEAD[0]]}")
        assert refusal is not None
        assert refusal.key == "article.ended"
        assert (await tx.tickets.get(number)).cited == []


async def test_nobody_else_cites_in_it(scene: Scene) -> None:
    number, holder = await _asked(scene)
    stranger = scene.ha if holder is scene.khoa else scene.khoa
    async with scene.database.transaction() as tx:
        for person in (scene.mai, stranger):
            refusal = await presses(tx, scene.base, person, f"cite:{number}:article:{scene.keys[LIVE[0]]}")
            assert refusal is not None
            assert refusal.key in ("permission.answer", "ticket.unknown")


@pytest.mark.parametrize("place", ["article:999999", "article:", "article:x", "procedure:9.9", "person:1", ""])
async def test_forged_places_are_refused(scene: Scene, place: str) -> None:
    number, holder = await _asked(scene)
    async with scene.database.transaction() as tx:
        refusal = await presses(tx, scene.base, holder, f"cite:{number}:{place}")
        assert refusal is not None
        assert refusal.key == "browse.unknown"


@pytest.mark.parametrize(
    ("number", "standing"),
    [(LIVE[0], "article.in_force"), (DEAD[0], "article.ended"), (UNKNOWN[0], "article.unknown_force")],
)
async def test_an_article_is_read_with_its_standing(scene: Scene, number: str, standing: str) -> None:
    async with scene.database.transaction() as tx:
        assert await does(tx, scene.base, scene.mai, f"điều 9 {number.replace('NĐ-CP', 'nđ-cp')}") is None
        shown = (await promised(tx, scene.mai))[-1]
    assert (shown.key, shown.facts["text"]) == ("article.imported", TEXT)
    assert [more["key"] for more in shown.facts["more"]] == [standing, "article.not_curated"]


async def test_reading_does_not_end_what_somebody_was_about_to_write(scene: Scene) -> None:
    number, holder = await _asked(scene)
    async with scene.database.transaction() as tx:
        assert await presses(tx, scene.base, holder, f"answer:{number}") is None
        assert await presses(tx, scene.base, holder, f"article:{scene.keys[LIVE[0]]}") is None
        talk = await talk_of(tx, holder)
        assert talk.awaits is not None
        shown = (await promised(tx, holder))[-1]
    assert [choice["id"] for choice in shown.choices] == [f"cite:{number}:article:{scene.keys[LIVE[0]]}"]


def test_a_long_article_is_cut_at_the_end_of_a_paragraph() -> None:
    text = "\n".join(f"{number}. " + "x" * 500 for number in range(40))
    cut = sources._cut(text)
    assert len(cut) <= sources.LONGEST_SHOWN
    assert cut.endswith("x\n…")


async def test_a_procedure_is_shown_as_the_catalogue_has_it(scene: Scene) -> None:
    detail = {"time": "05 ngày làm việc", "dossier": ["Đơn đề nghị", "Bản vẽ"]}
    async with scene.database.transaction() as tx:
        run = await tx.imports.begin(ImportRun(kind="procedures", name="x", digest="p", at=NOW))
        row = {"code": "9.999999", "run": run.id, "name": HEADING, "fields": "", "state": "", "updated": ""}
        await tx.imports.put_procedures([{**row, "commune_level": True, "detail": detail}])
        assert await presses(tx, scene.base, scene.mai, "procedure:9.999999") is None
        shown = (await promised(tx, scene.mai))[-1]
    assert (shown.key, shown.facts["code"], shown.facts["name"]) == ("procedure.imported", "9.999999", HEADING)
    assert shown.facts["more"] == [
        {"key": "procedure.time", "facts": {"time": "05 ngày làm việc"}},
        {"key": "procedure.dossier", "facts": {"dossier": ["Đơn đề nghị", "Bản vẽ"]}},
        {"key": "procedure.not_curated", "facts": {"day": "2026-11-23"}},
    ]


async def _imported(tx: Transaction, base: KnowledgeBase, kinds: dict[str, str]) -> KnowledgeBase:
    """A base over documents of these numbers and kinds, each with an article 9."""
    run = await tx.imports.begin(ImportRun(kind="articles", name="x", digest="d", at=NOW))
    for number in kinds:
        row = {"number": "9", "heading": HEADING, "text": TEXT, "position": 0}
        await tx.imports.put_document(ImportedDocument(run=run.id, number=number, title=f"Về {number}"), [row])
    keys = [str(row.id) for row in await tx.imports.article_rows(texts=False)]
    told = zip(keys, kinds.items(), strict=True)
    heads = [ArticleHead(key, ImportedText(number, f"Về {number}", kind), "9", HEADING) for key, (number, kind) in told]
    return base.with_layers(Layers(heads, TextIndex.build([TEXT] * len(heads))))


async def test_a_number_that_many_bear_is_one_message_with_a_choice(
    database: Database, knowledge_base: KnowledgeBase
) -> None:
    """Each would be several messages on a channel that counts them."""
    many = {f"734/{year}/NĐ-CP": "nghị định" for year in range(2001, 2021)}
    async with database.transaction() as tx:
        base = await _imported(tx, knowledge_base, {**many, "734/2019/TT-BYT": "thông tư"})
        mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
        assert await does(tx, base, mai, "điều 9 nghị định 734") is None
        (offer,) = await promised(tx, mai)
        assert offer.key == "browse.named"
        shown = [choice["facts"]["document"] for choice in offer.choices]
        assert shown[0] == "Điều 9 734/2020/NĐ-CP", "the youngest is what most mean"
        assert len(shown) <= sources.MOST_NAMED
        assert not any("TT-BYT" in one for one in shown), "a circular is no decree"
        assert await presses(tx, base, mai, offer.choices[0]["id"]) is None
        assert (await promised(tx, mai))[-1].facts["document"] == "734/2020/NĐ-CP"


async def test_the_code_of_a_procedure_offers_what_is_curated_first(
    database: Database, knowledge_base: KnowledgeBase
) -> None:
    entry = next(e for e in knowledge_base.entries.values() if e.procedure and knowledge_base.in_force(e, NOW.date()))
    async with database.transaction() as tx:
        base = knowledge_base.with_layers(Layers(procedures=[ProcedureHead(entry.procedure, HEADING)]))
        mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
        assert await does(tx, base, mai, entry.procedure) is None
        (offer,) = await promised(tx, mai)
    offered = [choice["id"].partition(":")[0] for choice in offer.choices]
    assert (offered[0], offered[-1]) == ("pick", "procedure")
    assert entry.title in [choice["facts"].get("title") for choice in offer.choices]


async def test_a_code_stands_for_itself_whatever_was_asked_before(
    database: Database, knowledge_base: KnowledgeBase
) -> None:
    """Nothing curated is about it: neither weak guesses nor the question before are put in front of it."""
    async with database.transaction() as tx:
        run = await tx.imports.begin(ImportRun(kind="procedures", name="x", digest="p", at=NOW))
        row = {"code": "9.999999", "run": run.id, "name": HEADING, "fields": "", "state": "", "updated": ""}
        await tx.imports.put_procedures([{**row, "commune_level": True, "detail": {}}])
        base = knowledge_base.with_layers(Layers(procedures=[ProcedureHead("9.999999", HEADING)]))
        mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
        for text in ("đăng ký khai sinh quá hạn", "9.999999", "thủ tục 9.999999", "mã thủ tục 9.999999 là gì"):
            assert await does(tx, base, mai, text) is None
        _, *told = await promised(tx, mai)
    assert [message.key for message in told] == ["procedure.imported"] * 3


async def test_an_article_comes_with_the_entries_that_rest_on_it(
    database: Database, knowledge_base: KnowledgeBase
) -> None:
    rests = next(
        (e, c) for e in knowledge_base.entries.values() if knowledge_base.in_force(e, NOW.date())
        for c in e.citations if c.article and c.article.removeprefix("Điều ").isdigit()
    )  # fmt: skip
    number, article = rests[1].document, rests[1].article.removeprefix("Điều ")
    async with database.transaction() as tx:
        run = await tx.imports.begin(ImportRun(kind="articles", name="x", digest="d", at=NOW))
        row = {"number": article, "heading": HEADING, "text": TEXT, "position": 0}
        await tx.imports.put_document(ImportedDocument(run=run.id, number=number), [row])
        (key,) = [str(row.id) for row in await tx.imports.article_rows(texts=False)]
        base = knowledge_base.with_layers(Layers([ArticleHead(key, ImportedText(number, ""), article, HEADING)]))
        mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
        assert await does(tx, base, mai, f"điều {article} {number}") is None
        (shown,) = await promised(tx, mai)
    assert shown.key == "article.imported"
    assert [choice["key"] for choice in shown.choices] == ["choice.entry"] * len(shown.choices)
    assert shown.choices


async def test_a_long_dossier_is_cut_between_its_papers(scene: Scene) -> None:
    papers = [f"Giấy tờ thứ {number} " + "x" * 400 for number in range(40)]
    async with scene.database.transaction() as tx:
        run = await tx.imports.begin(ImportRun(kind="procedures", name="x", digest="p", at=NOW))
        row = {"code": "9.999999", "run": run.id, "name": HEADING, "fields": "", "state": "", "updated": ""}
        await tx.imports.put_procedures([{**row, "commune_level": True, "detail": {"dossier": papers}}])
        assert await presses(tx, scene.base, scene.mai, "procedure:9.999999") is None
        shown = (await promised(tx, scene.mai))[-1]
    told = shown.facts["more"][0]["facts"]["dossier"]
    assert told[:3] == papers[:3]
    assert told[-1] == "…"
    assert sum(map(len, told)) <= sources.LONGEST_SHOWN
