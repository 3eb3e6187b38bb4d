"""Health (sức khoẻ): `/healthz` the process lives, `/readyz` it can work and names the fault, `/metrics` in numbers."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bot.service import Service
from storage import Conflict, schema


def add_health(app: web.Application, whole: Service) -> None:
    """Serve the three pages an operator's monitor reads."""

    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(request: web.Request) -> web.Response:
        faults = await find_faults(whole)
        return web.json_response({"ready": not faults, "faults": faults}, status=503 if faults else 200)

    async def metrics(request: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(await _measure(whole)), headers={"Content-Type": "text/plain; version=0.0.4"}
        )

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)


async def find_faults(whole: Service) -> dict[str, str]:
    """What keeps us from working: part → what is wrong; empty when all is well."""
    faults = {task.get_name(): "has stopped" for task in whole.workers if task.done()}
    try:
        async with whole.database.reading() as tx:
            await tx.ping()
        revision = await schema.revision_of(whole.database)
        if revision != schema.newest():
            faults["migrations"] = f"the database is at {revision}, the program needs {schema.newest()}"
    except (*Conflict, OSError, TimeoutError) as error:
        faults["database"] = type(error).__name__
    return faults


async def _measure(whole: Service) -> CollectorRegistry:
    registry = CollectorRegistry()
    async with whole.database.reading() as tx:
        waiting, oldest = await tx.inbox.waiting()
        outgoing = await tx.outbox.count_by_status()
        tickets = await tx.tickets.count_by_status()
    Gauge("xongviec_inbox_waiting", "Accepted messages not yet handled", registry=registry).set(waiting)
    age = (whole.clock() - oldest).total_seconds() if oldest else 0.0
    Gauge("xongviec_inbox_oldest_seconds", "Age of the oldest of them", registry=registry).set(age)
    outbox = Gauge("xongviec_outbox", "Promises not yet sent, by state", ["status"], registry=registry)
    for status, count in outgoing.items():
        outbox.labels(status).set(count)
    by_status = Gauge("xongviec_tickets", "Tickets by status", ["status"], registry=registry)
    for status, count in tickets.items():
        by_status.labels(status).set(count)
    Gauge("xongviec_entries", "Entries in the knowledge base", registry=registry).set(len(whole.knowledge.entries))
    return registry
