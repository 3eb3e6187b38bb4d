"""`xongviec run` and `doctor` as real processes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stage import free_port

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    given = {"XONGVIEC_DATA_DIR": str(tmp_path / "var"), "XONGVIEC_PORT": str(free_port()), "PYTHONPATH": str(ROOT)}
    ours = {name: value for name, value in os.environ.items() if not name.startswith("XONGVIEC_")}
    return ours | given


@pytest.fixture
def running(environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "bot", "run"], cwd=tmp_path, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with process:
        yield process
        process.kill()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_says_where_and_stops_when_asked(
    running: subprocess.Popen[str], environment: dict[str, str], stop: signal.Signals
) -> None:
    assert running.stdout is not None
    said = running.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+/", said)
    assert found is not None, said
    with urllib.request.urlopen(f"{found[0]}readyz") as response:
        assert b'"ready": true' in response.read()
    begun = time.monotonic()
    running.send_signal(stop)
    _, errors = running.communicate(timeout=20)
    assert (running.returncode, errors) == (0, "")
    assert time.monotonic() - begun < 10


def test_a_doctor_of_its_own_process_ends_with_1_when_something_is_bad(
    environment: dict[str, str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "doctor"], cwd=tmp_path, env=environment, check=False, capture_output=True,
        text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "BAD  database" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_said_in_words(environment: dict[str, str], tmp_path: Path) -> None:
    with_a_fault = environment | {"XONGVIEC_TIMEZONE": "Nowhere/Land"}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"], cwd=tmp_path, env=with_a_fault, check=False, capture_output=True,
        text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "XONGVIEC_TIMEZONE" in done.stderr
    assert "Traceback" not in done.stderr
