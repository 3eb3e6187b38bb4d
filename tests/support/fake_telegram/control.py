"""The fake's own HTTP interface under /control, for a load generator or a person in another process.

    POST /control/users                     {"id", "first_name", "last_name"?}
    POST /control/users/ID/says             {"text", "reply_to"?}
    POST /control/users/ID/presses          {"button", "message_id"?}
    POST /control/users/ID/edits            {"text", "message_id"?}
    POST /control/users/ID/sends_photo      {"content" in base64, "caption"?}
    POST /control/users/ID/sends_document   {"name", "content" in base64, "caption"?}
    POST /control/users/ID/blocks | unblocks
    GET  /control/users/ID/inbox            ?after=MESSAGE_ID&wait=SECONDS
    GET  /control/stats
    POST /control/faults                    {"duplicate"?, "reorder"?, "delay"?, "slow"?, "down"?}
    POST /control/faults/fail_next | drop_next | stall_next | flood   their arguments by name
    POST /control/limits                    {"enabled"?, "overall"?, "per_chat"?, "per_group_minute"?}

What cannot be done answers 400 with {"error"}.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.support.fake_telegram.people import FakeUser
from tests.support.fake_telegram.records import Json

if TYPE_CHECKING:
    from tests.support.fake_telegram.server import FakeTelegram

Action = Callable[[FakeUser, Json], Awaitable[Any]]
_SWITCHES = ("duplicate", "reorder", "delay", "slow", "down")
_LIMITS = ("enabled", "overall", "per_chat", "per_group_minute")
_PLANS = ("fail_next", "drop_next", "stall_next", "flood")


def add_control(app: web.Application, fake: FakeTelegram) -> None:
    """Add the routes above to the fake's server."""
    post = partial(_add, app, fake)
    post("/control/users", _make_user)
    post("/control/users/{id}/{action}", _act)
    post("/control/faults", _switch_faults)
    post("/control/faults/{plan}", _plan_fault)
    post("/control/limits", _set_limits)
    app.router.add_get("/control/users/{id}/inbox", partial(_inbox, fake))
    app.router.add_get("/control/stats", partial(_stats, fake))


Change = Callable[["FakeTelegram", web.Request, Json], Awaitable[Any]]


def _add(app: web.Application, fake: FakeTelegram, path: str, change: Change) -> None:
    async def handle(request: web.Request) -> web.Response:
        try:
            given = await request.json() if request.can_read_body else {}
            return web.json_response({"result": await change(fake, request, given)})
        except (LookupError, TypeError, ValueError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    app.router.add_post(path, handle)


async def _make_user(fake: FakeTelegram, _: web.Request, given: Json) -> Any:
    return fake.user(int(given["id"]), given["first_name"], given.get("last_name", "")).json


async def _act(fake: FakeTelegram, request: web.Request, given: Json) -> Any:
    user = fake.person(int(request.match_info["id"]))
    return await ACTIONS[request.match_info["action"]](user, given)


async def _says(user: FakeUser, given: Json) -> Any:
    return await user.says(given["text"], given.get("reply_to"))


async def _presses(user: FakeUser, given: Json) -> Any:
    message = user.chat.find(int(given["message_id"])) if given.get("message_id") else None
    return user.presses(given["button"], message)


async def _edits(user: FakeUser, given: Json) -> Any:
    return await user.edits(given["text"], given.get("message_id"))


async def _sends_photo(user: FakeUser, given: Json) -> Any:
    return await user.sends_photo(base64.b64decode(given["content"]), given.get("caption", ""))


async def _sends_document(user: FakeUser, given: Json) -> Any:
    content = base64.b64decode(given["content"])
    return await user.sends_document(given["name"], content, given.get("caption", ""))


async def _blocks(user: FakeUser, _: Json) -> Any:
    return user.blocks()


async def _unblocks(user: FakeUser, _: Json) -> Any:
    return user.unblocks()


ACTIONS: dict[str, Action] = {
    "says": _says,
    "presses": _presses,
    "edits": _edits,
    "sends_photo": _sends_photo,
    "sends_document": _sends_document,
    "blocks": _blocks,
    "unblocks": _unblocks,
}


async def _switch_faults(fake: FakeTelegram, _: web.Request, given: Json) -> Any:
    return _set(fake.faults, given, _SWITCHES)


async def _set_limits(fake: FakeTelegram, _: web.Request, given: Json) -> Any:
    return _set(fake.limits, given, _LIMITS)


def _set(target: Any, given: Json, names: tuple[str, ...]) -> Json:
    if unknown := given.keys() - set(names):
        raise LookupError(f"unknown: {sorted(unknown)}; there are {names}")
    for name, value in given.items():
        setattr(target, name, value)
    return {name: getattr(target, name) for name in names}


async def _plan_fault(fake: FakeTelegram, request: web.Request, given: Json) -> Any:
    plan = request.match_info["plan"]
    if plan not in _PLANS:
        raise LookupError(f"no fault {plan}; there are {_PLANS}")
    return getattr(fake.faults, plan)(**given)


async def _inbox(fake: FakeTelegram, request: web.Request) -> web.Response:
    try:
        chat = fake.person(int(request.match_info["id"])).chat
        after, wait = int(request.query.get("after", 0)), float(request.query.get("wait", 0))
    except (LookupError, ValueError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
    deadline = asyncio.get_running_loop().time() + wait
    while not (found := [message.as_json() for message in chat.inbox if message.message_id > after]):
        left = deadline - asyncio.get_running_loop().time()
        chat.arrived.clear()
        try:
            await asyncio.wait_for(chat.arrived.wait(), max(left, 0))
        except TimeoutError:
            break
    return web.json_response({"result": found})


async def _stats(fake: FakeTelegram, _: web.Request) -> web.Response:
    stats = {
        "calls": fake.calls,
        "updates": fake.updates.total,
        "waiting": len(fake.updates.waiting),
        "received": sum(chat.received for chat in fake.chats.values()),
        "flood_refused": fake.limits.refused,
        "webhook": fake.webhook.info() | {"delivered": fake.webhook.delivered, "failed": fake.webhook.failed},
    }
    return web.json_response({"result": stats})
