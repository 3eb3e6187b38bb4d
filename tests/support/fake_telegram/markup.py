"""Telegram's HTML mode: tags to entities, counted in UTF-16 units, with its complaints about bad markup."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.support.fake_telegram.errors import Refused, bad_request

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s[^<>]*)?)>")
_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NAMED = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);")
_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "a": "text_link",
}


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Plain text and entities; raises Refused as Telegram does."""
    text, at = "", 0
    open_tags: list[tuple[str, int, str]] = []
    entities: list[dict[str, Any]] = []
    while (start := source.find("<", at)) >= 0:
        text += _unescape(source[at:start])
        tag = _TAG.match(source, start)
        if tag is None or tag[2].lower() not in _TYPES:
            raise _complaint(f'Unsupported start tag "{tag[2] if tag else ""}"', source, start)
        if tag[1]:
            entities += _close(tag[2].lower(), open_tags, text, source, start)
        else:
            open_tags.append((tag[2].lower(), units(text), tag[3]))
        at = tag.end()
    if open_tags:
        raise _complaint(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"', source)
    return text + _unescape(source[at:]), sorted(entities, key=lambda entity: entity["offset"])


def _close(name: str, open_tags: list[tuple[str, int, str]], text: str, source: str, at: int) -> list[dict[str, Any]]:
    if not open_tags or open_tags[-1][0] != name:
        raise _complaint(f'Unexpected end tag "{name}"', source, at)
    _, offset, attributes = open_tags.pop()
    entity: dict[str, Any] = {"type": _TYPES[name], "offset": offset, "length": units(text) - offset}
    if name == "a":
        href = _HREF.search(attributes)
        if href is None or not (href[1] or href[2]):
            return []
        entity["url"] = html.unescape(href[1] or href[2])
    return [entity] if entity["length"] else []


def _unescape(text: str) -> str:
    return _NAMED.sub(lambda match: html.unescape(match[0]), text)


def _complaint(why: str, source: str, at: int | None = None) -> Refused:
    place = "" if at is None else f" at byte offset {len(source[:at].encode())}"
    return bad_request(f"can't parse entities: {why}{place}")


def typed_entities(text: str) -> list[dict[str, Any]]:
    """Entities Telegram finds in what a person types: commands and mentions."""
    found = []
    for match in re.finditer(r"(?<!\S)/[A-Za-z0-9_]+(?:@[A-Za-z0-9_]+)?|(?<!\S)@[A-Za-z0-9_]{4,}", text):
        kind = "bot_command" if match[0].startswith("/") else "mention"
        found.append({"type": kind, "offset": units(text[: match.start()]), "length": units(match[0])})
    return found
