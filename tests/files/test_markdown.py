"""Rows of a Markdown table are a table, in its own offsets."""

from __future__ import annotations

from pathlib import Path

from guantong.core.reading import read
from guantong.files import read_text

TABLE = "| 序号 | 任务 |\n|---|---|\n| 1 | 各校要在6月底前建账。 |"


def test_a_table_is_set_aside_and_the_text_around_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        f"# 关于自查的通知\n\n各校要完成自查。\n\n{TABLE}\n\n各校要报送总结。\n", encoding="utf-8"
    )
    source = read_text(path)
    assert [source.text[start:end] for start, end in source.tables] == [TABLE]
    clauses = read(source.text, (), source.tables).clauses
    assert [clause.text for clause in clauses] == ["各校要完成自查。", "各校要报送总结。"]


def test_a_bar_inside_a_sentence_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("各校要完成自查|整改。\n| 开头的竖线\n", encoding="utf-8")
    assert read_text(path).tables == ()
