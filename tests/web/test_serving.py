"""`guantong serve`: what it refuses, what it collects, and that it answers."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from guantong.config.serving import address as address_of
from tests.house.tree import ROOT

pytestmark = pytest.mark.enable_socket


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "GUANTONG_DATA_DIR": str(folder), "GUANTONG_DATABASE_URL": "", **more}


def run(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "guantong.cli", *words]
    return subprocess.run(
        command, env=environment(folder, **more), capture_output=True, text=True, check=False
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def migrate(folder: Path, *words: str) -> None:
    code = "import sys; from guantong.config.setup import prepare; prepare(); "
    code += (
        "from django.core.management import call_command; call_command('migrate', *sys.argv[1:], verbosity=0)"
    )
    subprocess.run([sys.executable, "-c", code, *words], env=environment(folder), check=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("served")
    migrate(made)
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "guantong.cli", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment(folder), stdout=subprocess.PIPE)
    address = f"http://127.0.0.1:{port}"
    for _ in range(150):
        with suppress(OSError):
            urllib.request.urlopen(address + "/sign-in/", timeout=2).close()  # noqa: S310
            break
        time.sleep(0.1)
    yield address
    server.send_signal(signal.SIGTERM)
    told, _ = server.communicate(timeout=15)
    assert server.returncode == 0
    assert address in told.decode()
    assert (folder / "setup-code").read_text(encoding="utf-8") in told.decode()


def fetch(address: str) -> tuple[dict[str, str], bytes]:
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return {name.lower(): value for name, value in answer.headers.items()}, answer.read()


def test_pages_are_answered_and_files_are_compressed_and_kept(address: str) -> None:
    headers, page = fetch(address + "/sign-in/")
    assert headers["cache-control"] == "no-store, private"
    sheet = page.decode().partition('href="/static/theme.')[2].partition('"')[0]
    headers, body = fetch(f"{address}/static/theme.{sheet}")
    assert headers["content-encoding"] == "gzip"
    assert "immutable" in headers["cache-control"]
    assert body[:2] == b"\x1f\x8b"


def test_a_database_without_its_tables_is_refused(tmp_path: Path) -> None:
    answer = run(tmp_path, "serve", "--port", str(free_port()))
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "manage.py migrate" in answer.stderr


def run_sql(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "guantong.sqlite3")) as connection, connection:
        for each in statements:
            connection.execute(each)


def test_a_database_that_lost_what_guards_it_is_refused_until_it_is_mended(tmp_path: Path) -> None:
    migrate(tmp_path)
    run_sql(tmp_path, "DROP TRIGGER ledger_entry_no_update", "DROP VIEW facts_organizations")
    for words in (["serve", "--port", str(free_port())], ["tick", "--once"]):
        answer = run(tmp_path, *words)
        assert (answer.returncode, answer.stdout) == (2, "")
        for said in ("ledger_entry_no_update", "facts_organizations", "migrate --skip-checks"):
            assert said in answer.stderr
    migrate(tmp_path, "--skip-checks")
    assert run(tmp_path, "tick", "--once").returncode == 0


def test_a_database_that_waits_is_mended_by_migrating_it(tmp_path: Path) -> None:
    migrate(tmp_path)
    run_sql(
        tmp_path,
        "DROP TRIGGER ledger_entry_no_update",
        "DELETE FROM django_migrations WHERE app = 'evidence'",
        "DROP TABLE evidence_reference",
    )
    assert "manage.py migrate" in run(tmp_path, "serve", "--port", str(free_port())).stderr
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=environment(tmp_path), check=True)
    assert run(tmp_path, "tick", "--once").returncode == 0


def test_a_port_in_use_is_refused(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = run(folder, "serve", "--port", str(taken.getsockname()[1]))
    assert answer.returncode == 2
    assert "换一个端口" in answer.stderr


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("GUANTONG_THEME", "green"),
        ("GUANTONG_DEMO_DAY", "tomorrow"),
        ("GUANTONG_HTTPS", "maybe"),
        ("GUANTONG_PASSWORDS", "none"),
        ("GUANTONG_SECOND_FACTOR", "secretary,headmaster"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, setting: str, value: str) -> None:
    answer = run(tmp_path, "serve", **{setting: value})
    assert answer.returncode == 2
    assert setting in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("port", ["0", "65536", "-1", "x"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    assert "端口" in run(tmp_path, "serve", f"--port={port}").stderr


def test_a_name_that_is_not_registered_is_told_the_setting(address: str) -> None:
    request = urllib.request.Request(address + "/", headers={"Host": "other.example"})  # noqa: S310
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)  # noqa: S310
    with refused.value as answer:
        page = answer.read().decode()
    assert refused.value.code == 400
    assert "GUANTONG_HOSTS" in page
    assert "Traceback" not in page


def test_the_machine_itself_is_always_allowed_and_a_refused_name_leaves_no_trace(folder: Path) -> None:
    code = (
        "from guantong.config.setup import prepare; prepare()\n"
        "from django.test import Client\n"
        "for name in ('school.example', 'localhost', '127.0.0.1', '[::1]', 'other.example'):\n"
        "    print(Client().get('/sign-in/', headers={'host': name}).status_code)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(folder, GUANTONG_HOSTS="school.example"),
        capture_output=True,
        text=True,
        check=True,
    )
    statuses = answer.stdout.split()
    assert "400" not in statuses[:4]
    assert statuses[4] == "400"
    assert answer.stderr == ""


@pytest.mark.parametrize(
    ("host", "names", "told"),
    [
        ("127.0.0.1", ["school.example"], "http://127.0.0.1:80"),
        ("0.0.0.0", ["school.example", "localhost"], "http://school.example:80"),  # noqa: S104 — told, not bound
        ("::", ["*", ".example", "localhost"], "http://localhost:80"),
        ("0.0.0.0", ["*"], "http://127.0.0.1:80"),  # noqa: S104
        ("fd00::1", [], "http://[fd00::1]:80"),
    ],
)
def test_the_address_told_can_be_opened(host: str, names: list[str], told: str) -> None:
    assert address_of(host, 80, names) == told


def test_the_data_folder_looked_at_is_named(tmp_path: Path) -> None:
    for command in ("serve", "setup"):
        answer = run(tmp_path, command)
        assert answer.returncode == 2
        assert f"{tmp_path} 里还没有数据库" in answer.stderr
    (tmp_path / "guantong.sqlite3").touch()
    answer = run(tmp_path, "setup")
    assert answer.returncode == 2
    assert f"{tmp_path / 'guantong.sqlite3'}）还没有更新到这个版本" in answer.stderr


@pytest.mark.parametrize("key", ["", "given"])
def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, key: str) -> None:
    (tmp_path / "file").touch()
    nowhere = tmp_path / "file" / "data"
    known = environment(nowhere, GUANTONG_SECRET_KEY=key)
    words = [sys.executable, str(ROOT / "manage.py"), "migrate"]
    migrated = subprocess.run(words, env=known, capture_output=True, text=True, check=False)
    for answer in (migrated, run(nowhere, "serve", GUANTONG_SECRET_KEY=key)):
        assert answer.returncode == 2
        assert answer.stderr.count("\n") == 1
        assert str(nowhere) in answer.stderr
