"""Words of words.yaml: names of issuers by their signs, units of time, names of columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from knowledge.text import phrase_key
from knowledge.yaml_lines import load_plain

_FILE = Path(__file__).with_name("words.yaml")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`issuers` and `kinds` by sign, `titles` the longest first, `columns` from a header's phrase key to our name."""

    issuers: Mapping[str, str]
    kinds: Mapping[str, str]
    titles: tuple[str, ...]
    units: Mapping[str, str]
    unknown_fee: str
    affirmative: frozenset[str]
    columns: Mapping[str, str]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The words, read once."""
    raw = cast("dict[str, Any]", load_plain(_FILE.read_text(encoding="utf-8")))
    columns = {phrase_key(header): name for name, headers in raw["columns"].items() for header in headers}
    titles = tuple(sorted(raw["titles"], key=len, reverse=True))
    affirmative = frozenset(map(phrase_key, raw["affirmative"]))
    return Vocabulary(raw["issuers"], raw["kinds"], titles, raw["units"], raw["unknown_fee"], affirmative, columns)
