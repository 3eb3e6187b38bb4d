"""The documents say what is: every setting with its default, every command, every word, every link."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from tests.test_architecture import ROOT, sources, tracked

DOCS = ROOT / "docs"
OPERATING = (DOCS / "operating.md").read_text()
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"])
# In halves, so that this file does not name one itself.
INDEXES = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry." + "npmjs",
    "deb." + "debian.org",
    "mirrors." + "aliyun",
)
NO_DEFAULT = "trống"
CODE = r"(?ms)^ *```.*?^ *```|`[^`\n]+`"
"""Fenced blocks, and code within a line."""


def _model(field: FieldInfo) -> type[BaseModel] | None:
    """The settings nested in a field, if it holds some."""
    for kind in (field.annotation, *get_args(field.annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def _settings(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        variable = f"{prefix}{name.upper()}"
        if nested := _model(field):
            yield from _settings(nested, f"{variable}__")
        else:
            yield variable, field.get_default(call_default_factory=True, validated_data={})


def settings() -> dict[str, Any]:
    """Every environment variable the program reads, with its default."""
    from bot.settings import Settings

    return dict(_settings(Settings, Settings.model_config.get("env_prefix", "")))


def commands() -> dict[str, click.Command]:
    """Every command by the words that call it: `kb check`."""
    from bot.cli import main

    return dict(_commands(main, ()))


def _commands(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, member in command.commands.items():
            yield from _commands(member, (*words, name))
    else:
        yield " ".join(words), command


def _written(default: Any) -> str:
    """A default as docs/operating.md writes it."""
    value = default.get_secret_value() if isinstance(default, SecretStr) else default
    value = value.value if isinstance(value, Enum) else value
    if value is None or value == "":
        return NO_DEFAULT
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _rows() -> dict[str, list[str]]:
    """The rows of the table of settings, by the name of the setting."""
    lines = [line.strip("|").split(" | ") for line in OPERATING.splitlines() if line.startswith("| `XONGVIEC_")]
    return {cells[0].strip(" `"): cells for cells in lines}


def test_operating_names_every_setting_and_no_other() -> None:
    assert set(_rows()) == set(settings())


def test_operating_gives_each_default() -> None:
    rows = _rows()
    wrong = {
        name: _written(default) for name, default in settings().items() if rows[name][1].strip() != _written(default)
    }
    assert not wrong, f"docs/operating.md should say {wrong}"


def test_operating_tells_what_each_setting_means() -> None:
    assert not [name for name, cells in _rows().items() if len(cells[2].strip()) < 5]


def test_operating_lists_every_command_and_no_other() -> None:
    listed = set(re.findall(r"^\| `xongviec ([a-z -]+)` \|", OPERATING, flags=re.MULTILINE))
    assert listed == set(commands())


def _calls(page: Path) -> set[str]:
    """What a page tells people to type after `xongviec`, in code: at most two words, which may name a command."""
    code = re.findall(CODE, page.read_text())
    return {call for piece in code for call in re.findall(r"\bxongviec ([a-z][a-z-]*(?: [a-z][a-z-]*)?)", piece)}


def test_no_page_calls_a_command_that_is_not_there() -> None:
    known = set(commands())
    called = {(page.name, call) for page in PAGES for call in _calls(page)}
    assert called, "no page tells how to call anything?"
    assert not {(page, call) for page, call in called if call not in known and call.split()[0] not in known}


def test_no_page_names_a_setting_that_is_not_there() -> None:
    known = {*settings(), "XONGVIEC_TEST_POSTGRES"}
    for page in PAGES:
        named = set(re.findall(r"XONGVIEC_[A-Z_]*[A-Z]", page.read_text()))
        assert not {name for name in named if name not in known}, page.name


def test_deployment_sets_only_settings_that_exist() -> None:
    known = set(settings())
    for path in tracked("deploy"):
        assert set(re.findall(r"XONGVIEC_[A-Z_]*[A-Z]", path.read_text())) <= known, path.name


def _glossary_names() -> set[str]:
    rows = [line.split(" | ") for line in (DOCS / "glossary.md").read_text().splitlines() if line.startswith("| ")]
    return {name for cells in rows if len(cells) == 4 for name in re.findall(r"`([^`]+)`", cells[2])}


def test_every_name_in_the_glossary_is_used_in_the_code() -> None:
    code = "\n".join(path.read_text() for path in sources())
    assert not {name for name in _glossary_names() if not re.search(rf"\b{re.escape(name)}\b", code)}


def _tables() -> set[str]:
    """Names of the classes that are kept in the database."""
    classes = [
        node
        for path in tracked("storage/*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    ]
    return {node.name for node in classes if any(keyword.arg == "table" for keyword in node.keywords)}


def test_the_glossary_knows_everything_that_is_kept() -> None:
    assert _tables(), "storage has no tables?"
    assert not _tables() - _glossary_names(), "a new noun needs a line in docs/glossary.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", re.sub(CODE, "", page.read_text()))
    for target in [target for target in targets if "://" not in target]:
        file, _, heading = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        assert there.exists(), target
        assert not heading or heading in _headings(there), target


def _headings(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_no_file_names_a_package_index() -> None:
    for path in tracked(untracked=False):
        content = path.read_bytes()
        assert not [index for index in INDEXES if index.encode() in content], path.relative_to(ROOT)
