"""The body of a webhook call as an update that can be stored, or the HTTP error its sender deserves."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

LONGEST_BODY = 1024 * 1024
_LARGEST_ID = 2**63


async def read_update(request: web.Request) -> dict[str, Any]:
    """The update in the body; raises 413 for over 1 MiB and 400 for anything that is not an update."""
    body = await _body(request)
    try:
        update = cleaned(json.loads(body, parse_constant=_refuse))
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest from None
    if not isinstance(update, dict):
        raise web.HTTPBadRequest
    number = update.get("update_id")
    if type(number) is not int or not 0 <= number < _LARGEST_ID:
        raise web.HTTPBadRequest
    return update


def cleaned(value: Any) -> Any:
    """The JSON value as every database takes it: no NUL, no half characters; raises ValueError for 1e999."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {cleaned(key): cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(value)
    return value


async def _body(request: web.Request) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.content.iter_chunked(64 * 1024):
            body += chunk
            if len(body) > LONGEST_BODY:
                raise web.HTTPRequestEntityTooLarge(max_size=LONGEST_BODY, actual_size=len(body))
    except (web.RequestPayloadError, BadHttpMessage):
        raise web.HTTPBadRequest from None
    return bytes(body)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
