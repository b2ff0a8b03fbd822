"""Names of units: how an enumeration comes apart and what may be one."""

from __future__ import annotations

import pytest

from guantong.core.reading.names import checked_names, ends_name, split_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("组织科、宣传科", ["组织科", "宣传科"], id="enumeration"),
        pytest.param("组织科，宣传科；办公室", ["组织科", "宣传科", "办公室"], id="commas and semicolons"),
        pytest.param(
            "区教育局、区财政局和各镇政府", ["区教育局", "区财政局", "各镇政府"], id="和 before the last"
        ),
        pytest.param("组织科和宣传科", ["组织科", "宣传科"], id="和"),
        pytest.param("各中小学、幼儿园以及校外培训机构", ["各中小学", "幼儿园", "校外培训机构"], id="以及"),
        pytest.param("各省、自治区、直辖市人民政府", ["各省、自治区、直辖市人民政府"], id="、 inside a name"),
        pytest.param("各中、小学", ["各中、小学"], id="中、小学"),
        pytest.param(
            "区发展和改革局、区文化和旅游局", ["区发展和改革局", "区文化和旅游局"], id="和 inside a name"
        ),
        pytest.param("区住房和城乡建设局", ["区住房和城乡建设局"], id="和 inside a single name"),
        pytest.param("党政办（综合科）、人事科", ["党政办（综合科）", "人事科"], id="bracket inside a name"),
        pytest.param("各镇（街道）、各学校", ["各镇（街道）", "各学校"], id="bracket behind a class"),
        pytest.param(
            "区教育局、区财政局等有关部门", ["区教育局", "区财政局", "有关部门"], id="collective tail"
        ),
        pytest.param("教研科等有关科室及各学校", ["教研科", "有关科室", "各学校"], id="tail and class"),
        pytest.param("教研科等", ["教研科"], id="等 is dropped"),
        pytest.param("组织科、组织科", ["组织科"], id="each once"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_split(text: str, names: list[str]) -> None:
    assert split_names(text) == names


@pytest.mark.parametrize(
    "name",
    [
        "组织科",
        "局办公室",
        "各学校党组织",
        "区委组织部",
        "班主任",
        "各校",
        "区卫生健康委员会",
        "督导处",
        "各镇",
        "党员干部",
        "教研室",
        "督导室",
        "教研组",
        "年级组",
        "备课组",
        "少先队",
        "家委会",
        "教职工",
        "云岫区（本级）教育局",
    ],
)
def test_endings_of_names(name: str) -> None:
    assert ends_name(name)


@pytest.mark.parametrize(
    "word",
    ["全局", "格局", "内部", "用处", "学科", "百科", "安全工作", "课堂", "客厅", "处处", "教室", "实验室"],
)
def test_words_that_only_end_alike(word: str) -> None:
    assert not ends_name(word)


@pytest.mark.parametrize(
    "text", ["大家", "我们", "这项工作", "推进工作的学校是", "对薄弱学校", "落实“双减”的学校", ""]
)
def test_what_is_no_list_of_names(text: str) -> None:
    assert checked_names(text) == ()
