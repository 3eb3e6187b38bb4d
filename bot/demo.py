"""The demo province (tỉnh mẫu): invented people to try everything with, only on this machine."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from aiohttp import hdrs, web

from bot.channels.web_session import hash_of, new_session, set_session
from bot.service import Service
from handlers.permissions import PROVINCE_UNIT
from storage import Transaction
from storage.people import Person, Role

COMMUNES = (("xa-suoi-mo", "Xã Suối Mơ"), ("xa-nam-thanh", "Xã Nậm Thanh"), ("phuong-binh-an", "Phường Bình An"))

# Invented names; any likeness is chance.
PEOPLE = (
    ("Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo"),
    ("Vàng A Sùng", Role.REQUESTER, "xa-nam-thanh"),
    ("Trần Minh Khôi", Role.REQUESTER, "phuong-binh-an"),
    ("Nguyễn Thu Hà", Role.SPECIALIST, "so-tu-phap"),
    ("Đỗ Quang Vinh", Role.SPECIALIST, "so-tu-phap"),
    ("Phạm Hồng Nhung", Role.SPECIALIST, "so-noi-vu"),
    ("Bùi Đức Thắng", Role.SPECIALIST, "so-noi-vu"),
    ("Lê Bảo Châu", Role.SPECIALIST, "so-nong-nghiep-va-moi-truong"),
    ("Hoàng Gia Phúc", Role.SPECIALIST, "so-nong-nghiep-va-moi-truong"),
    ("Đinh Khánh Linh", Role.SPECIALIST, "van-phong-ubnd-tinh"),
    ("Tạ Hữu Nghĩa", Role.SPECIALIST, "van-phong-ubnd-tinh"),
    ("Cao Thanh Bình", Role.LEADER, PROVINCE_UNIT),
    ("Vũ Ngọc Diệp", Role.CURATOR, "so-tu-phap"),
    ("Mai Xuân Trường", Role.OPERATOR, "so-khoa-hoc-va-cong-nghe"),
)


SUBJECT = "demo province"
"""What the seeding is written down about; only people named there can be chosen."""


async def seed(tx: Transaction, at: datetime) -> None:
    """Fill an empty database with the demo province; one that knows anybody is left alone."""
    if await tx.people.any_enrolled():
        return
    for code, name in COMMUNES:
        await tx.people.add_commune(code, name)
    invented = [await tx.people.add(name, role, unit, at=at) for name, role, unit in PEOPLE]
    for person in invented:
        # Nobody has opened these pages yet: any account they really write from comes first.
        await _page_of(tx, person, at - timedelta(days=1))
    tx.audit.write("demo.seeded", SUBJECT, at=at, people=[person.key for person in invented])


def add_demo(app: web.Application, whole: Service) -> None:
    """Serve who there is, and a session for whoever one wants to be."""

    async def people(request: web.Request) -> web.Response:
        _only_here(request)
        return web.json_response(await _everybody(whole), dumps=lambda people: json.dumps(people, ensure_ascii=False))

    async def session(request: web.Request) -> web.Response:
        _only_here(request)
        return await _become(request, whole)

    app.router.add_get("/demo/people", people)
    app.router.add_post("/demo/session", session)


async def _everybody(whole: Service) -> list[dict[str, Any]]:
    async with whole.database.reading() as tx:
        invented = {key for line in await tx.audit.about(SUBJECT) for key in line.facts.get("people", ())}
        everybody = [person for person in await tx.people.all() if person.key in invented]
        communes = await tx.people.communes()
    if not everybody:
        raise web.HTTPNotFound  # a database of real people: nobody may become one of them
    names = {code: department.name for code, department in whole.knowledge.departments.items()} | communes
    return [
        {"id": p.key, "name": p.name, "role": p.role, "unit": p.unit, "unit_name": names.get(p.unit, "UBND tỉnh")}
        for p in everybody
        if p.active
    ]


async def _become(request: web.Request, whole: Service) -> web.Response:
    try:
        body = await request.json()
        wanted = body["person"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise web.HTTPBadRequest from None
    if not any(person["id"] == wanted for person in await _everybody(whole)):
        raise web.HTTPNotFound
    token = new_session()
    async with whole.database.transaction() as tx:
        person = await tx.people.get(wanted)
        address = await _page_of(tx, person, whole.clock())
        tx.transcript.assign(hash_of(token), address, at=whole.clock())
        tx.audit.write("demo.session", f"person:{person.key}", at=whole.clock(), actor=person.key)
    response = web.json_response({"id": person.key, "name": person.name, "role": person.role, "unit": person.unit})
    set_session(response, token, secure=False)
    return response


async def _page_of(tx: Transaction, person: Person, at: datetime) -> str:
    """The page of a person: every browser that becomes them shows the same one."""
    for account in await tx.people.accounts(person.key):
        if account.channel == "web":
            return account.address
    account = await tx.people.add_account(person, "web", f"demo-{person.key}", name=person.name, at=at)
    await tx.conversations.open("web", account.address, group=False, at=at)
    return account.address


def _only_here(request: web.Request) -> None:
    """Only a browser on this machine, speaking to it by a loopback name, and not through a proxy."""
    host = request.host.rsplit(":", 1)[0].strip("[]")
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    if host not in ("127.0.0.1", "localhost", "::1") or request.remote not in ("127.0.0.1", "::1") or forwarded:
        raise web.HTTPNotFound
    origin = request.headers.get(hdrs.ORIGIN)
    if origin and origin.split("://", 1)[-1] != request.host:
        raise web.HTTPNotFound
