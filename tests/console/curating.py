"""What tests of the curators' pages share: names, forms as a browser sends them, and pages as they are read."""

from __future__ import annotations

import html
import re
from typing import Any

House = Any
Browser = Any

SPECIALIST, COLLEAGUE, LEADER = "Nguyễn Thu Hà", "Đỗ Quang Vinh", "Cao Thanh Bình"
CURATOR, OPERATOR, OFFICER = "Vũ Ngọc Diệp", "Mai Xuân Trường", "Lò Thị Mai"
KEY = "tu-phap-ho-tich/khai-tu"
PAGE = f"/console/entries/{KEY}"


async def read(browser: Browser, path: str, status: int = 200) -> str:
    """A page as it is read: entities are letters again."""
    return html.unescape(await browser.read(path, status))


def fields(page: str) -> dict[str, str]:
    """What the first form that is posted would send, untouched."""
    form = page[page.index('method="post"') :].split("</form>")[0]
    found = {html.unescape(n): html.unescape(v) for n, v in re.findall(r'name="([^"]+)"[^>]*?value="([^"]*)"', form)}
    found |= {n: html.unescape(v) for n, v in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n([^<]*)', form)}
    for name, options in re.findall(r'(?s)<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    return found


async def proposed(browser: Browser, note: str = "vì sao", page: str = PAGE, **changes: str) -> int:
    """Change an entry in its form; the number of the proposal."""
    form = fields(await browser.read(f"{page}/edit"))
    return await sent(browser, f"{page}/edit", **{**form, "note": note, **changes})


async def sent(browser: Browser, path: str, **form: str) -> int:
    """Send a form that proposes something; the number of the proposal."""
    answer = await browser.submit(path, **form)
    assert answer.status == 303, html.unescape(await answer.text())
    found = re.fullmatch(r"/console/drafts/(\d+)\?done=(proposed|saved)", answer.headers["Location"])
    assert found, answer.headers["Location"]
    return int(found[1])


async def decided(browser: Browser, number: int, verb: str, **form: str) -> Any:
    """Press a button on a proposal as it is shown now."""
    page = await browser.read(f"/console/drafts/{number}")
    version = re.search(r'name="version" value="(\d+)"', page)
    return await browser.submit(f"/console/drafts/{number}/{verb}", version=version[1] if version else "1", **form)


async def approved(browser: Browser, number: int) -> None:
    """Approve a proposal, which must go through."""
    answer = await decided(browser, number, "approve")
    assert answer.status == 303, html.unescape(await answer.text())
