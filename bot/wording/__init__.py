"""Everything we say (lời văn): a key and its facts become text in a person's language.

The sentences are in vi.yaml and en.yaml: flat keys, blanks in braces, `*bold*` and `[text](address)` only. Markup
is read before blanks are filled, so a fact can never become markup. Formats of blanks: `{due:moment}`,
`{day:day}`, `{n:count}`, `{title:bold}`, `{text:passage}` (knowledge text with `- ` lists), `{items:list}`,
`{status:said}` (a wording key) and `{rows:each=KEY}` (a line of KEY per row).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from bot.wording.rich import Rich, Span

LANGUAGES = ("vi", "en")
_PIECE = re.compile(r"\*(?P<bold>[^*\n]+)\*|\[(?P<words>[^\]\n]+)\]\((?P<link>[^)\s]+)\)")
_BLANK = re.compile(r"\{(?P<name>[a-z_]+)(?::(?P<format>[a-z]+)(?:=(?P<argument>[a-z_.]+))?)?\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """How we speak: sentences by language, and the zone in which moments are told."""

    timezone: ZoneInfo
    sentences: Mapping[str, Mapping[str, str]]

    def say(self, key: str, facts: Mapping[str, Any], language: str) -> Rich:
        """The message of a key, with the further paragraphs in `facts["more"]`.

        Raises KeyError for an unknown key or a blank without its fact: both are programming errors, and the
        tests go through every key.
        """
        paragraphs = [self._fill(key, facts, language)]
        paragraphs += [self._fill(more["key"], more["facts"], language) for more in facts.get("more", ())]
        return tuple(_tidy(_joined(paragraphs, "\n\n")))

    def text(self, key: str, facts: Mapping[str, Any], language: str) -> str:
        """The same without ornaments, for button labels and logs."""
        return "".join(span.text for span in self.say(key, facts, language))

    def _fill(self, key: str, facts: Mapping[str, Any], language: str) -> Rich:
        sentence = self.sentences.get(language, self.sentences["vi"]).get(key) or self.sentences["vi"][key]
        filled: list[Span] = []
        for span in parse(sentence.strip()):
            filled.extend(self._fill_span(span, facts, language))
        return tuple(filled)

    def _fill_span(self, span: Span, facts: Mapping[str, Any], language: str) -> Iterable[Span]:
        link = _BLANK.sub(lambda blank: str(facts[blank["name"]]), span.link)
        at = 0
        for blank in _BLANK.finditer(span.text):
            yield Span(span.text[at : blank.start()], span.bold, link)
            for piece in self._value(blank, facts, language):
                yield Span(piece.text, span.bold or piece.bold, link or piece.link)
            at = blank.end()
        yield Span(span.text[at:], span.bold, link)

    def _value(self, blank: re.Match[str], facts: Mapping[str, Any], language: str) -> Rich:
        value = facts[blank["name"]]
        match blank["format"]:
            case None:
                return (Span(str(value)),)
            case "moment":
                return (
                    Span(
                        _moment(value)
                        .astimezone(self.timezone)
                        .strftime("%H:%M ngày %d/%m/%Y" if language == "vi" else "%H:%M, %d/%m/%Y")
                    ),
                )
            case "day":
                return (Span(_day(value).strftime("%d/%m/%Y")),)
            case "count":
                return (Span(f"{int(value):,}".replace(",", "." if language == "vi" else ",")),)
            case "bold":
                return (Span(str(value), bold=True),)
            case "passage":
                return (
                    Span(
                        re.sub(r"(?m)^- ", "– ", str(value)),
                    ),
                )
            case "list":
                return (Span("\n".join(f"– {item}" for item in value)),)
            case "said":
                return self._fill(value, facts, language)
            case "each":
                rows = [self._fill(blank["argument"], row, language) for row in value]
                return tuple(_joined(rows, "\n"))
        raise KeyError(f"unknown format {blank['format']!r}")


@cache
def parse(sentence: str) -> Rich:
    """Markup as spans; blanks are still in the text."""
    spans: list[Span] = []
    at = 0
    for piece in _PIECE.finditer(sentence):
        spans.append(Span(sentence[at : piece.start()]))
        spans.append(Span(piece["bold"], bold=True) if piece["bold"] else Span(piece["words"], link=piece["link"]))
        at = piece.end()
    spans.append(Span(sentence[at:]))
    return tuple(span for span in spans if span.text)


def blanks(sentence: str) -> dict[str, str]:
    """The blanks of a sentence and their formats."""
    return {blank["name"]: blank["format"] or "" for blank in _BLANK.finditer(sentence)}


def load(timezone: ZoneInfo) -> Wording:
    """The wording that comes with the program."""
    folder = Path(__file__).parent
    files = {language: yaml.safe_load((folder / f"{language}.yaml").read_text("utf-8")) for language in LANGUAGES}
    return Wording(timezone, files)


def _joined(parts: Iterable[Rich], between: str) -> list[Span]:
    spans: list[Span] = []
    for part in parts:
        if spans:
            spans.append(Span(between))
        spans.extend(part)
    return spans


def _tidy(spans: Iterable[Span]) -> list[Span]:
    """Neighbours that look alike become one."""
    tidy: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        if tidy and (tidy[-1].bold, tidy[-1].link) == (span.bold, span.link):
            tidy[-1] = Span(tidy[-1].text + span.text, span.bold, span.link)
        else:
            tidy.append(span)
    return tidy


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value[:10])
