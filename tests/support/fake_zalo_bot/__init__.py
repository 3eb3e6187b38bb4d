"""A town with a Zalo Bot Platform of its own, for tests and for playing by hand."""

from __future__ import annotations

from tests.support.fake_zalo_bot.people import Group, Received, User
from tests.support.fake_zalo_bot.server import FakeZaloBot
from tests.support.fake_zalo_bot.settings import Settings

__all__ = ["FakeZaloBot", "Group", "Received", "Settings", "User"]
