"""HTTP to the Zalo Bot Platform: one call, its envelope, its faults.

The token is part of every address, so no exception of the HTTP library leaves this file: each is replaced by
one of ours that carries the method's name and nothing of the address, and that remembers no cause.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.channels import TryAgain, Uncertain

ANSWER_CAP = 1024 * 1024
"""Bytes of an answer we are willing to read; real ones are under a kilobyte, a backlog a few more."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to wait, in seconds: for a connection, for an answer, for an idle poll, between two polls."""

    connect: float = 5.0
    total: float = 15.0
    poll: int = 30
    floor: float = 1.0


class ApiError(Exception):
    """The platform answered `ok: false`; `code` is its error_code, or the HTTP status where it gave none."""

    def __init__(self, method: str, code: int, description: str) -> None:
        super().__init__(f"{method}: {code} {description}")
        self.code = code
        self.description = description


class ZaloBotClient:
    """The Bot API with one static token. One session, opened by the first call."""

    def __init__(self, token: str, api_root: str, pace: Pace) -> None:
        if not token:
            raise ValueError("a Zalo bot needs a token")
        if URL(api_root).scheme not in ("http", "https") or not URL(api_root).host:
            raise ValueError("the API root of a Zalo bot must be an http(s) address")
        self.pace = pace
        self._token = token
        self._root = f"{api_root.rstrip('/')}/bot{token}"
        self._session: aiohttp.ClientSession | None = None

    def __repr__(self) -> str:
        return "ZaloBotClient(<token>)"

    @property
    def session(self) -> aiohttp.ClientSession:
        """The one session; without cookies, so that no host learns what another set."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def close(self) -> None:
        """Close the session, if one was opened."""
        if self._session is not None:
            await self._session.close()

    async def call(self, method: str, parameters: dict[str, object], *, wait: float | None = None) -> object:
        """Call `method` and return its `result` (None where it has none), waiting at most `wait` seconds.

        Raises ApiError for a refusal, TryAgain when nothing was delivered or the answer could not be read,
        Uncertain when the connection failed after the request had left.
        """
        status, body = await self._post(method, parameters, wait or self.pace.total)
        envelope = _envelope(body)
        if envelope is None and status == 401:
            raise ApiError(method, status, "unreadable answer")
        if envelope is None:
            raise TryAgain(f"{method}: unreadable answer (HTTP {status})")
        if envelope["ok"]:
            return envelope.get("result")
        code, description = envelope.get("error_code"), str(envelope.get("description", ""))
        raise ApiError(method, code if isinstance(code, int) else status, self._redacted(description))

    async def _post(self, method: str, parameters: dict[str, object], wait: float) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(total=wait, connect=self.pace.connect)
        failure: TryAgain | Uncertain
        try:
            async with self.session.post(
                f"{self._root}/{method}", json=parameters, timeout=timeout, allow_redirects=False
            ) as response:
                return response.status, await read_capped(response.content, ANSWER_CAP)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            failure = TryAgain(f"{method}: no connection ({type(error).__name__})", whole_channel=True)
        except (aiohttp.ClientError, TimeoutError) as error:
            failure = Uncertain(f"{method}: no answer ({type(error).__name__})")
        raise failure  # not in a handler: the library's error knows the address and must not be its context

    def _redacted(self, text: str) -> str:
        for form in (self._token, quote(self._token), quote(self._token, safe="")):
            text = text.replace(form, "<token>")
        return text


async def read_capped(content: aiohttp.StreamReader, cap: int) -> bytes:
    """All of a body, or its first bytes, more than `cap` of them, where it is longer."""
    body = bytearray()
    while len(body) <= cap and (piece := await content.read(cap + 1 - len(body))):
        body += piece
    return bytes(body)


def _envelope(body: bytes) -> dict[str, object] | None:
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(envelope, dict) or not isinstance(envelope.get("ok"), bool):
        return None
    return envelope
