"""A correction as an officer gets it, on every platform: what they were told and when, and one press that they read."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.recalls import Figures
from tests.app.recalling import QUESTION, SWEEP, is_recalled, rule_changes
from tests.app.test_dialogues import theatre
from tests.handlers.recalled import TEXT, small
from tests.support.stage import Clock

OFFICER, CURATOR, LEADER = "Lò Thị Mai", "Vũ Ngọc Diệp", "Cao Thanh Bình"


@pytest.mark.parametrize("platform", ["web", "telegram", "zalo"])
async def test_an_officer_reads_a_correction(platform: str, tmp_path: Path) -> None:
    async with theatre(tmp_path, small(), "polling") as house:
        app, (author, other) = house.stage.app, (house.stage.people[name] for name in (CURATOR, LEADER))
        mai, bystander = await house.listener(OFFICER, platform), await house.listener("Vàng A Sùng", platform)
        await mai.actor.says(QUESTION)
        await mai.hears("Chứng thực bản sao từ bản chính")
        assert isinstance(app.clock, Clock)
        app.clock.moves(hours=1)
        await rule_changes(app, author, other)
        key = await is_recalled(app, author, other, people=1)
        await app.schedule.sweep(SWEEP)
        await mai.hears("Đính chính", TEXT, "«Chứng thực bản sao từ bản chính», ngày 23/11/2026", "gửi tự động")
        await mai.actor.presses("Đã đọc")
        await mai.hears("Cảm ơn anh/chị đã đọc đính chính")
        await mai.actor.presses("Đã đọc")
        await mai.hears("đã xác nhận đọc đính chính này lúc 09:30 ngày 23/11/2026")
        await bystander.hears_nothing()
        async with app.database.reading() as tx:
            assert (await tx.recalls.figures([key]))[key] == Figures(promised=1, delivered=1, read=1)
