"""Duty, prohibition, target, permission or attitude."""

from __future__ import annotations

import pytest
from make_readings import read_all, read_one

from guantong.core.reading import ClauseKind


@pytest.mark.parametrize(
    "sentence",
    [
        "各校要建立台账。",
        "完善值班制度。",
        "各校党组织要落实“三会一课”制度。",
        "各校要确保校车检查全覆盖。",
        "各校要在4月底前开展2次演练。",
        "要增强责任意识，每月开展一次自查。",
        "各校要高度重视，成立工作专班。",
        "必须如实报告，不得瞒报。",
        "各校要做到“四个到位”，建立台账。",
        "各校要强化安全管理，增强人防力量。",
        "各校要坚持立德树人，把思想政治工作贯穿教育教学全过程。",
        "各校要强化意识形态阵地管理。",
        "各校要提高入园率，增强幸福感。",
    ],
)
def test_duty(sentence: str) -> None:
    assert read_one(sentence).kind is ClauseKind.DUTY


@pytest.mark.parametrize(
    "sentence",
    [
        "严禁有偿补课。",
        "各校不得举办重点班。",
        "禁止组织学生参加商业活动。",
        "不准以任何理由收取费用。",
        "绝不允许瞒报、漏报。",
        "不得瞒报，必须如实报告。",
    ],
)
def test_prohibition(sentence: str) -> None:
    assert read_one(sentence).kind is ClauseKind.PROHIBITION


@pytest.mark.parametrize(
    "sentence",
    ["到2027年底，公办园占比达到60%以上。", "全年不发生重大食品安全事故。", "力争达标学校占比达到90%。"],
)
def test_target(sentence: str) -> None:
    assert read_one(sentence).kind is ClauseKind.TARGET


@pytest.mark.parametrize(
    "sentence",
    ["鼓励各校开展试点。", "各校可以结合实际制定细则。", "支持教师在职进修。", "允许各校分批上报。"],
)
def test_permission(sentence: str) -> None:
    assert read_one(sentence).kind is ClauseKind.PERMISSION


@pytest.mark.parametrize(
    "sentence",
    [
        "不要有松口气的想法。",
        "要做到警钟长鸣。",
        "全体教师要增强责任意识，牢记育人初心。",
        "要认真学习领会会议精神。",
        "各校要高度重视，切实增强紧迫感。",
        "要不断提高政治站位。",
        "党员干部要坚定理想信念。",
        "各校要充分认识做好开学工作的重要性，切实增强责任感和紧迫感。",
        "各校要深刻认识加强作风建设的重大意义。",
        "党员干部要增强“四个意识”、坚定“四个自信”、做到“两个维护”。",
        "各级干部要绷紧廉洁自律这根弦。",
        "各校要从思想上高度重视安全管理工作。",
        "要把思想和行动统一到会议部署上来。",
        "各级干部要树立正确的政绩观。",
        "要切实增强抓落实的责任感使命感。",
        "各校要克服“等靠要”思想。",
        "既然有部署，就要有行动、就要见实效。",
    ],
)
def test_attitude(sentence: str) -> None:
    assert read_one(sentence).kind is ClauseKind.ATTITUDE


def test_a_figure_below_a_heading_of_goals_is_a_target() -> None:
    clauses = read_all(
        "一、工作目标", "1.隐患整改率达到100%。", "2.不发生重大安全事故。", "二、措施", "各校要建账。"
    )
    assert [c.kind for c in clauses] == [ClauseKind.TARGET, ClauseKind.TARGET, ClauseKind.DUTY]


def test_an_act_makes_it_a_duty() -> None:
    assert read_one("要增强安全意识。").kind is ClauseKind.ATTITUDE
    assert read_one("要增强安全意识，每月组织一次演练。").kind is ClauseKind.DUTY
