"""What each failure of Telegram means for a message: try again, uncertain, unreachable or rejected."""

from __future__ import annotations

import logging
import os
from datetime import timedelta

import httpx
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channels import Rejected, TryAgain, Uncertain, Unreachable

log = logging.getLogger(__name__)

# Asks the library for `retry_after` as a timedelta, its documented future; without it, it warns at every use.
os.environ["PTB_TIMEDELTA"] = "true"

# These loggers print request addresses and bodies, and the address contains the token.
for _name in ("httpx", "httpcore", "telegram"):
    logging.getLogger(_name).setLevel(logging.WARNING)
# Prints answers it cannot read, and a proxy's error page repeats the address.
logging.getLogger("telegram.request").setLevel(logging.CRITICAL)

TOKEN_REFUSED_PAUSE = timedelta(minutes=5)

_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.LocalProtocolError,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_CHAT_GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "group is deactivated",
    "group chat was deactivated",
    "chat_write_forbidden",
    "not enough rights",
    "have no rights",
    "chat_id is empty",
)


def redacted(error: BaseException, token: str) -> str:
    """The error's kind and text without the secret half of the token."""
    secret = token.rpartition(":")[2]
    return f"{type(error).__name__}: {str(error).replace(secret, '…')}"


def failure(error: TelegramError, token: str) -> TryAgain | Uncertain | Unreachable | Rejected:
    """The contract's error for one of the library's; the token never shows in it."""
    why = redacted(error, token)
    if isinstance(error, RetryAfter):
        after = error.retry_after
        return TryAgain(why, after=after if isinstance(after, timedelta) else timedelta(seconds=after))
    if isinstance(error, InvalidToken):
        log.error("Telegram does not accept the bot's token: %s", why)
        return TryAgain(why, after=TOKEN_REFUSED_PAUSE, whole_channel=True)
    if isinstance(error, Forbidden):
        return Unreachable(why)
    if isinstance(error, BadRequest):
        return Unreachable(why) if _says(error, _CHAT_GONE) else Rejected(why)
    if isinstance(error, NetworkError):
        return _network_failure(error, why)
    return Uncertain(why)


def cannot_parse(error: BadRequest) -> bool:
    """True when Telegram refuses the formatting, not the message."""
    return _says(error, ("can't parse entities",))


def _network_failure(error: NetworkError, why: str) -> TryAgain | Uncertain | Rejected:
    cause = error.__cause__
    if isinstance(cause, httpx.PoolTimeout):
        return TryAgain(why)
    if isinstance(cause, _NEVER_LEFT):
        return TryAgain(why, whole_channel=True)
    if cause is None or isinstance(cause, TelegramError):  # Telegram answered, with an error status
        return Rejected(why) if _says(error, ("entity too large",)) else TryAgain(why)
    return Uncertain(why)


def _says(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    text = error.message.lower()
    return any(phrase in text for phrase in phrases)
