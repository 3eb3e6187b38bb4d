"""A Telegram for tests: the Bot API over loopback HTTP, people who write to the bot, and faults on demand."""

from __future__ import annotations

from tests.support.fake_telegram.faults import Faults, Limits
from tests.support.fake_telegram.people import FakeGroup, FakeUser
from tests.support.fake_telegram.records import Received
from tests.support.fake_telegram.server import FakeTelegram

__all__ = ["FakeGroup", "FakeTelegram", "FakeUser", "Faults", "Limits", "Received"]
