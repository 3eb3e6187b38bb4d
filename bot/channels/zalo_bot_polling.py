"""Asking the Zalo Bot Platform for updates, again and again.

The platform takes no offset and no acknowledgement, and it is not known whether an update handed out is gone
or comes back for ever. So each update is held until it is stored, repeats are told by `take`, and a server
that repeats itself at once is asked less often.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.channels import TryAgain, Uncertain
from bot.channels.zalo_bot_client import ApiError, ZaloBotClient
from bot.channels.zalo_bot_updates import Malformed, Update, updates_in

Take = Callable[[Update], Awaitable[bool]]
"""Stores an update; True when it was new. Raises Malformed, or anything else when it was not stored."""

CALM, REPEATS, FAULT = 1, 5, 60
"""Longest pause after a round of each kind, in floors."""

GRACE = 5.0
"""Seconds that storing may go on after the bot was told to stop."""

log = logging.getLogger(__name__)


class Poller:
    """The only one who asks; `run` until cancelled."""

    def __init__(self, client: ZaloBotClient, take: Take) -> None:
        self._client = client
        self._take = take

    async def run(self) -> None:
        """Poll for ever; a fault or a server that only repeats itself makes the pauses longer."""
        floor = self._client.pace.floor
        now = asyncio.get_running_loop().time
        pause = floor
        while True:
            began = now()
            pause = min(pause * 2, floor * await self._round())
            await asyncio.sleep(max(began + pause - now(), 0))

    async def _round(self) -> int:
        pace = self._client.pace
        try:
            result = await self._client.call("getUpdates", {"timeout": pace.poll}, wait=pace.poll + pace.total)
        except ApiError as refusal:
            return await self._refused(refusal)
        except (TryAgain, Uncertain) as fault:
            log.warning("polling: %s", fault)
            return FAULT
        news = [await self._store(update) for update in updates_in(result)]
        return REPEATS if news and not any(news) else CALM

    async def _refused(self, refusal: ApiError) -> int:
        if refusal.code == 408:  # the ordinary end of a poll that brought nothing
            return CALM
        log.warning("polling: %s", refusal)
        if "webhook" in refusal.description.lower():
            await self._remove_webhook()
        return FAULT

    async def _remove_webhook(self) -> None:
        """Polling was configured, and the platform refuses it while an older webhook stands."""
        try:
            await self._client.call("deleteWebhook", {})
        except (ApiError, TryAgain, Uncertain) as fault:
            log.warning("polling: %s", fault)

    async def _store(self, update: Update) -> bool:
        """Keep at it until the update is stored: a server that consumes will not hand it out again."""
        pause = self._client.pace.floor
        while True:
            try:
                return await _to_the_end(self._take(update))
            except Malformed as fault:
                log.warning("polling: update ignored: %s", fault)
                return False
            except Exception:
                log.exception("polling: update not stored, trying again")
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._client.pace.floor * FAULT)


async def _to_the_end(work: Awaitable[bool]) -> bool:
    """Await `work`; when cancelled, let it finish first, so that stopping loses no message."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=GRACE)
        task.cancel()
        raise
