"""Three long laws, rebuilt from a public collection, come back article by article from Word and PDF files."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pytest

from knowledge.importing import BulkArticle, read_articles, read_decree
from knowledge.importing.headings import place
from tests.knowledge.importing.layouts import BODY, CENTRE, Block, as_docx, as_pdf

CORPUS = Path(__file__).parents[4] / "shared" / "data" / "legal_retrieval" / "corpus.jsonl.gz"
LAWS = {"41/2019/QH14": 161, "51/2014/QH13": 132, "54/2019/QH14": 137}
"""Long ones in which the collection has no heading of the next chapter at the end of an article."""
_UNSPACED = re.compile(r"(?m)^(\d{1,3}[a-zđ]?)\s?\.\s*(?=\D)|^([a-zđ]\d?)\s?\)\s*")


@lru_cache(maxsize=1)
def laws() -> dict[str, list[BulkArticle]]:
    if not CORPUS.exists():
        pytest.skip("the collection of articles is not beside this repository")
    found: dict[str, list[BulkArticle]] = {number: [] for number in LAWS}
    with CORPUS.open("rb") as file:
        for article in read_articles(file, CORPUS.name):
            if article.number in found:
                found[article.number].append(article)
    return {number: sorted(articles, key=lambda article: place(article.article)) for number, articles in found.items()}


def blocks(articles: list[BulkArticle]) -> list[Block]:
    made = [Block(f"Số: {articles[0].number}", CENTRE)]
    for article in articles:
        made.append(Block(article.title, BODY, f"Điều {article.article}."))
        made += [Block(line) for line in article.text.split("\n") if line]
    return made


def words(text: str) -> str:
    """Single spaces, and one behind each number; some articles have "1.Trong" where others have "1. Trong"."""
    return " ".join(_UNSPACED.sub(lambda match: match.group().strip() + " ", text).split())


@pytest.mark.parametrize("kind", ["docx", "pdf"])
@pytest.mark.parametrize("number", LAWS)
def test_a_long_law_comes_back_article_by_article(number: str, kind: str) -> None:
    articles = laws()[number]
    assert len(articles) == LAWS[number]
    data = (as_docx if kind == "docx" else as_pdf)(blocks(articles))
    decree = read_decree(data, f"luat.{kind}")
    assert decree.number == number
    assert [found.number for found in decree.articles] == [article.article for article in articles]
    for found, article in zip(decree.articles, articles, strict=True):
        assert words(f"{found.heading}\n{found.text}") == words(f"{article.title}\n{article.text}"), article.id
