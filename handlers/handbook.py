"""The offline handbook (sổ tay ngoại tuyến): all of it as one page, a field of it as a PDF."""

from __future__ import annotations

from handlers.commands import Command
from handlers.desk import Turn
from handlers.permissions import Act, require
from handlers.turn import Choice
from storage.errors import Refusal


async def handbook(turn: Turn, command: Command) -> None:
    """The handbook of today (sổ tay), to be saved for a day without network."""
    require(turn.person, Act.ASK)
    count = sum(turn.knowledge.in_force(entry, turn.today) for entry in turn.knowledge.entries.values())
    await turn.reply(
        "handbook.here",
        day=turn.today,
        count=count,
        enclosed={"path": "handbook", "name": f"so-tay-{turn.today}.html"},
        choices=[Choice("handbook-field", "choice.handbook_pdf")],
    )


async def field(turn: Turn, command: Command) -> None:
    """The PDF of one field; which one, when none is named."""
    require(turn.person, Act.ASK)
    if not command.about:
        await turn.reply("handbook.which_field", choices=_fields(turn))
        return
    known = turn.knowledge.fields.get(command.about[0])
    entries = turn.knowledge.entries_in(known.code, turn.today) if known else ()
    if known is None or not entries:
        raise Refusal("browse.unknown")
    await turn.reply(
        "handbook.field_here",
        field=known.name,
        day=turn.today,
        count=len(entries),
        enclosed={"path": f"handbook/{known.code}.pdf", "name": f"so-tay-{known.code}.pdf"},
    )


def _fields(turn: Turn) -> list[Choice]:
    return [
        Choice(f"handbook-field:{code}", "choice.field", {"field": field.name, "count": len(entries)})
        for code, field in turn.knowledge.fields.items()
        if (entries := turn.knowledge.entries_in(code, turn.today))
    ]
