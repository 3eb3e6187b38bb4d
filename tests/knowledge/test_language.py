"""The word lists are read alike by libyaml and by the pure reader, and faults name the file."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from knowledge import CONTENT, ContentError, yaml_lines
from knowledge.language import load_abbreviations, load_scope


@pytest.mark.parametrize("name", ["abbreviations.yaml", "scope.yaml", "fields.yaml"])
def test_libyaml_reads_what_the_pure_reader_reads(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (CONTENT / name).read_text(encoding="utf-8")
    fast = yaml_lines.load_plain(text)
    monkeypatch.setattr(yaml_lines, "_LOADER", yaml.SafeLoader)
    assert fast == yaml_lines.load_plain(text)


def test_the_same_nodes_and_lines_either_way(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [file.read_text(encoding="utf-8") for file in sorted((CONTENT / "documents").glob("**/*.yaml"))[:40]]
    fast = [_nodes(text) for text in texts]
    monkeypatch.setattr(yaml_lines, "_LOADER", yaml.SafeLoader)
    assert texts
    assert fast == [_nodes(text) for text in texts]


def test_a_fault_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "abbreviations.yaml"
    file.write_text("a: một\n", encoding="utf-8")
    with pytest.raises(ContentError, match="readings of a"):
        load_abbreviations(file)
    file.write_text("courtesy: [dạ]\n", encoding="utf-8")
    with pytest.raises(ContentError, match="word list is missing"):
        load_scope(file)
    file.write_text("a: [", encoding="utf-8")
    with pytest.raises(ContentError, match="cannot be read"):
        load_scope(file)


def _nodes(text: str) -> list[tuple[str, str, int]]:
    waiting: list[yaml.Node | None] = [yaml_lines.read_yaml(text, yaml_lines.Notes("x"))]
    found = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.ScalarNode):
            found.append((node.tag, str(node.value), int(node.start_mark.line)))
        elif isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    return found
