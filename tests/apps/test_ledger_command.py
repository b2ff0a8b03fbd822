"""`guantong ledger` as the person meets it who keeps the heads on paper."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from guantong.apps.ledger import triggers
from guantong.apps.ledger.models import Entry
from guantong.cli import main

from .test_ledger import write

VERIFY = ["ledger", "verify"]


@pytest.mark.django_db
def test_heads_written_down_verify_what_came_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(3)
    assert main(["ledger", "head"]) == 0
    kept = tmp_path / "heads.json"
    kept.write_text(capsys.readouterr().out, encoding="utf-8")
    write(2, first=4)
    assert main([*VERIFY, "--against", str(kept)]) == 0
    assert "1 条链" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_changed_entry_is_named_with_status_3(capsys: pytest.CaptureFixture[str]) -> None:
    write(3)
    triggers.lift()
    Entry.objects.filter(sequence=2).update(object=8)
    assert main(VERIFY) == 3
    assert "第 2 条" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["", "{}x", '{"a": 1}', '[{"chain": "0001"}]', "[3]"])
def test_what_is_no_list_of_heads_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    path = tmp_path / "heads.json"
    path.write_text(content, encoding="utf-8")
    assert main([*VERIFY, "--against", str(path)]) == 2
    assert "链头" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "migrate"),  # a data folder without tables
        ("mysql://somewhere/x", "GUANTONG_DATABASE_URL"),
        ("postgresql://127.0.0.1:1/x", "连不上"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_sentence(tmp_path: Path, url: str, said: str) -> None:
    env = {**os.environ, "GUANTONG_DATA_DIR": str(tmp_path), "GUANTONG_DATABASE_URL": url}
    run = subprocess.run(
        [sys.executable, "-m", "guantong.cli", *VERIFY],
        env=env, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr
