"""The word lists that go with the base: abbreviations and scope, from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from knowledge.reading import Abbreviations
from knowledge.scope import Scope
from knowledge.text import fold
from knowledge.yaml_lines import ContentError, Problem, load_plain


def load_abbreviations(file: Path) -> Abbreviations:
    """Folded abbreviation → readings; raises ContentError when the file is not a mapping of lists."""
    raw = _mapping(file)
    faulty = [key for key, readings in raw.items() if not isinstance(readings, list)]
    if faulty:
        raise ContentError((Problem(str(file), 1, f"write the readings of {faulty[0]} as a list"),))
    return {fold(str(key)): tuple(map(str, readings)) for key, readings in raw.items()}


def load_scope(file: Path) -> Scope:
    """The word lists of scope.yaml; raises ContentError when one is missing."""
    try:
        return Scope(_mapping(file))
    except (KeyError, TypeError) as error:
        raise ContentError((Problem(str(file), 1, f"a word list is missing or wrong: {error}"),)) from error


def _mapping(file: Path) -> Mapping[str, Any]:
    try:
        raw = load_plain(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ContentError((Problem(str(file), 1, f"this file cannot be read: {error}"),)) from error
    if not isinstance(raw, dict):
        raise ContentError((Problem(str(file), 1, "write this file as `key: value` lines"),))
    return raw
