"""Photos and voices that people sent to a Zalo bot: fetched from Zalo's own hosts and from nowhere else.

The address comes from outside, so it is checked before each request, redirects included: a forged update must
not make this server ask its own network for anything.
"""

from __future__ import annotations

from collections.abc import Collection

import aiohttp
from yarl import URL

from bot.channels import TryAgain, Unreachable
from bot.channels.zalo_bot_client import read_capped

SIZE_CAP = 20 * 1024 * 1024
HOSTS = ("zdn.vn", "zadn.vn")
MEDIA_TYPES = ("image/", "audio/", "application/octet-stream")
HOPS = 3
TIMEOUT = aiohttp.ClientTimeout(total=60, connect=5)


async def fetch(session: aiohttp.ClientSession, address: str, origins: Collection[str] = ()) -> bytes:
    """Bytes at `address`, at most 20 MB; `origins` are allowed besides Zalo's hosts, http included.

    Raises TryAgain when it may work later, Unreachable when it will not.
    """
    failure: TryAgain | Unreachable
    try:
        return await _follow(session, address, origins)
    except (aiohttp.InvalidURL, ValueError) as error:
        failure = Unreachable(f"media: not an address ({type(error).__name__})")
    except (aiohttp.ClientError, TimeoutError) as error:
        failure = TryAgain(f"media: {type(error).__name__}")
    raise failure


def allowed(url: URL, origins: Collection[str] = ()) -> bool:
    """Whether `url` may be asked for: https on Zalo's media hosts, or one of the extra `origins`."""
    if not url.absolute or url.user is not None:
        return False
    if str(url.origin()) in origins:
        return True
    host = (url.host or "").rstrip(".")
    return url.scheme == "https" and url.port == 443 and any(host.endswith(f".{known}") for known in HOSTS)


async def _follow(session: aiohttp.ClientSession, address: str, origins: Collection[str]) -> bytes:
    url = URL(address)
    for _ in range(HOPS + 1):
        if not allowed(url, origins):
            raise Unreachable("media: not one of Zalo's hosts")
        async with session.get(url, timeout=TIMEOUT, allow_redirects=False) as response:
            if response.status not in (301, 302, 303, 307, 308):
                return await _content(response)
            url = url.join(URL(response.headers.get("Location", "")))
    raise Unreachable("media: too many redirects")


async def _content(response: aiohttp.ClientResponse) -> bytes:
    if response.status == 429 or response.status >= 500:
        raise TryAgain(f"media: HTTP {response.status}")
    if response.status != 200:
        raise Unreachable(f"media: HTTP {response.status}")
    if not response.content_type.startswith(MEDIA_TYPES):
        raise Unreachable(f"media: unexpected type {response.content_type}")
    body = await read_capped(response.content, SIZE_CAP)
    if len(body) > SIZE_CAP:
        raise Unreachable("media: larger than 20 MB")
    return body
