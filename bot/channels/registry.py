"""Which channels are switched on: one line each. A channel without a token is off, and its library not loaded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.channels import Channel
from bot.channels.web import WebChannel
from bot.settings import Settings
from bot.wording import Wording
from storage import Database


def build_channels(
    settings: Settings,
    database: Database,
    wording: Wording,
    clock: Callable[[], datetime],
    departments: Callable[[], dict[str, str]] = dict,
) -> dict[str, Channel]:
    """The channels of the settings, by name; ValueError when one is set up in a way it cannot start."""
    web = WebChannel(
        database=database, clock=clock, wording=wording, data_dir=settings.data_dir,
        departments=departments, open_access=settings.access == "open",
        secure=settings.public_url.startswith("https://"), demo=settings.demo_mode,
    )  # fmt: skip
    channels: list[Channel] = [web]
    if settings.telegram.token.get_secret_value():
        channels.append(_telegram(settings))
    if settings.zalo_bot.token.get_secret_value():
        channels.append(_zalo_bot(settings))
    return {channel.name: channel for channel in channels}


def _telegram(settings: Settings) -> Channel:
    from bot.channels.telegram import TelegramChannel

    ours = settings.telegram
    return TelegramChannel(
        ours.token.get_secret_value(), api_root=ours.api_root, mode=ours.mode,
        webhook_secret=ours.webhook_secret.get_secret_value(), public_url=settings.base_url, proxy=ours.proxy,
    )  # fmt: skip


def _zalo_bot(settings: Settings) -> Channel:
    from bot.channels.zalo_bot import ZaloBotChannel

    ours = settings.zalo_bot
    return ZaloBotChannel(
        ours.token.get_secret_value(), api_root=ours.api_root, mode=ours.mode,
        webhook_secret=ours.webhook_secret.get_secret_value(), public_url=settings.base_url,
    )  # fmt: skip
