"""Parameters of a call: from the address, a form, a multipart form or JSON, all of which Telegram takes."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.support.fake_telegram.errors import bad_request


class Parameters:
    """The parameters by name; uploaded files apart."""

    def __init__(self, values: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> None:
        self._values = values
        self.files = files

    @classmethod
    async def of(cls, request: web.Request) -> Parameters:
        """Read them all; raises Refused for a body that is not what it claims."""
        values: dict[str, Any] = dict(request.query)
        files: dict[str, tuple[str, bytes]] = {}
        if request.content_type == "application/json":
            try:
                values |= await request.json()
            except (ValueError, TypeError):
                raise bad_request("can't parse JSON object") from None
            return cls(values, files)
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = (value.filename, value.file.read())
            else:
                values[name] = value
        return cls(values, files)

    def text(self, name: str) -> str:
        """A string, "" when missing."""
        value = self._values.get(name)
        return "" if value is None else str(value)

    def number(self, name: str, otherwise: int = 0) -> int:
        """An integer; raises 400 for anything else."""
        value = self.text(name)
        try:
            return int(value) if value else otherwise
        except ValueError:
            raise bad_request(f"{name} must be an integer") from None

    def flag(self, name: str) -> bool:
        """A boolean."""
        return self.text(name).lower() in ("true", "1")

    def value(self, name: str) -> Any:
        """A structure, given as JSON or as JSON in a string; None when missing."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def file(self, name: str) -> tuple[str, bytes] | None:
        """An uploaded file, sent under its own name or by "attach://other"."""
        given = self.text(name)
        return self.files.get(given.removeprefix("attach://") if given.startswith("attach://") else name)
