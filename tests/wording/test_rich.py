"""Rich text: cut within the limit without losing a word or a look, escaped without a gap."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.rich import Rich, Span, as_html, plain, plain_no_links, rich, split, utf16_length

LINKS = ("", "", "", "https://a.vn/van-ban?so=154&nam=2025", "http://b.vn")
WORDS = st.text(st.sampled_from("abđướờ  .\n\t😀<&>*_"), min_size=1, max_size=60)
SPANS = st.builds(Span, WORDS, st.booleans(), st.sampled_from(LINKS))
BARE_LINKS = st.sampled_from(LINKS[3:]).map(lambda link: Span(link, link=link))
TEXTS = st.lists(SPANS | BARE_LINKS, min_size=1, max_size=12).map(tuple)
LIMITS = st.integers(50, 200)
"""Longer than any address above with its brackets."""


def looks(*texts: Rich) -> list[tuple[str, bool, str]]:
    """Each character with its look, white space left out."""
    return [(letter, s.bold, s.link) for text in texts for s in text for letter in s.text if not letter.isspace()]


# -- split


@given(TEXTS, LIMITS)
def test_no_part_is_longer_than_the_limit(text: Rich, limit: int) -> None:
    assert all(utf16_length(plain(part)) <= limit for part in split(text, limit))


@given(TEXTS, LIMITS)
def test_nothing_but_white_space_at_the_cuts_is_lost_and_looks_are_kept(text: Rich, limit: int) -> None:
    parts = split(text, limit)
    assert looks(*parts) == looks(text)
    rest = plain_no_links(text)
    for part in parts:
        skipped, found, rest = rest.partition(plain_no_links(part))
        assert found == plain_no_links(part)
        assert not skipped.strip()
    assert not rest.strip()


@given(TEXTS, LIMITS)
def test_what_fits_is_not_touched(text: Rich, limit: int) -> None:
    if utf16_length(plain(text)) <= limit:
        assert split(text, limit) == (text,)


@given(st.text(st.sampled_from(" \na"), max_size=40), st.integers(2, 8))
def test_no_part_is_empty_unless_all_is(text: str, limit: int) -> None:
    parts = [plain(part) for part in split(rich(text), limit)]
    if text.strip():
        assert all(part.strip() for part in parts)
    else:
        assert len(parts) == 1


@given(st.text(st.sampled_from("ab😀"), min_size=1, max_size=200), st.integers(10, 50))
def test_text_without_gaps_fills_its_parts(text: str, limit: int) -> None:
    *full, last = [plain(part) for part in split(rich(text), limit)]
    assert all(utf16_length(part) in (limit - 1, limit) for part in full)
    assert last


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("một hai\n\nba bốn\nnăm sáu", ["một hai", "ba bốn\nnăm sáu"]),
        ("một\nhai ba bốn\nnăm sáu", ["một\nhai ba bốn", "năm sáu"]),
        ("một hai ba\n\nbốn năm sáu", ["một hai ba", "bốn năm sáu"]),
        ("một hai. Ba bốn năm sáu", ["một hai.", "Ba bốn năm sáu"]),
        ("một hai ba bốn năm sáu", ["một hai ba bốn", "năm sáu"]),
        ("a\n\nmột hai ba bốn năm", ["a\n\nmột hai ba", "bốn năm"]),
    ],
)
def test_the_cut_is_at_the_largest_gap_that_leaves_no_stump(text: str, parts: list[str]) -> None:
    assert [plain(part) for part in split(rich(text), 16)] == parts


def test_many_links_do_not_make_crumbs() -> None:
    address = "https://a.vn/" + "x" * 60
    text = tuple(Span(f"văn bản {n} ", link=address) for n in range(40))
    parts = split(text, 500)
    assert len(parts) <= 10
    assert all(250 < utf16_length(plain(part)) <= 500 for part in parts[:-1])


# -- plain and HTML


class _Reading(HTMLParser):
    """A browser's view: the text, and what was bold or linked; tags must be closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.letters: list[tuple[str, bool, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("a", "b")
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.open.append((tag, attrs[0][1] or "" if attrs else ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        open_now = dict(self.open)
        self.letters += [(letter, "b" in open_now, open_now.get("a", "")) for letter in data]


_ANY = st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1)
_ADDRESSES = st.sampled_from(LINKS) | st.text(st.sampled_from("<>\"'&;= ax/"), max_size=20)
_NASTY = st.sampled_from(("<b>", "</b>", "&lt;", "<a href='x'>", "<!--", "<script>", '"', "]]>", "&"))


@given(st.lists(st.builds(Span, _ANY | _NASTY, st.booleans(), _ADDRESSES), max_size=8).map(tuple))
def test_a_browser_reads_the_same_text_and_looks(text: Rich) -> None:
    reading = _Reading()
    reading.feed(as_html(text))
    reading.close()
    assert not reading.open
    assert reading.letters == [(letter, s.bold, s.link) for s in text for letter in s.text]


def test_html_has_no_tag_but_bold_and_link() -> None:
    text = (Span("<i>x</i> & ", bold=True), Span("đây", link='http://a.vn/?a=1&b="2"'))
    assert as_html(text) == ('<b>&lt;i&gt;x&lt;/i&gt; &amp; </b><a href="http://a.vn/?a=1&amp;b=&quot;2&quot;">đây</a>')


def test_plain_tells_the_address_once() -> None:
    text = (Span("Xem "), Span("văn bản", link="http://a.vn"), Span(" và "), Span("http://b.vn", link="http://b.vn"))
    assert plain(text) == "Xem văn bản (http://a.vn) và http://b.vn"
    assert plain_no_links(text) == "Xem văn bản và http://b.vn"


def test_a_character_beyond_the_first_plane_counts_twice() -> None:
    assert [utf16_length(text) for text in ("", "ướt", "😀", "a😀")] == [0, 3, 2, 3]
