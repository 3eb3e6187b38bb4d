"""The command line: every command, by what it prints and how it ends."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import knowledge
from bot.cli import main
from knowledge import CONTENT
from storage import Database, schema
from storage.outbox import OutgoingMessage, Sending
from storage.people import Role

QUESTION = "dang ky khai sinh qua han can giay to gi"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an empty folder with its own data."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XONGVIEC_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setattr("bot.cli.logging.basicConfig", lambda **_: None)

    def invoke(*words: str, fails: int = 0) -> Result:
        done = CliRunner().invoke(main, list(words))
        assert done.exit_code == fails, done.output
        assert not isinstance(done.exception, Exception), done.output
        return done

    return invoke


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch, knowledge_base: knowledge.KnowledgeBase) -> None:
    """The content that comes with the program, already read."""
    monkeypatch.setattr(knowledge, "load", lambda *folders: knowledge_base)


@pytest.mark.usefixtures("loaded")
class TestAsk:
    def test_in_words(self, run: Run) -> None:
        said = run("ask", QUESTION).stdout
        assert "khai sinh quá hạn" in said
        assert "Căn cứ" in said

    def test_as_json(self, run: Run) -> None:
        answer = json.loads(run("ask", QUESTION, "--json", "--as-of", "2026-11-23").stdout)
        assert answer["id"] == "q1"
        assert (answer["decision"], answer["field"], answer["department"]) == (
            "answer",
            "tu-phap-ho-tich",
            "so-tu-phap",
        )
        assert answer["as_of"] == "2026-11-23"
        assert 0 < answer["confidence"] <= 1
        assert set(answer["entries"][0]) == {"id", "title", "score", "citations"}
        assert {c["in_force"] for c in answer["entries"][0]["citations"]} == {True}

    def test_as_of_a_day_before_the_law(self, run: Run) -> None:
        answer = json.loads(run("ask", QUESTION, "--json", "--as-of", "2015-06-01").stdout)
        assert all(c["in_force"] for entry in answer["entries"][:1] for c in entry["citations"])
        assert answer["decision"] != "answer"

    def test_the_day_in_the_question(self, run: Run) -> None:
        question = "hồ sơ khai sinh quá hạn nộp ngày 15/6/2025 thì cần giấy tờ gì"
        named = json.loads(run("ask", question, "--json").stdout)
        assert named["as_of"] == "2025-06-15"
        assert "Theo quy định tại ngày 15/06/2025" in named["text"]
        given = json.loads(run("ask", question, "--json", "--as-of", "2026-11-23").stdout)
        assert given["as_of"] == "2026-11-23"
        assert "Theo quy định tại ngày" not in given["text"]

    def test_a_rule_that_did_not_hold_then_is_only_named(self, run: Run) -> None:
        answer = json.loads(run("ask", "lương cơ sở tháng 6/2023 là bao nhiêu", "--json").stdout)
        assert (answer["decision"], answer["entries"], answer["as_of"]) == ("escalate", [], "2023-06-30")
        assert "không có hiệu lực tại ngày 30/06/2023" in answer["text"]
        assert "Căn cứ\n" not in answer["text"]

    def test_in_a_field(self, run: Run) -> None:
        answer = json.loads(run("ask", "mức lệ phí", "--field", "tu-phap-ho-tich", "--json").stdout)
        assert all(entry["id"].startswith("tu-phap-ho-tich/") for entry in answer["entries"])

    def test_line_by_line(self, run: Run, tmp_path: Path) -> None:
        lines: list[dict[str, Any]] = [
            {"id": "a", "text": QUESTION},
            {"text": "chào em", "as_of": "2026-11-23"},
            {"id": "c", "text": "con mèo nhà em đẹp không", "previous_message": None},
        ]
        file = tmp_path / "asked.jsonl"
        file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n\n", "utf-8")
        answers = [json.loads(line) for line in run("ask", "--jsonl", str(file)).stdout.splitlines()]
        assert [(answer["id"], answer["decision"]) for answer in answers] == [
            ("a", "answer"), ("q2", "smalltalk"), ("c", "refuse"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "line", ["{", "[]", "7", "null", '{"id": 1}', '{"text": 7}', '{"text": "a", "as_of": "tomorrow"}',
                 '{"text": "a", "field": "no-such"}', '{"text": "a", "as_of": 7}', '{"text": "a", "field": [1]}',
                 '{"text": "a", "previous_message": 7}'],
    )  # fmt: skip
    def test_a_bad_line_is_named(self, run: Run, tmp_path: Path, line: str) -> None:
        file = tmp_path / "asked.jsonl"
        file.write_text('{"text": "chào"}\n' + line + "\n", "utf-8")
        said = run("ask", "--jsonl", str(file), fails=1).stderr
        assert "line 2" in said

    def test_what_makes_no_sense_is_refused(self, run: Run, tmp_path: Path) -> None:
        assert "--jsonl" in run("ask", fails=2).stderr
        assert "unknown field" in run("ask", "x", "--field", "no-such", fails=1).stderr
        assert "is not a day" in run("ask", "x", "--as-of", "yesterday", fails=2).stderr
        run("ask", "x", "--jsonl", str(tmp_path / "none"), fails=2)


def test_a_broken_file_is_named_with_its_line(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    file = min((folder / "documents").rglob("*.yaml"))
    lines = file.read_text("utf-8").splitlines()
    place = next(n for n, line in enumerate(lines, 1) if line.startswith("issued:"))
    lines[place - 1] = "issued: 2008-13-45"
    file.write_text("\n".join(lines), "utf-8")
    said = run("kb", "check", str(folder), fails=1).stderr
    assert f"{file.name}:{place}" in said
    assert re.search(r"(?m)^\d+ faults$", said)


def test_the_exported_knowledge_is_the_same(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("kb", "export", str(out))
    here, there = run("kb", "check").stdout, run("kb", "check", str(out)).stdout
    assert here == there
    assert re.match(r"ok: \d+ entries, \d+ documents, revision [0-9a-f]{12}", here)
    assert "not empty" in run("kb", "export", str(out), fails=1).stderr


@pytest.mark.usefixtures("loaded")
def test_figures_and_what_lapses(run: Run, knowledge_base: knowledge.KnowledgeBase) -> None:
    figures = json.loads(run("kb", "stats", "--json").stdout)
    wanted = {"entries", "by_field", "documents", "phrasings", "by_confidence", "oldest_check"}
    assert wanted <= figures.keys()
    assert figures["entries"] == len(knowledge_base.entries) == sum(figures["by_field"].values())
    assert f"entries: {len(knowledge_base.entries)}\n" in run("kb", "stats").stdout


@pytest.mark.usefixtures("loaded")
def test_what_lapses_on_a_day_and_why(run: Run, knowledge_base: knowledge.KnowledgeBase) -> None:
    report = json.loads(run("kb", "lapse-report", "--on", "2027-03-01", "--json").stdout)
    assert report["on"] == "2027-03-01"
    ending = {lapse["entry"]: lapse for lapse in report["ending"]}
    assert ending
    for key, lapse in ending.items():
        assert lapse["until"] == "2027-03-01"
        assert all(why["document"] and why["until"] <= "2027-03-01" for why in lapse["because"])
        answer = run("ask", knowledge_base.entries[key].asked_as[0], "--json", "--as-of", "2027-03-02").stdout
        assert key not in [entry["id"] for entry in json.loads(answer)["entries"]]
    in_words = run("kb", "lapse-report", "--on", "2027-03-01").stdout
    assert f"stop on 2027-03-01: {len(ending)}\n" in in_words
    assert all(f"  2027-03-01  {key}  (" in in_words for key in ending)
    assert "/NĐ-CP" in in_words


@pytest.mark.usefixtures("loaded")
def test_the_year_ahead_is_told_in_the_order_of_days(run: Run) -> None:
    coming = json.loads(run("kb", "lapse-report", "--on", "2026-11-23", "--json").stdout)["within_a_year"]
    days = [lapse["until"] for lapse in coming]
    assert days == sorted(days)
    assert all("2026-11-23" < day <= "2027-11-23" for day in days)
    assert "2027-03-01" in days


@pytest.mark.usefixtures("loaded")
class TestPeople:
    def test_invited_listed_revoked(self, run: Run) -> None:
        said = run(
            "people", "invite", "--role", "requester", "--unit", "Xã Mường Nhà", "--name", "Lường Văn Thử"
        ).stdout
        code = re.search(r"code: (\w{8})", said)
        assert code is not None
        assert f"/?code={code[1]}" in said
        assert f"LK {code[1]}" in said
        [row] = run("people", "list").stdout.splitlines()
        assert row.split("\t")[1:5] == ["requester", "xa-muong-nha", "Lường Văn Thử", "active"]
        assert code[1] not in row
        key = row.split("\t")[0]
        assert "Lường Văn Thử" in run("people", "revoke", key).stdout
        assert "\trevoked\t" in run("people", "list").stdout

    def test_the_same_commune_by_name_or_code_is_one(self, run: Run) -> None:
        for unit in ("Xã Mường Nhà", "xa-muong-nha", "xã mường nhà"):
            run("people", "invite", "--role", "requester", "--unit", unit)
        assert {row.split("\t")[2] for row in run("people", "list").stdout.splitlines()} == {"xa-muong-nha"}

    def test_what_makes_no_sense_is_refused(self, run: Run) -> None:
        assert "unknown department" in run("people", "invite", "--role", "specialist", "--unit", "Sở X", fails=1).stderr
        run("people", "invite", "--role", "guest", "--unit", "so-tu-phap", fails=2)
        run("people", "invite", "--role", "requester", fails=2)
        assert "nobody has the id 99" in run("people", "revoke", "99", fails=1).stderr


@pytest.mark.usefixtures("loaded")
def test_upgrade_backup_restore(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("db", "upgrade").stdout == run("db", "upgrade").stdout == f"schema {schema.newest()}\n"
    run("people", "invite", "--role", "operator", "--unit", "so-khoa-hoc-va-cong-nghe", "--name", "Người Thử")
    file = tmp_path / "backup.tar.gz"
    assert "rows written" in run("db", "backup", str(file)).stdout
    assert "exists already" in run("db", "backup", str(file), fails=1).stderr
    assert "not empty" in run("db", "restore", str(file), fails=1).stderr
    monkeypatch.setenv("XONGVIEC_DATA_DIR", str(tmp_path / "other"))
    assert "rows restored" in run("db", "restore", str(file)).stdout
    assert "Người Thử" in run("people", "list").stdout
    torn = tmp_path / "torn.tar.gz"
    torn.write_bytes(file.read_bytes()[:200])
    monkeypatch.setenv("XONGVIEC_DATA_DIR", str(tmp_path / "third"))
    assert "not a readable backup" in run("db", "restore", str(torn), fails=1).stderr


def test_dead_letters_are_listed_and_requeued(run: Run, tmp_path: Path) -> None:
    key = asyncio.run(_dead_letter(tmp_path / "var"))
    row = run("outbox", "list").stdout
    assert row.startswith(f"{key}\tfailed\tweb\t")
    assert "too odd" in row
    assert "1 of 2 will be sent again" in run("outbox", "requeue", str(key), "77").stdout
    assert run("outbox", "list").stdout == ""
    run("outbox", "requeue", fails=2)
    run("outbox", "requeue", "x", fails=2)


async def _dead_letter(data: Path) -> int:
    database, at = Database(f"sqlite+aiosqlite:///{data / 'xongviec.db'}"), datetime.now(UTC)
    await schema.upgrade(database)
    async with database.transaction() as tx:
        person = await tx.people.add("Người Thử", Role.REQUESTER, "xa-suoi-mo", at=at)
        talk = await tx.conversations.open("web", "w", group=False, at=at)
        message = OutgoingMessage(
            key="cancel.done", person=person.key, conversation=talk.key, channel="web", created_at=at,
            status=Sending.FAILED, error="too odd",
        )  # fmt: skip
        await tx.outbox.add(message)
    await database.close()
    return message.row


@pytest.mark.usefixtures("loaded")
class TestDoctor:
    def test_all_well(self, run: Run) -> None:
        run("db", "upgrade")
        said = run("doctor").stdout
        assert "BAD" not in said
        assert {line.split()[1].rstrip(":") for line in said.splitlines()} >= {
            "settings", "knowledge", "database", "inbox", "outbox", "channel", "clock", "disk",
        }  # fmt: skip

    def test_a_schema_behind(self, run: Run) -> None:
        said = run("doctor", fails=1).stdout
        assert "BAD  database: schema empty; run db upgrade" in said

    def test_a_webhook_without_a_secret(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        run("db", "upgrade")
        monkeypatch.setenv("XONGVIEC_TELEGRAM__TOKEN", "1:secret-of-the-bot")
        monkeypatch.setenv("XONGVIEC_TELEGRAM__MODE", "webhook")
        said = run("doctor", fails=1).stdout
        assert re.search(r"(?m)^BAD .*secret", said)
        assert "secret-of-the-bot" not in said
        assert "secret" in run("run", fails=1).stderr

    def test_a_dead_letter(self, run: Run, tmp_path: Path) -> None:
        asyncio.run(_dead_letter(tmp_path / "var"))
        assert "BAD  outbox" in run("doctor", fails=1).stdout

    def test_a_database_that_is_not_there(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XONGVIEC_DATABASE_URL", "postgresql://name:hidden-word@127.0.0.1:1/none")
        said = run("doctor", fails=1).stdout
        assert "BAD  database" in said
        assert "hidden-word" not in said

    def test_a_demo_for_others(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XONGVIEC_HOST", "0.0.0.0")
        monkeypatch.setenv("XONGVIEC_DEMO", "true")
        assert "BAD  settings" in run("doctor", fails=1).stdout


WRONG = [
    ("XONGVIEC_PORT", "hidden-word"),
    ("XONGVIEC_TELEGRAM", "hidden-word"),
    ("XONGVIEC_TELEGRAM__MODE", "hidden-word"),
    ("XONGVIEC_PUBLIC_URL", "ftp://hidden-word"),
    ("XONGVIEC_ACCESS", "hidden-word"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_wrong_settings_are_named_and_never_shown(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    said = run("people", "list", fails=1).output
    assert name in said
    assert "hidden-word" not in said
