"""No answer from dead law: an entry stops being served on the day its decree lapses, and not a day earlier."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

import knowledge
from bot.cli import main
from knowledge import CONTENT
from tests.app.test_web_api import Browser
from tests.support.cast import Listener
from tests.support.stage import Clock, staged

QUESTION = "đăng ký khai sinh quá hạn cần giấy tờ gì"
LAPSES = date(2026, 12, 15)
TITLE = "khai sinh quá hạn"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the content in which what the entry rests on ends on a day."""
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    entry = knowledge.load().look_up(QUESTION, as_of=date(2026, 11, 23)).matches[0].entry
    number = entry.citations[0].document
    [file] = [f for f in (folder / "documents").rglob("*.yaml") if f"number: {number}\n" in f.read_text("utf-8")]
    text = file.read_text("utf-8")
    file.write_text(re.sub(r"(?m)^  until: \S+$", f"  until: {LAPSES}", text, count=1), "utf-8")
    return folder


def test_on_the_command_line(content: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XONGVIEC_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setattr(knowledge, "CONTENT", content)
    before, on_the_day = ask(LAPSES - timedelta(days=1)), ask(LAPSES)
    assert before["decision"] == "answer"
    assert TITLE in before["text"]
    assert f"hết hiệu lực từ ngày {LAPSES:%d/%m/%Y}" in before["text"]
    assert before["entries"][0]["id"] not in [entry["id"] for entry in on_the_day["entries"]]
    assert "Căn cứ" not in on_the_day["text"]


def ask(day: date) -> dict[str, Any]:
    done = CliRunner().invoke(main, ["ask", QUESTION, "--json", "--as-of", day.isoformat()])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


async def test_in_the_chat(content: Path, tmp_path: Path) -> None:
    midnight = datetime(LAPSES.year, LAPSES.month, LAPSES.day, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    clock = Clock(midnight - timedelta(minutes=1))
    async with staged(tmp_path / "var", knowledge.load(content), clock=clock) as stage, Browser(stage.url) as actor:
        await actor.becomes(stage.people["Lò Thị Mai"].key)
        mai = Listener("mai", actor)
        await actor.says(QUESTION)
        await mai.hears(TITLE, "Căn cứ", f"hết hiệu lực từ ngày {LAPSES:%d/%m/%Y}")
        clock.moves(minutes=2)
        await actor.says(QUESTION)
        await mai.hears("", without=("Căn cứ",))
