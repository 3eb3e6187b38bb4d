"""What is typed or pasted becomes fit for a file: composed letters, nothing invisible, one kind of bullet."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.tidying import tidy_line, tidy_text


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("• Tờ khai\r\n", "- Tờ khai"),
        ("– một\n  * hai\n\t+ ba", "- một\n- hai\n- ba"),
        ("giá-trị – khác", "giá-trị – khác"),
        ("e\u0302\u0301 a\u00a0b", "ế a b"),
        ("so\u00adft\u200b \ufeffwidth", "soft width"),
        ("a\u200d\u0301", "á"),
        ("một  \n\n\n  hai", "một\n\n\n  hai"),
        ("dòng\u2028mới", "dòng\nmới"),
    ],
)
def test_examples(typed: str, tidy: str) -> None:
    assert tidy_text(typed) == tidy


def test_a_line_stays_one() -> None:
    assert tidy_line("  một\n hai\t ba ") == "một hai ba"


@given(st.text())
def test_nothing_that_a_check_of_letters_refuses_is_left(text: str) -> None:
    tidy = tidy_text(text)
    assert unicodedata.is_normalized("NFC", tidy)
    assert not [c for c in tidy if unicodedata.category(c) in ("Cf", "Cc") and c not in "\n\t"]
    assert tidy_text(tidy) == tidy
