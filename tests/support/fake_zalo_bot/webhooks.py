"""setWebhook and its relatives."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.support.fake_zalo_bot.updates import Webhook

if TYPE_CHECKING:
    from tests.support.fake_zalo_bot.server import FakeZaloBot


class Refusal(Exception):
    """The call is answered with an error."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


class Webhooks:
    """Registering the bot's address; it is probed, and saved whatever the probe finds."""

    def __init__(self, fake: FakeZaloBot) -> None:
        self._fake = fake

    async def set(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Save the address and say how it answered an empty body."""
        url, secret = str(parameters.get("url", "")), str(parameters.get("secret_token", ""))
        if not self._fake.settings.allow_local and not _is_public(url):
            raise Refusal(400, "Bad Request: url must be public and https")
        if not 8 <= len(secret) <= 256:
            raise Refusal(400, "Bad Request: secret_token must have 8 to 256 characters")
        status = await self._fake.updates.probe(url, secret)
        self._save(Webhook(url, secret, self._fake.now_ms()))
        return {"url": url, "updated_at": self._fake.now_ms(), "verification": _verdict(status)}

    async def delete(self, _parameters: dict[str, Any]) -> dict[str, Any]:
        """Forget the address."""
        self._save(Webhook())
        return {"url": "", "updated_at": self._fake.now_ms()}

    async def info(self, _parameters: dict[str, Any]) -> dict[str, Any]:
        """The address saved; without one the platform has been seen to answer 404."""
        hook = self._fake.updates.webhook
        if not hook.url and self._fake.settings.webhook_info_mode == "not_found":
            raise Refusal(404, "Not Found")
        return {"url": hook.url, "updated_at": hook.updated_at}

    def _save(self, hook: Webhook) -> None:
        self._fake.updates.webhook = hook
        self._fake.updates.nudge()


def _verdict(status: int) -> dict[str, Any]:
    outcome = {200: "webhook.ok", 0: "webhook.unreachable"}.get(status, f"webhook.http.{status}")
    return {"ok": status == 200, "status_code": status, "outcome": outcome, "hint": ""}


def _is_public(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" or "." not in host or host.endswith(".localhost"):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return True
