"""How the Bot API says no."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """An answer with ok=false, `code` being also the HTTP status."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(why: str) -> Refused:
    """400, the most usual refusal."""
    return Refused(400, f"Bad Request: {why}")


def flooded(seconds: int) -> Refused:
    """429 with the number of seconds to wait."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
