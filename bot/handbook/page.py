"""The handbook as a page: one HTML file with its script, its style and all its entries inside."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.handbook.leaves import Leaf, fields_with_entries, leaves_of
from bot.wording import Wording
from handlers.views import unconfirmed
from knowledge import KnowledgeBase
from knowledge.text import fold

FILE = "so-tay.html"
"""What the page is called as a file."""
HERE = Path(__file__).parent
ICON = HERE.parent / "channels" / "web_page" / "icon.svg"
SCRIPTS, STYLE = ("search.js", "views.js", "handbook.js"), "handbook.css"
WORDS = (
    "answer.awaiting",
    "answer.procedure",
    "answer.unconfirmed",
    "handbook.confirmed",
    "handbook.count",
    "handbook.department",
    "handbook.ended",
    "handbook.ended_show",
    "handbook.fields",
    "handbook.fields_all",
    "handbook.found",
    "handbook.found_none",
    "handbook.lasts",
    "handbook.made",
    "handbook.missing",
    "handbook.name",
    "handbook.old",
    "handbook.open_ended",
    "handbook.pdf",
    "handbook.save",
    "handbook.save_hint",
    "handbook.sources",
)
"""What the script says, filled in by the script: it knows the day on which the page is read."""


def write_page(kb: KnowledgeBase, file: Path, day: date, wording: Wording) -> None:
    """Write the page of a day."""
    file.write_text(page(kb, day, wording), encoding="utf-8", newline="\n")


def page(kb: KnowledgeBase, day: date, wording: Wording) -> str:
    """The page of a day as HTML, always the same for the same base, day and program."""
    return (
        _environment()
        .get_template("handbook.html")
        .render(
            say=lambda key: wording.text(key, {}, "vi"),
            icon=base64.b64encode(ICON.read_bytes()).decode(),
            policy=policy(),
            script=Markup(script()),  # noqa: S704 - our own file
            style=Markup(style()),  # noqa: S704 - our own file
            book=Markup(_safe(_book(kb, day, wording))),  # noqa: S704 - see _safe
        )
    )


@cache
def script() -> str:
    """All scripts of the page as one."""
    return "\n".join((HERE / "page" / name).read_text("utf-8") for name in SCRIPTS)


@cache
def style() -> str:
    """The style of the page."""
    return (HERE / "page" / STYLE).read_text("utf-8")


@cache
def policy() -> str:
    """What the page may do (content security policy): run its own script, and nothing else."""
    return (
        f"default-src 'none'; script-src '{_hash(script())}'; style-src '{_hash(style())}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)


def _safe(book: dict[str, Any]) -> str:
    """JSON that cannot end the element it stands in."""
    return json.dumps(book, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c").replace("&", "\\u0026")


def _book(kb: KnowledgeBase, day: date, wording: Wording) -> dict[str, Any]:
    fields = fields_with_entries(kb, day)
    return {
        "made": day.isoformat(),
        "words": {key: wording.sentences["vi"][key] for key in WORDS},
        "fields": [
            {"code": f.code, "name": f.name, "department": kb.departments[f.department].name} for f in fields
        ],
        "abbreviations": {short: [_words(reading) for reading in full] for short, full in kb.abbreviations.items()},
        "light": sorted({fold(word) for word in kb.scope.function_words}),
        "entries": [
            dict(_facts(kb, place, leaf)) for place, f in enumerate(fields) for leaf in leaves_of(kb, f.code, day)
        ],
    }  # fmt: skip


def _facts(kb: KnowledgeBase, field: int, leaf: Leaf) -> Iterator[tuple[str, Any]]:
    """What the page knows of an entry; what most entries do not have is left out, for the file's size."""
    entry = leaf.entry
    yield from (("id", entry.id), ("field", field), ("title", entry.title), ("answer", entry.answer))
    yield "asked", [kb.index.reader.read(phrasing).text for phrasing in entry.asked_as]
    yield "sections", [[section.heading, section.text] for section in entry.sections]
    yield "sources", leaf.sources
    yield "checked", entry.checked.on.isoformat()
    if leaf.last_day is not None:
        yield "last", leaf.last_day.isoformat()
    if entry.review is not None:
        yield "confirmed", entry.review.on.isoformat()
    else:
        yield "unconfirmed", unconfirmed(entry)
    if entry.procedure:
        yield "procedure", entry.procedure
    if entry.department:
        yield "department", kb.departments[entry.department].name


def _words(text: str) -> str:
    return " ".join(fold(text).split())
