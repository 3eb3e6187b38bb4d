"""A web page into its paragraphs: blocks, cells and list items, without scripts and styles."""

from __future__ import annotations

import contextlib
import re

from lxml import etree

from knowledge.importing import limits
from knowledge.importing.faults import Fault, ImportFault
from knowledge.importing.letters import decode

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "div", "dl", "dt",
    "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main",
    "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
})  # fmt: skip
_UNSEEN = frozenset(
    {"script", "style", "head", "noscript", "template", "select", "textarea", "svg", "object", "iframe"}
)
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?([\w-]{3,20})", re.IGNORECASE)
_NAMED = {"windows-1258": "cp1258", "utf-8": "utf-8", "utf8": "utf-8"}
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_HEAD = 4096


def html_paragraphs(data: bytes) -> list[str]:
    """Paragraphs of a page; nothing it links to is fetched. Raises ImportFault."""
    text = _decoded(data)
    if _ENTITY.search(text):
        raise ImportFault(Fault.ENTITIES)
    reader = _Paragraphs()
    parser = etree.HTMLParser(target=reader, no_network=True, encoding="utf-8")
    try:
        parser.feed(text.encode("utf-8", "replace"))
        found: list[str] = parser.close()
    except etree.LxmlError as error:
        raise ImportFault(Fault.DAMAGED) from error
    if sum(map(len, found)) > limits.TEXT_CHARACTERS:
        raise ImportFault(Fault.TOO_LARGE)
    return found


def _decoded(data: bytes) -> str:
    declared = _DECLARED.search(data[:_HEAD])
    encoding = _NAMED.get(declared[1].decode("ascii").lower(), "") if declared else ""
    if encoding:
        # Pages are often saved again in another encoding than they declare.
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return decode(data)


class _Paragraphs:
    """Told of tags and words by the parser; keeps paragraphs and no tree, however deep the page is nested."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._words: list[str] = []
        self._unseen: list[str] = []
        self._lists: list[tuple[str, int]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _UNSEEN:
            self._unseen.append(tag)
        if tag in _BLOCKS:
            self._end_paragraph()
        if tag in ("ol", "ul"):
            start = attributes.get("start", "1")
            kind = attributes.get("type", "1") if tag == "ol" else ""
            self._lists.append((kind, int(start) if start.isdecimal() and len(start) < 7 else 1))
        if tag == "li":
            self._number()

    def end(self, tag: str) -> None:
        if self._unseen and self._unseen[-1] == tag:
            self._unseen.pop()
        if tag in _BLOCKS:
            self._end_paragraph()
        if tag in ("ol", "ul") and self._lists:
            self._lists.pop()

    def data(self, words: str) -> None:
        if not self._unseen:
            self._words.append(words)

    def close(self) -> list[str]:
        self._end_paragraph()
        return self._found

    def _number(self) -> None:
        kind, count = self._lists[-1] if self._lists else ("", 0)
        if kind:
            self._lists[-1] = (kind, count + 1)
            letter = kind == "a" and 0 < count <= 26
            self._words.append(f"{chr(96 + count)}) " if letter else f"{count}. ")

    def _end_paragraph(self) -> None:
        text = "".join(self._words)
        self._words.clear()
        if text.strip():
            self._found.append(text)
