"""The Zalo Bot Platform (Zalo Bot): text and photos with people and in groups; no buttons, no documents."""

from __future__ import annotations

import asyncio
import hmac
import logging
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from datetime import timedelta
from functools import partial
from typing import Literal

from aiohttp import web

from bot.channels import (
    Abilities,
    Outgoing,
    Rates,
    Receive,
    Rejected,
    TryAgain,
    Uncertain,
    Unreachable,
)
from bot.channels.zalo_bot_client import ApiError, Pace, ZaloBotClient, read_capped
from bot.channels.zalo_bot_media import fetch
from bot.channels.zalo_bot_polling import Poller
from bot.channels.zalo_bot_updates import Malformed, Update, decode, understand
from bot.wording.rich import plain
from handlers.turn import Attachment, Incoming

PATH = "/webhooks/zalo-bot"
SECRET_HEADER = "X-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
BODY_CAP = 64 * 1024
LONGEST_PAUSE = 300
"""Longest wait between two attempts to set up, in floors."""
USUAL_PACE = Pace()

log = logging.getLogger(__name__)


class ZaloBotChannel:
    """One bot of the Zalo Bot Platform, by polling (trying out) or by webhook (in service).

    Raises ValueError for settings it cannot work with; webhook mode needs a secret of 8 to 256 characters.
    Without `public_url` the webhook is expected to have been registered by hand. `media_origins` are
    fetched from besides Zalo's own hosts.
    """

    name = "zalo-bot"
    abilities = Abilities(
        buttons=False,
        text_limit=2000,
        rates=Rates(overall=20, per_chat=1, per_group_minute=20),
        user_cap=50,
        monthly_cap=3000,
    )

    def __init__(
        self,
        token: str,
        *,
        api_root: str = "https://bot-api.zaloplatforms.com",
        mode: Literal["polling", "webhook"],
        webhook_secret: str = "",
        public_url: str = "",
        pace: Pace = USUAL_PACE,
        media_origins: Collection[str] = (),
    ) -> None:
        if mode not in ("polling", "webhook"):
            raise ValueError(f"a Zalo bot is in mode polling or webhook, not {mode!r}")
        if mode == "webhook" and not 8 <= len(webhook_secret) <= 256:
            raise ValueError("a Zalo bot in webhook mode needs a secret of 8 to 256 characters")
        self._client = ZaloBotClient(token, api_root, pace)
        self._mode = mode
        self._secret = webhook_secret
        self._public_url = public_url.rstrip("/")
        self._media_origins = media_origins
        self._names: tuple[str, ...] = ()

    def listen(self, app: web.Application, receive: Receive) -> None:
        """Add the webhook's route, or the poller; both learn the bot's own name first."""
        if self._mode == "webhook":
            app.router.add_post(PATH, partial(self._hook, receive))
        app.cleanup_ctx.append(partial(self._alive, receive))

    async def send(self, address: str, message: Outgoing) -> str:
        """Send the words alone; the platform shows no buttons, links or files."""
        text = unicodedata.normalize("NFC", plain(message.text))
        failure: Exception
        try:
            result = await self._client.call("sendMessage", {"chat_id": address, "text": text})
        except ApiError as refusal:
            failure = _failure(refusal)
        else:
            return str(result.get("message_id", "")) if isinstance(result, dict) else ""
        raise failure

    async def fetch(self, attachment: Attachment) -> bytes:
        """The photo or voice behind an address that came in."""
        return await fetch(self._client.session, attachment.reference, self._media_origins)

    async def _alive(self, receive: Receive, _app: web.Application) -> AsyncIterator[None]:
        work = asyncio.create_task(self._work(receive), name="zalo-bot")
        work.add_done_callback(_report)
        yield
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await self._client.close()

    async def _work(self, receive: Receive) -> None:
        await self._until_done(self._learn_names)
        if self._mode == "polling":
            await Poller(self._client, partial(self._take, receive)).run()
        elif self._public_url:
            await self._until_done(self._register)

    async def _take(self, receive: Receive, update: Update) -> bool:
        incoming = understand(update, self._names)
        return incoming is not None and await receive(incoming)

    async def _hook(self, receive: Receive, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret.encode()):
            raise web.HTTPForbidden
        incoming = await self._read(request)
        try:
            if incoming is not None:
                await receive(incoming)
        except Exception:
            log.exception("webhook: message not stored")
            raise web.HTTPServiceUnavailable from None
        return web.json_response({"message": "Success"})

    async def _read(self, request: web.Request) -> Incoming | None:
        """The message in a webhook's body; an empty body is the probe of setWebhook. A slow body is given up."""
        try:
            async with asyncio.timeout(self._client.pace.total):
                body = await read_capped(request.content, BODY_CAP)
            if len(body) > BODY_CAP:
                raise web.HTTPRequestEntityTooLarge(max_size=BODY_CAP, actual_size=len(body))
            return understand(decode(body), self._names) if body.strip() else None
        except (Malformed, web.RequestPayloadError, OSError) as fault:
            log.warning("webhook: malformed: %s", fault if isinstance(fault, Malformed) else type(fault).__name__)
            raise web.HTTPBadRequest from None

    async def _learn_names(self) -> bool:
        me = await self._client.call("getMe", {})
        known = [me.get(field) for field in ("display_name", "account_name")] if isinstance(me, dict) else []
        self._names = tuple(name for name in known if isinstance(name, str) and name)
        return True

    async def _register(self) -> bool:
        """Register the webhook. The platform saves what it could not reach, too, so `ok` says little."""
        result = await self._client.call("setWebhook", {"url": self._public_url + PATH, "secret_token": self._secret})
        check = result.get("verification") if isinstance(result, dict) else None
        if not isinstance(check, dict) or check.get("ok") is not False:
            return True
        log.warning("webhook: the platform cannot reach it: %s", check.get("outcome"))
        return False

    async def _until_done(self, step: Callable[[], Awaitable[bool]]) -> None:
        """Repeat a step of setting up, ever more slowly, until it succeeds; start-up does not wait for it."""
        floor = self._client.pace.floor
        pause = floor
        while True:
            try:
                if await step():
                    return
            except (ApiError, TryAgain, Uncertain) as fault:
                log.warning("setting up: %s", fault)
            await asyncio.sleep(pause)
            pause = min(pause * 2, floor * LONGEST_PAUSE)


def _report(work: asyncio.Task[None]) -> None:
    """A task nobody waits for must not die unheard."""
    if not work.cancelled() and work.exception() is not None:
        log.critical("zalo-bot stopped", exc_info=work.exception())


def _failure(refusal: ApiError) -> Exception:
    """What a refusal means for a message; officially 403 is the platform's own trouble, not ours."""
    code, why = refusal.code, str(refusal)
    if code == 401:
        return TryAgain(why, after=timedelta(minutes=5), whole_channel=True)
    if code in (403, 408, 429) or not 400 <= code < 500:
        return TryAgain(why)
    if code == 404 or (code == 400 and "chat" in refusal.description.lower()):
        return Unreachable(why)
    return Rejected(why)
