"""A decree's file into the decree, whatever kind of file it is."""

from __future__ import annotations

from knowledge.importing.kinds import kind_of
from knowledge.importing.letters import decode, require_readable
from knowledge.importing.portable import pdf_lines
from knowledge.importing.rejoining import join_lines, join_wrapped
from knowledge.importing.splitting import split
from knowledge.importing.values import Decree
from knowledge.importing.webpage import html_paragraphs
from knowledge.importing.word import word_paragraphs


def read_decree(data: bytes, name: str) -> Decree:
    """The legal document in a .docx, .pdf, .html or .txt file; `name` only has to agree with what the file is.

    Raises ImportFault.
    """
    return split(_READERS[kind_of(data, name, *_READERS)](data))


def _word(data: bytes) -> list[str]:
    return _readable(word_paragraphs(data))


def _page(data: bytes) -> list[str]:
    return _readable(html_paragraphs(data))


def _pdf(data: bytes) -> list[str]:
    lines = pdf_lines(data)
    _readable([line.text for line in lines])
    return join_lines(lines)


def _text(data: bytes) -> list[str]:
    return join_wrapped(_readable(decode(data).splitlines()))


def _readable(texts: list[str]) -> list[str]:
    """The texts as they are, once it is sure that they have Vietnamese letters. Cleaning hides lost ones."""
    require_readable("\n".join(texts))
    return texts


_READERS = {"docx": _word, "pdf": _pdf, "html": _page, "txt": _text}
