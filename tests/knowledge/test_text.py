from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import fold, is_syllable, normalise, phrase_key, tokens, untelex


@given(st.text())
def test_folding_settles_after_one_go(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_normalising_settles_after_one_go(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("hoà giải", "hòa giải"),
        ("uỷ ban", "ủy ban"),
        ("Thuý khoẻ", "Thúy khỏe"),
        ("hòan thành", "hoàn thành"),
        ("qúy", "quý"),
        ("gì già giếng", "gì già giếng"),
        ("người được khuỷu nghiêng", "người được khuỷu nghiêng"),
        ("so\u200bhộ 😀 khẩu", "sohộ khẩu"),
        ("ho\u0302\u0323 ti\u0323ch", "hộ tịch"),
    ],
)
def test_one_form_for_what_is_typed_in_many(typed: str, kept: str) -> None:
    assert normalise(typed) == kept


def test_words_keep_a_procedure_code_whole() -> None:
    assert tokens("Thủ tục 1.001193, đăng ký!") == ("thủ", "tục", "1.001193", "đăng", "ký")


def test_the_same_question_with_and_without_marks_has_one_key() -> None:
    assert phrase_key("Đăng ký  KHAI SINH?") == phrase_key("dang ky khai sinh")


@pytest.mark.parametrize("word", ["nghieng", "quyet", "gi", "an", "thuong"])
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["asdf", "qwerty", "xkcd", "bts"])
def test_rows_of_keys_are_no_syllables(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(
    ("raw", "word"), [("ddang", "dang"), ("kys", "ky"), ("thuwjc", "thuc"), ("huowngs", "huong"), ("ddaats", "dat")]
)
def test_left_over_telex_keys(raw: str, word: str) -> None:
    assert untelex(raw) == word
