"""Pacing (giữ nhịp gửi): token buckets at the platforms' limits, per bot, per chat and per group."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from bot.channels import Rates

MOST_CHATS = 20_000
FLOWS, SAVED = 0.75, 0.2
"""Shares of a platform's limit that flow in and that may be saved up: together they stay below it in any second, with
room for messages that bunch up on their way. A refusal costs the message seconds, so going faster is slower."""


@dataclass(slots=True)
class Bucket:
    """So many tokens a second, at most `size` saved up. Times are seconds on any steady clock."""

    rate: float
    size: float
    tokens: float = -1.0
    at: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until a token is there; 0 when one is there now."""
        self._fill(now)
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate

    def spend(self, now: float) -> None:
        """Take a token; the caller has asked `wait` first."""
        self._fill(now)
        self.tokens -= 1

    def _fill(self, now: float) -> None:
        if self.tokens < 0 and self.at == 0.0:
            self.tokens = self.size
        else:
            self.tokens = min(self.size, self.tokens + (now - self.at) * self.rate)
        self.at = now


@dataclass(slots=True)
class Pace:
    """The buckets of one channel."""

    rates: Rates
    overall: Bucket = field(init=False)
    chats: OrderedDict[str, Bucket] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.overall = Bucket(self.rates.overall * FLOWS, max(1.0, self.rates.overall * SAVED))

    def wait(self, address: str, *, group: bool, now: float) -> float:
        """Seconds until it is worth asking again whether a message may go to this chat; 0 when it may go now."""
        return self.overall.wait(now) or self._chat(address, group=group).wait(now)

    def spend(self, address: str, *, group: bool, now: float) -> None:
        """A message goes to this chat."""
        self.overall.spend(now)
        self._chat(address, group=group).spend(now)

    def _new(self, *, group: bool) -> Bucket:
        """Platforms allow a short burst in a private chat; in a group any minute counts."""
        if not group:
            return Bucket(self.rates.per_chat, 3.0)
        return Bucket(self.rates.per_group_minute * FLOWS / 60, max(1.0, self.rates.per_group_minute * SAVED))

    def _chat(self, address: str, *, group: bool) -> Bucket:
        bucket = self.chats.get(address)
        if bucket is None:
            bucket = self.chats[address] = self._new(group=group)
            if len(self.chats) > MOST_CHATS:
                self.chats.popitem(last=False)
        self.chats.move_to_end(address)
        return bucket
