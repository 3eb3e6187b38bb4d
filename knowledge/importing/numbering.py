"""Automatic numbers of a Word file: they are not in its text, Word counts them when it draws the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from knowledge.importing.packages import Package

_BLANK = re.compile(r"%(\d)")
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MOST_ROMAN = 399
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
"""Word counts letters without đ, in Vietnamese files too; authors type "đ)" by hand between automatic "d)" and "e)"."""
_MOST_LETTERS = 26 * 5
_DEEPEST = 9


@dataclass(slots=True)
class Level:
    """How one level of a list counts: from `start`, in `form`, written by `text` ("%1.", "%2)")."""

    start: int = 1
    form: str = "decimal"
    text: str = ""


@dataclass(slots=True)
class Lists:
    """Every list of a file: the levels of its patterns, which pattern a list follows, where it starts anew."""

    patterns: dict[str, dict[int, Level]] = field(default_factory=dict)
    pattern_of: dict[str, str] = field(default_factory=dict)
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)
    styles: dict[str, tuple[str | None, int | None]] = field(default_factory=dict)
    """List and level that a paragraph style brings along, its parents' included."""


def local(element: Element) -> str:
    """The name of an element without its namespace; Word has two sets of them."""
    return str(element.tag).rpartition("}")[2]


def value(element: Element | None, name: str = "val") -> str | None:
    """An attribute of an element, in whichever namespace."""
    if element is None:
        return None
    return next((text for key, text in element.attrib.items() if key.rpartition("}")[2] == name), None)


def child(element: Element | None, *path: str) -> Element | None:
    """The first descendant by a path of local names."""
    for name in path:
        if element is None:
            return None
        element = next((inner for inner in element if local(inner) == name), None)
    return element


def number(text: str | None, otherwise: int) -> int:
    """A whole number of an attribute."""
    return int(text) if text and text.isdecimal() and len(text) < 7 else otherwise


def list_of(properties: Element | None) -> tuple[str | None, int | None]:
    """The list and the level that paragraph properties name; None where they do not."""
    named = child(properties, "numPr")
    level = value(child(named, "ilvl"))
    return value(child(named, "numId")), number(level, 0) if level else None


def read_lists(package: Package, folder: str) -> Lists:
    """The lists of the Word file whose main part is in `folder`."""
    lists = Lists()
    for element in _ended(package, f"{folder}numbering.xml"):
        if local(element) == "abstractNum":
            lists.patterns[value(element, "abstractNumId") or ""] = dict(_levels(element))
        elif local(element) == "num":
            _read_list(element, lists)
    lists.styles = _styles(list(_ended(package, f"{folder}styles.xml")))
    return lists


def _ended(package: Package, name: str) -> Iterator[Element]:
    if name in package.names:
        yield from (element for event, element in package.elements(name) if event == "end")


def _levels(pattern: Element) -> Iterator[tuple[int, Level]]:
    for element in pattern:
        if local(element) == "lvl":
            form, text = value(child(element, "numFmt")) or "decimal", value(child(element, "lvlText")) or ""
            start = number(value(child(element, "start")), 1)
            yield number(value(element, "ilvl"), 0), Level(start, form, text)


def _read_list(element: Element, lists: Lists) -> None:
    name = value(element, "numId") or ""
    lists.pattern_of[name] = value(child(element, "abstractNumId")) or ""
    overrides = [inner for inner in element if local(inner) == "lvlOverride"]
    lists.restarts[name] = {
        number(value(inner, "ilvl"), 0): number(value(child(inner, "startOverride")), 1)
        for inner in overrides
        if child(inner, "startOverride") is not None
    }


def _styles(elements: Iterable[Element]) -> dict[str, tuple[str | None, int | None]]:
    styles = {value(element, "styleId") or "": element for element in elements if local(element) == "style"}
    return {name: _inherited(name, styles) for name in styles}


def _inherited(name: str, styles: Mapping[str, Element]) -> tuple[str | None, int | None]:
    for _ in range(_DEEPEST):
        style = styles.get(name)
        found = list_of(child(style, "pPr"))
        if style is None or found[0] is not None:
            return found
        name = value(child(style, "basedOn")) or ""
    return None, None


class Counters:
    """Counts through a file, paragraph by paragraph, as Word does."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()

    def label(self, name: str, level: int) -> str:
        """The number in front of the next paragraph of a list: "3.", "b)"; empty where there is none."""
        pattern = self._lists.pattern_of.get(name, "")
        levels = self._lists.patterns.get(pattern)
        if not levels or level not in levels or level >= _DEEPEST:
            return ""
        counts = self._counts.setdefault(pattern, [None] * _DEEPEST)
        self._restart(name, counts)
        before = counts[level]
        counts[level] = levels[level].start if before is None else before + 1
        counts[level + 1 :] = [None] * (_DEEPEST - level - 1)
        return _written(levels, level, counts)

    def _restart(self, name: str, counts: list[int | None]) -> None:
        if name in self._begun:
            return
        self._begun.add(name)
        for level, start in self._lists.restarts.get(name, {}).items():
            if level < _DEEPEST:
                counts[level] = start - 1


def _written(levels: Mapping[int, Level], level: int, counts: list[int | None]) -> str:
    form = levels[level].form
    if form == "none":
        return ""
    if form == "bullet":
        return "-"

    def count(blank: re.Match[str]) -> str:
        at = int(blank[1]) - 1
        shown = levels.get(at, Level())
        reached = counts[at] if 0 <= at < _DEEPEST else None
        return _in_form(shown.form, shown.start if reached is None else reached)

    return _BLANK.sub(count, levels[level].text)


def _in_form(form: str, count: int) -> str:
    if form in ("lowerLetter", "upperLetter") and 0 < count <= _MOST_LETTERS:
        letter = _LETTERS[(count - 1) % len(_LETTERS)] * ((count - 1) // len(_LETTERS) + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman") and 0 < count <= _MOST_ROMAN:
        return _roman(count) if form == "lowerRoman" else _roman(count).upper()
    return f"{count:02d}" if form == "decimalZero" else str(count)


def _roman(count: int) -> str:
    written = ""
    for worth, sign in _ROMAN:
        written += sign * (count // worth)
        count %= worth
    return written
