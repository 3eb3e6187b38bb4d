"""Whole dialogues as YAML: who says what to whom, played by scripted people through the real app.

```yaml
title: …
cast: {mai: Lò Thị Mai, ha: Nguyễn Thu Hà}
steps:
  - mai: câu hỏi            # says
  - mai presses: Gửi chuyên viên
  - mai hears: [phiếu, Sở Tư pháp]
  - ha hears nothing: true
```
`{ticket}` in a step is the number of the ticket last heard of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.support.cast import Listener

FOLDER = Path(__file__).parent.parent / "conversations"
_TICKET = re.compile(r"[Pp]hiếu (\d+)")


@dataclass(frozen=True)
class Dialogue:
    """A play: its title, who is in it, and the steps."""

    name: str
    title: str
    cast: dict[str, str]
    steps: list[dict[str, Any]]


def dialogues() -> list[Dialogue]:
    """Every play in tests/conversations, by file name."""
    files = sorted(FOLDER.glob("*.yaml"))
    return [Dialogue(_name(file), **yaml.safe_load(file.read_text("utf-8"))) for file in files]


def _name(file: Path) -> str:
    return file.stem.partition("-")[2].replace("-", " ")


async def play(dialogue: Dialogue, cast: dict[str, Listener]) -> None:
    """Go through the steps; AssertionError names the one that failed."""
    facts = {"ticket": ""}
    for number, step in enumerate(dialogue.steps, 1):
        [(what, value)] = step.items()
        try:
            heard = await _step(cast, what, value, facts)
        except AssertionError as error:
            raise AssertionError(f"step {number} ({what}: {value}): {error}") from None
        found = _TICKET.search(heard)
        if found:
            facts["ticket"] = found[1]


async def _step(cast: dict[str, Listener], what: str, value: Any, facts: dict[str, str]) -> str:
    name, _, verb = what.partition(" ")
    who = cast[name]
    match verb:
        case "":
            await who.actor.says(_filled(value, facts))
        case "presses":
            await who.actor.presses(_filled(value, facts))
        case "hears":
            parts = [value] if isinstance(value, str) else value
            return await who.hears(*[_filled(part, facts) for part in parts])
        case "hears nothing":
            await who.hears_nothing()
        case _:
            raise AssertionError(f"unknown verb {verb!r}")
    return ""


def _filled(text: Any, facts: dict[str, str]) -> str:
    return str(text).replace("{ticket}", facts["ticket"])
