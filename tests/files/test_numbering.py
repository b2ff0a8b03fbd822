"""Automatic numbers read as if they had been typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.files import read_text
from guantong.files.docx import parse
from guantong.files.numerals import FORMATS, counting, write_number

from .made import make_docx, make_level, make_numbering, make_paragraph
from .numbered import DOCUMENTS, OFFICIAL_LEVELS, Numbered, make_body


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_equals_its_typed_twin(document: Numbered) -> None:
    assert parse(document.data).text == document.twin


def test_official_document_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "方案.docx"
    path.write_bytes(DOCUMENTS["official"].data)
    twin = tmp_path / "方案.txt"
    twin.write_text(DOCUMENTS["official"].twin, encoding="utf-8")
    assert read_text(path).text == read_text(twin).text


def test_without_numbers_there_are_none() -> None:
    """The control: the same paragraphs without numbering.xml."""
    body = make_body([("总体要求", 0), ("主要任务", 0)])
    assert parse(make_docx(body)).text == "总体要求\n主要任务"


def test_list_that_does_not_exist() -> None:
    numbering = make_numbering({0: OFFICIAL_LEVELS}, {1: (0, ""), 3: (99, "")})
    body = make_body([("甲", 0, 2), ("乙", 0, 3), ("丙", 8, 1), ("丁", 0, 1)])
    assert parse(make_docx(body, numbering=numbering)).text == "甲\n乙\n丙\n一、丁"


def test_custom_format() -> None:
    custom = (
        '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, ..."/>'
        '</mc:Choice><mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    )
    level = make_level(0, "decimal", "第%1号", suffix="space", start=9)
    level = level.replace('<w:numFmt w:val="decimal"/>', custom)
    body = make_body([("甲", 0), ("乙", 0)])
    assert (
        parse(make_docx(body, numbering=make_numbering({0: level}, {1: (0, "")}))).text
        == "第009号 甲\n第010号 乙"
    )


def test_deleted_and_hidden_paragraphs_take_no_number() -> None:
    deleted = make_paragraph("", num=(1, 0), properties='<w:rPr><w:del w:id="1"/></w:rPr>')
    hidden = make_paragraph("", num=(1, 0), properties="<w:rPr><w:vanish/></w:rPr>")
    body = make_paragraph("甲", num=(1, 0)) + deleted + hidden + make_paragraph("乙", num=(1, 0))
    numbering = make_numbering({0: make_level(0, "decimal", "%1.")}, {1: (0, "")})
    assert parse(make_docx(body, numbering=numbering)).text == "1.甲\n2.乙"


@pytest.mark.parametrize(
    ("kind", "n", "shown"),
    [
        ("chineseCounting", 10, "十"),
        ("chineseCounting", 99, "九十九"),
        ("chineseCounting", 100, "一○○"),
        ("chineseCountingThousand", 10, "十"),
        ("chineseCountingThousand", 100, "一百"),
        ("chineseCountingThousand", 101, "一百零一"),
        ("chineseCountingThousand", 110, "一百一十"),
        ("chineseCountingThousand", 1001, "一千零一"),
        ("chineseCountingThousand", 10010, "一万零一十"),
        ("chineseCountingThousand", 120000, "十二万"),
        ("chineseCountingThousand", 0, "零"),
        ("japaneseCounting", 21, "二十一"),
        ("japaneseCounting", 100, "百"),
        ("japaneseCounting", 1110, "千百十"),
        ("ideographDigital", 10, "一〇"),
        ("ideographDigital", 25, "二五"),
        ("chineseLegalSimplified", 11, "壹拾壹"),
        ("decimalFullWidth", 12, "１２"),
        ("decimalEnclosedCircle", 20, "⑳"),
        ("decimalEnclosedCircle", 21, "21"),
        ("ideographEnclosedCircle", 10, "㈩"),
        ("decimalEnclosedParen", 3, "⑶"),
        ("ideographZodiacTraditional", 13, "丙子"),
        ("upperLetter", 26, "Z"),
        ("upperLetter", 27, "AA"),
        ("lowerLetter", 54, "bbb"),
        ("upperRoman", 1994, "MCMXCIV"),
        ("numberInDash", 2, "- 2 -"),
        ("decimalZero", 100, "100"),
        ("unheardOf", 7, "7"),
        ("none", 7, ""),
        ("lowerRoman", -1, "-1"),
    ],
)
def test_written(kind: str, n: int, shown: str) -> None:
    assert write_number(n, kind) == shown


@given(st.integers(1, 99_999_999))
def test_counting_reads_back(n: int) -> None:
    """Against a reader of Chinese numerals written the other way round."""
    value, section, digit = 0, 0, 0
    for sign in counting(n):
        if sign == "万":
            value, section, digit = (value + section + digit) * 10_000, 0, 0
        elif sign in "十百千":
            section, digit = section + (digit or 1) * {"十": 10, "百": 100, "千": 1000}[sign], 0
        else:
            digit = "零一二三四五六七八九".index(sign)
    assert value + section + digit == n


@given(st.sampled_from(sorted(FORMATS)), st.integers(-5, 2_000_000))
def test_every_format_writes_every_number(kind: str, n: int) -> None:
    assert len(write_number(n, kind)) < 1_000


@given(st.lists(st.integers(0, 3), max_size=60))
def test_counters_against_a_plain_count(levels: list[int]) -> None:
    """With default restarts a label is the path of counts, each since the last higher one."""
    texts = "".join(
        make_level(i, "decimal", ".".join(f"%{j + 1}" for j in range(i + 1)) + "|") for i in range(4)
    )
    body = make_body([("", None), ("事项", None), *(("题", level) for level in levels)])
    expected, counts = ["事项"], [0, 0, 0, 0]
    for level in levels:
        counts[level:] = [counts[level] + 1] + [0] * (3 - level)
        expected.append(".".join(str(max(1, count)) for count in counts[: level + 1]) + "|题")
    assert parse(make_docx(body, numbering=make_numbering({0: texts}, {1: (0, "")}))).text == "\n".join(
        expected
    )
