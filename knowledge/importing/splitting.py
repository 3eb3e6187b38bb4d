"""Paragraphs of a legal document into Chương, Mục, Điều, khoản and điểm, with their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.importing import rows
from knowledge.importing.closing import appendices, attached, end_of_articles
from knowledge.importing.faults import Fault, ImportFault, Remark
from knowledge.importing.grouping import Groups, groups_before
from knowledge.importing.headings import article_mark, begins_unit, group_mark, is_contents_line, is_heading, place
from knowledge.importing.letters import clean
from knowledge.importing.masthead import first_day, read_masthead
from knowledge.importing.quotes import quoted
from knowledge.importing.units import article_body
from knowledge.importing.values import Article, Decree

_SNIPPET = 60
_MOST_WARNINGS = 100
"""More nobody reads; a document that gives cause for more is not what it seems."""


@dataclass(frozen=True, slots=True)
class Start:
    """The line where an article begins, or seems to."""

    at: int
    number: str
    heading: str


def split(paragraphs: Sequence[str]) -> Decree:
    """The document that paragraphs make. Raises ImportFault when there is no article in them."""
    texts = [text for text in map(clean, paragraphs) if text and not is_contents_line(text)]
    inside, unclosed = quoted(texts)
    seeming = _without_contents(_seeming_starts(texts, inside), texts)
    end = end_of_articles(texts, inside, [(start.at, place(start.number)) for start in seeming])
    starts, warnings = _own([start for start in seeming if start.at < end])
    if not starts:
        raise ImportFault(Fault.NO_ARTICLES)
    warnings += [f"{Remark.UNCLOSED_QUOTE}: {texts[at][:_SNIPPET]}" for at in unclosed if at < end]
    articles, head = _articles(texts[:end], inside, starts)
    return _decree(texts[:head], texts[end:], articles, warnings)


def _seeming_starts(texts: Sequence[str], inside: Sequence[bool]) -> list[Start]:
    marks = ((index, article_mark(text)) for index, text in enumerate(texts) if not inside[index])
    return [Start(index, *mark) for index, mark in marks if mark is not None]


def _without_contents(starts: Sequence[Start], texts: Sequence[str]) -> list[Start]:
    """Without lines of a table of contents: nothing is said under them, and the same heading comes again."""
    last = {(start.number, start.heading): start.at for start in starts}
    at = {start.at for start in starts}

    def bare(start: Start) -> bool:
        following = start.at + 1
        return following in at or (following < len(texts) and group_mark(texts[following]) is not None)

    return [start for start in starts if last[start.number, start.heading] == start.at or not bare(start)]


def _own(starts: Sequence[Start]) -> tuple[list[Start], list[str]]:
    """Starts that make one row of numbers, and what to say about gaps and about those that do not belong to it."""
    kept = rows.in_row([place(start.number) for start in starts], 0, rows.ARTICLES)
    own: list[Start] = []
    warnings: list[str] = []
    for start, keeps in zip(starts, kept, strict=True):
        reached = place(own[-1].number)[0] if own else 0
        count = place(start.number)[0]
        if not keeps:
            warnings.append(f"{Remark.REPEATED if count <= reached else Remark.FOREIGN}: {start.number}")
        elif count > reached + 1:
            warnings.append(f"{Remark.GAP}: {_range(reached + 1, count - 1)}")
        own += [start] if keeps else []
    return own, warnings


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _articles(texts: Sequence[str], inside: Sequence[bool], starts: Sequence[Start]) -> tuple[tuple[Article, ...], int]:
    """The articles, and the index where the first of them, or the groups over it, begin."""
    groups, articles, before = Groups(), list[Article](), 0
    bounds = []
    for start in starts:
        begin = groups_before(texts, inside, start.at, before)
        bounds.append((begin, groups.enter(texts[begin : start.at])))
        before = start.at + 1
    ends = [begin for begin, _ in bounds[1:]] + [len(texts)]
    for start, (_, over), end in zip(starts, bounds, ends, strict=True):
        body = _article(start, texts[start.at + 1 : end], inside[start.at + 1 : end])
        articles.append(replace(body, chapter=over[0], section=over[1]))
    return tuple(articles), bounds[0][0]


def _article(start: Start, texts: Sequence[str], inside: Sequence[bool]) -> Article:
    heading = start.heading
    if not heading and len(texts) > 1 and not inside[0] and is_heading(texts[0]) and not begins_unit(texts[0]):
        return _article(replace(start, heading=texts[0]), texts[1:], inside[1:])
    if is_heading(heading) or not heading:
        intro, clauses = article_body(texts, inside)
        return Article(start.number, heading, intro=intro, clauses=clauses)
    intro, clauses = article_body([heading, *texts], [True, *inside])
    return Article(start.number, "", intro=intro, clauses=clauses)


def _decree(head: Sequence[str], tail: Sequence[str], articles: tuple[Article, ...], warnings: Sequence[str]) -> Decree:
    found = read_masthead(head)
    issued = found.issued or first_day(tail)
    missing = [*([] if found.number else [Remark.NO_NUMBER]), *([] if issued else [Remark.NO_DATE])]
    left_out = [f"{Remark.APPENDIX}: {text[:_SNIPPET]}" for text in appendices(tail)]
    left_out += [f"{Remark.ATTACHED}: {text[:_SNIPPET]}" for text in attached(tail)]
    said = (*(f"{code}: " for code in missing), *warnings, *left_out)
    return Decree(found.number, found.kind, found.title, found.issuer, issued, articles, said[:_MOST_WARNINGS])
