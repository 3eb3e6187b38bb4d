"""A large base: 1,000 entries over 20,000 imported articles; what building, keeping and searching them costs.

Beside it, in the same process, SQLite's FTS5 over the same folded words and pairs. The articles are those of the
shared corpus where it lies beside the project; else they are made up, and the table says so.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.figures import Section, milliseconds, number, percentile
from benchmarks.machine import memory_mb

CORPUS = Path(__file__).parent.parent.parent / "shared" / "data" / "legal_retrieval" / "corpus.jsonl.gz"


def measure(entries: int, articles: int, count: int) -> Section:
    """Build, save, load and search; figures of a process of its own."""
    command = [sys.executable, "-m", "benchmarks.layers", str(entries), str(articles), str(count)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    fts = found["fts"]
    rows = tuple(
        (name, number(part["build"], 2), number(part["load"], 2), number(part["disk"], 0), *_times(part["took"]),
         number(part["build"] / fts["build"], 2), number(_median(part) / _median(fts), 3))
        for name, part in (("our index", found["ours"]), ("SQLite FTS5", fts))
    )  # fmt: skip
    looked_up = " and ".join(_times(found["look_up"]))
    return Section(
        f"A large base: {found['entries']} entries, {found['articles']} {found['source']} articles",
        ("articles", "build, s", "open, s", "on disk, MB", "search p50, ms", "p99, ms", "× build", "× search (p50)"),
        rows,
        (
            f"Entries read and indexed: {number(found['base'], 2)} s (of which not from files: "
            f"{found['entries'] - found['real']} copies, to make up the number).",
            f"Memory of the process: {number(found['before'])} MB before, {number(found['with_base'])} MB with the "
            f"entries, {number(found['with_layers'])} MB with the articles' index read from its file; "
            f"building it took up to {number(found['most'])} MB.",
            f"A whole look-up that ends in related articles: p50 and p99 {looked_up} ms.",
            "The index is built once, by `kb import`; every process after that opens the file.",
        ),
    )


def _times(took: list[float]) -> tuple[str, str]:
    return milliseconds(percentile(took, 0.5)), milliseconds(percentile(took, 0.99))


def _median(part: dict[str, Any]) -> float:
    return percentile(part["took"], 0.5)


def _texts(count: int) -> tuple[str, list[tuple[str, str, str, str]]]:
    """Where they are from, and number, article, heading, text of each."""
    if CORPUS.exists():
        with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for _, line in zip(range(count), lines, strict=False)]
        return "real", [(row["law_id"], row["article"], row["title"], row["text"]) for row in rows]
    return "made-up", list(_made_up(count))


def _made_up(count: int) -> Iterator[tuple[str, str, str, str]]:
    import knowledge

    words = sorted({w for e in knowledge.load().entries.values() for w in f"{e.title} {e.answer}".lower().split()})
    chance = random.Random(2026)
    for place in range(count):
        heading, text = (" ".join(chance.choices(words, k=size)) for size in (9, 220))
        yield f"{place // 15}/2020/NĐ-CP", str(place % 15 + 1), heading, text


def _measure_here(entries: int, articles: int, count: int) -> dict[str, Any]:
    import knowledge
    from benchmarks.questions import phrasings
    from knowledge.layers import ArticleHead, ImportedText, Layers, article_text

    before, began = memory_mb(os.getpid()), time.perf_counter()
    release = knowledge.load()
    real = list(release.entries.values())
    copies = [_copy(real[place % len(real)], place) for place in range(max(entries - len(real), 0))]
    base = release.publishing(copies)
    took, with_base = time.perf_counter() - began, memory_mb(os.getpid())
    source, rows = _texts(articles)
    heads = [
        ArticleHead(str(n), ImportedText(law, law), article, title) for n, (law, article, title, _) in enumerate(rows)
    ]
    texts = [article_text(head.document, head.heading, row[3]) for head, row in zip(heads, rows, strict=True)]
    questions = [_off_the_path(phrase) for phrase in phrasings(release, count)]
    with tempfile.TemporaryDirectory() as folder:
        ours, index = _ours(Path(folder) / "index.npz", texts, questions)
        fts = _fts(Path(folder) / "fts.db", texts, questions)
    most = memory_mb(os.getpid())
    layered = base.with_layers(Layers(heads, index))
    return {
        "real": len(real), "entries": len(base.entries), "articles": len(rows), "source": source, "base": took,
        "before": before, "with_base": with_base, "most": most, "ours": ours, "fts": fts,
        "with_layers": with_base + ours.pop("memory"), "look_up": _look_ups(layered, questions),
    }  # fmt: skip


def _copy(entry: Any, place: int) -> Any:
    asked = tuple(f"{phrase} bản {place}" for phrase in entry.asked_as)
    return replace(entry, id=f"{entry.id}-{place}", title=f"{entry.title} {place}", asked_as=asked)


def _off_the_path(phrase: str) -> str:
    """A question that entries do not quite answer, so that the articles are asked."""
    return f"{phrase} theo chương trình thí điểm liên xã ven biển"


def _ours(file: Path, texts: list[str], questions: list[str]) -> tuple[dict[str, Any], Any]:
    from knowledge.layers.index import TextIndex
    from knowledge.layers.words import words_of

    began = time.perf_counter()
    index = TextIndex.build(texts)
    build = time.perf_counter() - began
    with file.open("wb") as opened:
        index.save(opened)
    del index
    before, began = memory_mb(os.getpid()), time.perf_counter()
    index = TextIndex.load(file)
    load = time.perf_counter() - began
    took = [_timed(lambda words: index.search(words, limit=60), words_of(question)) for question in questions]
    held = max(memory_mb(os.getpid()) - before, file.stat().st_size / 2**20)
    return {"build": build, "load": load, "disk": file.stat().st_size / 2**20, "took": took, "memory": held}, index


def _fts(file: Path, texts: list[str], questions: list[str]) -> dict[str, Any]:
    """The same words and pairs in FTS5, which the pairs must be written out for."""
    from knowledge.layers.words import words_of

    began = time.perf_counter()
    kept = sqlite3.connect(file)
    kept.execute("CREATE VIRTUAL TABLE t USING fts5(words, content='', tokenize='ascii')")
    kept.executemany(
        "INSERT INTO t(rowid, words) VALUES (?, ?)", ((n, _written(words_of(t))) for n, t in enumerate(texts))
    )
    kept.commit()
    build = time.perf_counter() - began
    kept.close()
    began = time.perf_counter()
    kept = sqlite3.connect(file)
    query = "SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t) LIMIT 60"
    kept.execute(query, ("a",)).fetchall()
    load = time.perf_counter() - began
    found = [_timed(lambda w: kept.execute(query, (_asked(w),)).fetchall(), words_of(q)) for q in questions]
    kept.close()
    return {"build": build, "load": load, "disk": file.stat().st_size / 2**20, "took": found}


def _written(words: list[str]) -> str:
    return " ".join([*words, *(f"{one}X{other}" for one, other in pairwise(words))])


def _asked(words: list[str]) -> str:
    return " OR ".join(f'"{word}"' for word in dict.fromkeys(_written(words).split()))


def _look_ups(base: Any, questions: list[str]) -> list[float]:
    from datetime import date

    return [_timed(lambda text: base.look_up(text, as_of=date(2026, 11, 21)), question) for question in questions]


def _timed(work: Any, given: Any) -> float:
    began = time.perf_counter()
    work(given)
    return time.perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(_measure_here(*map(int, sys.argv[1:]))))
