"""The offline handbook as it is used in a storm: opened from a file on a phone without network."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot import wording
from bot.handbook.page import FILE, write_page
from knowledge import KnowledgeBase
from knowledge.text import fold
from tests.browser.chromium import FOUND, Page, browser
from tests.support.stage import staged

LOOKS = (Path(__file__).parent / "looks.js").read_text("utf-8")
pytestmark = pytest.mark.skipif(not FOUND, reason="no Chromium on this machine")

DAY = date(2026, 11, 23)
READY = "document.querySelector('.card')"
LATE = "tu-phap-ho-tich/khai-sinh-qua-han"
TYPED = {
    "dang ky khai sinh qua han": LATE,
    "dk khai sinh tre han": LATE,
    "ks qua 60 ngay lam the nao": LATE,
    "khai sih qua han can giay to gi": LATE,
    "chung thuc ban sao tu ban chinh": "chung-thuc/sao-y-ban-chinh",
    "sao y ban chinh mat bao lau": "chung-thuc/sao-y-ban-chinh",
    "hoa giai tranh chap dat dai o xa": "dat-dai/hoa-giai-tranh-chap-dat-dai",
    "dk ket hon trong nuoc": "tu-phap-ho-tich/ket-hon-trong-nuoc",
    "nghi dinh 154 tinh gian bien che": "che-do-chinh-sach/nghi-dinh-154-tinh-gian-bien-che",
    "dang ky khai tu": "tu-phap-ho-tich/khai-tu",
    "xac nhan tinh trang hon nhan": "tu-phap-ho-tich/xac-nhan-tinh-trang-hon-nhan",
    "nghi phep nam bao nhieu ngay": "che-do-chinh-sach/nghi-phep-nam-nghi-viec-rieng",
    "ho so xin phep xay nha": "xay-dung-giao-thong/ho-so-xin-phep-xay-nha",
}
TITLES = "[...document.querySelectorAll('.card .name')].map(n => n.innerText)"
EVERY_PHRASING = 10
"""One in so many is looked for: enough to see whether ranking works, quick enough to run each time."""


@pytest.fixture(scope="module")
def file(knowledge_base: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("handbook") / FILE
    write_page(knowledge_base, made, DAY, wording.load(ZoneInfo("Asia/Ho_Chi_Minh")))
    return made


@pytest_asyncio.fixture
async def page(file: Path) -> AsyncIterator[Page]:
    """A phone without network, on the day on which the handbook was made."""
    async with browser() as tab:
        await tab.size(390, 844, phone=True)
        await offline(tab)
        await on(tab, DAY)
        await tab.open(file.as_uri(), READY)
        yield tab
        assert tab.problems == []


async def offline(page: Page) -> None:
    await page.command(
        "Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=-1, uploadThroughput=-1
    )


async def on(page: Page, day: date) -> None:
    """Let the phone's calendar show a day, from the next page on."""
    noon = f"new Real({day.year}, {day.month - 1}, {day.day}, 12)"
    clock = f"constructor(...given) {{ given.length ? super(...given) : super({noon}); }}"
    await page.command(
        "Page.addScriptToEvaluateOnNewDocument",
        source=f"{{ const Real = Date; Date = class extends Real {{ {clock} }}; }}",
    )


async def search(page: Page, words: str) -> None:
    """Type into the search box, in place of what stands there."""
    await page.run("find.value = '', find.focus()")
    await page.type(words)
    await page.until(f"wanted() === '?' + {json.dumps(words)} && document.querySelector('.heard')")


async def at(page: Page, address: str, ready: str = READY) -> None:
    await page.run(f"location.hash = {json.dumps(address)}")
    await page.until(f"location.hash === {json.dumps(address)} && {ready}")


async def text(page: Page, which: str = "#view") -> str:
    shown: str = await page.run(f"document.querySelector('{which}').innerText")
    return shown


async def test_typed_without_marks_the_right_entry_comes_first(page: Page, knowledge_base: KnowledgeBase) -> None:
    for words, entry in TYPED.items():
        await search(page, words)
        assert (await page.run(TITLES))[0] == knowledge_base.entries[entry].title, words


async def test_nearly_every_way_of_asking_finds_its_entry(page: Page, knowledge_base: KnowledgeBase) -> None:
    entries = [entry for entry in knowledge_base.entries.values() if knowledge_base.in_force(entry, DAY)]
    asked = [(fold(words), entry.id) for entry in entries for words in entry.asked_as][::EVERY_PHRASING]
    first = await page.run(f"{json.dumps([words for words, _ in asked])}.map(q => searching().find(q)[0]?.entry.id)")
    wrong = [(words, entry, got) for (words, entry), got in zip(asked, first, strict=True) if got != entry]
    assert len(wrong) <= len(asked) * 0.01, wrong


async def test_an_entry_shows_answer_sources_validity_and_that_it_is_unconfirmed(
    page: Page, knowledge_base: KnowledgeBase
) -> None:
    await search(page, "dang ky khai sinh qua han")
    await page.run("document.querySelector('.card').click()")
    await page.until("document.querySelector('article')")
    shown, entry = await text(page), knowledge_base.entries[LATE]
    assert entry.answer in shown
    assert all(section.heading in shown for section in entry.sections)
    assert "khoản 1 Điều 16 Luật 60/2014/QH13" in shown
    assert "sở chuyên ngành chưa xác nhận" in shown
    assert "Hết hiệu lực sau ngày" in shown
    assert await page.run("document.title") == f"{entry.title} · Sổ tay XongViệc"


