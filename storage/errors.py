"""The one expected exception: a polite no."""

from typing import Any


class Refusal(Exception):
    """What was asked cannot be done, for a reason people understand (lời từ chối).

    `key` names the sentence in bot/wording, `facts` fill its blanks. In chat it becomes a reply, in the
    console a 409 with the same sentence; what the handler had changed is undone.
    """

    def __init__(self, key: str, **facts: Any) -> None:
        super().__init__(f"{key} {facts}" if facts else key)
        self.key = key
        self.facts = facts
