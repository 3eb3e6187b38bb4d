"""The handbook as it is handed out: by web, by chat, made once for each edition."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import gzip
import hashlib
import os
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from multidict import CIMultiDictProxy

from bot import wording
from bot.handbook.routes import add_handbook
from bot.handbook.shelf import KEPT_SECONDS, Shelf
from handlers.turn import Kind
from knowledge import KnowledgeBase
from tests.bot.conftest import ZONE, Office
from tests.support.stage import Clock

FIELD = "van-hoa-xa-hoi"


@dataclasses.dataclass
class Place:
    """A shelf that is served, and the base on it, which may be replaced."""

    kb: KnowledgeBase
    shelf: Shelf
    clock: Clock
    url: str = ""
    session: aiohttp.ClientSession | None = None

    async def get(self, path: str, **headers: str) -> tuple[int, CIMultiDictProxy[str], bytes]:
        assert self.session is not None
        async with self.session.get(f"{self.url}{path}", headers=headers) as response:
            return response.status, response.headers, await response.read()

    @property
    def files(self) -> list[Path]:
        return sorted(file for file in self.shelf.folder.rglob("*") if file.is_file())


@pytest.fixture(scope="module")
def few(knowledge_base: KnowledgeBase) -> KnowledgeBase:
    """One field of the base: quickly made into a handbook."""
    others = [key for key, entry in knowledge_base.entries.items() if entry.field != FIELD]
    return knowledge_base.publishing((), retired=others)


async def presses(office: Office, address: str, choice: str) -> None:
    """Somebody presses a button, and the answer goes out."""
    await office.writes(address, "", kind=Kind.CHOICE, choice=choice)
    await office.delivery.drain()


@pytest.fixture
async def place(few: KnowledgeBase, tmp_path: Path) -> AsyncIterator[Place]:
    clock = Clock()
    made = Place(few, None, clock)  # type: ignore[arg-type]
    made.shelf = Shelf(tmp_path / "handbook", lambda: made.kb, wording.load(ZONE), clock)
    app = web.Application()
    add_handbook(app, made.shelf)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as made.session:
        yield made
    await runner.cleanup()


async def test_the_page_is_shown_and_may_run_only_its_own_script(place: Place) -> None:
    status, headers, body = await place.get("/handbook")
    assert (status, headers["Content-Type"]) == (200, "text/html")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    html = body.decode()
    for kind, found in (("script", r"<script>(.*?)</script>"), ("style", r"<style>(.*?)</style>")):
        [inside] = re.findall(found, html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


async def test_it_can_be_saved_under_a_name_with_its_day(place: Place) -> None:
    _, headers, _ = await place.get("/handbook?download=1")
    assert headers["Content-Disposition"] == 'attachment; filename="so-tay-2026-11-23.html"'
    assert "Content-Disposition" not in (await place.get("/handbook"))[1]


async def test_each_field_with_entries_has_a_pdf_and_nothing_else_is_there(place: Place) -> None:
    status, headers, body = await place.get(f"/handbook/{FIELD}.pdf")
    assert (status, headers["Content-Type"], body[:5]) == (200, "application/pdf", b"%PDF-")
    for other in ("no-such.pdf", "..%2f..%2fsecret.key.pdf", "so-tay.html", "", f"{FIELD}.PDF", "handbook.pdf"):
        assert (await place.get(f"/handbook/{other}"))[0] == 404, other


async def test_who_has_it_already_is_told_so(place: Place) -> None:
    _, headers, _ = await place.get("/handbook")
    assert re.fullmatch(r'"[^"]+"', headers["ETag"]), "strong"
    assert (await place.get("/handbook", **{"If-None-Match": headers["ETag"]}))[0] == 304


async def test_it_goes_out_packed(place: Place) -> None:
    _, headers, _ = await place.get("/handbook", **{"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip"
    [packed] = [file for file in place.files if file.suffix == ".gz"]
    [plain] = [file for file in place.files if file.suffix == ".html"]
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    assert packed.stat().st_size < plain.stat().st_size / 3


async def test_many_who_ask_at_once_have_it_made_once(place: Place) -> None:
    answers = await asyncio.gather(*(place.get("/handbook") for _ in range(5)))
    assert {status for status, *_ in answers} == {200}
    assert len({headers["ETag"] for _, headers, _ in answers}) == 1
    written = {file: file.stat().st_mtime_ns for file in place.files}
    await place.get("/handbook")
    assert {file: file.stat().st_mtime_ns for file in place.files} == written


async def test_what_is_published_or_a_new_day_makes_a_new_edition_and_old_ones_go(place: Place) -> None:
    entry = place.kb.entries_in(FIELD, place.shelf.today)[0]
    first = await place.get("/handbook")
    place.kb = place.kb.publishing([dataclasses.replace(entry, title="Một tên mới tinh", revision="x")])
    second = await place.get("/handbook")
    assert "Một tên mới tinh" not in first[2].decode()
    assert "Một tên mới tinh" in second[2].decode()
    assert len(list(place.shelf.folder.iterdir())) == 2, "somebody may still be reading the former one"
    for edition in place.shelf.folder.iterdir():
        long_ago = edition.stat().st_mtime - KEPT_SECONDS - 10
        os.utime(edition, (long_ago, long_ago))
    place.clock.moves(days=1)
    third = await place.get("/handbook")
    assert '"made":"2026-11-24"' in third[2].decode()
    assert len(list(place.shelf.folder.iterdir())) == 1


async def test_a_page_that_was_begun_and_not_finished_is_never_served(place: Place) -> None:
    await place.get("/handbook")
    assert not [file for file in place.files if file.name.startswith(".")]


class TestInChat:
    async def test_where_files_go_it_comes_as_a_file_and_as_a_link(self, office: Office, place: Place) -> None:
        office.delivery.make = place.shelf.find
        await office.person("Mai", "telegram:m")
        await office.writes("telegram:m", "sổ tay")
        await office.delivery.drain()
        [letter] = office.telegram.letters
        [file] = letter.message.files
        assert (file.name, file.media_type) == ("so-tay-2026-11-23.html", "text/html")
        assert file.path.read_text("utf-8").startswith("<!doctype html>")
        assert "http://127.0.0.1/handbook" in letter.text
        assert "23/11/2026" in letter.text

    async def test_where_files_do_not_go_it_is_a_link(self, office: Office, place: Place) -> None:
        office.delivery.make = place.shelf.find
        await office.person("Mai", "zalo:m")
        await office.writes("zalo:m", "So tay")
        await office.delivery.drain()
        [letter] = office.zalo.letters
        assert "http://127.0.0.1/handbook" in letter.text
        assert letter.message.files == ()
        assert place.files == [], "nothing is made for a link"

    async def test_a_field_is_chosen_and_its_pdf_comes(self, office: Office, place: Place) -> None:
        office.delivery.make = place.shelf.find
        await office.person("Mai", "telegram:m")
        await office.writes("telegram:m", "handbook")
        await office.delivery.drain()
        [button] = office.telegram.letters[0].message.buttons
        await presses(office, "telegram:m", button.id)
        fields = {b.label: b.id for b in office.telegram.letters[-1].message.buttons}
        [chosen] = [key for label, key in fields.items() if label.startswith(place.kb.fields[FIELD].name)]
        await presses(office, "telegram:m", chosen)
        [file] = office.telegram.letters[-1].message.files
        assert (file.name, file.path.read_bytes()[:5]) == (f"so-tay-{FIELD}.pdf", b"%PDF-")

    async def test_a_forged_field_is_refused(self, office: Office) -> None:
        await office.person("Mai", "telegram:m")
        await presses(office, "telegram:m", "handbook-field:../../secret")
        assert [letter.message.files for letter in office.telegram.letters] == [()]
        assert "Không tìm thấy" in office.telegram.letters[0].text

    async def test_strangers_get_none(self, office: Office) -> None:
        await office.writes("telegram:x", "sổ tay")
        await office.delivery.drain()
        assert "/handbook" not in office.telegram.letters[0].text

    async def test_what_cannot_be_made_does_not_keep_back_the_words(self, office: Office) -> None:
        async def broken(path: str) -> Path:
            raise OSError("disk full")

        office.delivery.make = broken
        await office.person("Mai", "telegram:m")
        await office.writes("telegram:m", "sổ tay")
        await office.delivery.drain()
        [letter] = office.telegram.letters
        assert "/handbook" in letter.text
        assert letter.message.files == ()

    async def test_it_does_not_end_what_somebody_was_about_to_write(self, office: Office) -> None:
        person = await office.person("Mai", "zalo:m")
        async with office.database.transaction() as tx:
            talk = await tx.conversations.at("zalo", "zalo:m")
            assert talk is not None
            talk.wait_for("details", at=office.clock(), number=1)
        await office.writes("zalo:m", "sổ tay")
        async with office.database.reading() as tx:
            talk = await tx.conversations.at("zalo", "zalo:m")
            assert talk is not None
            assert talk.awaited(office.clock() + timedelta(minutes=1)), person.name
