"""The library's Bot with our waiting times, our address of the Bot API, and updates as Telegram sent them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from telegram import Bot
from telegram.request import HTTPXRequest

from bot.channels.telegram_parsing import UPDATE_KINDS


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: for a connection, an answer, a long poll, and between attempts."""

    connect: float = 5
    answer: float = 15
    poll: int = 30
    shortest_pause: float = 1
    longest_pause: float = 60

    def pauses(self) -> Iterator[float]:
        """Growing pauses with jitter, so that many bots do not come back in step."""
        pause = self.shortest_pause
        while True:
            yield pause * random.SystemRandom().uniform(0.5, 1)
            pause = min(pause * 2, self.longest_pause)


PATIENCE = Patience()


class Client(Bot):
    """A Bot that hands out updates unparsed: one that the library cannot read must not block the rest."""

    def __init__(self, token: str, api_root: str, proxy: str, patience: Patience) -> None:
        super().__init__(
            token,
            base_url=f"{api_root}/bot",
            base_file_url=f"{api_root}/file/bot",
            request=_request(patience, proxy, read=patience.answer),
            get_updates_request=_request(patience, proxy, read=patience.poll + patience.answer),
        )

    async def updates(self, offset: int, wait: int) -> list[dict[str, Any]]:
        """Updates from `offset` on, waiting up to `wait` seconds for the first; raises TelegramError."""
        asked = {"offset": offset, "timeout": wait, "allowed_updates": UPDATE_KINDS}
        result: list[dict[str, Any]] = await self._post("getUpdates", asked)
        return result


def _request(patience: Patience, proxy: str, *, read: float) -> HTTPXRequest:
    return HTTPXRequest(
        connect_timeout=patience.connect,
        read_timeout=read,
        write_timeout=patience.answer,
        pool_timeout=patience.connect,
        proxy=proxy or None,
    )
