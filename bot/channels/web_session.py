"""The web chat's session (phiên): a cookie in the browser, only its hash in the database; and our pages' headers."""

from __future__ import annotations

import hashlib
import secrets

from aiohttp import web

COOKIE = "xongviec"
COOKIE_DAYS = 60
SECURITY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def new_session() -> str:
    """A fresh session token for a cookie."""
    return secrets.token_urlsafe(32)


def hash_of(session: str) -> str:
    """What the database knows of a session: a hash, so that reading it gives nobody a session."""
    return hashlib.sha256(session.encode()).hexdigest()[:40]


def set_session(response: web.StreamResponse, session: str, *, secure: bool) -> None:
    """Give a browser its session. Lax, not Strict: who follows a link from Zalo must not look like a stranger."""
    response.set_cookie(
        COOKIE, session, max_age=COOKIE_DAYS * 86400, httponly=True, samesite="Lax", secure=secure, path="/"
    )
