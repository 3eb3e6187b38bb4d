"""Pages (trang): a template, the wording, and facts become HTML. Everything that is not markup of ours is escaped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import hdrs, web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.wording import Wording
from bot.wording.rich import as_html
from handlers.permissions import Act, may
from storage.people import Person, Role

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a page, kept apart from the database: a refused transaction takes its people with it."""

    name: str
    role: str
    language: str
    menu: tuple[str, ...]
    """The parts of the console that they may open."""


def reader_of(person: Person) -> Reader:
    """The person as a page greets them."""
    opens = {
        "queue": may(person, Act.SEE_QUEUE),
        "entries": may(person, Act.PROPOSE),
        "drafts": may(person, Act.PROPOSE),
        "documents": may(person, Act.CURATE),
        "conflicts": may(person, Act.CURATE),
        "recalls": may(person, Act.CURATE),
        "outbox": runs_the_server(person),
    }
    return Reader(
        person.name, person.role, person.language, tuple(part for part, may_open in opens.items() if may_open)
    )


class Pages:
    """Renders the console's pages in the language of who reads them."""

    def __init__(self, wording: Wording, *, demo: bool) -> None:
        self._wording, self._demo = wording, demo
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, name: str, reader: Reader | None, *, status: int = 200, **facts: Any) -> web.Response:
        """One page; never kept by a browser, for the next reader may be somebody else."""
        language = reader.language if reader else "vi"

        def say(key: str, **blanks: Any) -> str:
            return self._wording.text(key, blanks, language)

        def said(key: str, **blanks: Any) -> Markup:
            """With bold and links, as the web chat shows it; facts are escaped."""
            return Markup(as_html(self._wording.say(key, blanks, language)))  # noqa: S704 - nothing else gets through

        text = self._templates.get_template(f"{name}.html").render(
            say=say, said=said, status=status, language=language, reader=reader, demo=self._demo, **facts
        )
        headers = {hdrs.CACHE_CONTROL: "no-store"}
        return web.Response(text=text, content_type="text/html", status=status, headers=headers)


def runs_the_server(person: Person) -> bool:
    """Whether this is an operator, who looks after messages that could not be sent."""
    return person.active and person.role == Role.OPERATOR
