"""What can go wrong on demand, and Telegram's flood limits with real accounting."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from tests.support.fake_telegram.errors import Refused, flooded

# Clocks of two programs never agree to the millisecond, and Telegram is not that strict either.
_TOLERANCE = 0.95


@dataclass(slots=True)
class Planned:
    """A fault for the next calls: an error answer, or none at all (`drop`), after taking the message or not."""

    left: int
    method: str = ""
    refusal: Refused | None = None
    drop: bool = False
    accept: bool = False
    wait: float = 0.0

    def concerns(self, method: str) -> bool:
        """Without a method named, every call that sends something."""
        return method == self.method if self.method else method.startswith("send")


@dataclass(slots=True)
class Faults:
    """Switches; `delay` holds back updates and `slow` answers, both in seconds."""

    duplicate: bool = False
    reorder: int = 1
    delay: float = 0.0
    slow: float = 0.0
    down: bool = False
    _planned: list[Planned] = field(default_factory=list)
    _floods: dict[int | None, float] = field(default_factory=dict)

    def fail_next(
        self,
        times: int = 1,
        status: int = 500,
        description: str = "Internal Server Error",
        *,
        method: str = "",
        parameters: dict[str, Any] | None = None,
    ) -> None:
        """Answer the next calls with an error."""
        refusal = Refused(status, description, parameters)
        self._planned.append(Planned(times, method.lower(), refusal))

    def drop_next(self, times: int = 1, *, method: str = "", accept: bool = True) -> None:
        """Close the connection without an answer; with `accept` the message was taken all the same."""
        self._planned.append(Planned(times, method.lower(), drop=True, accept=accept))

    def stall_next(self, times: int = 1, *, method: str = "", seconds: float = 5.0) -> None:
        """Take the message and answer only after `seconds`."""
        self._planned.append(Planned(times, method.lower(), accept=True, wait=seconds))

    def flood(self, seconds: float, chat: int | None = None) -> None:
        """Answer 429 for `seconds`, to one chat or to all."""
        self._floods[chat] = time.monotonic() + seconds

    def take(self, method: str) -> Planned | None:
        """The fault planned for this call, used up by one."""
        for planned in self._planned:
            if planned.concerns(method):
                planned.left -= 1
                if not planned.left:
                    self._planned.remove(planned)
                return planned
        return None

    def check_flood(self, chat: int) -> None:
        """Raises 429 while a flood was ordered."""
        until = max(self._floods.get(chat, 0.0), self._floods.get(None, 0.0))
        if (left := until - time.monotonic()) > 0:
            raise flooded(math.ceil(left))


@dataclass(slots=True)
class Limits:
    """Messages Telegram takes: per second overall, per second and chat, per minute and group; off by default."""

    overall: int = 30
    per_chat: int = 1
    per_group_minute: int = 20
    enabled: bool = False
    refused: int = 0
    _sent: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def check(self, chat: int, *, group: bool) -> None:
        """Count one message; raises 429 when it is one too many."""
        if not self.enabled:
            return
        now = time.monotonic()
        rules = [("all", self.overall, 1.0), (f"chat {chat}", self.per_chat, 1.0)]
        rules += [(f"group {chat}", self.per_group_minute, 60.0)] if group else []
        wait = max(self._wait(name, most, window, now) for name, most, window in rules)
        if wait > 0:
            self.refused += 1
            raise flooded(max(1, math.ceil(wait)))
        for name, _, _ in rules:
            self._sent[name].append(now)

    def _wait(self, name: str, most: int, window: float, now: float) -> float:
        sent = self._sent[name]
        while sent and sent[0] <= now - window * _TOLERANCE:
            sent.popleft()
        return sent[0] + window - now if len(sent) >= most else 0.0
