"""What the platform's documents leave open or what may go wrong, as switches. All may change at any time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass
class Settings:
    """How this platform behaves; durations in seconds."""

    bad_token_mode: Literal["json", "html"] = "json"
    """An unknown token is answered by an envelope with 401, or by a page."""
    idle: float | None = None
    """Longest a poll is held, whatever it asks for; None: as long as it asks for."""
    updates_mode: Literal["consume", "replay"] = "consume"
    """An update is handed out once, or comes back at once on every later poll until there is a newer one."""
    result_mode: Literal["object", "array"] = "object"
    allow_local: bool = False
    """Accept webhooks on plain http and on this machine."""
    webhook_info_mode: Literal["not_found", "empty"] = "not_found"
    payload_mode: Literal["flat", "wrapped"] = "flat"
    photo_field: Literal["photo_url", "photo"] = "photo_url"
    unsupported_message: bool = True
    """Whether an unsupported event says who sent it."""
    unknown_chat: Literal[400, 404] = 404
    """Code for a chat that never wrote, is gone or has blocked the bot."""
    user_cap: int = 50
    monthly_cap: int = 3000
    group_cap: int = 3
    duplicates: int = 0
    """Further deliveries of each update."""
    reorder: bool = False
    """The youngest waiting update goes first."""
    delay: float = 0.0
    """Before an update is ready."""
    redeliver: int = 0
    """Further attempts at a webhook that does not answer 200."""
