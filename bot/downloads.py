"""Links to attachments, for channels that cannot carry files: whoever has the link may read, nobody can guess it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import hdrs, web

from bot.files import Files
from storage import Database

LINK_LIFE = timedelta(days=30)


def add_downloads(app: web.Application, database: Database, files: Files, clock: Callable[[], datetime]) -> None:
    """Serve `/files/{secret}/{name}` for thirty days, always as a download, never as a page of ours."""

    async def download(request: web.Request) -> web.StreamResponse:
        async with database.reading() as tx:
            file = await tx.attachments.named(request.match_info["secret"])
        path = None if file is None or clock() - file.at > LINK_LIFE else files.path(file)
        if file is None or path is None:
            raise web.HTTPNotFound
        return web.FileResponse(
            path,
            headers={
                hdrs.CONTENT_DISPOSITION: "attachment",
                hdrs.CONTENT_TYPE: "application/octet-stream",
                "X-Content-Type-Options": "nosniff",
                hdrs.CACHE_CONTROL: "private, no-store",
                hdrs.REFERRER_POLICY: "no-referrer",
            },
        )

    app.router.add_get("/files/{secret}/{name}", download)