async def test_the_back_button_leads_from_the_answer_to_what_was_found_and_home(page: Page) -> None:
    await search(page, "khai sinh qua han")
    await page.run("scrollTo(0, 300), document.querySelectorAll('.card')[3].click()")
    await page.until("document.querySelector('article') && scrollY === 0")
    await page.run("history.back()")
    await page.until("document.querySelector('.heard') && scrollY === 300")
    assert await page.run("find.value") == "khai sinh qua han"
    await page.run("history.back()")
    await page.until("document.querySelector('.card.field')")
    assert await page.run("find.value") == ""


async def test_fields_lead_to_their_entries(page: Page, knowledge_base: KnowledgeBase) -> None:
    with_entries = [field for code, field in knowledge_base.fields.items() if knowledge_base.entries_in(code, DAY)]
    assert await page.run(TITLES) == [field.name for field in with_entries]
    await page.run("document.querySelector('.card').click()")
    await page.until("document.querySelector('.back')")
    assert await page.run(TITLES) == sorted(
        (entry.title for entry in knowledge_base.entries_in(with_entries[0].code, DAY)), key=fold
    )


async def test_what_was_found_nowhere_is_said(page: Page) -> None:
    await search(page, "xyzzyq qwxz")
    assert "Không có bài nào" in await text(page)
    await search(page, "<img src=x onerror=window.hacked=1>")
    assert await page.run("window.hacked === undefined")
    for address in ("#/no-such/entry", "#/%E0%A4%A"):
        await at(page, address, "document.getElementById('view').innerText")


async def test_what_has_ended_since_is_marked_hidden_and_last(
    page: Page, file: Path, knowledge_base: KnowledgeBase
) -> None:
    ends = knowledge_base.validity(knowledge_base.entries[LATE], DAY).until or DAY + timedelta(days=100)
    [entry] = await page.run(f"book.entries.filter(e => e.id === '{LATE}')")
    if "last" not in entry:
        pytest.fail("choose an entry with a known end")
    await on(page, ends - timedelta(days=1))
    await page.open(f"{file.as_uri()}?a#/{LATE}", "document.querySelector('article')")
    assert "Đã hết hiệu lực" not in await text(page)
    await on(page, ends)
    await page.open(f"{file.as_uri()}?b#/{LATE}", "document.querySelector('article')")
    shown = await text(page)
    assert f"Đã hết hiệu lực sau ngày {ends - timedelta(days=1):%d/%m/%Y}" in shown
    assert entry["answer"] not in shown, "only behind «Xem nội dung cũ»"
    await search(page, "dang ky khai sinh qua han")
    ended = await page.run("[...document.querySelectorAll('.card')].map(c => c.querySelector('.ended') !== null)")
    assert ended == sorted(ended)
    assert any(ended)


@pytest.mark.parametrize(("days", "old"), [(0, False), (30, False), (31, True), (-400, False)])
async def test_an_old_handbook_warns_by_the_phones_clock(page: Page, file: Path, days: int, old: bool) -> None:
    await on(page, DAY + timedelta(days=days))
    await page.open(f"{file.as_uri()}?{days}", READY)
    assert await page.run("document.getElementById('old').checkVisibility()") == old
    assert not old or f"{days} ngày" in await text(page, "#old")
    assert "23/11/2026" in await text(page, "#stamp")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everything_can_be_read_and_fits_the_screen(page: Page, scheme: str) -> None:
    await page.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    for address in ("#/", "#/dat-dai", f"#/{LATE}", "#/?khai%20sinh"):
        await at(page, address, "document.querySelector('.card, article')")
        for width in (320, 390, 1280):
            await page.size(width, 844, phone=width < 500)
            assert await page.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
                address
            )
            assert await page.run(LOOKS) == []
            low = (
                "[...document.querySelectorAll('.card, .button, .back, .home, #find')].filter(n => n.offsetHeight < 44)"
            )
            assert await page.run(f"{low}.length") == 0, address


async def test_served_by_the_app_it_can_be_saved_and_asks_for_nothing_else(
    knowledge_base: KnowledgeBase, tmp_path: Path
) -> None:
    others = [key for key, entry in knowledge_base.entries.items() if entry.field != "chung-thuc"]
    few = knowledge_base.publishing((), retired=others)
    async with staged(tmp_path, few) as stage, browser() as tab:
        await tab.size(390, 844, phone=True)
        await tab.open(f"{stage.url}/handbook", READY)
        assert await tab.run("performance.getEntriesByType('resource').filter(r => !r.name.startsWith('data:'))") == []
        assert await tab.run("document.querySelector('.offer .button').getAttribute('href')") == "?download=1"
        await at(tab, "#/chung-thuc", "document.querySelector('.back')")
        assert await tab.run("document.querySelector('#view > .button').pathname") == "/handbook/chung-thuc.pdf"
        assert tab.problems == []
        with pytest.raises(AssertionError):
            await tab.run("fetch('/handbook/chung-thuc.pdf')")  # the page's policy lets nothing be fetched
