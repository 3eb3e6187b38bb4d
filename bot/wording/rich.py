"""Text with two ornaments, bold and links: all that every platform can show or do without.

Markup is parsed before blanks are filled, and escaping is the channel's, so nothing a person typed can ever
change how a message is shown.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text with one look."""

    text: str
    bold: bool = False
    link: str = ""


Rich = tuple[Span, ...]


def plain(rich: Rich) -> str:
    """The text alone; a link's address follows its words in brackets."""
    return "".join(f"{s.text} ({s.link})" if s.link and s.link != s.text else s.text for s in rich)


def as_html(rich: Rich) -> str:
    """HTML with <b> and <a> only, everything else escaped; safe for Telegram's HTML mode and for a page."""
    parts = []
    for span in rich:
        text = html.escape(span.text, quote=False)
        if span.link:
            text = f'<a href="{html.escape(span.link)}">{text}</a>'
        parts.append(f"<b>{text}</b>" if span.bold else text)
    return "".join(parts)


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, the strictest way platforms count."""
    return len(text.encode("utf-16-le")) // 2


def rich(text: str) -> Rich:
    """Plain text as Rich."""
    return (Span(text),)


def split(text: Rich, limit: int) -> tuple[Rich, ...]:
    """Cut into parts of at most `limit` UTF-16 units, at a paragraph, else a line, else a word, else anywhere.

    Joining the parts' text gives the original but for white space at the cuts. Looks stay on their words.
    """
    parts: list[Rich] = []
    rest = text
    while rest and _length(rest) > limit:
        head, rest = _cut(rest, _best_cut(plain_no_links(rest), limit - _longest_link(rest)))
        parts.append(_strip_end(head))
        rest = _strip_start(rest)
    if rest or not parts:
        parts.append(rest)
    return tuple(parts)


def plain_no_links(text: Rich) -> str:
    """The words alone, without the addresses behind them."""
    return "".join(span.text for span in text)


def _length(text: Rich) -> int:
    return utf16_length(plain(text))


def _longest_link(text: Rich) -> int:
    return sum(utf16_length(span.link) + 3 for span in text if span.link)


def _best_cut(text: str, limit: int) -> int:
    limit = max(limit, 1)
    end, used = 0, 0
    for character in text:
        used += utf16_length(character)
        if used > limit:
            break
        end += 1
    window = text[:end]
    for separator in ("\n\n", "\n", ". ", " "):
        at = window.rfind(separator)
        if at > end // 3:
            return at + len(separator)
    return max(end, 1)


def _cut(text: Rich, at: int) -> tuple[Rich, Rich]:
    head: list[Span] = []
    for index, span in enumerate(text):
        if len(span.text) <= at:
            head.append(span)
            at -= len(span.text)
            continue
        if at:
            head.append(replace(span, text=span.text[:at]))
        return tuple(head), (replace(span, text=span.text[at:]), *text[index + 1 :])
    return tuple(head), ()


def _strip_end(text: Rich) -> Rich:
    return (*text[:-1], replace(text[-1], text=text[-1].text.rstrip())) if text else text


def _strip_start(text: Rich) -> Rich:
    return (replace(text[0], text=text[0].text.lstrip()), *text[1:]) if text else text
