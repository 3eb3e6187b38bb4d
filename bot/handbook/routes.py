"""The handbook by web (tải sổ tay): for everybody, because it holds the law and nobody's data."""

from __future__ import annotations

from aiohttp import hdrs, web

from bot.handbook.page import policy
from bot.handbook.shelf import PAGE, Shelf

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    hdrs.REFERRER_POLICY: "no-referrer",
    hdrs.CACHE_CONTROL: "public, no-cache",
}


def add_handbook(app: web.Application, shelf: Shelf) -> None:
    """Serve /handbook and /handbook/FIELD.pdf; `?download=1` saves instead of showing."""

    async def serve(request: web.Request) -> web.StreamResponse:
        try:
            file = await shelf.find(request.path.strip("/"))
        except KeyError:
            raise web.HTTPNotFound from None
        headers = {**SECURITY, hdrs.CONTENT_SECURITY_POLICY: f"{policy()}; frame-ancestors 'none'"}
        if "download" in request.query:
            name = f"so-tay-{shelf.today}.html" if file.suffix == ".html" else f"so-tay-{file.name}"
            headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{name}"'
        return web.FileResponse(file, headers=headers)

    app.router.add_get(f"/{PAGE}", serve)
    app.router.add_get(f"/{PAGE}/{{name}}.pdf", serve)
