"""A document that bears a mark of secrecy is refused; one that speaks of secrets is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from guantong.files import Unreadable, read_text

BODY = "关于做好开学工作的通知\n各学校要在9月底前完成自查。\n"


@pytest.mark.parametrize(
    "mark",
    [
        "机密★1年\n",
        "000012\n秘密★3年\n特急\n",
        "绝  密\n",
        "密级：秘密\n",
        "机　密★\n",
        "秘密 5年\n",
        "特急 机密★1年\n",
    ],
)
def test_a_marked_document_is_refused(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(mark + BODY, encoding="utf-8")
    with pytest.raises(Unreadable, match="不处理涉密文件"):
        read_text(path)


@pytest.mark.parametrize(
    "line",
    ["各学校要保守秘密。\n", "保密工作要点\n", "机密性与完整性\n", "一、保守国家秘密\n", "★重点工作\n", ""],
)
def test_a_document_about_secrets_is_read(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(line + BODY, encoding="utf-8")
    assert read_text(path).text == line + BODY
