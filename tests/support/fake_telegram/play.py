"""One person plays a whole town in a terminal: "lan: câu hỏi", "binh presses Nhận", "lan blocks"."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from tests.support.fake_telegram.people import FakeUser
from tests.support.fake_telegram.records import Chat, Received

if TYPE_CHECKING:
    from tests.support.fake_telegram.server import FakeTelegram

HELP = "NAME: text | NAME presses LABEL | NAME edits TEXT | NAME blocks | NAME unblocks | quit"


async def play(fake: FakeTelegram) -> None:
    """Read lines until "quit" or the end of input; what the bot sends is shown as it comes."""
    fake.on_message = _show
    town: dict[str, FakeUser] = {}
    print(HELP, flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip() == "quit":
            return
        if line.strip():
            try:
                await _act(fake, town, line.strip())
            except (LookupError, ValueError) as error:
                print(f"  ! {error}", flush=True)


async def _act(fake: FakeTelegram, town: dict[str, FakeUser], line: str) -> None:
    name, colon, text = line.partition(":")
    if colon and " " not in name.strip():
        await _person(fake, town, name.strip()).says(text.strip())
        return
    name, act, rest = [*line.split(" ", 2), "", ""][:3]
    person = _person(fake, town, name)
    if act == "presses":
        person.presses(rest)
    elif act == "edits":
        await person.edits(rest)
    elif act == "blocks":
        person.blocks()
    elif act == "unblocks":
        person.unblocks()
    else:
        raise ValueError(HELP)


def _person(fake: FakeTelegram, town: dict[str, FakeUser], name: str) -> FakeUser:
    if name not in town:
        town[name] = fake.user(1001 + len(town), name.capitalize())
        print(f"  ({name} has id {town[name].id})", flush=True)
    return town[name]


def _show(chat: Chat, received: Received) -> None:
    who = chat.names.get("first_name") or chat.names.get("title")
    print(f"  → {who}: {received.text}", flush=True)
    if received.file_name:
        print(f"    file {received.file_name} ({len(received.file)} bytes)", flush=True)
    for label, data in received.buttons:
        print(f"    [{label}]  {data}", flush=True)
