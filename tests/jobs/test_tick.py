"""The tick: what is due is looked at once it is due, whoever else looks, and whatever stops it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import time_machine
from django.db import DatabaseError

from guantong import clock
from guantong.apps.directives.folder import save_changed
from guantong.apps.directives.models import Assignment
from guantong.apps.directives.services import looking
from guantong.cli import main
from guantong.config import serving
from guantong.jobs import tick
from tests.apps.road import ISSUED, Road, at, issued, make_road

from .apart import DAY, DIRECTIVES

URL = "GUANTONG_DATABASE_URL"
ASSIGNMENTS = 12  # of one directive: three schools, four clauses


@pytest.fixture
def road() -> Road:
    road = make_road()
    issued(road)
    return road


@contextmanager
def on(day: date) -> Iterator[None]:
    with time_machine.travel(at(day, 10), tick=False):
        yield


def state() -> list[dict[str, Any]]:
    return [dict(row) for row in Assignment.objects.order_by("pk").values()]


@pytest.mark.django_db
@pytest.mark.usefixtures("road")
def test_what_is_due_is_looked_at_on_its_day_and_once() -> None:
    with on(ISSUED):
        assert tick.run_pass() == "2026-03-09 10:00 没有到期的事项。"
    before = state()
    with on(DAY):
        assert tick.run_pass() == f"2026-03-20 10:00 到期的任务项 {ASSIGNMENTS} 项，已重新核对现状。"
        assert tick.run_pass() == "2026-03-20 10:00 没有到期的事项。"
    assert all(row["look_at"] > DAY for row in state() if row["look_at"])
    assert state() != before


@pytest.mark.django_db
@pytest.mark.usefixtures("road")
def test_in_the_demo_its_day_counts(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with on(ISSUED):
        monkeypatch.setattr(clock, "_STARTED", clock._real())
        settings.DEMO_DAY = DAY
        assert f"到期的任务项 {ASSIGNMENTS} 项" in tick.run_pass()


@pytest.mark.django_db
@pytest.mark.usefixtures("road")
def test_what_was_cut_off_in_the_middle_of_a_slice_is_done_by_the_next_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looking, "SLICE", 1)
    begun: list[list[Assignment]] = []

    def cut_off(rows: Iterable[Assignment], before: Any) -> int:
        rows = list(rows)
        begun.append(rows)
        if len(begun) == 1:
            return save_changed(rows, before)
        save_changed(rows[:1], before)
        raise KeyboardInterrupt

    monkeypatch.setattr(looking, "save_changed", cut_off)
    with on(DAY):
        with pytest.raises(KeyboardInterrupt):
            tick.run_pass()
        whole, torn = begun
        late = Assignment.objects.filter(look_at__gt=DAY)
        assert set(late.values_list("pk", flat=True)) == {row.pk for row in whole}
        assert Assignment.objects.filter(pk__in=[row.pk for row in torn], look_at__lte=DAY).count() == len(
            torn
        )
        monkeypatch.setattr(looking, "save_changed", save_changed)
        assert f"到期的任务项 {ASSIGNMENTS - len(whole)} 项" in tick.run_pass()
        done = state()
        Assignment.objects.update(look_at=DAY)
        tick.run_pass()
    assert state() == done


def test_a_pass_that_fails_is_logged_and_made_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answers: list[Any] = [DatabaseError("gone"), ValueError("of ours"), "第三遍", "第四遍"]
    told: list[str] = []
    stop = Event()

    def answer() -> str:
        next_one = answers.pop(0)
        if isinstance(next_one, Exception):
            raise next_one
        stop.set()
        return str(next_one)

    monkeypatch.setattr(tick, "EVERY", 0)
    monkeypatch.setattr(tick, "close_old_connections", lambda: None)  # no database here
    monkeypatch.setattr(tick, "run_pass", answer)
    tick.run_until(stop, told.append)
    assert told == ["第三遍"]
    assert answers == ["第四遍"]
    assert [record.exc_info is not None for record in caplog.records] == [False, True]
    assert "gone" in caplog.text


@pytest.mark.django_db
def test_the_command_makes_one_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tick", "--once"]) == 0
    assert capsys.readouterr().out.endswith("没有到期的事项。\n")


@pytest.mark.django_db
def test_an_older_sqlite_is_kept_to_one_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serving, "may_share", lambda: False)
    kept_apart = os.environ.get(URL, "").startswith("postgres")
    assert main(["tick", "--once"]) == (0 if kept_apart else 2)
    assert ("不能由两个程序" in capsys.readouterr().err) is not kept_apart


@pytest.fixture
def database(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of processes that share a database of their own, of the kind the tests run on."""
    env = {**os.environ, "GUANTONG_DATA_DIR": str(tmp_path), "GUANTONG_DEMO_DAY": DAY.isoformat()}
    server = os.environ.get(URL, "")
    if not server.startswith("postgres"):
        yield env
        return
    with psycopg.connect(server, autocommit=True) as connection:
        name = f"tick_{os.getpid()}"  # the tests are shared out among processes
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield env | {URL: urlsplit(server)._replace(path=f"/{name}").geturl()}
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def begin(env: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def end(process: subprocess.Popen[str]) -> str:
    """What it printed; it must have ended well and silently."""
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    return out


def apart(env: dict[str, str], *words: str) -> str:
    return end(begin(env, "tests.jobs.apart", *words))


def seen(line: str) -> int:
    return int(line.partition("任务项 ")[2].partition(" 项")[0] or 0)


def test_two_at_once_leave_what_one_alone_would(database: dict[str, str], tmp_path: Path) -> None:
    apart(database, "build")
    go = tmp_path / "go"
    both = [begin(database, "tests.jobs.apart", "passes", str(go)) for _ in range(2)]
    time.sleep(2)  # both wait at the line
    go.touch()
    counts = [seen(end(process)) for process in both]
    assert sum(counts) >= DIRECTIVES * ASSIGNMENTS
    together = apart(database, "standings")
    apart(database, "due-again")
    assert apart(database, "standings") != together  # the control
    assert seen(apart(database, "passes", str(go))) == DIRECTIVES * ASSIGNMENTS
    assert apart(database, "standings") == together


def test_the_command_goes_on_until_it_is_told_to_stop(database: dict[str, str]) -> None:
    apart(database, "build")
    command = begin(database, "guantong.cli", "tick")
    assert command.stdout
    assert seen(command.stdout.readline()) == DIRECTIVES * ASSIGNMENTS
    assert command.poll() is None
    command.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    assert end(command) == ""
    assert time.monotonic() - begun < 5


@pytest.mark.enable_socket
@pytest.mark.parametrize("switch", ["1", "0"])
def test_the_server_looks_after_what_is_due_unless_told_not_to(database: dict[str, str], switch: str) -> None:
    apart(database, "build")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    server = begin(database | {"GUANTONG_TICK": switch}, "guantong.cli", "serve", "--port", port)
    wait_for(int(port))
    until = time.monotonic() + (20 if switch == "1" else 2)
    while (left := still_due(database)) and time.monotonic() < until:
        time.sleep(0.2)
    server.send_signal(signal.SIGTERM)
    end(server)
    assert left == (0 if switch == "1" else DIRECTIVES * ASSIGNMENTS)


def wait_for(port: int) -> None:
    for _ in range(200):
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
            return
        time.sleep(0.1)


def still_due(env: dict[str, str]) -> int:
    rows = json.loads(apart(env, "standings"))
    return sum(1 for row in rows if row["look_at"] and row["look_at"] <= DAY.isoformat())
