"""Plain texts in every encoding an office computer writes."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from guantong.files import Unreadable, read_text
from guantong.files.decode import decode_text

TEXT = "关于加强和改进学校党建工作的通知\r\n一、各校要每季度召开一次支部党员大会，6月底前完成。\r\n"

ENCODED = {
    "utf-8": TEXT.encode(),
    "utf-8 with mark": codecs.BOM_UTF8 + TEXT.encode(),
    "gb18030": TEXT.encode("gb18030"),
    "utf-16-le with mark": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    "utf-16-be with mark": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "utf-16-le": TEXT.encode("utf-16-le"),
    "utf-16-be": TEXT.encode("utf-16-be"),
    "utf-32-le with mark": codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
}


@pytest.mark.parametrize("data", ENCODED.values(), ids=ENCODED.keys())
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_same_text_in_every_encoding(data: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"通知{suffix}"
    path.write_bytes(data)
    read = read_text(path)
    assert read.text == TEXT  # line ends kept, mark gone
    assert (read.format, read.furniture, read.tables) == (suffix[1:], (), ())


def test_sha256_is_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc")
    assert read_text(path).sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("text", ["党员", "测试", "联通", "实", "第一条", "a", "通知：请于周五前报送。"])
def test_short_texts(text: str) -> None:
    assert decode_text(text.encode()) == text
    assert decode_text(text.encode("gb18030")) == text


def test_rare_characters_survive_gb18030() -> None:
    text = "姓名：㛃𠮷，单位：䶮川学校，责任人要落实。"
    assert decode_text(text.encode("gb18030")) == text


@pytest.mark.parametrize("data", [bytes(range(256)) * 4, b"\x00" * 64, b"\xff\xfe\x00"])
def test_not_a_text(data: bytes) -> None:
    with pytest.raises(Unreadable):
        decode_text(data)
