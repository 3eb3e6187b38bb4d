"""The house rules of docs/architecture.md: what stands where, who may import whom, how long a file may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "knowledge", "storage")
AT_TOP = {
    *PACKAGES, "tests", "docs", "benchmarks", "deploy", "requirements", ".ci", "Makefile", "README.md", "LICENSE",
    "CONTRIBUTING.md", "CHANGELOG.md", "pyproject.toml", ".gitignore", ".editorconfig", ".pre-commit-config.yaml",
}  # fmt: skip
MOST_LINES = 300
LONGER: dict[str, str] = {}
"""Files that may be longer, each with the reason."""


def tracked(*patterns: str, untracked: bool = True) -> list[Path]:
    """Files of the repository by git's path patterns, with those about to be added to it."""
    command = ["git", "ls-files", "-z", "--cached", *(["--others", "--exclude-standard"] if untracked else [])]
    said = subprocess.run([*command, "--", *patterns], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in said.split("\0") if name and (path := ROOT / name).is_file()]


def sources() -> list[Path]:
    """Python files of the four packages; migrations are history, written once and never read as code."""
    files = tracked(*(f"{package}/*.py" for package in PACKAGES))
    return [path for path in files if "migrations/versions" not in path.as_posix()]


def imports(path: Path) -> set[str]:
    """Modules that a file imports, by their full names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_import_contracts_are_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-logo", "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_nothing_else_stands_at_the_top() -> None:
    strangers = {path.relative_to(ROOT).parts[0] for path in tracked(untracked=False)} - AT_TOP
    assert not strangers, f"a new thing at the top needs a decision: {sorted(strangers)}"


@pytest.mark.parametrize(
    ("library", "home"),
    [("telegram", "bot/channels"), ("sqlmodel", "storage"), ("sqlalchemy", "storage"), ("aiohttp.web", "bot")],
)
def test_a_library_stays_at_home(library: str, home: str) -> None:
    def uses(path: Path) -> bool:
        return any(name == library or name.startswith(f"{library}.") for name in imports(path))

    strays = [path for path in sources() if uses(path) and not path.relative_to(ROOT).is_relative_to(home)]
    assert not strays, f"{library} belongs into {home}/"


def test_no_file_grows_too_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources()}
    too_long = {name for name, lines in lengths.items() if lines > MOST_LINES}
    assert too_long == set(LONGER), "split along the domain, or give the reason in LONGER; take out what is short again"


def test_a_folder_of_code_is_a_package() -> None:
    folders = {path.parent for path in sources()}
    assert not [folder for folder in folders if not (folder / "__init__.py").exists()]
