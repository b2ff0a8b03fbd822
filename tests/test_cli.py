"""The command as people and programs meet it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from guantong.cli import main

NOTICE = """关于开展校园安全自查的通知
各学校党组织：
一、工作任务
（一）开展自查。各学校要在5月底前完成自查，整改率不低于95%。（安全科牵头，各学校配合）
（二）严明纪律。不得瞒报漏报。
云岫区教育局
2026年4月1日
"""


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "notice.txt"
    path.write_text(NOTICE, encoding="utf-8")
    return path


def read_json(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert main(["read", "--json", str(path)]) == 0
    parsed = json.loads(capsys.readouterr().out)
    assert isinstance(parsed, dict)
    return parsed


def test_json_has_exactly_the_promised_shape(notice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reading = read_json(notice, capsys)
    assert list(reading) == ["title", "sha256", "date", "blocks", "furniture", "outline", "clauses"]
    blocks, outline, clauses = reading["blocks"], reading["outline"], reading["clauses"]
    assert isinstance(blocks, list)
    assert isinstance(outline, list)
    assert isinstance(clauses, list)
    assert {tuple(block) for block in blocks} == {("start", "end", "kind")}
    assert {tuple(node) for node in outline} == {("id", "level", "marker", "title", "start", "end")}
    assert set(clauses[0]) == {
        *("id", "outline_id", "path", "text", "start", "end", "kind", "subjects", "lead_units"),
        *("support_units", "deadline", "targets", "cites", "institutions"),
    }
    assert "".join(NOTICE[block["start"] : block["end"]] for block in blocks) == NOTICE
    assert (reading["title"], reading["date"]) == ("关于开展校园安全自查的通知", "2026-04-01")


def test_json_tells_who_by_when_and_how_much(notice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clauses = read_json(notice, capsys)["clauses"]
    assert isinstance(clauses, list)
    first, second = clauses
    assert first["path"] == ["一", "(一)"]
    assert (
        NOTICE[first["start"] : first["end"]]
        == first["text"]
        == "各学校要在5月底前完成自查，整改率不低于95%。"
    )
    assert (first["lead_units"], first["support_units"]) == (["安全科"], ["各学校"])
    assert first["subjects"] == ["各学校"]
    assert first["deadline"] == {"text": "在5月底前", "date": "2026-05-31", "rule": None}
    assert first["targets"] == [{"text": "不低于95%", "op": ">=", "value": 95.0, "unit": "%"}]
    assert (second["kind"], second["text"]) == ("prohibition", "不得瞒报漏报。")


def test_text_prints_what_offsets_index(notice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--text", str(notice)]) == 0
    assert capsys.readouterr().out == NOTICE


def test_table_shows_the_clause_and_what_was_cut(
    notice: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    notice.write_text(NOTICE + "扫一扫在手机打开当前页\n", encoding="utf-8")
    assert main(["read", str(notice)]) == 0
    shown = capsys.readouterr().out
    for words in (
        "《关于开展校园安全自查的通知》",
        "2026-04-01",
        "安全科",
        "不低于95%（≥）",
        "禁止",
        "分享栏",
    ):
        assert words in shown


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.txt", b""),
        ("nothing.xyz", b"abc"),
        ("broken.docx", b"PK\x03\x04not a zip"),
        ("broken.pdf", b"%PDF-1.7"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_and_status_2(
    name: str, content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert main(["read", "--json", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.strip().endswith("。")


def test_a_missing_file_is_one_sentence_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(tmp_path / "没有.docx")]) == 2
    assert capsys.readouterr().err.strip().endswith("。")


def test_demo_refuses_a_document_that_asks_for_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "thanks.txt"
    path.write_text("大家辛苦了。去年的工作已经完成，成绩是明显的。", encoding="utf-8")
    assert main(["demo", "--document", str(path)]) == 2
    assert "无法演示" in capsys.readouterr().err


def test_help_and_read_load_no_more_than_they_need(notice: Path) -> None:
    """What makes --help answer at once, and keeps the reader free of the web and of analytics."""
    script = (
        "import sys\nfrom guantong.cli import main\n"
        "try:\n    main({argv})\nexcept SystemExit:\n    pass\n"
        "print(sorted(m.partition('.')[0] for m in sys.modules if '.' not in m), file=sys.stderr)"
    )
    modules = {
        name: subprocess.run(
            [sys.executable, "-c", script.format(argv=argv)], capture_output=True, text=True, check=True
        ).stderr
        for name, argv in (("help", ["--help"]), ("read", ["read", str(notice)]))
    }
    for heavy in ("'django'", "'ibis'", "'lxml'", "'pypdf'"):
        assert heavy not in modules["help"]
        assert heavy not in modules["read"]
    assert "'yaml'" not in modules["help"]


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
@pytest.mark.parametrize("shape", ["--json", "--text"])
def test_data_is_utf8_whatever_the_terminal(notice: Path, encoding: str, shape: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "guantong.cli", "read", shape, str(notice)],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=True,
    )
    assert "关于开展校园安全自查的通知" in run.stdout.decode("utf-8")
