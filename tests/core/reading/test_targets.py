"""How much: operator, value and unit."""

from __future__ import annotations

import pytest
from make_readings import read_one

from guantong.core.reading import Operator, Target
from guantong.core.reading.targets import find_targets

AT_LEAST, AT_MOST, EQUAL = Operator.AT_LEAST, Operator.AT_MOST, Operator.EQUAL


@pytest.mark.parametrize(
    ("sentence", "target"),
    [
        ("参与率不低于40%。", Target("不低于40%", AT_LEAST, 40.0, "%")),
        ("达标率85%以上。", Target("85%以上", AT_LEAST, 85.0, "%")),
        ("占比达到60%以上。", Target("达到60%以上", AT_LEAST, 60.0, "%")),
        ("占比超过60%。", Target("超过60%", AT_LEAST, 60.0, "%")),
        ("各校新增12个网点。", Target("新增12个", AT_LEAST, 12.0, "个")),
        ("各校至少开展3次演练。", Target("至少开展3次", AT_LEAST, 3.0, "次")),
        ("学习不少于6学时。", Target("不少于6学时", AT_LEAST, 6.0, "学时")),
        ("每校不少于两名。", Target("不少于两名", AT_LEAST, 2.0, "名")),
        ("新增12个网点。", Target("新增12个", AT_LEAST, 12.0, "个")),
        ("增长8.5%。", Target("增长8.5%", AT_LEAST, 8.5, "%")),
        ("事故下降20%以上。", Target("下降20%以上", AT_LEAST, 20.0, "%")),
        ("投诉减少10%。", Target("减少10%", AT_LEAST, 10.0, "%")),
        ("确保零事故。", Target("零事故", EQUAL, 0.0, "")),
        ("会议不超过2小时。", Target("不超过2小时", AT_MOST, 2.0, "小时")),
        ("补助最高不超过15万元。", Target("最高不超过15万元", AT_MOST, 15.0, "万元")),
        ("近视率控制在40%以下。", Target("控制在40%以下", AT_MOST, 40.0, "%")),
        ("开支控制在5%以内。", Target("控制在5%以内", AT_MOST, 5.0, "%")),
        ("覆盖率100%。", Target("100%", EQUAL, 100.0, "%")),
        ("新建学校3所。", Target("3所", EQUAL, 3.0, "所")),
        ("新增学位3,200个。", Target("3,200个", EQUAL, 3200.0, "个")),
        ("培训教师1200人次。", Target("1200人次", EQUAL, 1200.0, "人次")),
        ("比例提高2.5个百分点。", Target("提高2.5个百分点", AT_LEAST, 2.5, "个百分点")),
        ("实现安全检查全覆盖。", Target("全覆盖", EQUAL, 100.0, "%")),
        ("全年不发生重大安全事故。", Target("不发生重大安全事故", EQUAL, 0.0, "")),
        ("坚决不出现瞒报漏报。", Target("坚决不出现瞒报漏报", EQUAL, 0.0, "")),
        ("每名书记讲1次党课。", Target("1次", EQUAL, 1.0, "次")),
        ("每月召开一次会议。", Target("一次", EQUAL, 1.0, "次")),
        ("招聘教师100名左右。", Target("100名左右", EQUAL, 100.0, "名")),
    ],
)
def test_target(sentence: str, target: Target) -> None:
    assert find_targets(sentence, sentence) == (target,)


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("各校要在2026年3月15日前报送。", id="a date"),
        pytest.param("各校要执行云教〔2026〕3号文件。", id="a document number"),
        pytest.param("各校要落实第3次会议要求。", id="an ordinal"),
        pytest.param("各校要落实三会一课制度。", id="an institution"),
        pytest.param("各校要用好五加三模式。", id="a slogan"),
        pytest.param("各校要一个项目一个专班。", id="one each"),
        pytest.param("各校要做到两个到位。", id="two of something"),
        pytest.param("各校要在3个月内整改。", id="a span of time"),
        pytest.param("各校要公布12345热线。", id="a telephone number"),
        pytest.param("各校要抓好一年级教学。", id="a grade"),
    ],
)
def test_what_is_no_target(sentence: str) -> None:
    assert find_targets(sentence, sentence) == ()


def test_several_in_order() -> None:
    found = find_targets("办结率100%、满意率95%以上。", "办结率100%、满意率95%以上。")
    assert [(t.text, t.op, t.value) for t in found] == [("100%", EQUAL, 100.0), ("95%以上", AT_LEAST, 95.0)]


def test_figures_in_quotation_marks_do_not_count() -> None:
    assert read_one("各校要用好“100%工程”平台。").targets == ()


def test_full_width_figures_are_read() -> None:
    (target,) = read_one("各校培训参与率不低于９５％。").targets
    assert (target.op, target.value, target.unit) == (AT_LEAST, 95.0, "%")
