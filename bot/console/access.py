"""The door of the console: who comes in (đăng nhập), what no other site may do in their name, and how a no looks.

The session is the web chat's: whoever is bound to a post there is known here.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from bot.channels.web_session import COOKIE, SECURITY, hash_of
from bot.console.pages import Pages, reader_of
from bot.service import Service
from handlers.desk import Desk
from storage import Transaction
from storage.people import Person

log = logging.getLogger(__name__)

LONGEST_BODY = 128 * 1024
"""The longest answer, with every letter written as several escaped bytes, fits twice."""
MOST_FIELDS = 20
POLICY = f"{SECURITY['Content-Security-Policy']}; form-action 'self'"


class Stop(Exception):
    """Another page than the one asked for: its status and its sentence."""

    def __init__(self, status: int, key: str, person: Person | None = None, **facts: Any) -> None:
        super().__init__(f"{status} {key}")
        self.status, self.key, self.facts = status, key, facts
        self.reader = None if person is None else reader_of(person)


class Door:
    """Lets people in, and gives them a desk."""

    def __init__(self, whole: Service, pages: Pages) -> None:
        self.whole, self.database, self._pages = whole, whole.database, pages

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._guard(request, handler)

        self.guard = guard

    async def desk(self, tx: Transaction, request: web.Request) -> Desk:
        """A desk for who sent the request; stops with 401 for somebody we do not know."""
        person = await _person_of(tx, request)
        if person is None:
            raise Stop(401, "console.sign_in")
        return self.whole.desk(tx, person)

    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if request.method == hdrs.METH_POST and not _from_our_page(request):
                raise Stop(403, "web.other_site")
            response = await handler(request)
        except Stop as stop:
            response = self._stop_page(stop)
        except web.HTTPRedirection as redirection:
            _secure(redirection)
            raise
        except web.HTTPException as error:
            response = self._stop_page(Stop(error.status, "console.not_found"))
        except Exception:
            incident = secrets.token_hex(4)
            log.exception("incident %s at the console, %s %s", incident, request.method, request.path)
            response = self._stop_page(Stop(500, "console.unexpected", incident=incident))
        _secure(response)
        return response

    def _stop_page(self, stop: Stop) -> web.Response:
        return self._pages.page("stop", stop.reader, status=stop.status, key=stop.key, facts=stop.facts)


async def form_of(request: web.Request, *, longest: int = LONGEST_BODY, fields: int = MOST_FIELDS) -> dict[str, str]:
    """The fields of a form; stops with 400 or 413 for what no page of ours sends."""
    length = request.content_length
    if length is None or length > longest:
        raise Stop(400 if length is None else 413, "web.body_wrong" if length is None else "web.too_large")
    try:
        given = parse_qsl((await request.read()).decode("ascii"), keep_blank_values=True, max_num_fields=fields)
    except ValueError:
        raise Stop(400, "web.body_wrong") from None
    if any("\x00" in value for _, value in given):
        raise Stop(400, "web.body_wrong")
    return {name: value.replace("\r\n", "\n") for name, value in given}


async def _person_of(tx: Transaction, request: web.Request) -> Person | None:
    session = request.cookies.get(COOKIE, "")
    if not 20 <= len(session) <= 100:
        return None
    account = await tx.people.account("web", await tx.transcript.page_of(hash_of(session)))
    person = None if account is None else await tx.people.get(account.person)
    return person if person is not None and person.enrolled else None


def _from_our_page(request: web.Request) -> bool:
    """A form of another site may not write in somebody's name (and the cookie is not sent along either)."""
    source = request.headers.get(hdrs.ORIGIN) or request.headers.get(hdrs.REFERER, "")
    try:
        return urlsplit(source).netloc == request.host
    except ValueError:
        return False


def _secure(response: web.StreamResponse) -> None:
    response.headers.update(SECURITY)
    response.headers["Content-Security-Policy"] = POLICY
