"""Words of province.yaml: the sheets and columns of a province's workbook, and what may stand in their cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from knowledge.text import phrase_key
from knowledge.yaml_lines import load_plain

_FILE = Path(__file__).with_name("province.yaml")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what its cells hold (code, name, role, language), and the headings that name it, as keys."""

    name: str
    kind: str
    heading: str
    headings: frozenset[str]
    note: str
    optional: bool


@dataclass(frozen=True, slots=True)
class SheetWords:
    """A sheet: its title and others that name it as keys, its columns in order, example rows of the template."""

    name: str
    title: str
    titles: frozenset[str]
    columns: tuple[Column, ...]
    examples: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ProvinceWords:
    """`roles` and `languages` from what people write, as keys, to our code; `role_names` the other way."""

    sheets: tuple[SheetWords, ...]
    roles: Mapping[str, str]
    role_names: Mapping[str, str]
    languages: Mapping[str, str]
    example_prefix: str

    def sheet(self, title: str) -> SheetWords | None:
        """The sheet that a title names, whatever its marks and capitals."""
        return next((sheet for sheet in self.sheets if phrase_key(title) in sheet.titles), None)


@lru_cache(maxsize=1)
def province_words() -> ProvinceWords:
    """The words, read once."""
    raw = cast("dict[str, Any]", load_plain(_FILE.read_text(encoding="utf-8")))
    return ProvinceWords(
        sheets=tuple(_sheet(name, sheet) for name, sheet in raw["sheets"].items()),
        roles=_by_key(raw["roles"]),
        role_names={role: written[0] for role, written in raw["roles"].items()},
        languages=_by_key(raw["languages"]),
        example_prefix=raw["example_prefix"],
    )


def _sheet(name: str, raw: dict[str, Any]) -> SheetWords:
    columns = tuple(_column(column, told) for column, told in raw["columns"].items())
    examples = tuple(tuple(row) for row in raw["examples"])
    return SheetWords(name, raw["title"], _keys(raw["title"], *raw["also"]), columns, examples)


def _column(name: str, raw: dict[str, Any]) -> Column:
    headings = _keys(raw["heading"], *raw["also"])
    return Column(name, raw["kind"], raw["heading"], headings, raw["note"], raw.get("optional", False))


def _keys(*phrases: str) -> frozenset[str]:
    return frozenset(map(phrase_key, phrases))


def _by_key(raw: dict[str, list[str]]) -> dict[str, str]:
    return {phrase_key(phrase): code for code, phrases in raw.items() for phrase in phrases}
