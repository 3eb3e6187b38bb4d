"""Telegram: by webhook or by polling in, by the Bot API out. The python-telegram-bot library stays in here."""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from operator import itemgetter
from typing import Any, Literal

from aiohttp import web
from telegram.error import BadRequest, Conflict, InvalidToken, TelegramError

from bot.channels import Abilities, Outgoing, Rates, Receive, TryAgain, Unreachable
from bot.channels.telegram_client import PATIENCE, Client, Patience
from bot.channels.telegram_errors import failure, redacted
from bot.channels.telegram_parsing import CHANNEL, UPDATE_KINDS, Me, understand
from bot.channels.telegram_sending import Sender
from bot.channels.telegram_updates import cleaned, read_update
from handlers.turn import Attachment, Kind

log = logging.getLogger(__name__)

PATH = "/webhooks/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
LARGEST_DOWNLOAD = 20 * 1024 * 1024


class TelegramChannel:
    """Telegram as a Channel. Raises ValueError for webhook mode without a usable secret."""

    name = CHANNEL
    abilities = Abilities(
        buttons=True,
        text_limit=4096,
        rates=Rates(overall=30, per_chat=1, per_group_minute=20),
        files=True,
        links=True,
    )

    def __init__(
        self,
        token: str,
        *,
        api_root: str = "https://api.telegram.org",
        mode: Literal["polling", "webhook"],
        webhook_secret: str = "",
        public_url: str = "",
        proxy: str = "",
        patience: Patience = PATIENCE,
    ) -> None:
        if mode == "webhook" and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", webhook_secret):
            raise ValueError("Telegram's webhook needs a secret of 1 to 256 letters, digits, _ or -")
        self._token, self._mode, self._secret = token, mode, webhook_secret
        self._address = public_url.rstrip("/") + PATH
        self._patience = patience
        self._bot = Client(token, api_root.rstrip("/"), proxy, patience)
        self._me = Me(0)
        self._offset = 0
        self._sender = Sender(self._bot, token)
        self._errands: set[asyncio.Task[None]] = set()

    def listen(self, app: web.Application, receive: Receive) -> None:
        """Add the webhook's route, or the polling; neither keeps the program from starting."""
        if self._mode == "webhook":
            app.router.add_post(PATH, partial(self._hear, receive))
        app.cleanup_ctx.append(partial(self._live, receive))

    async def send(self, address: str, message: Outgoing) -> str:
        """Send the text, then the files; the id returned is "chat:message" of the first."""
        return await self._sender.send(address, message)

    async def fetch(self, attachment: Attachment) -> bytes:
        """Bytes of at most 20 MB; larger or vanished is Unreachable, anything passing TryAgain."""
        _check_size(attachment.size)
        try:
            file = await self._bot.get_file(attachment.reference)
            _check_size(file.file_size or 0)
            content = bytes(await file.download_as_bytearray())
        except TelegramError as error:
            raise self._fetch_failure(error) from None
        _check_size(len(content))
        return content

    def _fetch_failure(self, error: TelegramError) -> TryAgain | Unreachable:
        why = redacted(error, self._token)
        # The library gives one class to a refused token (401) and to a missing file (404).
        gone = isinstance(error, InvalidToken) and "not found" in why.lower()
        if gone or isinstance(error, BadRequest):
            return Unreachable(why)
        meant = failure(error, self._token)
        return meant if isinstance(meant, TryAgain | Unreachable) else TryAgain(why)

    async def _live(self, receive: Receive, app: web.Application) -> AsyncIterator[None]:
        work = self._poll(receive) if self._mode == "polling" else self._steadily(self._register)
        task = asyncio.create_task(work)
        yield
        tasks = [task, *self._errands]
        for running in tasks:
            running.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._bot.shutdown()

    async def _steadily(self, step: Callable[[], Awaitable[None]]) -> None:
        """Try `step` until it succeeds: an outage of Telegram delays this and nothing else."""
        for pause in self._patience.pauses():
            try:
                await step()
                return
            except TelegramError as error:
                log.warning("Telegram is not ready: %s", redacted(error, self._token))
            await asyncio.sleep(pause)

    async def _introduce(self) -> None:
        await self._bot.initialize()
        self._me = Me(self._bot.id, self._bot.username)

    async def _register(self) -> None:
        await self._introduce()
        await self._bot.set_webhook(
            self._address,
            secret_token=self._secret,
            allowed_updates=UPDATE_KINDS,
            drop_pending_updates=False,
        )
        log.info("Telegram delivers to %s", self._address)

    async def _prepare_polling(self) -> None:
        await self._introduce()
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def _poll(self, receive: Receive) -> None:
        await self._steadily(self._prepare_polling)
        pauses = self._patience.pauses()
        while True:
            try:
                await self._poll_once(receive)
                pauses = self._patience.pauses()
                continue
            except Conflict:
                log.error("another program polls Telegram with this bot's token")
                pause = self._patience.longest_pause
            except TelegramError as error:
                log.warning("polling Telegram failed: %s", redacted(error, self._token))
                pause = next(pauses)
            except Exception:
                log.exception("an update from Telegram could not be stored")
                pause = next(pauses)
            await asyncio.sleep(pause)

    async def _poll_once(self, receive: Receive) -> None:
        """Asking from the next offset on confirms the updates before it, so it moves as they are stored."""
        updates = await self._bot.updates(self._offset, self._patience.poll)
        for update in sorted(updates, key=itemgetter("update_id")):
            await self._take(receive, cleaned(update))
            self._offset = update["update_id"] + 1

    async def _hear(self, receive: Receive, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._secret.encode()):
            return web.Response(status=403)
        update = await read_update(request)
        try:
            await self._take(receive, update)
        except Exception:
            log.exception("an update from Telegram could not be stored")
            return web.Response(status=503)
        return web.Response()

    async def _take(self, receive: Receive, update: dict[str, Any]) -> None:
        incoming = understand(update, self._me)
        if incoming is None:
            return
        if incoming.kind is Kind.CHOICE:
            self._acknowledge(update["callback_query"]["id"])
        await receive(incoming)

    def _acknowledge(self, press: str) -> None:
        """Stop the button's spinner; nobody waits for this and its failure harms nobody."""
        errand = asyncio.create_task(self._answer(press))
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)

    async def _answer(self, press: str) -> None:
        try:
            await self._bot.answer_callback_query(press)
        except TelegramError as error:
            log.info("a press was not acknowledged: %s", redacted(error, self._token))


def _check_size(size: int) -> None:
    if size > LARGEST_DOWNLOAD:
        raise Unreachable(f"a file of {size} bytes is larger than Telegram gives to bots")
