"""A Word file (.docx) into its paragraphs, tables included, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from knowledge.importing import limits
from knowledge.importing.faults import Fault, ImportFault
from knowledge.importing.numbering import Counters, Lists, child, list_of, local, read_lists, value
from knowledge.importing.packages import Package

_LEFT_OUT = frozenset({
    "pPr", "rPr", "del", "moveFrom", "Fallback", "drawing", "pict", "object", "instrText", "footnoteReference",
})  # fmt: skip
"""What is deleted, drawn, or said twice (Fallback); properties hold no text."""
_WRITTEN = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_CONTENTS = "TOC"
"""Paragraph styles of a table of contents, which names every article before it comes."""


def word_paragraphs(data: bytes) -> list[str]:
    """Paragraphs of a Word file with their automatic numbers, tracked changes accepted. Raises ImportFault."""
    package = Package(data)
    main = _main_part(package)
    lists = read_lists(package, main.rpartition("/")[0] + "/" if "/" in main else "")
    found: list[str] = []
    length = 0
    for text in _texts(package, main, lists):
        length += len(text)
        if length > limits.TEXT_CHARACTERS:
            raise ImportFault(Fault.TOO_LARGE)
        found.extend(text.split("\n"))
    return found


def _main_part(package: Package) -> str:
    for event, element in package.elements("_rels/.rels"):
        if event == "end" and (value(element, "Type") or "").endswith("/officeDocument"):
            return (value(element, "Target") or "").lstrip("/")
    raise ImportFault(Fault.DAMAGED, "_rels/.rels")


def _texts(package: Package, main: str, lists: Lists) -> Iterator[str]:
    """Texts of paragraphs; one whose end was deleted runs on into the next."""
    counters, carried = Counters(lists), ""
    for paragraph in _paragraphs(package, main):
        properties = child(paragraph, "pPr")
        style = value(child(properties, "pStyle")) or ""
        if style.upper().startswith(_CONTENTS):
            continue
        text = carried + _numbered(properties, style, _text(paragraph), lists, counters)
        carried = text if child(properties, "rPr", "del") is not None else ""
        if not carried:
            yield text
    yield carried


def _paragraphs(package: Package, main: str) -> Iterator[Element]:
    """Outermost paragraphs, each forgotten once it was used: a hostile file may have millions."""
    depth = 0
    for event, element in package.elements(main):
        if local(element) == "p":
            depth += 1 if event == "start" else -1
            if event == "end" and depth == 0:
                yield element
                element.clear()


def _numbered(properties: Element | None, style: str, text: str, lists: Lists, counters: Counters) -> str:
    """The text behind its automatic number; an empty paragraph is not counted, as Word draws none there."""
    own, styled = list_of(properties), lists.styles.get(style, (None, None))
    name = own[0] if own[0] is not None else styled[0]
    level = next((at for at in (own[1], styled[1]) if at is not None), 0)
    if name in (None, "0") or not text.strip():
        return text
    label = counters.label(name, level)
    return f"{label} {text}" if label else text


def _text(paragraph: Element) -> str:
    """The words of a paragraph. Walks without recursion: nesting has no limit in a hostile file."""
    pieces: list[str] = []
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        name = local(element)
        if name == "t":
            pieces.append(element.text or "")
        elif name in _WRITTEN:
            pieces.append(_WRITTEN[name])
        elif name not in _LEFT_OUT and not _hidden(element, name):
            waiting.extend(reversed(element))
    return "".join(pieces)


def _hidden(element: Element, name: str) -> bool:
    mark = child(element, "rPr", "vanish") if name == "r" else None
    return mark is not None and value(mark) not in ("0", "false", "off")
