"""Every kind of update, as kept in tests/payloads/telegram, becomes the message written beside it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram_parsing import Me, NotReady, understand
from handlers.turn import Attachment, Incoming, Kind

PAYLOADS = Path(__file__).parents[1] / "payloads" / "telegram"
ME = Me(700100, "XongViecThuBot")


def load(name: str) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return payload


def expected(payload: dict[str, Any]) -> Incoming | None:
    wanted = payload["incoming"]
    if wanted is None:
        return None
    wanted["kind"] = Kind(wanted["kind"])
    wanted["attachments"] = tuple(Attachment(*each) for each in wanted.get("attachments", []))
    wanted["sent_at"] = wanted["sent_at"] and datetime.fromisoformat(wanted["sent_at"])
    return Incoming(channel="telegram", raw=payload["update"], **wanted)


@pytest.mark.parametrize("name", sorted(path.stem for path in PAYLOADS.glob("*.json")))
def test_update_is_understood(name: str) -> None:
    payload = load(name)
    before = json.dumps(payload["update"])
    assert understand(payload["update"], ME) == expected(payload), payload["about"]
    assert json.dumps(payload["update"]) == before, "the stored update is changed"


def test_payloads_cover_every_kind() -> None:
    seen = {incoming.kind for path in PAYLOADS.glob("*.json") if (incoming := expected(load(path.stem)))}
    assert seen == set(Kind)


@pytest.mark.parametrize("name", ["group_mention", "group_chatter", "group_reply"])
def test_group_waits_until_the_bot_knows_its_name(name: str) -> None:
    with pytest.raises(NotReady):
        understand(load(name)["update"], Me(0))


def test_private_chat_needs_no_name() -> None:
    incoming = understand(load("text")["update"], Me(0))
    assert incoming is not None
    assert incoming.kind is Kind.TEXT


def test_sent_at_knows_its_time_zone() -> None:
    incoming = understand(load("text")["update"], ME)
    assert incoming is not None
    assert incoming.sent_at is not None
    assert incoming.sent_at.utcoffset() is not None
