"""Rendering (trình bày): a promise of the outbox becomes finished parts for one channel, in one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels import Abilities, Button, File, Outgoing
from bot.wording import Wording
from bot.wording.rich import Rich, Span, split, utf16_length
from storage.outbox import OutgoingMessage

PART_NOTE = 16
"""Room for "(2/3)" and its line breaks."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a file can be had, for channels that cannot carry it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """A choice with the number it has on the screen."""

    number: int
    id: str
    label: str
    words: str


def numbered(message: OutgoingMessage, wording: Wording, language: str, first: int) -> list[Numbered]:
    """The choices of a message, numbered from `first`."""
    return [
        Numbered(
            first + place,
            choice["id"],
            wording.text(choice["key"], choice["facts"], language),
            wording.text(choice["say"], choice["facts"], language) if choice["say"] else "",
        )
        for place, choice in enumerate(message.choices)
    ]


def render(
    message: OutgoingMessage,
    wording: Wording,
    language: str,
    abilities: Abilities,
    *,
    choices: Sequence[Numbered],
    files: Sequence[File],
    links: Sequence[Link],
    group: bool,
) -> list[Outgoing]:
    """The parts to send, in order: long text is split, buttons become numbers where there are none.

    Buttons and files go with the last part, where the reader's thumb is.
    """
    text = list(wording.say(message.key, message.facts, language))
    if message.again:
        text = [*wording.say("delivery.again", {}, language), Span("\n\n"), *text]
    if choices and not abilities.buttons:
        text += [Span("\n\n" + "\n".join(_line(choice, wording, language) for choice in choices))]
    if links:
        names = ", ".join(link.name for link in links)
        text += [Span("\n\n"), *wording.say("file.listed", {"names": names}, language)]
        text += [span for link in links for span in (Span("\n"), Span(link.address, link=link.address))]
    parts = _parts(tuple(text), abilities.text_limit, wording, language)
    buttons = tuple(Button(choice.id, choice.label) for choice in choices) if abilities.buttons else ()
    return [
        Outgoing(
            text=part,
            once=f"{message.id}.{place}",
            group=group,
            buttons=buttons if place == len(parts) - 1 else (),
            files=tuple(files) if place == len(parts) - 1 else (),
        )
        for place, part in enumerate(parts)
    ]


def _line(choice: Numbered, wording: Wording, language: str) -> str:
    label = choice.label
    if choice.words:
        facts: dict[str, Any] = {"label": label, "words": choice.words}
        label = wording.text("choices.by_words", facts, language)
    return f"{choice.number}. {label}"


def _parts(text: Rich, limit: int, wording: Wording, language: str) -> list[Rich]:
    if utf16_length("".join(span.text + span.link for span in text)) <= limit:
        return [text]
    pieces = split(text, limit - PART_NOTE)
    notes = [wording.say("delivery.part", {"part": n + 1, "parts": len(pieces)}, language) for n in range(len(pieces))]
    return [(*note, Span("\n"), *piece) for note, piece in zip(notes, pieces, strict=True)]
