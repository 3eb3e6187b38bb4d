"""Made-up facts (dữ kiện) for the blanks of any sentence."""

from __future__ import annotations

import re
from typing import Any

from bot.wording import Wording, blanks

WELL_KNOWN: dict[str, Any] = {
    "moment": "2026-07-24T10:30:00+00:00",
    "day": "2026-07-24",
    "count": 1234567,
    "said": "status.open",
}


def made_up(wording: Wording, key: str, text: str) -> dict[str, Any]:
    """A fact for each blank of a key; `text` for each that is shown as it was given."""
    sentence = wording.sentences["vi"][key]
    rows = dict(re.findall(r"\{([a-z_]+):each=([a-z_.]+)\}", sentence))
    facts = {name: WELL_KNOWN.get(form, text) for name, form in blanks(sentence).items()}
    facts |= {name: [text] for name, form in blanks(sentence).items() if form == "list"}
    return facts | {name: [made_up(wording, row, text)] for name, row in rows.items()}
