from __future__ import annotations

import pytest
import yaml

from knowledge import CONTENT, KnowledgeBase
from knowledge.text import fold


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("dk ks cho con", "dang ky khai sinh cho con"),
        ("dk kt cho ong noi", "dang ky khai tu cho ong noi"),
        ("xn tthn o dau", "xac nhan tinh trang hon nhan o dau"),
        ("dkkh can j", "dang ky ket hon can gi"),
        ("mien gpxd ko", "mien giay phep xay dung khong"),
        ("sao y dc k", "sao y duoc khong"),
        ("lm ntn", "lam nhu the nao"),
        ("ddang kys khai sinh", "dang ky khai sinh"),
        ("chungws thuwcj chuwx kys", "chung thuc chu ky"),
        ("đăng ký khia sinh", "dang ky khai sinh"),
        ("lcs bao nhieu", "luong co so bao nhieu"),
    ],
)
def test_what_was_typed_is_read_by_its_company(kb: KnowledgeBase, typed: str, read: str) -> None:
    assert kb.index.reader.read(typed).text == read


def test_a_word_the_base_does_not_know_stays(kb: KnowledgeBase) -> None:
    assert kb.index.reader.read("ông giàng a páo").text.split()[:2] == ["ong", "giang"]


def test_an_expansion_carries_its_marks(kb: KnowledgeBase) -> None:
    words = kb.index.reader.read("cccd").words
    assert [word.written for word in words] == ["căn", "cước", "công", "dân"]


def test_the_list_is_long_and_well_formed() -> None:
    raw = yaml.safe_load((CONTENT / "abbreviations.yaml").read_text(encoding="utf-8"))
    assert len(raw) >= 150
    for key, readings in raw.items():
        assert isinstance(key, str)
        assert key == fold(key)
        assert readings
        assert all(isinstance(reading, str) and fold(reading) != key for reading in readings), key
