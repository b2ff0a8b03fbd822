"""The demo as a visitor has it: built once by the command, served by the command, on a day of the test's choosing."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

_PATIENCE = 60  # seconds for a server to answer, on a machine that has other things to do
_COUNTED = re.compile(r"统计至 (\d{4}-\d\d-\d\d)")


@dataclass(frozen=True, slots=True)
class District:
    """A built demo: its folder, the day it plays on, and the accounts it printed, by name."""

    folder: Path
    day: date
    passwords: dict[str, str]
    places: dict[str, str]


def built(folder: Path) -> District:
    """The demo in `folder`, built by whichever process of the test run comes first."""
    folder.mkdir(parents=True, exist_ok=True)
    said = folder / "said.txt"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            done = subprocess.run(
                [*_COMMAND, "demo", "--no-serve"],
                env=_environment(folder / "data"),
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            said.write_text(done.stdout, encoding="utf-8")
    told = said.read_text(encoding="utf-8")
    day = _COUNTED.search(told)
    assert day, told
    accounts = list(_accounts(told))
    return District(
        folder / "data",
        date.fromisoformat(day[1]),
        {name: password for _, name, password in accounts},
        {name: place for place, name, _ in accounts},
    )


def empty(folder: Path) -> Path:
    """A data folder in which the tables stand and nothing else, as after installing."""
    folder.mkdir(parents=True)
    subprocess.run(
        [sys.executable, Path(__file__).parents[2] / "manage.py", "migrate", "--verbosity", "0"],
        env=_environment(folder),
        check=True,
    )
    return folder


def copied(district: District, folder: Path) -> District:
    """The same demo in a folder of its own, for a test that changes it."""
    shutil.copytree(district.folder, folder)
    return District(folder, district.day, district.passwords, district.places)


@contextmanager
def served(district: District, day: date | None = None) -> Iterator[str]:
    """The address at which the demo is served, on its own day or on another."""
    with running(district.folder, {"GUANTONG_DEMO_DAY": str(day or district.day)}) as (address, _):
        yield address


@contextmanager
def running(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[tuple[str, Path]]:
    """What is in a data folder as it is served: the address, and the file that holds what the program says."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = _environment(folder) | dict(settings or {})
    log = folder / f"served-{port}.txt"
    with (
        log.open("w") as out,
        subprocess.Popen(
            [*_COMMAND, "serve", "--port", str(port)], env=environment, stdout=out, stderr=out
        ) as server,
    ):
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address, server, log)
            yield address, log
        finally:
            server.terminate()


_COMMAND = (sys.executable, "-m", "guantong.cli")


def _environment(folder: Path) -> dict[str, str]:
    """The demo lives in a folder of its own, whatever database the other tests run on."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GUANTONG_")}
    return ours | {"GUANTONG_DATA_DIR": str(folder)}


def _accounts(told: str) -> Iterator[tuple[str, str, str]]:
    """Organization, account and password of every line of the table of accounts."""
    for line in told.partition("可以登录的账号")[2].splitlines():
        columns = re.split(r" {2,}", line.strip())
        if len(columns) == 4 and re.fullmatch(r"\w+(-\w+){2}", columns[3]):
            yield columns[1], columns[2], columns[3]


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    patient_until = time.monotonic() + _PATIENCE
    while True:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < patient_until, log.read_text(encoding="utf-8")
        try:
            with urlopen(f"{address}/sign-in/", timeout=5) as answer:  # noqa: S310 — our own server
                assert answer.status == 200
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)
