"""A Word file with automatic numbers reads like its plain-text twin: the same outline and the same clauses."""

from __future__ import annotations

from pathlib import Path

import pytest

from guantong.core.reading import Reading, read
from guantong.files import read_text

from .made import make_docx, make_numbering
from .numbered import DOCUMENTS, OFFICIAL_LEVELS, Numbered, make_body

PLAN = Numbered(
    make_docx(
        make_body(
            [
                ("云岫区教育系统党建工作要点", None),
                ("组织建设", 0),
                ("落实组织生活。", 1),
                (
                    "各党支部要严格落实“三会一课”制度，每月开展1次主题党日。（组织科牵头，各学校党组织配合）",
                    2,
                ),
                ("各学校党组织要在6月底前完成支部换届，按期换届率达到100%。（责任单位：组织科）", 2),
                ("加强培训。新任书记上岗前须参加培训，全年培训不少于24学时。", 1),
                ("纪律要求", 0),
                ("严禁以活动代替组织生活。", 1),
                ("不得要求学校重复报送材料。", 1),
            ]
        ),
        numbering=make_numbering({0: OFFICIAL_LEVELS}, {1: (0, "")}),
    ),
    """云岫区教育系统党建工作要点
一、组织建设
（一）落实组织生活。
1.各党支部要严格落实“三会一课”制度，每月开展1次主题党日。（组织科牵头，各学校党组织配合）
2.各学校党组织要在6月底前完成支部换届，按期换届率达到100%。（责任单位：组织科）
（二）加强培训。新任书记上岗前须参加培训，全年培训不少于24学时。
二、纪律要求
（一）严禁以活动代替组织生活。
（二）不得要求学校重复报送材料。""",
)


def told(reading: Reading) -> tuple[object, ...]:
    """All a reading says, without offsets: blanks behind a number may differ between the twins."""
    outline = [(node.level, node.marker.strip(), node.title) for node in reading.outline]
    clauses = [
        (c.path, c.text, c.kind, c.lead_units, c.support_units, c.deadline, c.targets, c.institutions)
        for c in reading.clauses
    ]
    return reading.title, outline, clauses


def test_a_plan_with_automatic_numbers_reads_like_its_twin(tmp_path: Path) -> None:
    path = tmp_path / "plan.docx"
    path.write_bytes(PLAN.data)
    word, plain = read(read_text(path).text), read(PLAN.twin)
    assert told(word) == told(plain)
    assert [node.level for node in word.outline] == [0, 1, 2, 3, 3, 2, 1, 2, 2]
    assert [c.lead_units for c in word.clauses[:2]] == [("组织科",), ("组织科",)]
    assert word.clauses[0].institutions == ("three-meetings-one-lecture", "theme-party-day")
    assert len(word.clauses) == 5


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_every_numbered_document_reads_like_its_twin(name: str, tmp_path: Path) -> None:
    document = DOCUMENTS[name]
    path = tmp_path / "numbered.docx"
    path.write_bytes(document.data)
    assert told(read(read_text(path).text)) == told(read(document.twin))
