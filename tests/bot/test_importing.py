"""`xongviec kb import`: a decree, articles in bulk, the catalogue; a bad file is refused and stores nothing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import knowledge
from bot.cli import main
from bot.sandbox import TooHeavy, run_apart
from knowledge import KnowledgeBase
from tests.knowledge.conftest import SMALL

DECREE = """CHÍNH PHỦ
Số: 999/2026/NĐ-CP
Hà Nội, ngày 15 tháng 6 năm 2026
NGHỊ ĐỊNH
Về trạm quan sát vũ trụ ở thôn
Điều 1. Phạm vi điều chỉnh
Nghị định này quy định việc lắp đặt trạm quan sát vũ trụ.
Điều 2. Cấp phép lắp đặt trạm quan sát vũ trụ
1. Ủy ban nhân dân cấp tỉnh cấp phép.
2. Thời hạn là 10 ngày làm việc.
"""
QUESTION = "lắp đặt trạm quan sát vũ trụ"


@pytest.fixture(autouse=True)
def _own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, small: KnowledgeBase) -> None:
    """A data folder of one's own, over a small base that is read only once."""
    monkeypatch.setattr(knowledge, "load", lambda *folders, **given: small)
    monkeypatch.setenv("XONGVIEC_DATA_DIR", str(tmp_path / "var"))


@pytest.fixture(scope="module")
def small() -> KnowledgeBase:
    return knowledge.load(SMALL)


def _do(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def _ask(text: str, *words: str) -> dict[str, Any]:
    done = _do("ask", text, "--json", *words)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _file(folder: Path, name: str, *lines: dict[str, Any]) -> str:
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    file = folder / name
    file.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return str(file)


def test_a_decree_is_looked_up_shown_by_number_and_forgotten_by_nobody(tmp_path: Path) -> None:
    file = tmp_path / "nghi-dinh.txt"
    file.write_text(DECREE, "utf-8")
    tried = _do("kb", "import", str(file), "--dry-run")
    assert (tried.exit_code, "articles: 2" in tried.output) == (0, True)
    assert _ask(QUESTION)["related"] == [], "a dry run imports nothing"

    done = _do("kb", "import", str(file), "--since", "2026-08-01", "--until", "2028-01-01")
    assert done.exit_code == 0, done.output
    related = _ask(QUESTION, "--as-of", "2026-11-21")["related"]
    assert (related[0]["number"], related[0]["article"], related[0]["in_force"]) == ("999/2026/NĐ-CP", "Điều 2", True)
    assert _ask("điều 2 nghị định 999/2026", "--as-of", "2026-11-21")["related"][0]["score"] == 1.0
    for day in ("2026-07-31", "2028-01-01"):
        assert _ask(QUESTION, "--as-of", day)["related"] == [], f"not in force on {day}"

    again = _do("kb", "import", str(file), "--since", "2026-08-01")
    assert again.exit_code == 0
    assert [one["article"] for one in _ask(QUESTION, "--as-of", "2028-01-01")["related"]].count("Điều 2") == 1


def test_articles_in_bulk_and_the_catalogue(tmp_path: Path) -> None:
    article = {"id": "1/2030/qh16+1", "law_id": "1/2030/qh16", "law_name": "Luật Vũ trụ", "article": "1"}
    other = {**article, "id": "1/2030/qh16+2", "article": "2", "title": "Tàu vũ trụ", "text": "Không bay thấp."}
    bulk = _file(
        tmp_path, "luat.jsonl.gz", {**article, "title": "Lắp đặt trạm quan sát vũ trụ", "text": "Xin phép."}, other
    )
    procedures = _file(
        tmp_path, "thu-tuc.jsonl", {"code": "9.999999", "name": "Lắp đặt trạm quan sát vũ trụ", "commune_level": True}
    )
    for file, said in ((bulk, "articles: 2 of 1 documents"), (procedures, "procedures: 1, at commune level: 1")):
        done = _do("kb", "import", file)
        assert done.exit_code == 0, done.output
        assert said in done.output
    answer = _ask(QUESTION)
    assert answer["decision"] == "escalate"
    assert {(one["kind"], one["number"]) for one in answer["related"]} == {
        ("article", "1/2030/QH16"), ("procedure", "9.999999"),
    }  # fmt: skip
    assert "chưa phải câu trả lời" in answer["text"]
    for asked, told in (("luật 1/2030", "Luật Vũ trụ"), ("điều 2 luật 1/2030", "Tàu vũ trụ"), ("9.999999", "vũ trụ")):
        assert told in _ask(asked)["text"], "what is named is told of in words, too"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("rong.txt", b"", "không có nội dung"),
        ("anh.pdf", b"\x89PNG\r\n\x1a\n" + bytes(200), "không đúng loại"),
        ("hong.docx", b"PK\x03\x04word/" + bytes(300), "hỏng"),
        ("cu.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Office cũ"),
        ("luat.jsonl", b'{"law_id": "1/2030/QH16", "article": "1"\n', "dòng 1 không đọc được"),
        ("khong-so.txt", "Điều 1. Phạm vi\nNội dung quy định.\n".encode(), "--number"),
    ],
)
def test_a_bad_file_is_refused_in_words_and_stores_nothing(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    done = _do("kb", "import", str(file))
    assert done.exit_code == 1
    assert said in done.output, done.output
    assert "Traceback" not in done.output
    assert _ask(QUESTION)["related"] == []


def test_the_number_may_be_given(tmp_path: Path) -> None:
    file = tmp_path / "khong-so.txt"
    file.write_text("Điều 1. Trạm quan sát vũ trụ\nThôn lắp đặt trạm quan sát vũ trụ phải xin phép.\n", "utf-8")
    assert _do("kb", "import", str(file), "--number", "12/2026/qđ-ubnd").exit_code == 0
    assert [one["number"] for one in _ask(QUESTION)["related"]] == ["12/2026/QĐ-UBND"]


def test_what_eats_all_memory_takes_only_its_own_process() -> None:
    with pytest.raises(TooHeavy):
        run_apart(bytes, 8 * 1024**3)


def test_an_old_export_retires_nothing_unless_told_to(tmp_path: Path, small: KnowledgeBase) -> None:
    folder = tmp_path / "exported"
    assert _do("kb", "export", str(folder)).exit_code == 0
    gone = min(small.entries)
    (folder / "entries" / f"{gone}.md").unlink()
    refused = _do("kb", "import", str(folder))
    assert refused.exit_code == 1
    assert f"entries/{gone}.md" in refused.output
    told = _do("kb", "import", str(folder), "--retire")
    assert told.exit_code == 0
    assert "retired: 1" in told.output
