"""`guantong demo` as somebody at a terminal meets it, in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from guantong.cli import main
from guantong.console import table
from guantong.demo.roster import SignIn
from guantong.report import account_table

from .make_demo import DOCUMENT


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command in `folder`, with no setting of Guantong in its environment."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GUANTONG_")}
    return subprocess.run(
        [sys.executable, "-m", "guantong.cli", *words],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("terminal")
    (place / "notice.txt").write_text(DOCUMENT, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def built(folder: Path) -> subprocess.CompletedProcess[str]:
    return run(folder, "demo", "--no-serve", "--json", "--document", "notice.txt")


def test_it_prints_the_summary_and_nothing_else(built: subprocess.CompletedProcess[str]) -> None:
    assert built.returncode == 0, built.stderr
    told = json.loads(built.stdout)
    assert told["clauses"] == 5
    assert told["assignments"] > 400
    assert told["funnel"][0] == {
        "stage": "issued",
        "count": told["assignments"],
        "known": told["assignments"],
        "of": told["assignments"],
    }
    assert set(told["seconds"]) >= {"play", "district", "issue", "year", "figures", "accounts"}
    assert len(re.findall(r"[\d.]+ 秒", built.stderr)) == len(told["seconds"])


def test_the_record_of_the_demo_is_whole(built: subprocess.CompletedProcess[str], folder: Path) -> None:
    assert built.returncode == 0
    assert (folder / "demo" / "guantong.sqlite3").exists()
    env = {**os.environ, "GUANTONG_DATA_DIR": str(folder / "demo")}
    env.pop("GUANTONG_DATABASE_URL", None)
    verified = subprocess.run(
        [sys.executable, "-m", "guantong.cli", "ledger", "verify"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (verified.returncode, "未发现改动" in verified.stdout) == (0, True)


@pytest.mark.usefixtures("socket_enabled")
def test_a_port_in_use_is_said_before_anything_is_touched(
    built: subprocess.CompletedProcess[str], folder: Path
) -> None:
    assert built.returncode == 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = run(folder, "demo", "--document", "notice.txt", "--port", str(port))
    assert refused.returncode == 2
    assert str(port) in refused.stderr
    assert "秒" not in refused.stderr
    test_the_record_of_the_demo_is_whole(built, folder)


def test_a_document_that_cannot_be_read_leaves_the_demo_alone(tmp_path: Path) -> None:
    refused = run(tmp_path, "demo", "--no-serve", "--document", "no.txt")
    assert refused.returncode == 2
    assert refused.stderr.strip().endswith("。")
    assert not (tmp_path / "demo" / "guantong.sqlite3").exists()


def test_accounts_are_printed_with_their_passwords() -> None:
    accounts = [SignIn("书记", "某校党总支", "xuexiao1", "abcd-efgh-2345")]
    assert table(("身份", "单位", "账号", "口令"), accounts) in account_table(accounts)


def test_the_help_names_the_choices(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["demo", "--help"])
    shown = capsys.readouterr().out
    for choice in ("--document", "--no-serve", "--json", "--port"):
        assert choice in shown
