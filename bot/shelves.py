"""The imported layers in memory: heads from the database, the index over the texts from a file made once.

Building the index over 20,000 articles takes seconds; `kb import` builds it, every process after that reads it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.entries import Interval
from knowledge.layers import ArticleHead, ImportedText, Layers, ProcedureHead, article_text
from knowledge.layers.index import TextIndex
from storage import Transaction
from storage.imports import ImportedDocument

log = logging.getLogger(__name__)

FORMAT = 1
"""Goes up when an index of an older program can no longer be read."""
ARTICLES, PROCEDURES = "articles", "procedures"


@dataclass(frozen=True, slots=True)
class Stock:
    """What was read of the imports: enough to build the layers outside the transaction."""

    key: str
    """Names exactly this state of exactly this database."""
    kept: Mapping[str, TextIndex]
    """Indexes that were built before; what is not among them is built from the texts, which are then there."""
    documents: list[ImportedDocument]
    articles: Any
    procedures: Any


class Shelves:
    """Makes the layers, and keeps their indexes in a folder."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "index"

    async def stock(self, tx: Transaction) -> Stock:
        """Read what was imported."""
        runs = await tx.imports.runs(limit=100_000)
        told = "\n".join(f"{run.id} {run.digest} {run.at.isoformat()}" for run in runs)
        key = hashlib.sha256(f"{FORMAT}\n{told}".encode()).hexdigest()[:16]
        kept = await asyncio.to_thread(self._kept, key)
        return Stock(
            key=key,
            kept=kept,
            documents=await tx.imports.documents(),
            articles=await tx.imports.article_rows(texts=ARTICLES not in kept),
            procedures=await tx.imports.procedure_rows(),
        )

    def layers(self, stock: Stock) -> Layers:
        """The layers of a stock; an index that is not there yet is built and kept."""
        documents = {document.id: _imported_text(document) for document in stock.documents}
        heads = [ArticleHead(str(row.id), documents[row.document], row.number, row.heading) for row in stock.articles]
        texts = (article_text(h.document, h.heading, row.text) for h, row in zip(heads, stock.articles, strict=True))
        procedures = [ProcedureHead(row.code, row.name, row.commune_level) for row in stock.procedures]
        names = (f"{row.name}\n{row.name}\n{row.fields}" for row in stock.procedures)
        made = Layers(heads, self._index(ARTICLES, stock, texts), procedures, self._index(PROCEDURES, stock, names))
        with contextlib.suppress(OSError):
            self._forget_others(stock.key)
        return made

    def _kept(self, key: str) -> dict[str, TextIndex]:
        """The indexes that can be read; a damaged one (the power was cut) is as good as none."""
        found = {}
        for kind in (ARTICLES, PROCEDURES):
            with contextlib.suppress(OSError, ValueError, KeyError):
                found[kind] = TextIndex.load(self._file(kind, key))
        return found

    def _index(self, kind: str, stock: Stock, texts: Iterable[str]) -> TextIndex:
        if kind in stock.kept:
            return stock.kept[kind]
        built = TextIndex.build(texts)
        try:
            _write_whole(self._file(kind, stock.key), built.save)
        except OSError as error:
            log.warning("the index of imported %s cannot be kept and is built at every start: %s", kind, error)
        return built

    def _file(self, kind: str, key: str) -> Path:
        return self._folder / f"{kind}-{key}.npz"

    def _forget_others(self, key: str) -> None:
        """Indexes of former states, and what a process that was killed had begun."""
        for file in self._folder.glob("*.npz*"):
            if key not in file.name:
                file.unlink(missing_ok=True)


def _imported_text(document: ImportedDocument) -> ImportedText:
    known = Interval(document.since, document.until) if document.since else None
    return ImportedText(document.number, document.title, document.kind, known)


def _write_whole(file: Path, save: Callable[..., None]) -> None:
    """Whole or not at all: another process may read it at any moment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with draft.open("wb") as opened:
        save(opened)
    draft.replace(file)
