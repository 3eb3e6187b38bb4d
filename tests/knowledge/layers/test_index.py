"""The index over long texts: what it finds first, how it is kept, and that it reads words as the rest does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.layers.index import TextIndex
from knowledge.layers.words import words_of
from knowledge.text import fold, tokens

TEXTS = (
    "Đăng ký khai sinh\nCông chức hộ tịch ghi nội dung khai sinh vào sổ",
    "Đăng ký kết hôn\nHai bên nam, nữ nộp tờ khai đăng ký kết hôn",
    "Cấp giấy phép xây dựng\nChủ đầu tư nộp hồ sơ đề nghị cấp giấy phép",
    "Thu hồi giấy phép xây dựng đã cấp sai thẩm quyền",
)


@pytest.fixture(scope="module")
def index() -> TextIndex:
    return TextIndex.build(TEXTS)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("đăng ký khai sinh", 0),
        ("dang ky ket hon", 1),
        ("cấp giấy phép xây dựng", 2),
        ("THU HỒI giấy phép", 3),
        ("hôn", 1),
    ],
)
def test_the_text_that_says_it_comes_first(index: TextIndex, asked: str, first: int) -> None:
    assert index.search(words_of(asked), limit=4)[0][0] == first


def test_the_order_of_words_counts() -> None:
    """ "khai sinh" is a pair; in "sinh khai" the same syllables are none."""
    texts = ("ngày sinh khai không đúng", "ngày khai sinh không đúng")
    (first, best), (_, other) = TextIndex.build(texts).search(words_of("khai sinh"), limit=2)
    assert (first, best > other) == (1, True)


def test_what_is_found_is_a_share_of_what_could_be(index: TextIndex) -> None:
    scores = [score for _, score in index.search(words_of("giấy phép xây dựng ở đâu"), limit=4)]
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[-1] <= scores[0] <= 1


@pytest.mark.parametrize("asked", ["", "xyz qqq", "12345"])
def test_nothing_known_finds_nothing(index: TextIndex, asked: str) -> None:
    assert index.search(words_of(asked), limit=3) == []


def test_no_texts_at_all() -> None:
    assert TextIndex.build(()).search(["khai", "sinh"], limit=3) == []


def test_saved_and_loaded_it_finds_the_same(index: TextIndex, tmp_path: Path) -> None:
    file = tmp_path / "index.npz"
    with file.open("wb") as opened:
        index.save(opened)
    loaded = TextIndex.load(file)
    for text in TEXTS:
        assert loaded.search(words_of(text), limit=4) == index.search(words_of(text), limit=4)


def test_a_damaged_file_is_told(tmp_path: Path, index: TextIndex) -> None:
    file = tmp_path / "index.npz"
    with file.open("wb") as opened:
        index.save(opened)
    file.write_bytes(file.read_bytes()[:400])
    with pytest.raises((OSError, ValueError, KeyError)):
        TextIndex.load(file)


LETTERS = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạếềểễệốồổỗộứừửữự ÁÀĐ.,12", max_size=60)


@given(LETTERS)
def test_words_are_those_of_the_rest_of_the_base(text: str) -> None:
    """Folded by table at once, or word by word as a question is: the same words."""
    assert [word.replace("y", "i") for word in words_of(text)] == [fold(w).replace("y", "i") for w in tokens(text)]


@given(st.lists(st.lists(st.sampled_from(["dat", "nha", "giay", "phep"]), max_size=8), max_size=8))
def test_weights_are_those_of_the_formula(texts: list[list[str]]) -> None:
    """Against BM25 worked out plainly, a word at a time."""
    found = dict(TextIndex.build(" ".join(text) for text in texts).search(["giay"], limit=len(texts) + 1))
    lengths = [len(text) for text in texts]
    mean = max(float(np.mean(lengths)) if texts else 0.0, 1.0)
    within = sum("giay" in text for text in texts)
    rarity = np.log1p((len(texts) - within + 0.5) / (within + 0.5))
    plain = {
        row: rarity * often * 2.2 / (often + 1.2 * (0.4 + 0.6 * lengths[row] / mean))
        for row, text in enumerate(texts)
        if (often := text.count("giay"))
    }
    most = max(plain.values(), default=1.0)
    assert found == pytest.approx({row: score / most for row, score in plain.items()}, rel=1e-4)
