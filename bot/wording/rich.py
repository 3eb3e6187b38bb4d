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

    Joining the parts' text gives the original but for white space at the cuts. Looks stay on their words, and the
    address of a link that is cut is repeated, so every address must be a good deal shorter than `limit`. No part is
    without words, unless `text` is.
    """
    parts: list[Rich] = []
    rest = text
    while _length(rest) > limit:
        head, rest = _cut(rest, _best_cut(rest, limit))
        parts.append(_strip_end(head))
        rest = _strip_start(rest)
    parts.append(rest)
    return tuple(part for part in parts if part) or ((),)


def plain_no_links(text: Rich) -> str:
    """The words alone, without the addresses behind them."""
    return "".join(span.text for span in text)


def _length(text: Rich) -> int:
    return utf16_length(plain(text))


def _best_cut(text: Rich, limit: int) -> int:
    end = max(_fitting(text, limit), 1)
    window = plain_no_links(text)[:end]
    for separator in ("\n\n", "\n", ". ", " "):
        at = window.rfind(separator)
        if at > end // 3:
            return at + len(separator)
    return end


def _fitting(text: Rich, limit: int) -> int:
    """How many characters fit into `limit`, the addresses behind them counted."""
    end, left = 0, limit
    for span in text:
        if _length((span,)) > left:
            return end + _fitting_of(span, left)
        left -= _length((span,))
        end += len(span.text)
    return end


def _fitting_of(span: Span, limit: int) -> int:
    """The same of a span that does not fit as a whole: its first words, with the address behind them."""
    end, left = 0, limit - _length((replace(span, text=""),))
    for character in span.text:
        left -= utf16_length(character)
        if left < 0:
            break
        end += 1
    return end


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
    if not text:
        return ()
    last = replace(text[-1], text=text[-1].text.rstrip())
    return (*text[:-1], last) if last.text else _strip_end(text[:-1])


def _strip_start(text: Rich) -> Rich:
    if not text:
        return ()
    first = replace(text[0], text=text[0].text.lstrip())
    return (first, *text[1:]) if first.text else _strip_start(text[1:])
