"""Pages (trang): a template, the wording, and facts become HTML. Everything that is not markup of ours is escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aiohttp import hdrs, web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.wording import Wording
from handlers.permissions import Act, may
from storage.people import Person, Role

TEMPLATES = Path(__file__).parent / "templates"


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

    def page(self, name: str, person: Person | None, *, status: int = 200, **facts: Any) -> web.Response:
        """One page; never kept by a browser, for the next reader may be somebody else."""
        language = person.language if person else "vi"

        def say(key: str, **blanks: Any) -> str:
            return self._wording.text(key, blanks, language)

        text = self._templates.get_template(f"{name}.html").render(
            say=say, language=language, person=person, menu=menu(person), demo=self._demo, **facts
        )
        headers = {hdrs.CACHE_CONTROL: "no-store"}
        return web.Response(text=text, content_type="text/html", status=status, headers=headers)


def menu(person: Person | None) -> list[str]:
    """The parts of the console that a person may open."""
    if person is None:
        return []
    return ["queue"] * may(person, Act.SEE_QUEUE) + ["outbox"] * runs_the_server(person)


def runs_the_server(person: Person) -> bool:
    """Whether this is an operator, who looks after messages that could not be sent."""
    return person.active and person.role == Role.OPERATOR
